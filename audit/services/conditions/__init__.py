"""Which conditions of a system become findings: derived from its assessment and its rows, without the database."""

from audit.services.conditions.derivation import derive_findings, first_watched_day
from audit.services.conditions.drafts import Case, FindingDraft
from audit.services.conditions.duties import list_asked

__all__ = ["Case", "FindingDraft", "derive_findings", "first_watched_day", "list_asked"]
