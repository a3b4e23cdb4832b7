"""What the judgement adds to the officers' screens."""

from audit.admin import (
    assessments,
    components,
    controls,
    entities,
    findings,
    reminders,
    reports,
    runs,
    schedule,
    stress,
    systems,
)

__all__ = [
    "assessments",
    "components",
    "controls",
    "entities",
    "findings",
    "reminders",
    "reports",
    "runs",
    "schedule",
    "stress",
    "systems",
]
