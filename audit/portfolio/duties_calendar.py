"""The calendar of duties of one system or of many: in force, coming with the day, ended, and what is disputed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from audit.engine.facts import JsonValue
from audit.engine.findings import Duty, Outcome
from audit.engine.regulatory import RegulatoryResult

_NUMBER: Final = re.compile(r"\d+")


class DutyState(StrEnum):
    """How a duty stands on the day; ``open`` means that its day is one of several or not known."""

    COMING = "coming"
    OPEN = "open"
    IN_FORCE = "in_force"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class DatedDuty:
    """What the calendar reads of a duty, be it judged just now or kept with a result.

    ``applies_from`` is its day where it has one alone; ``stages`` are several, each with its label; ``possible_days``
    those of which it is open which. ``other_reading`` is its day by another reading than the operative one.
    """

    id: str
    rule: str
    title: str
    pack: str
    citation: str
    outcome: str
    in_force: bool
    applies_from: date | None
    stages: tuple[tuple[str, date], ...] = ()
    possible_days: tuple[date, ...] = ()
    other_reading: date | None = None
    repealed_on: date | None = None


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One duty, or one stage of it, with its day and the systems it concerns.

    ``day`` is the operative one: of two readings the literal. ``other_reading`` is the other, shown
    beside it. An open entry has the days still possible.
    """

    state: DutyState
    day: date | None
    id: str
    rule: str
    title: str
    pack: str
    citation: str
    stage: str
    other_reading: date | None
    possible_days: tuple[date, ...]
    systems: tuple[str, ...]

    @property
    def is_disputed(self) -> bool:
        """Tell whether there are two readings of the day."""
        return self.other_reading is not None

    def to_json(self) -> dict[str, JsonValue]:
        """Give the entry as plain data."""
        return {
            "state": self.state.value,
            "day": self.day.isoformat() if self.day else None,
            "id": self.id,
            "rule": self.rule,
            "title": self.title,
            "pack": self.pack,
            "citation": self.citation,
            "stage": self.stage,
            "other_reading": self.other_reading.isoformat() if self.other_reading else None,
            "possible_days": [day.isoformat() for day in self.possible_days],
            "systems": [*self.systems],
        }


def build_calendar(system_id: str, result: RegulatoryResult, as_of: date) -> tuple[CalendarEntry, ...]:
    """The duties of one system as judged on the day, what is coming first and by day."""
    return arrange(system_id, [_read_judged(duty) for duty in result.duties], as_of)


def arrange(system_id: str, duties: Iterable[DatedDuty], as_of: date) -> tuple[CalendarEntry, ...]:
    """The calendar of duties wherever they were read from; each stage of one is an entry of its own."""
    entries = [entry for duty in duties for entry in _enter(system_id, duty, as_of)]
    return tuple(sorted(entries, key=_order))


def build_portfolio_calendar(results: Mapping[str, RegulatoryResult], as_of: date) -> tuple[CalendarEntry, ...]:
    """The duties of many systems, each with its day once, and the systems that share it in the order given."""
    shared: dict[CalendarEntry, list[str]] = {}
    for system_id, result in results.items():
        for entry in build_calendar(system_id, result, as_of):
            shared.setdefault(replace(entry, systems=()), []).append(system_id)
    entries = [replace(entry, systems=tuple(systems)) for entry, systems in shared.items()]
    return tuple(sorted(entries, key=_order))


def by_number(name: str) -> str:
    """Give what a duty's id or a rule's name sorts by, as a reader counts: Art. 5 before Art. 13."""
    return _NUMBER.sub(lambda found: found[0].zfill(6), name)


def _order(entry: CalendarEntry) -> tuple[int, date, str, str]:
    return [*DutyState].index(entry.state), entry.day or date.max, entry.pack, by_number(entry.id)


def _enter(system_id: str, duty: DatedDuty, as_of: date) -> Iterator[CalendarEntry]:
    """One entry, or one for each stage: a duty may be in force with its first and coming with its last."""
    if duty.stages and duty.outcome != Outcome.REPEALED:
        for stage, day in duty.stages:
            in_force = duty.in_force and day <= as_of
            state = DutyState.IN_FORCE if in_force else DutyState.COMING if day > as_of else DutyState.OPEN
            yield _entry(system_id, duty, state, day, stage)
        return
    if duty.outcome == Outcome.REPEALED:
        yield _entry(system_id, duty, DutyState.ENDED, duty.repealed_on or duty.applies_from, "")
    elif duty.in_force:
        yield _entry(system_id, duty, DutyState.IN_FORCE, duty.applies_from, "")
    else:
        coming = duty.applies_from is not None and duty.applies_from > as_of
        yield _entry(system_id, duty, DutyState.COMING if coming else DutyState.OPEN, duty.applies_from, "")


def _entry(system_id: str, duty: DatedDuty, state: DutyState, day: date | None, stage: str) -> CalendarEntry:
    return CalendarEntry(
        state=state,
        day=day,
        id=duty.id,
        rule=duty.rule,
        title=duty.title,
        pack=duty.pack,
        citation=duty.citation,
        stage=stage,
        other_reading=duty.other_reading,
        possible_days=duty.possible_days,
        systems=(system_id,),
    )


def _read_judged(duty: Duty) -> DatedDuty:
    def say(key: str) -> str:
        return str(duty.static.get(key) or "")

    def read_day(key: str) -> date | None:
        return date.fromisoformat(say(key)) if say(key) else None

    return DatedDuty(
        id=duty.id,
        rule=duty.rule,
        title=say("title"),
        pack=say("pack"),
        citation=say("citation"),
        outcome=duty.outcome.value,
        in_force=duty.in_force,
        applies_from=duty.applies_from,
        stages=tuple(duty.stages.items()),
        possible_days=duty.possible_days,
        other_reading=read_day("other_reading"),
        repealed_on=read_day("repealed_on"),
    )
