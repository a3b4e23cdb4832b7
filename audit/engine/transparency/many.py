"""The transparency of many sheets at once, equal to judging them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, TypeAlias

from audit.engine.facts import FactSheet
from audit.engine.scoring.columns import NEVER, Numbering, SheetReader, as_day
from audit.engine.scoring.many import ScoreTables
from audit.engine.scoring.remembering import Keeper, Memo
from audit.engine.transparency.judging import TransparencyModel
from audit.engine.transparency.outcome import TransparencyOutcome

_Key: TypeAlias = tuple[TransparencyModel, date]


def judge_transparency_many(
    sheets: Sequence[FactSheet], model: TransparencyModel, as_of: date
) -> list[TransparencyOutcome]:
    """``judge_transparency(sheet, model, as_of).outcome()`` of each sheet; equal parts are the same objects."""
    if not sheets:
        return []
    key = model, as_of
    tables = _keeper.take(key)
    outcomes = tables.judge(sheets)
    _keeper.give_back(key, tables)
    return outcomes


class _TransparencyTables:
    """What one model has come to on one day so far."""

    def __init__(self, key: _Key) -> None:
        model, as_of = key
        numbering = Numbering()
        self._reader = SheetReader(model.score.keys, numbering, as_of)
        self._scores = ScoreTables(model.score, numbering)
        review = model.review_by + timedelta(days=1)
        self._at_latest = review.toordinal() if review > as_of else NEVER
        self._days: Memo[int, date | None] = Memo(as_day)

    @property
    def size(self) -> int:
        return self._reader.size + self._scores.size

    def judge(self, sheets: Sequence[FactSheet]) -> list[TransparencyOutcome]:
        columns, until = self._reader.read(sheets, self._at_latest)
        scored = self._scores.judge(self._scores.find_patterns(columns))
        days = map(self._days.__getitem__, until)
        return [TransparencyOutcome(*each, day) for each, day in zip(scored, days, strict=True)]


_keeper: Final = Keeper[_Key, _TransparencyTables](_TransparencyTables)
