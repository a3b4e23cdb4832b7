"""What the judgement adds to the officers' screens."""

from audit.admin import assessments, components, findings, reports, runs, systems

__all__ = ["assessments", "components", "findings", "reports", "runs", "systems"]
