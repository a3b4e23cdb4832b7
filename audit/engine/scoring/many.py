"""The scores of many sheets at once, equal to those judged one by one.

What a block of the model comes to is made once for each pattern of its facts, by the code that judges one sheet; what
the blocks add up to, once for each row of patterns. The additions are the same, in the same order.
"""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple, TypeAlias

from audit.engine.scoring.blocks import Block, Ranked, Weighed, cut_model
from audit.engine.scoring.columns import Column, Columns, Numbering
from audit.engine.scoring.outcome import ScoreOutcome
from audit.engine.scoring.remembering import Memo
from audit.engine.scoring.terms import ScoreModel
from audit.engine.scoring.totals import (
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


class ScoreTables:
    """What one model has come to so far: blocks, rows of blocks, outcomes and rankings, each made once."""

    def __init__(self, model: ScoreModel, numbering: Numbering) -> None:
        self._model = model
        self.blocks = tuple(Block(cut, model, numbering) for cut in cut_model(model))
        self._rows: Memo[_Row, Scored] = Memo(self._add_up)
        self._outcomes: Memo[tuple[float, float, float], ScoreOutcome] = Memo(_name_outcome)
        self._rankings: Memo[tuple[Ranked, ...], Missing] = Memo(_rank)
        self._layouts: Memo[tuple[bool, ...], int] = Memo(self._lay_out)

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
        layout = self._layouts[self._find_present(row)]
        weighed = [block.weigh(layout, pattern) for block, pattern in zip(self.blocks, row, strict=True)]
        low = round_points(add_in_order(chain.from_iterable([each.lows for each in weighed])))
        high = round_points(add_in_order(chain.from_iterable([each.highs for each in weighed])))
        return Scored(
            self._outcomes[low, high, _measure_coverage(weighed)],
            self._rankings[tuple([each.missing for each in weighed if each.missing])],
        )

    def _find_present(self, row: _Row) -> tuple[bool, ...]:
        if not self._model.rescales:
            return ()
        scores = [block.score(pattern) for block, pattern in zip(self.blocks, row, strict=True)]
        return tuple([part.applies for score in scores for part in score.parts])

    def _lay_out(self, present: tuple[bool, ...]) -> int:
        model = self._model
        points = rescaled_points(model, present) if model.rescales else usual_points(model)
        for block in self.blocks:
            start = block.cut.start
            block.layouts.append(points[start : start + len(block.cut.model.terms)])
        return len(self._layouts)


def _measure_coverage(weighed: list[Weighed]) -> float:
    return share_known(
        chain.from_iterable([each.asked for each in weighed]), chain.from_iterable([each.known for each in weighed])
    )


def _name_outcome(ends: tuple[float, float, float]) -> ScoreOutcome:
    low, high, coverage = ends
    return ScoreOutcome(low, high, band_of(high), label_of(low, high), coverage)


def _rank(blocks: tuple[Ranked, ...]) -> Missing:
    return tuple([(key, -points) for points, _, key in sorted(chain.from_iterable(blocks))])
