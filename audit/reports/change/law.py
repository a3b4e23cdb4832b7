"""What moved in the law and in the method: the rule packs and the engine of both days, and the duties in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from audit.engine.diff import Cause
from audit.reports.causes import cause_word
from audit.reports.change.records import ChangeRecords
from audit.reports.citations import cite
from audit.reports.portfolio.capping import left_out
from audit.reports.stored import told
from audit.reports.wording import clip, number, short_day

_MOST: Final = 30
_METHOD: Final = frozenset({"lock_in", "transparency", "openness"})


@dataclass(frozen=True, slots=True)
class PackRow:
    """A rule pack that is another one, or the engine."""

    name: str
    before: str
    after: str
    kind: str


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty that came into force."""

    day: str
    id: str
    title: str
    citation: str
    systems: str
    examples: str


@dataclass(frozen=True, slots=True)
class LawMoves:
    """The packs that changed, and the duties by their day."""

    packs: tuple[PackRow, ...]
    duties: tuple[DutyRow, ...]
    duties_left_out: str


def build_law(records: ChangeRecords) -> LawMoves:
    """Build the section on law and method."""
    before, after = records.packs_before, records.packs_after
    law, method = cause_word(Cause.LAW), cause_word(Cause.METHOD)
    packs = [
        PackRow(name, _version(before.get(name, "")), _version(after.get(name, "")), method if name in _METHOD else law)
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
    if records.engines[0] != records.engines[1]:
        packs.append(PackRow(gettext("Engine"), *records.engines, method))
    duties = tuple(
        DutyRow(
            day=short_day(each.on),
            id=each.duty.id,
            title=told(each.duty.title),
            citation=cite(each.duty.citation),
            systems=number(len(each.systems)),
            examples=clip(", ".join(each.systems), 60),
        )
        for each in records.turned[:_MOST]
    )
    return LawMoves(tuple(packs), duties, left_out(len(records.turned), _MOST))


def _version(identity: str) -> str:
    """The version with the first characters of the hash, which tell two contents of one version apart."""
    version, _, sha256 = identity.partition("+sha256:")
    return f"{version} ({sha256[:8]})" if version else gettext("not used")
