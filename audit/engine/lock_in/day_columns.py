"""The orderly margins and the watched days of many sheets on one day; each piece is made by the scalar way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from audit.engine.expressions.columns import NEVER
from audit.engine.lock_in.exercises import TESTED_ON
from audit.engine.lock_in.exit_columns import ExitDays
from audit.engine.lock_in.exit_time import (
    END,
    RETIREMENT,
    TRANSITION,
    VENDOR_NOTICE,
    find_bounds,
    find_turn,
    read_days,
    round_days,
    shift_day,
)
from audit.engine.lock_in.watch import NOTICE, WatchedDay, change_after, list_watched_days
from audit.engine.remembering import Memo
from audit.engine.scoring.columns import Columns, Numbering, as_day, pick_rows

_Entry: TypeAlias = tuple[int, str, WatchedDay, int]
"""A watched day after its place in the order, before the day of the change if that is still to come (ordinals)."""
_Numbers: TypeAlias = tuple[int, ...]
_TERM: Final = (END, NOTICE)
_BOUNDS: Final = (RETIREMENT, END, VENDOR_NOTICE)
_NONE: Final[tuple[_Entry, ...]] = ()


class Orderly(NamedTuple):
    """The orderly margin in days; ``is_dated`` when it shrinks from day to day, otherwise from ``turns`` (ordinal)."""

    low: int
    high: int
    is_dated: bool
    turns: int


class Watched(NamedTuple):
    """The days to be watched, when the orderly margin turns short, and until when the outcome holds."""

    dates: tuple[WatchedDay, ...]
    short_at_worst_from: date | None
    short_at_best_from: date | None
    valid_until: date | None


class _Maker(NamedTuple):
    """Makes what is not found yet; it holds none of it, so that all goes with the day and no cycle keeps it."""

    numbering: Numbering
    as_of: date

    def list_term(self, numbers: _Numbers) -> tuple[_Entry, ...]:
        """The end of a contract and the last day to give notice."""
        return self._list(_TERM, numbers)

    def list_retirement(self, number: int) -> tuple[_Entry, ...]:
        """The retirement of a version."""
        return self._list((RETIREMENT,), (number,))

    def list_test(self, number: int) -> tuple[_Entry, ...]:
        """The exit test, and when it has aged."""
        return self._list((TESTED_ON,), (number,))

    def turn_at_worst(self, days: int) -> tuple[_Entry, ...]:
        """The day from which so many days to spare at worst are too few."""
        return self._short("margin_short_at_worst", days)

    def turn_at_best(self, days: int) -> tuple[_Entry, ...]:
        """The same at best."""
        return self._short("margin_short_at_best", days)

    def find_bound(self, numbers: _Numbers) -> tuple[int, bool, int] | None:
        """In how many days the nearest bound ends the service, whether that is a date, and when one takes its place."""
        bounds = find_bounds(self.numbering.sheet(_BOUNDS, numbers), self.as_of)
        if not bounds:
            return None
        turn = find_turn(bounds)
        return bounds[0].days, bounds[0].day is not None, NEVER if turn is None else turn.toordinal()

    def read_transition(self, number: int) -> int:
        """The days of a guaranteed transition."""
        known = self.numbering.sheet((TRANSITION,), (number,))
        return round_days(read_days(known, TRANSITION) or 0)

    def _list(self, keys: tuple[str, ...], numbers: _Numbers) -> tuple[_Entry, ...]:
        found = list_watched_days(self.numbering.sheet(keys, numbers), None, self.as_of)
        return tuple(self._enter(day) for day in found)

    def _short(self, what: str, days: int) -> tuple[_Entry, ...]:
        """As ``OrderlyMargin.short_from``; nothing where no calendar reaches."""
        day = shift_day(self.as_of, days + 1)
        return () if day is None else (self._enter(WatchedDay(what, day)),)

    def _enter(self, day: WatchedDay) -> _Entry:
        change = change_after(day, self.as_of)
        coming = NEVER if change is None else change.toordinal()
        return day.on.toordinal(), day.what, day, coming


class DayColumns:
    """What has been found on one day so far."""

    def __init__(self, numbering: Numbering, as_of: date) -> None:
        make = _Maker(numbering, as_of)
        self._terms = Memo(make.list_term)
        self._retirements = Memo(make.list_retirement)
        self._tests = Memo(make.list_test)
        self._at_worst = Memo(make.turn_at_worst)
        self._at_best = Memo(make.turn_at_best)
        self._bounds = Memo(make.find_bound)
        self._transitions = Memo(make.read_transition)
        self._days: Memo[int, date | None] = Memo(as_day)

    @property
    def size(self) -> int:
        """How many terms and tests it holds."""
        return len(self._terms) + len(self._tests)

    def judge_orderly(self, columns: Columns, exits: Iterable[ExitDays]) -> list[Orderly | None]:
        """The orderly margins."""
        bounds = map(self._bounds.__getitem__, pick_rows(columns, _BOUNDS))
        transitions = map(self._transitions.__getitem__, columns[TRANSITION])
        return [
            None
            if bound is None
            else Orderly(bound[0] + transition - high, bound[0] + transition - low, is_dated=bound[1], turns=bound[2])
            for bound, transition, (low, high, _) in zip(bounds, transitions, exits, strict=True)
        ]

    def watch(self, columns: Columns, margins: Iterable[Orderly | None], until: Sequence[int]) -> list[Watched]:
        """The days of each system; ``until`` is how long its outcome holds otherwise, as an ordinal."""
        terms = map(self._terms.__getitem__, pick_rows(columns, _TERM))
        retirements = map(self._retirements.__getitem__, columns[RETIREMENT])
        tests = map(self._tests.__getitem__, columns[TESTED_ON])
        days, watched = self._days, []
        for term, retirement, test, margin, last in zip(terms, retirements, tests, margins, until, strict=True):
            entries, at_worst, at_best = term + retirement + test, _NONE, _NONE
            if margin is not None and margin.is_dated:
                at_worst, at_best = self._at_worst[margin.low], self._at_best[margin.high]
                entries += at_worst + at_best
            turn = NEVER if margin is None else margin.turns
            soonest = min(last, turn, *[entry[3] for entry in entries])
            watched.append(
                Watched(
                    tuple([entry[2] for entry in sorted(entries)]),
                    at_worst[0][2].on if at_worst else None,
                    at_best[0][2].on if at_best else None,
                    days[soonest],
                )
            )
        return watched
