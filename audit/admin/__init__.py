"""What the judgement adds to the officers' screens."""

from audit.admin import (
    assessments,
    components,
    controls,
    deliveries,
    entities,
    findings,
    reminders,
    reports,
    runs,
    scenarios,
    schedule,
    stress,
    subscriptions,
    systems,
    vendors,
)

__all__ = [
    "assessments",
    "components",
    "controls",
    "deliveries",
    "entities",
    "findings",
    "reminders",
    "reports",
    "runs",
    "scenarios",
    "schedule",
    "stress",
    "subscriptions",
    "systems",
    "vendors",
]
