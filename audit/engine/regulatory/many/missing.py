"""The missing facts of many systems: those behind each open answer, and how many duties wait for the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import getitem
from typing import Final, TypeAlias

from audit.engine.expressions.planes import transpose, unpack
from audit.engine.regulatory.many.answers import OpenAnswer
from audit.engine.regulatory.many.rules import Rules
from audit.engine.regulatory.many.sharing import Coded, code, combine, share
from audit.engine.regulatory.outcome import LawMissing
from audit.engine.rules.asking import Asking, Behind, add_behind

BYTE: Final = 8
Behinds: TypeAlias = tuple[str, tuple[str, ...]]
"""The label of an answer and the missing facts behind it."""


@dataclass(slots=True)
class Counter:
    """How many planes each system was in: the planes of the binary digits of the numbers, the lowest first."""

    digits: list[int] = field(default_factory=list)

    def add(self, where: int, times: int) -> None:
        """Count the systems so many times."""
        shift = 0
        while times >> shift:
            if times >> shift & 1:
                self._carry(where, shift)
            shift += 1

    def _carry(self, where: int, place: int) -> None:
        while where:
            while place >= len(self.digits):
                self.digits.append(0)
            digit = self.digits[place]
            self.digits[place] = digit ^ where
            where &= digit
            place += 1

    def columns(self, count: int) -> list[bytes]:
        """The numbers as bytes, the lowest first."""
        found: list[bytes] = []
        for start in range(0, len(self.digits), BYTE):
            column = 0
            for place, digit in enumerate(self.digits[start : start + BYTE]):
                column |= int.from_bytes(unpack(digit, count), "big") << place
            found.append(column.to_bytes(count, "big"))
        return found


@dataclass(slots=True)
class Missing:
    """Traces what is open back to missing facts; ``order`` is the place of each fact in the packs."""

    rules: Rules
    asking: Asking
    opened: Sequence[OpenAnswer]
    order: Mapping[str, int]

    @property
    def _count(self) -> int:
        return self.rules.frame.count

    def list_missing(self) -> list[LawMissing]:
        """The missing facts of each system."""
        answers = combine([self._list_behind(answer) for answer in self.opened], _leave_out_none, self._count)
        pairs = list(zip(answers, self._count_duties(), strict=True))
        ids = [(id(one), id(two)) for one, two in pairs]
        made = {key: LawMissing(*pair) for key, pair in dict(zip(ids, pairs, strict=True)).items()}
        return list(map(made.__getitem__, ids))

    def list_asked(self) -> list[tuple[str, ...]]:
        """The missing facts behind the open duties of each system itself."""
        numbers = dict.fromkeys(entry.number for entry in self.rules.tables.program.rules if not entry.rule.of_entity)
        found: Behind = {}
        for number in numbers:
            add_behind(found, self.asking.behind_condition(number), self.rules.frame.full)
        keys = sorted(found, key=self.order.__getitem__)
        return share(self._rows([found[key] for key in keys]), lambda row: tuple(compress(keys, row)))

    def _rows(self, planes: Sequence[int]) -> list[bytes]:
        return transpose([unpack(plane, self._count) for plane in planes], self._count)

    def _list_behind(self, answer: OpenAnswer) -> Coded[Behinds | None]:
        keys = sorted(answer.behind, key=self.order.__getitem__)
        rows = self._rows([answer.where, *(answer.behind[key] for key in keys)])
        return code(rows, lambda row: (answer.label, tuple(compress(keys, row[1:]))) if row[0] else None)

    def _count_duties(self) -> list[tuple[tuple[str, int], ...]]:
        counters = self._gather()
        keys = sorted(counters)
        low, high = [], []
        for key in keys:
            first, *more = counters[key].columns(self._count)
            low.append(first)
            high += [(key, shift, column) for shift, column in enumerate(more, start=1)]
        if high:
            return _add_up(keys, low, high)
        pairs = [
            tuple([(key, number) for number in range(max(column) + 1)]) for key, column in zip(keys, low, strict=True)
        ]
        rows = transpose(low, self._count)
        return share(rows, lambda row: tuple(map(getitem, compress(pairs, row), filter(None, row))))

    def _gather(self) -> dict[str, Counter]:
        """Count the duties of which the condition or the day waits for a fact that decides no answer."""
        decisive: Behind = {}
        for answer in self.opened:
            add_behind(decisive, answer.behind, self.rules.frame.full)
        counters: dict[str, Counter] = {}
        times: dict[int, int] = {}
        for place, entry in enumerate(self.rules.tables.program.rules):
            times[entry.number] = times.get(entry.number, 0) + 1
            if entry.is_dated:
                within = self.rules.certain(entry) & self.rules.days[place].may_be.several
                if within:
                    behind = self.asking.behind_day(entry.schedule, entry.cases)
                    _count_in(counters, behind, decisive, within, 1)
        for number, duties in times.items():
            _count_in(counters, self.asking.behind_condition(number), decisive, self.rules.frame.full, duties)
        return counters


def _count_in(counters: dict[str, Counter], behind: Behind, decisive: Behind, within: int, times: int) -> None:
    for key, where in behind.items():
        rest = where & within & ~decisive.get(key, 0)
        if rest:
            counters.setdefault(key, Counter()).add(rest, times)


def _leave_out_none(entries: Iterable[Behinds | None]) -> tuple[Behinds, ...]:
    return tuple([entry for entry in entries if entry is not None])


def _add_up(
    keys: Sequence[str], low: Sequence[bytes], high: Sequence[tuple[str, int, bytes]]
) -> list[tuple[tuple[str, int], ...]]:
    """The counts of each system, where some exceed a byte."""
    numbers = {key: list(column) for key, column in zip(keys, low, strict=True)}
    for key, shift, column in high:
        numbers[key] = [one + (two << BYTE * shift) for one, two in zip(numbers[key], column, strict=True)]
    rows = zip(*(numbers[key] for key in keys), strict=True)
    return [tuple([(key, number) for key, number in zip(keys, row, strict=True) if number]) for row in rows]
