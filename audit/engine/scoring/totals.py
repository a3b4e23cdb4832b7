"""The weighed sum of a model's terms: ends, band, label and coverage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from math import floor, fsum
from operator import add
from typing import Final

from audit.engine.facts import FactSheet
from audit.engine.scoring.outcome import ScoreOutcome
from audit.engine.scoring.terms import Ends, Part, ScoreModel, evaluate_term, evaluate_terms, suppose_answers

BANDS: Final = (("low", 25.0), ("moderate", 50.0), ("high", 75.0))
WORST_BAND: Final = "very_high"
NOT_JUDGED: Final = "not assessed, as no fact applies"
_RANKS: Final = {"low": 0, "moderate": 1, "high": 2, WORST_BAND: 3}


@dataclass(frozen=True)
class Score:
    """A model's outcome on one sheet: ends on 0-100 with one decimal, 100 the worst."""

    model: ScoreModel
    known: FactSheet
    parts: tuple[Part, ...]
    points: tuple[float, ...]

    @cached_property
    def is_judged(self) -> bool:
        """False where no fact is left to judge by: the ends are then the whole range, since that is no good sign."""
        return not self.model.rescales or any(part.applies for part in self.parts)

    @cached_property
    def low(self) -> float:
        """The favourable end."""
        return round_points(self._sum(0))

    @cached_property
    def high(self) -> float:
        """The unfavourable end; the band is always that of this one."""
        return round_points(self._sum(1)) if self.is_judged else 100.0

    @property
    def band(self) -> str:
        """The band of the unfavourable end: low, moderate, high or very_high."""
        return band_of(self.high)

    @property
    def label(self) -> str:
        """The band in words, or that it is not yet assessed where the interval spans more than two bands."""
        return label_of(self.low, self.high) if self.is_judged else NOT_JUDGED

    @property
    def coverage(self) -> float:
        """The weight share of the facts that are known, rounded down to two decimals; 1 only when all are."""
        if not self.is_judged:
            return 0.0
        weighed = [(point, part.known) for point, part in zip(self.points, self.parts, strict=True) if part.applies]
        return share_known((point for point, _ in weighed), (point * known for point, known in weighed))

    def outcome(self) -> ScoreOutcome:
        """Give what is kept of the score."""
        return ScoreOutcome(self.low, self.high, self.band, self.label, self.coverage)

    def group_weights(self) -> dict[str, float]:
        """What each group weighs in this score, on 0-100; a group that leaves is not among them."""
        if not self.model.rescales:
            return dict(self.model.weights)
        weights: dict[str, float] = {}
        for point, part in zip(self.points, self.parts, strict=True):
            if part.applies:
                weights[part.term.group] = weights.get(part.term.group, 0.0) + point
        return weights

    def group_ends(self) -> dict[str, Ends]:
        """For each group the risk interval within it (0-1), over the facts that are asked; (0, 0) if none is.

        While it is open which facts are asked, the widest of all answers: a group of fewer facts may be the worse one.
        """
        found = [
            self._group_ends(known)
            for known in suppose_answers([term.only_when for term in self.model.terms], self.known)
        ]
        if len(found) == 1:
            return found[0]
        ends = {name: [each[name] for each in found] for name in self.model.weights}
        return {name: (min(low for low, _ in each), max(high for _, high in each)) for name, each in ends.items()}

    def _group_ends(self, known: FactSheet) -> dict[str, Ends]:
        ends = dict.fromkeys(self.model.weights, (0.0, 0.0))
        totals = dict.fromkeys(self.model.weights, 0.0)
        for point, counted in zip(self.points, self.parts, strict=True):
            part, asked = counted, counted.term.only_when
            if asked is not None and asked.holds(known) is False:
                continue
            if asked is not None and known is not self.known:
                part = evaluate_term(part.term, known, self.model.widening)
            low, high = ends[part.term.group]
            ends[part.term.group] = (low + point * part.low, high + point * part.high)
            totals[part.term.group] += point
        return {name: _share_of(ends[name], totals[name]) for name in ends}

    def _sum(self, end: int) -> float:
        pairs = zip(self.points, self.parts, strict=True)
        return add_in_order(point * (part.low, part.high)[end] for point, part in pairs)


def score(model: ScoreModel, known: FactSheet, parts: tuple[Part, ...] | None = None, audience: str = "") -> Score:
    """Weigh the parts of a model; ``audience`` keeps only the facts that carry that tag."""
    weighed = evaluate_terms(model, known) if parts is None else parts
    if not model.rescales:
        return Score(model, known, weighed, usual_points(model))
    present = tuple([part.applies and (not audience or audience in part.term.audience) for part in weighed])
    kept = tuple(part if keep else _left_out(part) for part, keep in zip(weighed, present, strict=True))
    return Score(model, known, kept, rescaled_points(model, present))


def _left_out(part: Part) -> Part:
    return Part(part.term, 0.0, 0.0, 1.0, applies=False) if part.applies else part


@lru_cache(maxsize=64)
def usual_points(model: ScoreModel) -> tuple[float, ...]:
    """Each term's points as the model has them."""
    return tuple(term.points for term in model.terms)


@lru_cache(maxsize=4096)
def rescaled_points(model: ScoreModel, present: tuple[bool, ...]) -> tuple[float, ...]:
    """Each term's points when the absent terms leave their groups, and empty groups leave the whole."""
    in_group: dict[str, float] = {}
    for term, stays in zip(model.terms, present, strict=True):
        if stays:
            in_group[term.group] = in_group.get(term.group, 0.0) + term.points
    whole = fsum(model.weights[name] for name in in_group)
    return tuple(
        100.0 * (model.weights[term.group] / whole) * (term.points / in_group[term.group]) if stays else 0.0
        for term, stays in zip(model.terms, present, strict=True)
    )


def band_of(high: float) -> str:
    """The band of an unfavourable end on 0-100."""
    return next((name for name, top in BANDS if high < top), WORST_BAND)


def label_of(low: float, high: float) -> str:
    """The band in words; an interval over more than two bands is not yet assessed."""
    band = band_of(high)
    words = band.replace("_", " ")
    spread = _RANKS[band] - _RANKS[band_of(low)] + 1
    return f"not yet assessed, up to {words}" if spread > 2 else words


def add_in_order(points: Iterable[float]) -> float:
    """Left to right in the model's order: each addition of floats is monotone, so the sum is."""
    return min(reduce(add, points, 0.0), 100.0)


def round_points(points: float) -> float:
    """To tenths, half up, after the float noise is cut off: one rounding, monotone, the same for both ends."""
    return floor(round(points * 10, 6) + 0.5) / 10


def share_known(asked: Iterable[float], known: Iterable[float]) -> float:
    """The known points of those that are asked, 0-1, rounded down to two decimals; 1 where none is asked."""
    total = fsum(asked)
    return floor(round(100 * fsum(known) / total, 6)) / 100 if total else 1.0


def _share_of(ends: Ends, total: float) -> Ends:
    return (ends[0] / total, ends[1] / total) if total else (0.0, 0.0)
