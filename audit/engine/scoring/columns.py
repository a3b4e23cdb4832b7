"""The facts of many sheets as columns of small numbers: equal numbers are read alike by a score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

from audit.engine.expressions.columns import ABSENT, NEVER, Recoded, SheetReader, Sheets, tell_apart
from audit.engine.facts import Fact
from audit.engine.remembering import Memo

UNKNOWN: Final = ABSENT
"""The number of a fact that is absent, or whose evidence has expired."""

Column: TypeAlias = Sequence[int]
Columns: TypeAlias = Mapping[str, Column]


def as_day(ordinal: int) -> date | None:
    """The day of an ordinal; ``None`` for never."""
    return date.fromordinal(ordinal) if ordinal < NEVER else None


def pick_rows(columns: Columns, keys: Iterable[str]) -> Iterable[tuple[int, ...]]:
    """For each sheet the numbers of these keys."""
    return zip(*(columns[key] for key in keys), strict=True)


class _KeyNumbers:
    """The numbers of one key."""

    __slots__ = ("facts", "numbers")

    def __init__(self) -> None:
        self.facts: list[Fact | None] = [None]
        self.numbers: dict[tuple[object, ...], int] = {}


class Numbering:
    """Numbers for the facts of each key by what a score reads of them: the value, the grade, and whether they apply."""

    def __init__(self) -> None:
        self._keys: Memo[str, _KeyNumbers] = Memo(lambda _: _KeyNumbers())

    @property
    def size(self) -> int:
        """How many facts are told apart."""
        return sum([len(each.facts) for each in self._keys.values()])

    def number(self, key: str, fact: Fact | None) -> int:
        """The number of a fact that counts on the day."""
        if fact is None:
            return UNKNOWN
        known = self._keys[key]
        meaning = tell_apart(fact)
        number = known.numbers.setdefault(meaning, len(known.facts))
        if number == len(known.facts):
            known.facts.append(fact)
        return number

    def fact(self, key: str, number: int) -> Fact | None:
        """A fact of the key that stands for all with the number."""
        return self._keys[key].facts[number]

    def sheet(self, keys: Iterable[str], numbers: Iterable[int]) -> dict[str, Fact]:
        """The facts of the numbers as a sheet; what is unknown is absent."""
        facts = {key: self.fact(key, number) for key, number in zip(keys, numbers, strict=True)}
        return {key: fact for key, fact in facts.items() if fact is not None}


class _KeyColumn(Recoded):
    """The numbers that a numbering has for the facts of one key."""

    __slots__ = ("_key", "_numbering")

    def __init__(self, key: str, numbering: Numbering) -> None:
        super().__init__()
        self._key = key
        self._numbering = numbering

    def number(self, fact: Fact | None) -> int:
        return self._numbering.number(self._key, fact)


class ColumnReader:
    """Gives the facts of the same keys the numbers of a numbering, which outlasts the day."""

    def __init__(self, keys: Iterable[str], numbering: Numbering) -> None:
        self.keys: Final = tuple(sorted(keys))
        self._numbering = numbering
        self._source: SheetReader | None = None
        self._recoded: dict[str, _KeyColumn] = {}

    def read(self, sheets: Sheets) -> dict[str, Column]:
        """The columns of numbers."""
        if self._source is not sheets.source:
            self._source = sheets.source
            self._recoded = {key: _KeyColumn(key, self._numbering) for key in self.keys}
        unknown = bytes(sheets.count)
        return {
            key: recoded.recode(sheets.codes[key], sheets.facts_of(key)) if key in sheets.codes else unknown
            for key, recoded in self._recoded.items()
        }
