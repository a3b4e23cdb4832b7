"""A score model cut into blocks that share no fact: what one comes to is made once for each pattern of its facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

from audit.engine.remembering import Memo
from audit.engine.scoring.columns import Column, Columns, Numbering, pick_rows
from audit.engine.scoring.explain import rank_missing
from audit.engine.scoring.terms import ScoreModel, evaluate_terms
from audit.engine.scoring.totals import Score

Points: TypeAlias = tuple[float, ...]
Ranked: TypeAlias = tuple[tuple[float, int, str], ...]
"""Unknown facts: by how many points each narrows (negative, so that the most comes first), its place, its key."""


@dataclass(frozen=True, eq=False)
class Cut:
    """The terms of a model from place ``start`` to before ``stop``; no other term reads one of their facts."""

    model: ScoreModel
    start: int
    stop: int
    keys: tuple[str, ...]


def cut_model(model: ScoreModel) -> tuple[Cut, ...]:
    """Cut a model between its groups wherever no fact is read on both sides."""
    ends = [0] * len(model.terms)
    spans = [*model.asked.values(), *_places_by_group(model)]
    for places in spans:
        ends[min(places)] = max(ends[min(places)], *places)
    cuts, start, last = [], 0, 0
    for place, end in enumerate(ends):
        if place > last:
            cuts.append(_cut(model, start, place))
            start = place
        last = max(last, end, place)
    return (*cuts, _cut(model, start, len(ends))) if ends else ()


def _places_by_group(model: ScoreModel) -> Iterator[tuple[int, ...]]:
    for name in dict.fromkeys(term.group for term in model.terms):
        yield tuple(place for place, term in enumerate(model.terms) if term.group == name)


def _cut(model: ScoreModel, start: int, stop: int) -> Cut:
    terms = model.terms[start:stop]
    keys = dict.fromkeys(key for term in terms for key in (*term.keys(), *term.gates()))
    weights = {name: model.weights[name] for name in dict.fromkeys(term.group for term in terms)}
    return Cut(replace(model, terms=terms, weights=weights), start, stop, tuple(keys))


class Openness(NamedTuple):
    """What is asked and known of a block, term by term, and what its unknown facts narrow."""

    asked: tuple[float, ...]
    known: tuple[float, ...]
    missing: Ranked


class Weighed(NamedTuple):
    """What a block adds to each end, in the model's order; ``openness`` is a number of the block's."""

    lows: tuple[float, ...]
    highs: tuple[float, ...]
    openness: int


class Block:
    """What one cut of a model comes to on the patterns of its facts seen so far, each pattern under a number.

    ``presence`` gives for each pattern a number for the terms that apply.
    """

    def __init__(self, cut: Cut, whole: ScoreModel, numbering: Numbering) -> None:
        self.cut: Final = cut
        self.presence: Final[list[int]] = []
        self.openness: Final[list[Openness]] = []
        self._numbering = numbering
        self._places: Final = {key: place for place, key in enumerate(whole.asked)}
        self._scores: list[Score] = []
        self._present: list[tuple[bool, ...]] = []
        self._patterns: Memo[tuple[int, ...], int] = Memo(self._evaluate)
        self._opennesses: dict[Openness, int] = {}

    def find(self, columns: Columns) -> Column:
        """The number of each system's pattern."""
        return list(map(self._patterns.__getitem__, pick_rows(columns, self.cut.keys)))

    def score(self, pattern: int) -> Score:
        """The block as a score of its own, each term with its usual points."""
        return self._scores[pattern]

    def present(self, presence: int) -> tuple[bool, ...]:
        """Which of its terms apply."""
        return self._present[presence]

    def remember_weighed(self, points: Points) -> Memo[int, Weighed]:
        """What each pattern adds to the whole, the block's terms having these points."""
        return Memo(lambda pattern: self._weigh(points, pattern))

    def _evaluate(self, numbers: tuple[int, ...]) -> int:
        model = self.cut.model
        known = self._numbering.sheet(self.cut.keys, numbers)
        parts = evaluate_terms(model, known)
        self._scores.append(Score(model, known, parts, tuple([term.points for term in model.terms])))
        present = tuple([part.applies for part in parts])
        if present not in self._present:
            self._present.append(present)
        self.presence.append(self._present.index(present))
        return len(self._scores) - 1

    def _weigh(self, points: Points, pattern: int) -> Weighed:
        score = replace(self._scores[pattern], points=points)
        pairs = list(zip(points, score.parts, strict=True))
        openness = Openness(
            asked=tuple([point for point, part in pairs if part.applies]),
            known=tuple([point * part.known for point, part in pairs if part.applies]),
            missing=tuple([(-narrowed, self._places[key], key) for key, narrowed in rank_missing(score)]),
        )
        number = self._opennesses.setdefault(openness, len(self.openness))
        if number == len(self.openness):
            self.openness.append(openness)
        # Nothing is left out of a sum by leaving out a zero.
        lows = tuple([added for point, part in pairs if (added := point * part.low)])
        highs = tuple([added for point, part in pairs if (added := point * part.high)])
        return Weighed(lows, highs, number)
