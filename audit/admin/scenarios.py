"""The screen of scenarios: the portfolio as of other days, to be read on their pages."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.models import Scenario
from governance.admin.base import ReadOnlyAdmin


@admin.register(Scenario)
class ScenarioAdmin(ReadOnlyAdmin):
    """Scenarios; none of them is what is the case."""

    list_display = ("as_of", "compared_on", "state", "requested_by", "progress", "systems_failed", "finished_at")
    list_filter = ("state",)
    fields = (
        ("as_of", "compared_on", "state"),
        ("systems_total", "systems_done", "systems_failed"),
        ("requested_by", "requested_at", "finished_at"),
        "error",
        "page",
    )
    readonly_fields = ("page",)

    @admin.display(description="done")
    def progress(self, scenario: Scenario) -> str:
        """How many systems are computed."""
        return f"{scenario.systems_done} of {scenario.systems_total}"

    @admin.display(description="outcomes")
    def page(self, scenario: Scenario) -> SafeString:
        """Where its outcomes are read."""
        return format_html('<a href="{}">What is unmet on that day</a>', reverse("scenario", args=[scenario.pk]))
