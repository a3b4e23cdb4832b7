"""The transparency of many sheets at once, equal to judging them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from audit.engine.facts import FactSheet
from audit.engine.scoring.columns import NEVER, Numbering, SheetReader, as_day
from audit.engine.scoring.many import ScoreTables
from audit.engine.scoring.remembering import Keeper, Memo
from audit.engine.transparency.judging import TransparencyModel
from audit.engine.transparency.outcome import TransparencyOutcome


def judge_transparency_many(
    sheets: Sequence[FactSheet], model: TransparencyModel, as_of: date
) -> list[TransparencyOutcome]:
    """``judge_transparency(sheet, model, as_of).outcome()`` of each sheet; equal parts are the same objects."""
    if not sheets:
        return []
    tables = _keeper.take(model)
    outcomes = tables.judge(sheets, as_of)
    _keeper.give_back(model, tables)
    return outcomes


class _TransparencyTables:
    """What one model has come to so far, and what facts come to on one day."""

    def __init__(self, model: TransparencyModel) -> None:
        self._model = model
        self._numbering = Numbering()
        self._scores = ScoreTables(model.score, self._numbering)
        self._days: Memo[int, date | None] = Memo(as_day)
        self._begin_day(date.min)

    @property
    def size(self) -> int:
        return self._numbering.size + self._reader.size + self._scores.size

    def judge(self, sheets: Sequence[FactSheet], as_of: date) -> list[TransparencyOutcome]:
        if self._as_of != as_of:
            self._begin_day(as_of)
        columns, until = self._reader.read(sheets, self._at_latest)
        scored = self._scores.judge(self._scores.find_patterns(columns))
        days = map(self._days.__getitem__, until)
        return [TransparencyOutcome(*each, day) for each, day in zip(scored, days, strict=True)]

    def _begin_day(self, as_of: date) -> None:
        self._as_of = as_of
        self._reader = SheetReader(self._model.score.keys, self._numbering, as_of)
        review = self._model.review_by + timedelta(days=1)
        self._at_latest = review.toordinal() if review > as_of else NEVER


_keeper: Final = Keeper[TransparencyModel, _TransparencyTables](_TransparencyTables)
