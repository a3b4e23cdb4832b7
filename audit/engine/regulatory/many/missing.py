"""The missing facts of many systems: those behind each open answer, and how many duties wait for the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import getitem
from typing import Final, TypeAlias

from audit.engine.expressions.planes import transpose, unpack, write_rows
from audit.engine.regulatory.gist import token_of
from audit.engine.regulatory.many.answers import OpenAnswer
from audit.engine.regulatory.many.rules import Rules
from audit.engine.regulatory.many.sharing import share
from audit.engine.regulatory.many.sums import Sums
from audit.engine.regulatory.outcome import LawMissing
from audit.engine.rules.asking import Asked, Asking, Awaited, Behind, add_behind

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
        behind = [self._list_behind(answer) for answer in self.opened]
        answers = [tuple([one for one in row if one]) for row in zip(*behind, strict=True)] or [()] * self._count
        return list(map(LawMissing, answers, self._count_duties()))

    def list_asked(self) -> list[tuple[str, ...]]:
        """The missing facts behind the open duties of each system itself."""
        found = self._find_asked()
        keys = sorted(found, key=self.order.__getitem__)
        return share(write_rows([found[key] for key in keys], self._count), lambda row: tuple(compress(keys, row)))

    def add_all(self, sums: Sums) -> None:
        """Add the tokens of all that ``list_missing`` and ``list_asked`` list."""
        for answer in self.opened:
            sums.add(answer.where, token_of("open", answer.label))
            for key, where in answer.behind.items():
                sums.add(where, token_of("behind", answer.label, key))
        for key, counter in self._gather().items():
            for place, digit in enumerate(counter.digits):
                sums.add(digit, token_of("waits", key, str(place)))
        for key, where in self._find_asked().items():
            sums.add(where, token_of("asked", key))

    def _find_asked(self) -> Behind:
        awaited: Awaited = {}
        for number in self.rules.tables.program.own:
            for asked, where in self.asking.list_awaited(number).items():
                awaited[asked] = awaited.get(asked, 0) | where
        found: Behind = {}
        for asked, where in awaited.items():
            add_behind(found, self.asking.behind_fact(asked), where)
        return found

    def _list_behind(self, answer: OpenAnswer) -> list[Behinds | None]:
        keys = sorted(answer.behind, key=self.order.__getitem__)
        rows = write_rows([answer.where, *(answer.behind[key] for key in keys)], self._count)
        return share(rows, lambda row: (answer.label, tuple(compress(keys, row[1:]))) if row[0] else None)

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
        idle = _Idle(self.asking, decisive)
        counters: dict[str, Counter] = {}
        for place, entry in enumerate(self.rules.tables.program.rules):
            if entry.is_dated:
                within = self.rules.certain(entry) & self.rules.days[place].may_be.several
                if within:
                    behind = self.asking.behind_day(entry.schedule, entry.cases)
                    _count_in(counters, leave_out(behind, decisive, within), 1)
        for number, duties in self.rules.tables.program.times.items():
            _count_in(counters, idle.behind_condition(number), duties)
        return counters


@dataclass(slots=True)
class _Idle:
    """Missing facts that decide no answer, behind conditions; ``decisive`` are those that do, each where it does."""

    asking: Asking
    decisive: Behind
    _facts: dict[Asked, Behind] = field(default_factory=dict)

    def behind_condition(self, number: int) -> Behind:
        """Such facts behind a condition, where it is open."""
        found: Behind = {}
        for asked, where in self.asking.list_awaited(number).items():
            behind = self._facts.get(asked)
            if behind is None:
                behind = self._facts[asked] = leave_out(self.asking.behind_fact(asked), self.decisive, where=-1)
            add_behind(found, behind, where)
        return found


def leave_out(behind: Behind, decisive: Behind, where: int) -> Behind:
    """What stands behind something in systems ``where`` it decides no answer."""
    left = {key: plane & where & ~decisive.get(key, 0) for key, plane in behind.items()}
    return {key: plane for key, plane in left.items() if plane}


def _count_in(counters: dict[str, Counter], behind: Behind, times: int) -> None:
    for key, where in behind.items():
        counters.setdefault(key, Counter()).add(where, times)


def _add_up(
    keys: Sequence[str], low: Sequence[bytes], high: Sequence[tuple[str, int, bytes]]
) -> list[tuple[tuple[str, int], ...]]:
    """The counts of each system, where some exceed a byte."""
    numbers = {key: list(column) for key, column in zip(keys, low, strict=True)}
    for key, shift, column in high:
        numbers[key] = [one + (two << BYTE * shift) for one, two in zip(numbers[key], column, strict=True)]
    rows = zip(*(numbers[key] for key in keys), strict=True)
    return [tuple([(key, number) for key, number in zip(keys, row, strict=True) if number]) for row in rows]
