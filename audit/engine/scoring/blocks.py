"""A score model cut into blocks that share no fact: what one comes to is made once for each pattern of its facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

from audit.engine.scoring.columns import Column, Columns, Numbering
from audit.engine.scoring.explain import rank_missing
from audit.engine.scoring.remembering import Memo
from audit.engine.scoring.terms import ScoreModel, evaluate_terms
from audit.engine.scoring.totals import Score

Points: TypeAlias = tuple[float, ...]
Ranked: TypeAlias = tuple[tuple[float, int, str], ...]
"""Unknown facts: by how many points each narrows (negative, so that the most comes first), its place, its key."""


@dataclass(frozen=True, eq=False)
class Cut:
    """Some consecutive terms of a model; no other term reads one of their facts. ``start`` is the first one's place."""

    model: ScoreModel
    start: int
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
    return Cut(replace(model, terms=terms, weights=weights), start, tuple(keys))


class Weighed(NamedTuple):
    """What a block adds to the whole: term by term, in the model's order."""

    lows: tuple[float, ...]
    highs: tuple[float, ...]
    asked: tuple[float, ...]
    known: tuple[float, ...]
    missing: Ranked


class Block:
    """What one cut of a model comes to on the patterns of its facts seen so far, each pattern under a number.

    ``layouts`` are the points that its terms have had; a rescaling model gives them anew where terms do not apply.
    """

    def __init__(self, cut: Cut, whole: ScoreModel, numbering: Numbering) -> None:
        self.cut: Final = cut
        self.layouts: list[Points] = []
        self._numbering = numbering
        self._places: Final = {key: place for place, key in enumerate(whole.asked)}
        self._scores: list[Score] = []
        self._patterns: Memo[tuple[int, ...], int] = Memo(self._evaluate)
        self._weighed: Memo[tuple[int, int], Weighed] = Memo(self._weigh)

    def find(self, columns: Columns) -> Column:
        """The number of each system's pattern."""
        numbers = zip(*(columns[key] for key in self.cut.keys), strict=True)
        return list(map(self._patterns.__getitem__, numbers))

    def score(self, pattern: int) -> Score:
        """The block as a score of its own, each term with its usual points."""
        return self._scores[pattern]

    def weigh(self, layout: int, pattern: int) -> Weighed:
        """What the block adds to the whole, its terms having the points of a layout."""
        return self._weighed[layout, pattern]

    def _evaluate(self, numbers: tuple[int, ...]) -> int:
        model = self.cut.model
        known = self._numbering.sheet(self.cut.keys, numbers)
        parts = evaluate_terms(model, known)
        self._scores.append(Score(model, known, parts, tuple(term.points for term in model.terms)))
        return len(self._scores) - 1

    def _weigh(self, key: tuple[int, int]) -> Weighed:
        layout, pattern = key
        points = self.layouts[layout]
        score = replace(self._scores[pattern], points=points)
        pairs = list(zip(points, score.parts, strict=True))
        return Weighed(
            lows=tuple(point * part.low for point, part in pairs),
            highs=tuple(point * part.high for point, part in pairs),
            asked=tuple(point for point, part in pairs if part.applies),
            known=tuple(point * part.known for point, part in pairs if part.applies),
            missing=tuple((-narrowed, self._places[key], key) for key, narrowed in rank_missing(score)),
        )
