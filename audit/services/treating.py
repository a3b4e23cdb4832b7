"""Findings across assessments: opened, still there, closed with the cause, opened again. What people wrote stays.

Many systems at once; a row is read and written only if something of it changed, which a digest of the open findings
tells that is kept with the system's standing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from operator import attrgetter
from typing import Final, NamedTuple

from audit.engine.identity import ByIdentity
from audit.models import Finding
from audit.services.conditions import FindingDraft
from audit.services.writing import Cell, insert_rows, update_rows

_DERIVED: Final = ("area", "rating", "title", "condition", "criterion", "cause", "effect", "recommendation")
_read_derived: Final = attrgetter(*_DERIVED)
_LIMIT: Final = 300
"""The length of a title and of a criterion."""
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
    """What an assessment, by its id, found of one system on a day.

    ``before`` is the digest of the findings that were open until now, ``seen_by`` the assessment that saw them last.
    """

    system_id: int
    assessment_id: int
    as_of: date
    drafts: Sequence[FindingDraft]
    before: str = ""
    seen_by: int | None = None


@dataclass(slots=True)
class Treated:
    """How many findings of a system were opened, opened again, kept and closed, and the digest of those now open."""

    digest: str
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


class _Written(NamedTuple):
    """A draft as it is stored: its key, its texts, and the line that stands for both in a digest."""

    key: str
    texts: tuple[str, ...]
    line: str


@dataclass(slots=True)
class _Plan:
    """The rows to write."""

    new: list[tuple[Cell, ...]] = field(default_factory=list)
    changed: list[tuple[Cell, ...]] = field(default_factory=list)
    reworded: list[tuple[Cell, ...]] = field(default_factory=list)
    gone: list[tuple[Draught, _Known]] = field(default_factory=list)


def treat_findings(found: Sequence[Draught], *, causes: Causes) -> dict[int, Treated]:
    """Bring the findings of systems in line with their assessments; gives by system what became of them.

    Call it in the transaction that stores the assessments. Each system stands once.
    """
    plan = _Plan()
    treated: dict[int, Treated] = {}
    moved: list[tuple[Draught, dict[str, _Written]]] = []
    for one in found:
        written = {draft.key: draft for draft in map(_write, one.drafts)}
        digest = "\n".join([draft.line for draft in written.values()])
        treated[one.system_id] = Treated(digest, kept=len(written))
        if digest != one.before and not _reword(one, written, plan):
            moved.append((one, written))
    known = _read_known([one.system_id for one, _ in moved])
    for one, written in moved:
        treated[one.system_id] = _treat_one(one, written, known.get(one.system_id, {}), plan)
    _carry_out(plan, causes)
    return treated


def _reword(one: Draught, written: Mapping[str, _Written], plan: _Plan) -> bool:
    """Where the same findings are open as before, only texts can have changed; false where others are open."""
    before = dict(line.rsplit(" ", 1) for line in one.before.split("\n")) if one.before else {}
    if not before or before.keys() != written.keys():
        return False
    for key, draft in written.items():
        if draft.line != f"{key} {before[key]}":
            plan.reworded.append((*draft.texts, one.system_id, key))
    return True


def _carry_out(plan: _Plan, causes: Causes) -> None:
    insert_rows(Finding, _INSERTED, plan.new)
    update_rows(Finding, _DERIVED, plan.reworded, by=["system_id", "key"])
    update_rows(
        Finding,
        [*_DERIVED, "opened_on", "times_opened", "closed_on", "closed_because", "last_seen_by_id"],
        plan.changed,
        by=["id"],
    )
    if plan.gone:
        because = causes({one.system_id for one, _ in plan.gone})
        closings = [
            (
                max(one.as_of, finding.opened_on),
                because[one.system_id](finding.key)[:300],
                one.seen_by or one.assessment_id,
                finding.id,
            )
            for one, finding in plan.gone
        ]
        update_rows(Finding, ["closed_on", "closed_because", "last_seen_by_id"], closings, by=["id"])


def _read_known(system_ids: Sequence[int]) -> Mapping[int, dict[str, _Known]]:
    known: dict[int, dict[str, _Known]] = defaultdict(dict)
    if not system_ids:
        return known
    columns = ("system_id", "id", "key", "opened_on", "times_opened", "closed_on", *_DERIVED)
    for row in Finding.objects.filter(system_id__in=system_ids).order_by().values_list(*columns):
        known[row[0]][row[2]] = _Known(row[1], row[2], row[3], row[4], row[5], tuple(row[6:]))
    return known


def _treat_one(one: Draught, written: Mapping[str, _Written], known: dict[str, _Known], plan: _Plan) -> Treated:
    treated = Treated("\n".join([draft.line for draft in written.values()]))
    for key, draft in written.items():
        finding = known.pop(key, None)
        if finding is None:
            plan.new.append((one.system_id, key, *draft.texts, one.as_of, one.assessment_id, None, 1, *_BLANK))
            treated.opened += 1
        elif finding.closed_on is not None:
            plan.changed.append((*draft.texts, one.as_of, finding.times_opened + 1, None, "", None, finding.id))
            treated.reopened += 1
        else:
            treated.kept += 1
            if draft.texts != finding.texts:
                since = (finding.opened_on, finding.times_opened)
                plan.changed.append((*draft.texts, *since, None, "", None, finding.id))
    gone = [finding for finding in known.values() if finding.closed_on is None]
    plan.gone.extend((one, finding) for finding in gone)
    treated.closed = len(gone)
    return treated


def _write_draft(draft: FindingDraft) -> _Written:
    area, rating, title, condition, criterion, *others = _read_derived(draft)
    texts = (str(area), str(rating), title[:_LIMIT], condition, criterion[:_LIMIT], *others)
    key = draft.key[:_KEY_LENGTH]
    digest = blake2b("\0".join(texts).encode(), digest_size=8).hexdigest()
    return _Written(key, texts, f"{key} {digest}")


_write: Final = ByIdentity(_write_draft, most=5_000)
