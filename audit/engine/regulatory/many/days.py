"""The days from which rules may apply, for many systems at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from audit.engine.expressions.frames import Frame
from audit.engine.expressions.planes import Choices, Column
from audit.engine.logic import Scalar, candidates
from audit.engine.regulatory.bands import has_begun, may_begin
from audit.engine.regulatory.many.program import RuleEntry


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """For each day the systems in which a rule may apply from it; ``None`` where it has no day."""

    may_be: Choices

    def tuple_at(self, row: bytes) -> tuple[Scalar, ...]:
        """The days of one system, as ``Schedule.days`` has them; ``row`` tells of each whether it is possible."""
        return tuple([day for day, is_possible in zip(self.may_be.may_be, row, strict=True) if is_possible])


def find_days(frame: Frame, entry: RuleEntry) -> Days:
    """The days of a rule."""
    schedule = entry.schedule
    if schedule.fact:
        return Days(_read_fact(frame, schedule.fact))
    if not schedule.cases:
        return Days(Choices({schedule.day: frame.full}, 0))
    within = frame.full
    may_be: dict[Scalar, int] = {}
    for case, number in zip(schedule.cases, entry.cases, strict=True):
        certain, possible = frame.truth(number)
        may_be[case.value] = may_be.get(case.value, 0) | (within & possible)
        within &= ~certain
    return Days(Choices(may_be, 0))


def _read_fact(frame: Frame, key: str) -> Choices:
    """The days that a fact may be; what is not known gives no day."""
    values = frame.value(key)
    if isinstance(values, Choices):
        no_day = values.may_be.get(None, 0) | values.unknown
        return Choices({**values.may_be, None: no_day} if no_day else values.may_be, 0)
    if not isinstance(values, Column):
        return Choices({None: frame.full}, 0)
    may_be: dict[Scalar, int] = {}
    for place, datum in enumerate(values.data):
        where = values.where_is(place)
        for day in candidates(datum) or (None,):
            may_be[day] = may_be.get(day, 0) | where
    return Choices(may_be, 0)


def foresee(entry: RuleEntry, as_of: date) -> Outlook:
    """What can be told of the days of a rule without a look at the facts."""
    schedule = entry.schedule
    begun = has_begun(schedule, as_of)
    fixed: tuple[Scalar, ...] = tuple(schedule.stages.values())
    if not entry.is_dated:
        fixed = (*fixed, schedule.day)
        begun = may_begin(schedule.day, as_of) if begun is None else begun
    return Outlook(begun, tuple([day for day in fixed if isinstance(day, date) and day > as_of]))


class Outlook(NamedTuple):
    """Whether a rule would be in force, ``None`` where its day hangs on facts, and its days to come that do not."""

    begun: bool | None
    coming: tuple[date, ...]


def first_days(coming: dict[date, int], full: int) -> list[tuple[date, int]]:
    """For each day the systems for which it is the first; what is left over has none."""
    found: list[tuple[date, int]] = []
    for day in sorted(coming):
        where = coming[day] & full
        full &= ~where
        if where:
            found.append((day, where))
    return found
