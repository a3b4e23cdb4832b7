"""The screen of assessments: to read, never to change."""

from __future__ import annotations

from django.contrib import admin

from audit.models import Assessment
from governance.admin.base import ReadOnlyAdmin


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    """What was judged, from which facts and packs."""

    list_display = ("system", "as_of", "created_at", "trigger", "valid_until", "engine")
    list_select_related = ("system",)
    search_fields = ("system__name", "system__reference", "trigger")
    date_hierarchy = "as_of"
    fields = (
        "system",
        "as_of",
        "valid_until",
        "trigger",
        "created_at",
        "engine",
        "fact_sheet",
        "packs_used",
        "result_sha256",
    )
    readonly_fields = ("packs_used",)

    @admin.display(description="rule packs")
    def packs_used(self, assessment: Assessment) -> str:
        """Each pack with its version and hash."""
        return "\n".join(f"{pack} {version}" for pack, version in sorted(assessment.packs.items()))
