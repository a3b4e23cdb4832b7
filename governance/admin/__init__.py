"""The officers' screens of the register."""

from governance.admin import components, dependencies, events, evidence, law_records, parties, systems, users

__all__ = ["components", "dependencies", "events", "evidence", "law_records", "parties", "systems", "users"]
