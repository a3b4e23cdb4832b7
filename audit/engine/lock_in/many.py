"""The lock-in of many sheets at once, equal to judging them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, TypeAlias

from audit.engine.facts import FactSheet
from audit.engine.lock_in.day_columns import DayColumns
from audit.engine.lock_in.exercises import TEST_KIND, TESTED, TESTED_ON, derive_exit_tested
from audit.engine.lock_in.exit_columns import ExitColumns
from audit.engine.lock_in.model import LockInModel
from audit.engine.lock_in.outcome import LockInOutcome
from audit.engine.lock_in.telling_columns import TellingColumns
from audit.engine.scoring.columns import NEVER, Numbering, SheetReader
from audit.engine.scoring.many import ScoreTables
from audit.engine.scoring.remembering import Keeper, Memo

_Key: TypeAlias = tuple[LockInModel, date]


def judge_lock_in_many(sheets: Sequence[FactSheet], model: LockInModel, as_of: date) -> list[LockInOutcome]:
    """``judge_lock_in(sheet, model, as_of).outcome()`` of each sheet; equal parts are mostly the same objects."""
    if not sheets:
        return []
    key = model, as_of
    tables = _keeper.take(key)
    outcomes = tables.judge(sheets)
    _keeper.give_back(key, tables)
    return outcomes


class _LockInTables:
    """What one model has come to on one day so far."""

    def __init__(self, key: _Key) -> None:
        model, self._as_of = key
        self._numbering = Numbering()
        self._reader = SheetReader(model.reads, self._numbering, self._as_of)
        self._scores = ScoreTables(model.score, self._numbering)
        self._exits = ExitColumns(model, self._scores.blocks, self._numbering, self._as_of)
        self._days = DayColumns(self._numbering, self._as_of)
        self._telling = TellingColumns(model, self._numbering)
        self._derived: Memo[tuple[int, int], int] = Memo(self._derive)
        review = model.review_by + timedelta(days=1)
        self._at_latest: Final = review.toordinal() if review > self._as_of else NEVER

    @property
    def size(self) -> int:
        return self._reader.size + self._scores.size + self._days.size + self._telling.size

    def judge(self, sheets: Sequence[FactSheet]) -> list[LockInOutcome]:
        columns, until = self._reader.read(sheets, self._at_latest)
        stated = columns[TESTED]
        tests = zip(columns[TESTED_ON], columns[TEST_KIND], strict=True)
        columns[TESTED] = list(map(self._derived.__getitem__, tests))
        patterns = self._scores.find_patterns(columns)
        scored = self._scores.judge(patterns)
        exits = self._exits.find_days(columns, patterns)
        orderly = self._exits.judge_orderly(columns, exits)
        sudden = self._exits.judge_sudden(columns, exits)
        watched = self._days.watch(columns, orderly, until)
        marks = self._telling.mark(columns)
        contradictions = self._telling.tell_contradictions(columns, stated, marks, exits)
        missing = self._telling.tell_missing(columns, marks, scored, sudden)
        return [
            LockInOutcome(
                outcome,
                days.low,
                days.high,
                None if margin is None else (margin.low, margin.high),
                at_once,
                seen.short_at_worst_from,
                seen.short_at_best_from,
                seen.dates,
                says,
                asked,
                seen.valid_until,
            )
            for (outcome, _), days, margin, at_once, seen, says, asked in zip(
                scored, exits, orderly, sudden, watched, contradictions, missing, strict=True
            )
        ]

    def _derive(self, numbers: tuple[int, int]) -> int:
        known = self._numbering.sheet((TESTED_ON, TEST_KIND), numbers)
        return self._numbering.number(derive_exit_tested(known, self._as_of))


_keeper: Final = Keeper[_Key, _LockInTables](_LockInTables)
