"""Scenarios for pages and API: as plain rows, never beside a standing's columns."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from audit.models import Scenario, ScenarioOutcome

SHOWN: dict[str, Q] = {
    "unmet": Q(duties_unmet__gt=0) | Q(duties_unknown__gt=0),
    "begun": Q(duties_begun__gt=0),
    "class": Q(class_changes=True),
    "failed": ~Q(error=""),
    "all": Q(),
}
"""What of a scenario can be asked for."""


def list_scenarios() -> QuerySet[Scenario]:
    """All scenarios, the newest first."""
    return Scenario.objects.defer("duties", "packs").order_by("-id")


def list_outcomes(scenario_id: int, shown: str = "unmet") -> QuerySet[ScenarioOutcome]:
    """The systems of a scenario: those with most duties unmet first."""
    rows = ScenarioOutcome.objects.filter(SHOWN.get(shown, Q()), scenario=scenario_id).select_related("system")
    return rows.order_by("-duties_unmet", "-duties_unknown", "system__reference")
