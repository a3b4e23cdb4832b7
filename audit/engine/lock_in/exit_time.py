"""How long it would take to leave, in days by phase, and whether we would have that long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor
from typing import Final

from audit.engine.facts import FactSheet
from audit.engine.lock_in.exercises import MOST_DAYS, ObservedPhases, read_observed_phases
from audit.engine.lock_in.model import Phase
from audit.engine.scoring.terms import Ends

TESTED_PHASE: Final = "tested"
RETIREMENT: Final = "horizon.retirement_date"
END: Final = "contract.end_date"
DATED_BOUNDS: Final = (RETIREMENT, END)
VENDOR_NOTICE: Final = "contract.vendor_notice_days"
TRANSITION: Final = "contract.exit_transition_days"
TOLERABLE: Final = "exit.tolerable_outage_days"
FALLBACK: Final = "exit.fallback"
ACTIVATION: Final = "exit.fallback_activation_days"


@dataclass(frozen=True, slots=True)
class PhaseDays:
    """One phase in whole days; ``replaces`` names the phases that a test measured instead of it."""

    name: str
    low: int
    high: int
    source: str
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExitTime:
    """The phases of an exit; their days add up to the whole."""

    phases: tuple[PhaseDays, ...]
    estimate: tuple[int, int]
    observed: ObservedPhases | None

    @property
    def low(self) -> int:
        """The days if all unknowns turn out well."""
        return sum(phase.low for phase in self.phases)

    @property
    def high(self) -> int:
        """The days if all unknowns turn out badly."""
        return sum(phase.high for phase in self.phases)

    @property
    def leaves_estimate(self) -> bool:
        """True when the tested days lie outside what the model expected of those phases: flagged, not clipped."""
        if self.observed is None:
            return False
        return not self.estimate[0] <= round_days(self.observed.days) <= self.estimate[1]


def estimate_exit_time(phases: Iterable[Phase], known: FactSheet, risks: Mapping[str, Ends]) -> ExitTime:
    """Sum the phases; a test that was run replaces the phases it ran, and only those."""
    observed = read_observed_phases(known)
    ran = observed.phases if observed is not None else frozenset()
    estimates = [estimate_phase(phase, known, risks) for phase in phases]
    kept = [each for each in estimates if each.name not in ran]
    replaced = [each for each in estimates if each.name in ran]
    if observed is not None and replaced:
        days = round_days(observed.days)
        names = tuple(each.name for each in replaced)
        kept.append(PhaseDays(TESTED_PHASE, days, days, "exit.tested_days", names))
    expected = sum(each.low for each in replaced), sum(each.high for each in replaced)
    return ExitTime(tuple(kept), expected, observed if replaced else None)


def estimate_phase(phase: Phase, known: FactSheet, risks: Mapping[str, Ends]) -> PhaseDays:
    """One phase as a fact states it, as done, or by the risk of its group."""
    stated = read_days(known, phase.stated_in)
    if stated is not None:
        days = round_days(stated)
        return PhaseDays(phase.name, days, days, phase.stated_in)
    if phase.done_when is not None and phase.done_when.is_met(known):
        return PhaseDays(phase.name, round_days(phase.low), round_days(phase.low), phase.done_when.key)
    low, high = risks.get(phase.group, (0.0, 1.0))
    span = phase.high - phase.low
    if phase.done_when is not None and phase.done_when.is_met(known) is None:
        low = 0.0
    ends = round_days(phase.low + span * low), round_days(phase.low + span * high)
    return PhaseDays(phase.name, *ends, phase.group or phase.stated_in)


def shift_day(day: date, days: int) -> date | None:
    """The day so many days later; ``None`` where no calendar reaches."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def read_days(known: FactSheet, key: str) -> float | None:
    """A fact's days, from 0 to some 27,000 years so that sums stay finite; ``None`` where no number is known."""
    fact = known.get(key)
    if fact is None or not isinstance(fact.value, int | float):
        return None
    return float(min(max(fact.value, 0), MOST_DAYS))


def round_days(days: float) -> int:
    """Whole days, half up, after the float noise is cut off."""
    return floor(round(days, 6) + 0.5)


@dataclass(frozen=True, slots=True)
class Bound:
    """Something that ends the service: which fact says so, and in how many days from the as-of day."""

    key: str
    days: int
    day: date | None


@dataclass(frozen=True, slots=True)
class OrderlyMargin:
    """The time an orderly exit has (the nearest bound and the transition) against the time it needs, in days.

    ``turns_on`` is the day on which a date takes the place of a notice as the nearest bound, where one is to come.
    """

    bound: Bound
    transition: int
    low: int
    high: int
    turns_on: date | None = None

    def short_from(self, as_of: date) -> tuple[date | None, date | None]:
        """The days from which the margin is short at worst and even at best; ``None`` for a notice that runs along."""
        if self.bound.day is None:
            return None, None
        return shift_day(as_of, self.low + 1), shift_day(as_of, self.high + 1)


def find_bounds(known: FactSheet, as_of: date) -> tuple[Bound, ...]:
    """The bounds known to exist, nearest first; of two that are as near, the one that is a date.

    A vendor that is known to owe no notice may end the service today; an unknown notice counts so under an open-ended
    contract.
    """
    bounds = []
    for key in DATED_BOUNDS:
        fact = known.get(key)
        if fact is not None and isinstance(fact.value, date):
            bounds.append(Bound(key, (fact.value - as_of).days, fact.value))
    notice = read_days(known, VENDOR_NOTICE)
    if notice is not None:
        bounds.append(Bound(VENDOR_NOTICE, round_days(notice), None))
    elif _is_known_none(known, VENDOR_NOTICE) or _is_known_none(known, END):
        bounds.append(Bound(VENDOR_NOTICE, 0, None))
    return tuple(sorted(bounds, key=lambda bound: (bound.days, bound.day is None, bound.key)))


def find_turn(bounds: Sequence[Bound]) -> date | None:
    """The day on which the nearest date is as near as the notice that bounds before it; ``None`` without such a day."""
    dated = next((bound.day for bound in bounds if bound.day is not None), None)
    return None if dated is None or bounds[0].day is not None else shift_day(dated, -bounds[0].days)


def _is_known_none(known: FactSheet, key: str) -> bool:
    fact = known.get(key)
    return fact is not None and fact.applies and fact.value is None


def judge_orderly_margin(known: FactSheet, exit_time: ExitTime, as_of: date) -> OrderlyMargin | None:
    """The nearest bound plus guaranteed transition, minus the exit time; ``None`` when no bound is known to exist."""
    bounds = find_bounds(known, as_of)
    if not bounds:
        return None
    # Only service that is guaranteed counts, so an unknown transition is none.
    transition = round_days(read_days(known, TRANSITION) or 0)
    given = bounds[0].days + transition
    return OrderlyMargin(bounds[0], transition, given - exit_time.high, given - exit_time.low, find_turn(bounds))


def judge_sudden_margin(known: FactSheet, exit_time: ExitTime) -> Ends | None:
    """Tolerable outage minus the time until the fallback carries the work, in days.

    Where nothing takes over, the outage lasts as long as the exit. ``None`` while a part is unknown.
    """
    tolerable, activation = read_days(known, TOLERABLE), read_days(known, ACTIVATION)
    if tolerable is None:
        return None
    if has_no_fallback(known):
        return round(tolerable - exit_time.high, 1), round(tolerable - exit_time.low, 1)
    if activation is None:
        return None
    margin = round(tolerable - activation, 1)
    return margin, margin


def has_no_fallback(known: FactSheet) -> bool:
    """True when it is known that nothing takes over."""
    fallback = known.get(FALLBACK)
    return fallback is not None and fallback.value == "none"
