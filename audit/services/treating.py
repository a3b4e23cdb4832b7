"""Findings across assessments: opened, still there, closed with the cause, opened again. What people wrote stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction

from audit.models import Assessment, Finding
from audit.services.conditions import FindingDraft

_DERIVED: Final = ("area", "rating", "title", "condition", "criterion", "cause", "effect", "recommendation")
_LIMITS: Final = {"title": 300, "criterion": 300}


@dataclass(frozen=True, slots=True)
class Treated:
    """How many findings were opened, opened again, kept and closed."""

    opened: int
    reopened: int
    kept: int
    closed: int

    @property
    def is_open(self) -> int:
        """How many are open now."""
        return self.opened + self.reopened + self.kept

    @property
    def has_moved(self) -> bool:
        """Whether any was opened or closed."""
        return bool(self.opened or self.reopened or self.closed)


@transaction.atomic
def treat_findings(*, assessment: Assessment, drafts: Sequence[FindingDraft], because: Callable[[str], str]) -> Treated:
    """Bring the system's findings in line with an assessment; ``because`` gives the cause of a closed one by key."""
    known = {finding.key: finding for finding in Finding.objects.filter(system_id=assessment.system_id)}
    new, seen, reopened = [], [], 0
    for draft in drafts:
        finding = known.pop(draft.key[:200], None)
        if finding is None:
            new.append(_open(draft, assessment))
            continue
        if finding.closed_on is not None:
            _reopen(finding, assessment.as_of)
            reopened += 1
        _describe(finding, draft)
        finding.last_seen_by = assessment
        seen.append(finding)
    gone = [finding for finding in known.values() if finding.closed_on is None]
    for finding in gone:
        finding.closed_on = max(assessment.as_of, finding.opened_on)
        finding.closed_because = because(finding.key)[:300]
    Finding.objects.bulk_create(new)
    Finding.objects.bulk_update(
        seen, [*_DERIVED, "last_seen_by", "opened_on", "times_opened", "closed_on", "closed_because"], batch_size=100
    )
    Finding.objects.bulk_update(gone, ["closed_on", "closed_because"], batch_size=100)
    return Treated(opened=len(new), reopened=reopened, kept=len(seen) - reopened, closed=len(gone))


def _open(draft: FindingDraft, assessment: Assessment) -> Finding:
    finding = Finding(
        system_id=assessment.system_id,
        key=draft.key[:200],
        opened_on=assessment.as_of,
        opened_by=assessment,
        last_seen_by=assessment,
    )
    _describe(finding, draft)
    return finding


def _reopen(finding: Finding, on: date) -> None:
    """Open it again; an acceptance of the earlier time no longer holds."""
    finding.closed_on = None
    finding.closed_because = ""
    finding.opened_on = on
    finding.times_opened += 1


def _describe(finding: Finding, draft: FindingDraft) -> None:
    for field in _DERIVED:
        text = str(getattr(draft, field))
        setattr(finding, field, text[: _LIMITS.get(field)])
