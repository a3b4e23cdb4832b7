"""What the judgement adds to the officers' screens."""

from audit.admin import assessments, components, entities, findings, reports, runs, systems

__all__ = ["assessments", "components", "entities", "findings", "reports", "runs", "systems"]
