"""The lock-in of many sheets at once, equal to judging them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Final

from audit.engine.expressions.columns import NEVER, Sheets, reading
from audit.engine.facts import FactSheet
from audit.engine.lock_in.day_columns import DayColumns
from audit.engine.lock_in.exercises import (
    NOT_TAKEN_YET,
    TEST_KIND,
    TESTED,
    TESTED_DAYS,
    TESTED_ON,
    derive_exit_tested,
    is_to_come,
)
from audit.engine.lock_in.exit_columns import ExitColumns
from audit.engine.lock_in.model import LockInModel
from audit.engine.lock_in.outcome import LockInOutcome
from audit.engine.lock_in.telling_columns import TellingColumns
from audit.engine.remembering import Keeper, Memo
from audit.engine.scoring.columns import Column, ColumnReader, Columns, Numbering, pick_rows
from audit.engine.scoring.many import ScoreTables


def judge_lock_in_many(sheets: Sequence[FactSheet], model: LockInModel, as_of: date) -> list[LockInOutcome]:
    """``judge_lock_in(sheet, model, as_of).outcome()`` of each sheet; equal parts are mostly the same objects."""
    if not sheets:
        return []
    with reading(sheets, as_of) as read:
        return judge_lock_in_read(read, model, as_of)


def judge_lock_in_read(sheets: Sheets, model: LockInModel, as_of: date) -> list[LockInOutcome]:
    """The same for sheets that were read for this day; there is at least one."""
    tables = _keeper.take(model)
    outcomes = tables.judge(sheets, as_of)
    _keeper.give_back(model, tables)
    return outcomes


class _Day:
    """What facts come to on one day."""

    def __init__(self, model: LockInModel, numbering: Numbering, as_of: date) -> None:
        self.as_of: Final = as_of
        self._numbering = numbering
        self.columns: Final = DayColumns(numbering, as_of)
        self._reader = ColumnReader(model.reads, numbering)
        self._derived: Memo[tuple[int, ...], int] = Memo(partial(_derive, numbering, as_of))
        self._to_come: Memo[int, bool] = Memo(partial(_is_to_come, numbering, as_of))
        review = model.review_by + timedelta(days=1)
        self._at_latest: Final = review.toordinal() if review > as_of else NEVER

    @property
    def size(self) -> int:
        return self.columns.size

    def read(self, sheets: Sheets) -> tuple[Columns, Column, list[int]]:
        """The facts as ``with_exit_tested`` has them, the exit test as it is stated, and until when they hold."""
        stated = self._reader.read(sheets)
        until = sheets.first_ends(self._reader.keys, self._at_latest)
        derived = list(map(self._derived.__getitem__, pick_rows(stated, _TEST)))
        not_yet = self._numbering.number(TESTED_DAYS, NOT_TAKEN_YET)
        to_come = map(self._to_come.__getitem__, stated[TESTED_ON])
        days = [not_yet if later else taken for later, taken in zip(to_come, stated[TESTED_DAYS], strict=True)]
        return {**stated, TESTED: derived, TESTED_DAYS: days}, stated[TESTED], until


def _derive(numbering: Numbering, as_of: date, numbers: tuple[int, ...]) -> int:
    return numbering.number(TESTED, derive_exit_tested(numbering.sheet(_TEST, numbers), as_of))


def _is_to_come(numbering: Numbering, as_of: date, number: int) -> bool:
    return is_to_come(numbering.fact(TESTED_ON, number), as_of)


class _LockInTables:
    """What one model has come to so far."""

    def __init__(self, model: LockInModel) -> None:
        self._model = model
        self._numbering = Numbering()
        self._scores = ScoreTables(model.score, self._numbering)
        self._exits = ExitColumns(model, self._scores.blocks, self._numbering)
        self._telling = TellingColumns(model, self._numbering)
        self._day = _Day(model, self._numbering, date.min)

    @property
    def size(self) -> int:
        parts = (self._numbering, self._scores, self._exits, self._telling, self._day)
        return sum(part.size for part in parts)

    def judge(self, sheets: Sheets, as_of: date) -> list[LockInOutcome]:
        if self._day.as_of != as_of:
            self._day = _Day(self._model, self._numbering, as_of)
        columns, stated, until = self._day.read(sheets)
        patterns = self._scores.find_patterns(columns)
        scored = self._scores.judge(patterns)
        exits = self._exits.find_days(columns, patterns)
        orderly = self._day.columns.judge_orderly(columns, exits)
        sudden = self._exits.judge_sudden(columns, exits)
        watched = self._day.columns.watch(columns, orderly, until)
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


_TEST: Final = (TESTED_ON, TEST_KIND)
_keeper: Final = Keeper[LockInModel, _LockInTables](_LockInTables)
