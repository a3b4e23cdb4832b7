"""The screen of assessments: to read, never to change."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from audit.models import Assessment
from governance.admin.base import ReadOnlyAdmin
from governance.models import AISystem


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    """What was judged, from which facts and packs: twenty times as many rows as systems, so no list looks at all."""

    list_display = ("system", "as_of", "created_at", "trigger", "valid_until", "engine")
    list_select_related = ("system",)
    search_fields = ("system__name", "system__reference")
    search_help_text = "The name or the number of a system."
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

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Assessment], search_term: str
    ) -> tuple[QuerySet[Assessment], bool]:
        """Look for the systems first, and take their assessments by an index."""
        systems = AISystem.objects.order_by()
        for word in search_term.split():
            systems = systems.filter(Q(name__icontains=word) | Q(reference__icontains=word))
        return (queryset.filter(system__in=systems.values("pk")) if search_term.split() else queryset), False

    @admin.display(description="rule packs")
    def packs_used(self, assessment: Assessment) -> str:
        """Each pack with its version and hash."""
        return "\n".join(f"{pack} {version}" for pack, version in sorted(assessment.packs.items()))
