"""The transparency judgement of one system, for every audience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from audit.engine.dates import earliest
from audit.engine.facts import FactSheet, JsonValue, first_expiry, known_facts
from audit.engine.scoring.explain import describe_groups, describe_score, list_drivers, rank_missing
from audit.engine.scoring.terms import ScoreModel
from audit.engine.scoring.totals import Score, score
from audit.engine.transparency.outcome import TransparencyOutcome

LEGEND = "Transparency risk: 0 = everything can be seen, 100 = nothing can."


@dataclass(frozen=True, eq=False)
class TransparencyModel:
    """The compiled model of one pack version; ``audiences`` maps each tag to its title."""

    score: ScoreModel
    audiences: Mapping[str, str]
    review_by: date


@dataclass(frozen=True)
class TransparencyResult:
    """The transparency part of an assessment: risk, 0 = everything can be seen."""

    model: TransparencyModel
    sheet: FactSheet
    as_of: date
    score: Score

    @cached_property
    def by_audience(self) -> Mapping[str, Score]:
        """The same risk from the facts that each audience can use."""
        whole = self.score
        return {tag: score(self.model.score, whole.known, whole.parts, tag) for tag in self.model.audiences}

    @cached_property
    def missing(self) -> tuple[tuple[str, float], ...]:
        """The unknown facts and by how many points each would narrow the interval, most first."""
        return rank_missing(self.score)

    @property
    def valid_until(self) -> date | None:
        """The first later day on which time alone could change the outcome: evidence expires, or the review is due."""
        read = [fact for key, fact in self.sheet.items() if key in self.model.score.keys]
        review = self.model.review_by + timedelta(days=1)
        return earliest(first_expiry(read, self.as_of), review if review > self.as_of else None)

    def outcome(self) -> TransparencyOutcome:
        """Give what is kept of the judgement."""
        return TransparencyOutcome(self.score.outcome(), self.missing, self.valid_until)

    def to_json(self) -> dict[str, JsonValue]:
        """Give the "transparency" object of DESIGN §3."""
        return {
            **describe_score(self.score),
            "legend": LEGEND,
            "by_audience": {tag: _describe_audience(each) for tag, each in self.by_audience.items()},
            "missing_facts": [key for key, _ in self.missing],
            "missing_details": list_missing_details(self),
            "past_review": self.as_of > self.model.review_by,
        }


def judge_transparency(sheet: FactSheet, model: TransparencyModel, as_of: date) -> TransparencyResult:
    """Judge the transparency risk from the facts that count on the day (facts/transparency.yaml)."""
    return TransparencyResult(model, sheet, as_of, score(model.score, known_facts(sheet, as_of)))


def list_missing_details(result: TransparencyResult) -> list[JsonValue]:
    """Each missing fact with what it narrows, as plain data."""
    return [{"key": key, "narrows": points, "decides": ["level"]} for key, points in result.missing]


def _describe_audience(each: Score) -> JsonValue:
    return {
        "low": each.low,
        "high": each.high,
        "band": each.band,
        "label": each.label,
        "coverage": each.coverage,
        "groups": describe_groups(each, list_drivers(each)),
    }
