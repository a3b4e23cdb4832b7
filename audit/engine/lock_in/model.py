"""The compiled lock-in model: its score, the phases of an exit, the ways out and what contradicts what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from audit.engine.facts import FactSheet, Value
from audit.engine.scoring.terms import Condition, ScoreModel

# The facts that days and margins are computed from beside those of the level.
DAYS_FACTS: Final = frozenset(
    {
        "contract.end_date",
        "contract.exit_transition_days",
        "contract.notice_days",
        "contract.vendor_notice_days",
        "exit.fallback",
        "exit.fallback_activation_days",
        "exit.test_kind",
        "exit.test_phases",
        "exit.tested_days",
        "exit.tested_on",
        "exit.tolerable_outage_days",
        "horizon.retirement_date",
    }
)


@dataclass(frozen=True, slots=True)
class Need:
    """What a way out needs of one fact: one of some values, or a number; ``says`` what it means if not so."""

    key: str
    values: frozenset[Value]
    at_least: float | None
    says: str
    only_when: Condition | None = None
    unless: Condition | None = None

    def reads(self) -> tuple[str, ...]:
        """The facts that decide whether it is asked and met."""
        conditions = [each for each in (self.only_when, self.unless) if each is not None]
        return (self.key, *(key for each in conditions for key, _ in each.wanted))

    def is_met(self, known: FactSheet) -> bool | None:
        """Three-valued: ``None`` while the fact, or whether it is asked at all, is unknown."""
        asked = _is_asked(self, known)
        fact = known.get(self.key)
        if asked is False:
            return True
        if fact is None:
            return None
        met = fact.applies and self._accepts(fact.value)
        return met if met or asked else None

    def _accepts(self, value: Value) -> bool:
        if self.at_least is not None:
            return isinstance(value, int | float) and value >= self.at_least
        if isinstance(value, tuple):
            return any(item in self.values for item in value)
        return value in self.values


def _is_asked(need: Need, known: FactSheet) -> bool | None:
    if need.only_when is not None:
        return need.only_when.holds(known)
    if need.unless is not None:
        spared = need.unless.holds(known)
        return None if spared is None else not spared
    return True


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of an exit in days: between ``low`` and ``high`` with its group's risk, or as a fact states."""

    name: str
    low: float
    high: float
    group: str
    stated_in: str
    done_when: Need | None

    def reads(self) -> tuple[str, ...]:
        """The facts that it is read from beside those of its group."""
        stated = (self.stated_in,) if self.stated_in else ()
        return stated if self.done_when is None else (*stated, *self.done_when.reads())


@dataclass(frozen=True, slots=True)
class WayOut:
    """A concrete way out: what it needs, what makes it harder, which phases of the exit it takes."""

    name: str
    title: str
    needs: tuple[Need, ...]
    harder: tuple[Need, ...]
    phases: tuple[str, ...]
    days: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Facts that cannot all be right together."""

    when: Condition
    says: str


@dataclass(frozen=True, eq=False)
class LockInModel:
    """The whole model of one pack version."""

    score: ScoreModel
    phases: tuple[Phase, ...]
    options: tuple[WayOut, ...]
    contradictions: tuple[Contradiction, ...]
    review_by: date

    @cached_property
    def reads(self) -> frozenset[str]:
        """Every fact that the level, the days, the ways out or a contradiction is read from."""
        needs = [need for way in self.options for need in (*way.needs, *way.harder)]
        conditions = [each.when for each in self.contradictions]
        return (
            self.score.keys
            | frozenset(key for inputs in self.score.derived_from.values() for key in inputs)
            | frozenset(need.key for need in needs)
            | frozenset(key for condition in conditions for key, _ in condition.wanted)
            | frozenset(way.days for way in self.options if way.days)
            | frozenset(key for phase in self.phases for key in phase.reads())
            | DAYS_FACTS
        )
