"""The days that lock-in is watched by, and the first of them on which time alone could change the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from audit.engine.dates import earliest
from audit.engine.facts import FactSheet, JsonValue, first_expiry
from audit.engine.lock_in.exercises import TESTED_ON, ages_on
from audit.engine.lock_in.exit_time import DATED_BOUNDS, END, OrderlyMargin, shift_day
from audit.engine.lock_in.model import LockInModel

NOTICE: Final = "contract.notice_days"
NOTICE_BY: Final = "notice_by"


@dataclass(frozen=True, slots=True)
class WatchedDay:
    """A day to be watched: the last day to give notice, an end, a test that ages out, a margin that turns short."""

    what: str
    on: date

    def to_json(self, as_of: date) -> dict[str, JsonValue]:
        """Give the day as plain data, with whether it has passed."""
        return {"what": self.what, "on": self.on.isoformat(), "passed": self.on < as_of}


def list_watched_days(known: FactSheet, margin: OrderlyMargin | None, as_of: date) -> tuple[WatchedDay, ...]:
    """The watched days that the facts give, earliest first."""
    found: list[tuple[str, date | None]] = [(NOTICE_BY, last_notice_day(known))]
    for key, what in zip(DATED_BOUNDS, ("retirement", "contract_end"), strict=True):
        fact = known.get(key)
        found.append((what, fact.value if fact is not None and isinstance(fact.value, date) else None))
    tested = known.get(TESTED_ON)
    if tested is not None and isinstance(tested.value, date):
        found.append(("exit_test_ages", ages_on(tested.value)))
        found.append(("exit_test", tested.value))
    if margin is not None:
        at_worst, at_best = margin.short_from(as_of)
        found += [("margin_short_at_worst", at_worst), ("margin_short_at_best", at_best)]
    days = [WatchedDay(what, day) for what, day in found if day is not None]
    return tuple(sorted(days, key=lambda watched: (watched.on, watched.what)))


def last_notice_day(known: FactSheet) -> date | None:
    """The last day on which notice still ends the contract at its term: the end minus the notice."""
    end, notice = known.get(END), known.get(NOTICE)
    if end is None or notice is None or not isinstance(end.value, date):
        return None
    days = notice.value if isinstance(notice.value, int | float) else 0
    return shift_day(end.value, -int(days)) if notice.applies else None


def first_change(
    model: LockInModel, sheet: FactSheet, days: tuple[WatchedDay, ...], margin: OrderlyMargin | None, as_of: date
) -> date | None:
    """The first later day on which time alone could change the outcome."""
    changes = [change_after(day, as_of) for day in days]
    changes += [margin.turns_on if margin is not None else None, model.review_by + timedelta(days=1)]
    read = [fact for key, fact in sheet.items() if key in model.reads]
    return earliest(first_expiry(read, as_of), *(day for day in changes if day is not None and day > as_of))


def change_after(day: WatchedDay, as_of: date) -> date | None:
    """The first later day on which this one changes the outcome; ``None`` where there is none, or no calendar reaches.

    Evidence, tests and margins turn on the day that is named. The day after, it has passed; a last day to give notice
    still counts as such, so that it changes nothing before.
    """
    if day.on > as_of and day.what != NOTICE_BY:
        return day.on
    change = shift_day(day.on, 1)
    return change if change is not None and change > as_of else None
