"""Findings across assessments: opened, still there, closed with the cause, opened again. What people wrote stays.

Many systems at once; a row is written only if something of it changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from audit.models import Finding
from audit.services.conditions import FindingDraft
from audit.services.writing import Cell, insert_rows, update_rows

_DERIVED: Final = ("area", "rating", "title", "condition", "criterion", "cause", "effect", "recommendation")
_LIMITS: Final = {"title": 300, "criterion": 300}
_KEY_LENGTH: Final = 200
_INSERTED: Final = (
    *("system_id", "key", *_DERIVED, "opened_on", "opened_by_id", "last_seen_by_id", "times_opened"),
    *("closed_on", "closed_because", "owner", "due_on", "response", "response_text", "response_by", "response_on"),
    *("acceptance_proposed_until", "accepted_until", "accepted_by", "acceptance_confirmed_by"),
)
_BLANK: Final = (None, "", "", None, "", "", "", None, None, None, "", "")
"""What nobody has written yet, from ``closed_on`` on."""

Causes = Callable[[Collection[int]], Mapping[int, Callable[[str], str]]]
"""For the systems asked for, what names the cause of a finding by its key; called once for all that close one."""


@dataclass(frozen=True, slots=True)
class Draught:
    """What an assessment, by its id, found of one system on a day."""

    system_id: int
    assessment_id: int
    as_of: date
    drafts: Sequence[FindingDraft]


@dataclass(slots=True)
class Treated:
    """How many findings of a system were opened, opened again, kept and closed."""

    opened: int = 0
    reopened: int = 0
    kept: int = 0
    closed: int = 0

    @property
    def is_open(self) -> int:
        """How many are open now."""
        return self.opened + self.reopened + self.kept

    @property
    def has_moved(self) -> bool:
        """Whether any was opened or closed."""
        return bool(self.opened or self.reopened or self.closed)


class _Known(NamedTuple):
    """A stored finding: its derived texts, and where it is in its life."""

    id: int
    key: str
    opened_on: date
    times_opened: int
    closed_on: date | None
    texts: tuple[str, ...]


@dataclass(slots=True)
class _Plan:
    """The rows to write."""

    new: list[tuple[Cell, ...]] = field(default_factory=list)
    changed: list[tuple[Cell, ...]] = field(default_factory=list)
    gone: list[tuple[int, _Known, date]] = field(default_factory=list)
    seen: list[tuple[Cell, ...]] = field(default_factory=list)


def treat_findings(found: Sequence[Draught], *, causes: Causes) -> dict[int, Treated]:
    """Bring the findings of systems in line with their assessments; gives by system what became of them.

    Call it in the transaction that stores the assessments. Each system stands once.
    """
    known = _read_known([one.system_id for one in found])
    plan = _Plan()
    treated = {one.system_id: _treat_one(one, known.get(one.system_id, {}), plan) for one in found}
    insert_rows(Finding, _INSERTED, plan.new)
    update_rows(
        Finding,
        [*_DERIVED, "opened_on", "times_opened", "closed_on", "closed_because"],
        plan.changed,
        by=["id"],
    )
    if plan.gone:
        because = causes({system_id for system_id, _, _ in plan.gone})
        closings = [
            (max(on, finding.opened_on), because[system_id](finding.key)[:300], finding.id)
            for system_id, finding, on in plan.gone
        ]
        update_rows(Finding, ["closed_on", "closed_because"], closings, by=["id"])
    update_rows(Finding, ["last_seen_by_id"], plan.seen, by=["system_id"], where_empty="closed_on")
    return treated


def _read_known(system_ids: Sequence[int]) -> Mapping[int, dict[str, _Known]]:
    known: dict[int, dict[str, _Known]] = defaultdict(dict)
    columns = ("system_id", "id", "key", "opened_on", "times_opened", "closed_on", *_DERIVED)
    for row in Finding.objects.filter(system_id__in=system_ids).order_by().values_list(*columns):
        known[row[0]][row[2]] = _Known(row[1], row[2], row[3], row[4], row[5], tuple(row[6:]))
    return known


def _treat_one(one: Draught, known: dict[str, _Known], plan: _Plan) -> Treated:
    treated = Treated()
    for draft in one.drafts:
        finding = known.pop(draft.key[:_KEY_LENGTH], None)
        texts = _write_texts(draft)
        if finding is None:
            key = draft.key[:_KEY_LENGTH]
            since = (one.as_of, one.assessment_id, one.assessment_id, 1)
            plan.new.append((one.system_id, key, *texts, *since, *_BLANK))
            treated.opened += 1
        elif finding.closed_on is not None:
            plan.changed.append((*texts, one.as_of, finding.times_opened + 1, None, "", finding.id))
            treated.reopened += 1
        else:
            treated.kept += 1
            if texts != finding.texts:
                plan.changed.append((*texts, finding.opened_on, finding.times_opened, None, "", finding.id))
    gone = [finding for finding in known.values() if finding.closed_on is None]
    plan.gone.extend((one.system_id, finding, one.as_of) for finding in gone)
    treated.closed = len(gone)
    if treated.kept or treated.reopened:
        plan.seen.append((one.assessment_id, one.system_id))
    return treated


def _write_texts(draft: FindingDraft) -> tuple[str, ...]:
    return tuple(str(getattr(draft, name))[: _LIMITS.get(name)] for name in _DERIVED)
