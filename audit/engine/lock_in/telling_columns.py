"""What contradicts what and what is missing, for many sheets at once: by marks on facts, told once for each mark."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Final, TypeAlias

from audit.engine.lock_in.exercises import TESTED, TESTED_ON
from audit.engine.lock_in.exit_columns import ExitDays
from audit.engine.lock_in.judging import MISSTATED, OUTSIDE_ESTIMATE, asked_for_days, is_misstated, list_answers
from audit.engine.lock_in.model import LockInModel
from audit.engine.lock_in.outcome import MissingAnswer
from audit.engine.remembering import Memo
from audit.engine.scoring.columns import Column, Columns, Numbering
from audit.engine.scoring.many import Missing, Scored
from audit.engine.scoring.terms import Condition, Ends

_Answers: TypeAlias = tuple[MissingAnswer, ...]


class Marks:
    """One number for each system: a bit for each mark that one of its facts bears.

    A fact bears a mark for each part of a contradiction that it fulfils, one when it is unknown and days are asked of
    it, and one when it tells that an exit was tested.
    """

    def __init__(self, model: LockInModel, numbering: Numbering) -> None:
        self._numbering = numbering
        bits = (1 << place for place in count())
        self._parts: Final[dict[str, list[tuple[int, Condition]]]] = {}
        self.contradictions: Final[list[tuple[int, str]]] = []
        for contradiction in model.contradictions:
            whole = 0
            for key, values in contradiction.when.wanted:
                bit = next(bits)
                whole |= bit
                self._parts.setdefault(key, []).append((bit, Condition(((key, values),))))
            self.contradictions.append((whole, contradiction.says))
        self.asked: Final = tuple(sorted(asked_for_days(model)))
        self._unknown: Final = {key: next(bits) for key in self.asked}
        self._tested: Final = next(bits)
        # The marks of contradictions stand lowest.
        self.contradicting: Final = min(self._unknown.values()) - 1
        self._bits: Final = {key: self._remember(key) for key in sorted({*self._parts, *self.asked})}

    def find(self, columns: Columns) -> list[int]:
        """The marks of each system."""
        marks = [map(bits.__getitem__, columns[key]) for key, bits in self._bits.items()]
        return list(map(sum, zip(*marks, strict=True)))

    def _remember(self, key: str) -> Memo[int, int]:
        return Memo(lambda number: self._mark(key, number))

    def _mark(self, key: str, number: int) -> int:
        fact = self._numbering.fact(key, number)
        if fact is None:
            return self._unknown.get(key, 0)
        marks = sum(bit for bit, part in self._parts.get(key, ()) if part.holds({key: fact}))
        return marks + self._tested if key == TESTED_ON and fact.value is not None else marks


class TellingColumns:
    """The contradictions and missing facts told on one day so far."""

    def __init__(self, model: LockInModel, numbering: Numbering) -> None:
        self._model = model
        self._numbering = numbering
        self._marks = Marks(model, numbering)
        self._said: Memo[int, tuple[str, ...]] = Memo(self._say)
        self._misstated: Memo[tuple[int, int], bool] = Memo(self._is_misstated)
        self._missing: dict[tuple[int, int, bool], _Answers] = {}

    @property
    def size(self) -> int:
        """How many lists of missing facts it holds."""
        return len(self._missing)

    def mark(self, columns: Columns) -> list[int]:
        """The marks of each system, to be given to the others."""
        return self._marks.find(columns)

    def tell_contradictions(
        self, columns: Columns, stated: Column, marks: Iterable[int], exits: Iterable[ExitDays]
    ) -> list[tuple[str, ...]]:
        """What contradicts what; ``stated`` are the exit tests as they are stated and not as they are derived."""
        lowest, said = self._marks.contradicting, self._said
        misstated = map(self._misstated.__getitem__, zip(stated, columns[TESTED], strict=True))
        return [
            said[each & lowest] + _say_of_test(is_misstated=wrong, leaves_estimate=days.leaves_estimate)
            if wrong or days.leaves_estimate
            else said[each & lowest]
            for each, wrong, days in zip(marks, misstated, exits, strict=True)
        ]

    def tell_missing(
        self, columns: Columns, marks: Iterable[int], scored: Iterable[Scored], sudden: Iterable[Ends | None]
    ) -> list[_Answers]:
        """The missing facts."""
        above = ~self._marks.contradicting
        told, answers = self._missing, []
        for place, (each, (_, ranked), margin) in enumerate(zip(marks, scored, sudden, strict=True)):
            # The score's tables keep each ranking, so that its identity stays its own.
            key = id(ranked), each & above, margin is None
            found = told.get(key)
            if found is None:
                found = told[key] = self._list_answers(ranked, columns, place, sudden_is_open=margin is None)
            answers.append(found)
        return answers

    def _list_answers(self, ranked: Missing, columns: Columns, place: int, *, sudden_is_open: bool) -> _Answers:
        asked = self._marks.asked
        known = self._numbering.sheet(asked, [columns[key][place] for key in asked])
        return list_answers(ranked, self._model, known, sudden_is_open=sudden_is_open)

    def _say(self, marks: int) -> tuple[str, ...]:
        return tuple(says for whole, says in self._marks.contradictions if marks & whole == whole)

    def _is_misstated(self, numbers: tuple[int, int]) -> bool:
        stated, derived = numbers
        return is_misstated(self._numbering.fact(TESTED, stated), self._numbering.fact(TESTED, derived))


def _say_of_test(*, is_misstated: bool, leaves_estimate: bool) -> tuple[str, ...]:
    return (MISSTATED,) * is_misstated + (OUTSIDE_ESTIMATE,) * leaves_estimate
