"""The transparency of many sheets at once, equal to judging them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from audit.engine.expressions.columns import NEVER, Sheets, reading
from audit.engine.facts import FactSheet
from audit.engine.remembering import Keeper, Memo
from audit.engine.scoring.columns import ColumnReader, Numbering, as_day
from audit.engine.scoring.many import ScoreTables
from audit.engine.transparency.judging import TransparencyModel
from audit.engine.transparency.outcome import TransparencyOutcome


def judge_transparency_many(
    sheets: Sequence[FactSheet], model: TransparencyModel, as_of: date
) -> list[TransparencyOutcome]:
    """``judge_transparency(sheet, model, as_of).outcome()`` of each sheet; equal parts are the same objects."""
    if not sheets:
        return []
    with reading(sheets, as_of) as read:
        return judge_transparency_read(read, model, as_of)


def judge_transparency_read(sheets: Sheets, model: TransparencyModel, as_of: date) -> list[TransparencyOutcome]:
    """The same for sheets that were read for this day; there is at least one."""
    tables = _keeper.take(model)
    outcomes = tables.judge(sheets, as_of)
    _keeper.give_back(model, tables)
    return outcomes


class _TransparencyTables:
    """What one model has come to so far."""

    def __init__(self, model: TransparencyModel) -> None:
        self._model = model
        self._numbering = Numbering()
        self._scores = ScoreTables(model.score, self._numbering)
        self._reader = ColumnReader(model.score.keys, self._numbering)
        self._days: Memo[int, date | None] = Memo(as_day)

    @property
    def size(self) -> int:
        return self._numbering.size + self._scores.size

    def judge(self, sheets: Sheets, as_of: date) -> list[TransparencyOutcome]:
        scored = self._scores.judge(self._scores.find_patterns(self._reader.read(sheets)))
        review = self._model.review_by + timedelta(days=1)
        until = sheets.first_ends(self._reader.keys, review.toordinal() if review > as_of else NEVER)
        days = map(self._days.__getitem__, until)
        return [TransparencyOutcome(*each, day) for each, day in zip(scored, days, strict=True)]


_keeper: Final = Keeper[TransparencyModel, _TransparencyTables](_TransparencyTables)
