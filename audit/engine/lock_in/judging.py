"""The lock-in judgement of one system: could we leave, how long would it take, would we have that long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from audit.engine.facts import Fact, FactSheet, JsonValue, known_facts
from audit.engine.lock_in.exercises import (
    TEST_KIND,
    TEST_PHASES,
    TESTED,
    TESTED_DAYS,
    TESTED_ON,
    with_exit_tested,
)
from audit.engine.lock_in.exit_time import (
    ACTIVATION,
    DATED_BOUNDS,
    TOLERABLE,
    VENDOR_NOTICE,
    ExitTime,
    OrderlyMargin,
    estimate_exit_time,
    judge_orderly_margin,
    judge_sudden_margin,
)
from audit.engine.lock_in.model import LockInModel
from audit.engine.lock_in.options import Option, list_options
from audit.engine.lock_in.outcome import LockInOutcome, MissingAnswer
from audit.engine.lock_in.watch import WatchedDay, first_change, list_watched_days
from audit.engine.scoring.explain import describe_score, rank_missing
from audit.engine.scoring.terms import Ends
from audit.engine.scoring.totals import Score, score

MISSTATED: Final = "What is stated about the exit test is not what its day and kind give; the latter counts."
OUTSIDE_ESTIMATE: Final = "The tested days lie outside the estimate for those phases; the test counts, look at both."


@dataclass(frozen=True, slots=True)
class Conflict:
    """Facts that contradict each other, and in which way."""

    facts: tuple[str, ...]
    says: str

    def to_json(self) -> dict[str, JsonValue]:
        """Give the conflict as plain data."""
        return {"facts": [*self.facts], "says": self.says}


@dataclass(frozen=True)
class LockInResult:
    """The lock-in part of an assessment. Explanations are made when asked for, not before."""

    model: LockInModel
    sheet: FactSheet
    as_of: date
    score: Score

    @property
    def known(self) -> FactSheet:
        """The facts that counted, the derived ones in place."""
        return self.score.known

    @cached_property
    def exit_time(self) -> ExitTime:
        """The days an exit takes, by phase."""
        return estimate_exit_time(self.model.phases, self.known, self.score.group_ends())

    @cached_property
    def orderly_margin(self) -> OrderlyMargin | None:
        """The days to spare in an orderly exit; ``None`` when no bound is known to exist."""
        return judge_orderly_margin(self.known, self.exit_time, self.as_of)

    @cached_property
    def sudden_margin(self) -> Ends | None:
        """The days to spare if it stops today; ``None`` while that cannot be told."""
        return judge_sudden_margin(self.known, self.exit_time)

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The ways out."""
        return list_options(self.model, self.known, self.exit_time)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What contradicts what in the facts."""
        return tuple(_find_conflicts(self))

    @cached_property
    def watched_days(self) -> tuple[WatchedDay, ...]:
        """The days to be watched, earliest first."""
        return list_watched_days(self.known, self.orderly_margin, self.as_of)

    @cached_property
    def missing(self) -> tuple[MissingAnswer, ...]:
        """Each unknown fact with the points it would narrow and what it decides, most decisive first."""
        return list_missing(self)

    @cached_property
    def valid_until(self) -> date | None:
        """The first later day on which time alone could change the outcome."""
        return first_change(self.model, self.sheet, self.watched_days, self.orderly_margin, self.as_of)

    def outcome(self) -> LockInOutcome:
        """Give what is kept of the judgement."""
        orderly, days = self.orderly_margin, self.exit_time
        at_worst, at_best = orderly.short_from(self.as_of) if orderly else (None, None)
        return LockInOutcome(
            score=self.score.outcome(),
            exit_low=days.low,
            exit_high=days.high,
            orderly=(orderly.low, orderly.high) if orderly else None,
            sudden=self.sudden_margin,
            short_at_worst_from=at_worst,
            short_at_best_from=at_best,
            dates=self.watched_days,
            contradictions=tuple(conflict.says for conflict in self.conflicts),
            missing=self.missing,
            valid_until=self.valid_until,
        )

    def to_json(self) -> dict[str, JsonValue]:
        """Give the "lock_in" object of DESIGN §3."""
        return {
            **describe_score(self.score),
            "missing_facts": [key for key, _, _ in self.missing],
            "missing_details": self.describe_missing(),
            **self.describe_days(),
            "exit_phases": _describe_phases(self.exit_time),
            "orderly_bound": _describe_bound(self.orderly_margin),
            "options": [option.to_json() for option in self.options],
            "contradictions": [conflict.to_json() for conflict in self.conflicts],
            "past_review": self.as_of > self.model.review_by,
        }

    def describe_missing(self) -> list[JsonValue]:
        """Each missing fact with what it narrows and decides, as plain data."""
        return [{"key": key, "narrows": points, "decides": [*decides]} for key, points, decides in self.missing]

    def describe_days(self) -> dict[str, JsonValue]:
        """The exit time, both margins and the watched days, as plain data."""
        return {
            "exit_time_days": {"low": self.exit_time.low, "high": self.exit_time.high},
            "orderly_margin_days": _describe_margin(self.orderly_margin),
            "sudden_margin_days": _describe_ends(self.sudden_margin),
            "dates": [day.to_json(self.as_of) for day in self.watched_days],
        }


def judge_lock_in(sheet: FactSheet, model: LockInModel, as_of: date) -> LockInResult:
    """Judge how hard it is to leave, from the facts that count on the day (facts/lock_in.yaml)."""
    known = with_exit_tested(known_facts(sheet, as_of), as_of)
    return LockInResult(model, sheet, as_of, score(model.score, known))


def list_missing(result: LockInResult) -> tuple[MissingAnswer, ...]:
    """Each unknown fact with the points it would narrow and what it decides, most decisive first."""
    is_open = result.sudden_margin is None
    return list_answers(rank_missing(result.score), result.model, result.known, sudden_is_open=is_open)


def list_answers(
    ranked: Iterable[tuple[str, float]], model: LockInModel, known: FactSheet, *, sudden_is_open: bool
) -> tuple[MissingAnswer, ...]:
    """The same from what narrows the level; of ``known`` only the facts of ``asked_for_days`` are read."""
    entries: dict[str, tuple[float, list[str]]] = {}
    for key, points in ranked:
        asked = next((name for name in model.score.derived_from.get(key, ()) if name not in known), key)
        entries.setdefault(asked, (points, ["level"]))
    for key, decides in _days_asked(model, known, sudden_is_open=sudden_is_open):
        entries.setdefault(key, (0.0, []))[1].append(decides)
    return tuple((key, points, tuple(decides)) for key, (points, decides) in entries.items())


_TEST: Final = (TEST_KIND, TEST_PHASES, TESTED_DAYS)
_BOUNDS: Final = (*DATED_BOUNDS, VENDOR_NOTICE)
_SUDDEN: Final = (TOLERABLE, ACTIVATION)


def asked_for_days(model: LockInModel) -> frozenset[str]:
    """The facts whose absence ``list_answers`` asks about, beside those of the level."""
    stated = [phase.stated_in for phase in model.phases if phase.stated_in]
    inputs = [key for keys in model.score.derived_from.values() for key in keys]
    return frozenset((*stated, *inputs, TESTED_ON, *_TEST, *_BOUNDS, *_SUDDEN))


def _days_asked(model: LockInModel, known: FactSheet, *, sudden_is_open: bool) -> Iterable[tuple[str, str]]:
    stated = [phase.stated_in for phase in model.phases if phase.stated_in]
    tested = known.get(TESTED_ON)
    if tested is not None and tested.value is not None:
        stated += _TEST
    yield from ((key, "exit_time_days") for key in stated if key not in known)
    yield from ((key, "orderly_margin_days") for key in _BOUNDS if key not in known)
    if sudden_is_open:
        yield from ((key, "sudden_margin_days") for key in _SUDDEN if key not in known)


def _find_conflicts(result: LockInResult) -> Iterable[Conflict]:
    for contradiction in result.model.contradictions:
        if contradiction.when.holds(result.known):
            yield Conflict(tuple(key for key, _ in contradiction.when.wanted), contradiction.says)
    if is_misstated(known_facts(result.sheet, result.as_of).get(TESTED), result.known.get(TESTED)):
        inputs = result.model.score.derived_from.get(TESTED, ())
        yield Conflict((TESTED, *inputs), MISSTATED)
    if result.exit_time.leaves_estimate:
        yield Conflict((TESTED_DAYS,), OUTSIDE_ESTIMATE)


def is_misstated(stated: Fact | None, derived: Fact | None) -> bool:
    """Tell whether what is stated about the exit test is not what its day and kind give."""
    if stated is None or derived is None or not stated.applies or not derived.applies:
        return False
    return stated.value != derived.value


def _describe_phases(exit_time: ExitTime) -> list[JsonValue]:
    return [
        {
            "phase": phase.name,
            "low": phase.low,
            "high": phase.high,
            "from": phase.source,
            "replaces": [*phase.replaces],
        }
        for phase in exit_time.phases
    ]


def _describe_margin(margin: OrderlyMargin | None) -> JsonValue:
    return None if margin is None else {"low": margin.low, "high": margin.high}


def _describe_bound(margin: OrderlyMargin | None) -> JsonValue:
    if margin is None:
        return None
    bound = margin.bound
    return {
        "fact": bound.key,
        "days": bound.days,
        "on": None if bound.day is None else bound.day.isoformat(),
        "transition_days": margin.transition,
    }


def _describe_ends(ends: Ends | None) -> JsonValue:
    return None if ends is None else {"low": ends[0], "high": ends[1]}
