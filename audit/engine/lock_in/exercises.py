"""What the last exit test proves, and for how long (facts/lock_in.yaml)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from audit.engine.facts import Fact, FactSheet, Grade

MOST_DAYS: Final = 10**7
TESTED: Final = "ict.exit_tested"
TESTED_ON: Final = "exit.tested_on"
TEST_KIND: Final = "exit.test_kind"
TEST_PHASES: Final = "exit.test_phases"
TESTED_DAYS: Final = "exit.tested_days"
REAL_KINDS: Final = frozenset({"full_cutover", "technical"})
_GRADES: Final = tuple(Grade)
NOT_TAKEN_YET: Final = Fact(None, not_applicable="the test is still to come")
"""The days of such a test: not asked for, and nothing that stands in place of an estimate."""


@lru_cache(maxsize=5_000)
def ages_on(tested_on: date) -> date:
    """The day from which a test is no longer within 12 months: the same day a year later."""
    year = min(tested_on.year + 1, date.max.year)
    return date(year, tested_on.month, min(tested_on.day, monthrange(year, tested_on.month)[1]))


def derive_exit_tested(known: FactSheet, as_of: date) -> Fact | None:
    """Whether a technical or full test took place within the last 12 months; ``None`` while unknown.

    The fact is computed, never taken as stated. While the day of the test is unknown nothing is
    concluded, since a later answer could turn it either way.
    """
    tested_on, kind = known.get(TESTED_ON), known.get(TEST_KIND)
    if tested_on is None:
        return None
    if tested_on.not_applicable:
        return Fact(None, not_applicable=tested_on.not_applicable)
    day = tested_on.value
    if not isinstance(day, date) or not day <= as_of < ages_on(day):
        return Fact(value=False, grade=tested_on.grade)
    if kind is None:
        return None
    grade = max(tested_on.grade, kind.grade, key=_GRADES.index)
    return Fact(value=kind.value in REAL_KINDS, grade=grade)


def is_to_come(tested_on: Fact | None, as_of: date) -> bool:
    """Whether a test is planned for a later day: until then it has measured nothing."""
    return tested_on is not None and isinstance(tested_on.value, date) and tested_on.value > as_of


def with_exit_tested(known: dict[str, Fact], as_of: date) -> dict[str, Fact]:
    """The sheet with the derived fact in place of a stated one, and no days taken by a test that is to come."""
    derived = derive_exit_tested(known, as_of)
    sheet = {key: fact for key, fact in known.items() if key != TESTED}
    if is_to_come(known.get(TESTED_ON), as_of):
        sheet[TESTED_DAYS] = NOT_TAKEN_YET
    if derived is not None:
        sheet[TESTED] = derived
    return sheet


@dataclass(frozen=True, slots=True)
class ObservedPhases:
    """The phases a real test ran and the days they took together."""

    phases: frozenset[str]
    days: float


def read_observed_phases(known: FactSheet) -> ObservedPhases | None:
    """What a test measured. A tabletop measures nothing; without phases or days there is nothing to replace."""
    kind, phases, days = (known.get(key) for key in (TEST_KIND, TEST_PHASES, TESTED_DAYS))
    never = known.get(TESTED_ON)
    if kind is None or phases is None or days is None or kind.value not in REAL_KINDS:
        return None
    if never is not None and never.value is None:
        return None
    if not isinstance(phases.value, tuple) or not phases.value or not isinstance(days.value, int | float):
        return None
    return ObservedPhases(frozenset(phases.value), float(min(max(days.value, 0), MOST_DAYS)))
