"""One obligation with its versions: from when each counts as adopted, from when it applies, and on what condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from audit.engine.dates import Span
from audit.engine.expressions import Condition, Situation, Values, Weights, await_fact
from audit.engine.facts import JsonValue
from audit.engine.logic import UNKNOWN, Possible, Scalar, candidates
from audit.engine.rules.derived import Clause


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a version applies: one day, a derived day, the first case that holds, stages, or always.

    ``no_day_before`` is the day until which the duty is certainly not in force: where this record
    cannot know the day, or where the first stage lies before the law itself applies.
    """

    day: date | None = None
    fact: str = ""
    cases: tuple[Clause, ...] = ()
    stages: Mapping[str, date] = field(default_factory=dict)
    always: bool = False
    no_day_before: date | None = None

    def days(self, values: Values) -> tuple[Scalar, ...]:
        """The days still possible, each once; ``None`` among them where the duty has no day."""
        if self.fact:
            datum = values.get(self.fact, UNKNOWN)
            if isinstance(datum, date):
                return (datum,)
            return tuple(candidates(datum) or (None,))
        if not self.cases:
            return (self.day,)
        found: dict[Scalar, None] = {}
        for case in self.cases:
            truth = case.when.decide(values)
            if truth is not False:
                found[case.value] = None
            if truth is True:
                break
        return tuple(found)

    def blame(self, situation: Situation, sink: Weights) -> None:
        """Spread weight 1 over the facts that decide the day."""
        if self.fact:
            datum = situation.values.get(self.fact, UNKNOWN)
            if datum is UNKNOWN or isinstance(datum, Possible):
                sink[await_fact(self.fact)] = 1.0
        for case in self.cases:
            truth = case.when.decide(situation.values)
            if truth is None:
                case.when.blame(situation, 1.0, sink)
            elif truth:
                return


@dataclass(frozen=True, slots=True, eq=False)
class RuleVersion:
    """The obligation as adopted in a span of days (publication in the Official Journal, not application).

    ``accepts`` are controls of frameworks that meet it as a whole, ``helped_by`` those that do in part.
    Where it ``is_plain``, day and control alone decide its outcome. While ``breached_when`` holds, silence is a
    breach; where ``no_control_cures`` it, so is whatever is recorded.
    """

    adopted: Span
    when: Condition
    schedule: Schedule
    static: Mapping[str, JsonValue]
    breached_when: Condition | None = None
    no_control_cures: bool = False
    repealed_on: date | None = None
    control: str = ""
    accepts: tuple[str, ...] = ()
    helped_by: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    is_plain: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_plain", self.breached_when is None and self.repealed_on is None)

    def fixed_days(self) -> Iterable[date]:
        """Days that count whatever the facts: the repeal, and the end of the time without a day."""
        return (day for day in (self.repealed_on, self.schedule.no_day_before) if day is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Sanction:
    """A maximum fine and its basis: the higher of a fixed amount and a share of the worldwide turnover.

    For undertakings of the sizes in ``lower_of_for`` it is the lower of the two. Without ``fixed``
    the law names no ceiling. It counts while ``when`` holds, or always. Before ``applies_from``, where
    that is later than the duty, it cannot be imposed yet.
    """

    basis: str
    text: str
    fixed: float | None = None
    currency: str = "EUR"
    turnover_percent: float | None = None
    lower_of_for: frozenset[str] = frozenset()
    when: Condition | None = None
    applies_from: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One obligation. ``row`` is its id in the fact base, ``about`` what people and reports read of it.

    Of its ``sanctions`` the first counts whose condition holds. A rule ``of_entity`` binds the legal entity as a
    whole and is judged once for it, whatever the number of systems that make it apply.
    """

    id: str
    row: str
    versions: tuple[RuleVersion, ...]
    about: Mapping[str, JsonValue]
    verified_on: date
    review_by: date
    sanctions: tuple[Sanction, ...] = ()
    of_entity: bool = False

    def version_at(self, as_of: date) -> RuleVersion | None:
        """The version adopted by the day; ``None`` before the first."""
        return next((version for version in self.versions if version.adopted.covers(as_of)), None)


def find_overlaps(spans: Sequence[Span]) -> Iterable[tuple[int, int]]:
    """The pairs of places in the sequence whose spans share a day."""
    for first, span in enumerate(spans):
        for second in range(first + 1, len(spans)):
            if span.overlaps(spans[second]):
                yield first, second
