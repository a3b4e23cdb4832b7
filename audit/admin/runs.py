"""The screen of reassessments: how far each run is, and what failed."""

from __future__ import annotations

from django.contrib import admin

from audit.models import ReassessmentRun
from governance.admin.base import ReadOnlyAdmin


@admin.register(ReassessmentRun)
class ReassessmentRunAdmin(ReadOnlyAdmin):
    """Runs over many systems."""

    list_display = ("as_of", "state", "requested_by", "progress", "systems_changed", "systems_failed", "finished_at")
    list_filter = ("state",)
    fields = (
        ("as_of", "state", "requested_by"),
        ("systems_total", "systems_due", "systems_done"),
        ("systems_changed", "systems_failed"),
        ("requested_at", "started_at", "finished_at"),
        "error",
        "what_failed",
    )
    readonly_fields = ("what_failed",)

    @admin.display(description="done")
    def progress(self, run: ReassessmentRun) -> str:
        """How many of the systems that were due are done."""
        return f"{run.systems_done} of {run.systems_due}"

    @admin.display(description="what failed")
    def what_failed(self, run: ReassessmentRun) -> str:
        """Each failed system with its error."""
        return "\n".join(f"System {key}: {error}" for key, error in run.failures.items()) or "Nothing."
