"""The scores of many sheets at once, equal to those judged one by one.

What a block of the model comes to is made once for each pattern of its facts, by the code that judges one sheet; what
the blocks add up to, once for each row of patterns. The additions are the same, in the same order.
"""

from __future__ import annotations

from itertools import chain
from operator import getitem
from typing import Final, NamedTuple, TypeAlias

from audit.engine.remembering import Memo
from audit.engine.scoring.blocks import Block, Weighed, cut_model
from audit.engine.scoring.columns import Column, Columns, Numbering
from audit.engine.scoring.outcome import ScoreOutcome
from audit.engine.scoring.terms import ScoreModel
from audit.engine.scoring.totals import (
    NOT_JUDGED,
    WORST_BAND,
    add_in_order,
    band_of,
    label_of,
    rescaled_points,
    round_points,
    share_known,
    usual_points,
)

Missing: TypeAlias = tuple[tuple[str, float], ...]
_Row: TypeAlias = tuple[int, ...]


class Scored(NamedTuple):
    """A score's outcome, and the unknown facts with the points each would narrow, most first."""

    outcome: ScoreOutcome
    missing: Missing


_NOTHING: Final = Scored(ScoreOutcome(0.0, 100.0, WORST_BAND, NOT_JUDGED, 0.0), ())
"""Where no fact is left to judge by."""


class ScoreTables:
    """What one model has come to so far: blocks, rows of blocks, outcomes and rankings, each made once."""

    def __init__(self, model: ScoreModel, numbering: Numbering) -> None:
        self._model = model
        self.blocks = tuple(Block(cut, model, numbering) for cut in cut_model(model))
        self._presences = [block.presence for block in self.blocks]
        self._rows: Memo[_Row, Scored] = Memo(self._add_up)
        self._layouts: Memo[_Row, list[Memo[int, Weighed]]] = Memo(self._lay_out)
        self._open: Memo[_Row, tuple[float, Missing]] = Memo(self._measure)
        self._outcomes: Memo[tuple[float, float, float], ScoreOutcome] = Memo(_name_outcome)
        # Without rescaling there is one layout, whatever applies.
        self._layout = None if model.rescales else self._layouts[()]

    @property
    def size(self) -> int:
        """How many rows it holds."""
        return len(self._rows)

    def find_patterns(self, columns: Columns) -> list[Column]:
        """For each block the numbers of the systems' patterns."""
        return [block.find(columns) for block in self.blocks]

    def judge(self, patterns: list[Column]) -> list[Scored]:
        """The scores of the systems, from the patterns of each block."""
        return list(map(self._rows.__getitem__, zip(*patterns, strict=True)))

    def _add_up(self, row: _Row) -> Scored:
        layout = self._layout or self._layouts[tuple(map(getitem, self._presences, row))]
        lows, highs, openness = zip(*map(getitem, layout, row), strict=True)
        if self._model.rescales and not self._is_judged(openness):
            return _NOTHING
        low = round_points(add_in_order(chain.from_iterable(lows)))
        high = round_points(add_in_order(chain.from_iterable(highs)))
        coverage, missing = self._open[openness]
        return Scored(self._outcomes[low, high, coverage], missing)

    def _lay_out(self, presence: _Row) -> list[Memo[int, Weighed]]:
        """For each block what its patterns add; the points are what they are because of the terms that apply."""
        model = self._model
        if model.rescales:
            numbered = zip(self.blocks, presence, strict=True)
            present = tuple(chain.from_iterable([block.present(number) for block, number in numbered]))
            points = rescaled_points(model, present)
        else:
            points = usual_points(model)
        return [block.remember_weighed(points[block.cut.start : block.cut.stop]) for block in self.blocks]

    def _is_judged(self, numbers: _Row) -> bool:
        """As ``Score.is_judged``."""
        return any(block.openness[number].asked for block, number in zip(self.blocks, numbers, strict=True))

    def _measure(self, numbers: _Row) -> tuple[float, Missing]:
        found = [block.openness[number] for block, number in zip(self.blocks, numbers, strict=True)]
        coverage = share_known(
            chain.from_iterable([each.asked for each in found]), chain.from_iterable([each.known for each in found])
        )
        ranked = sorted(chain.from_iterable([each.missing for each in found]))
        return coverage, tuple([(key, -points) for points, _, key in ranked])


def _name_outcome(ends: tuple[float, float, float]) -> ScoreOutcome:
    low, high, coverage = ends
    return ScoreOutcome(low, high, band_of(high), label_of(low, high), coverage)
