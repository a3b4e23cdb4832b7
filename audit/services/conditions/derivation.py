"""Derives all findings of one system, most serious first, and the day on which one may change by itself."""

from __future__ import annotations

from datetime import date
from operator import attrgetter

from audit.services.conditions.drafts import Case, FindingDraft
from audit.services.conditions.duties import find_in_law
from audit.services.conditions.exits import find_in_exit, watched_days
from audit.services.conditions.sight import find_in_data, find_in_openness, find_in_register


def derive_findings(case: Case) -> list[FindingDraft]:
    """The findings of the case; each key stands once."""
    drafts: dict[str, FindingDraft] = {}
    for find in (find_in_law, find_in_exit, find_in_openness, find_in_data, find_in_register):
        for draft in find(case):
            drafts.setdefault(draft.key, draft)
    return sorted(drafts.values(), key=attrgetter("order"))


def first_watched_day(case: Case) -> date | None:
    """The first later day on which time alone opens, changes or closes a finding; beside ``valid_until``."""
    as_of = case.as_of
    return min([day for day in watched_days(case) if day > as_of], default=None)
