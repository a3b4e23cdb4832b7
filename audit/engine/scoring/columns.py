"""The facts of many sheets as columns of small numbers: equal numbers are read alike by a score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import repeat
from typing import Final, TypeAlias

from audit.engine.facts import Fact, FactSheet

UNKNOWN: Final = 0
"""The number of a fact that is absent, or whose evidence has expired."""
NEVER: Final = date.max.toordinal() + 1
"""Later than any day, as an ordinal."""

Column: TypeAlias = Sequence[int]
Columns: TypeAlias = Mapping[str, Column]


def as_day(ordinal: int) -> date | None:
    """The day of an ordinal; ``None`` for never."""
    return date.fromordinal(ordinal) if ordinal < NEVER else None


def pick_rows(columns: Columns, keys: Iterable[str]) -> Iterable[tuple[int, ...]]:
    """For each sheet the numbers of these keys."""
    return zip(*(columns[key] for key in keys), strict=True)


class Numbering:
    """Numbers for facts by what a score reads of them: the value, the grade, and whether they apply.

    ``facts`` gives for each number one fact that stands for all of them.
    """

    def __init__(self) -> None:
        self.facts: list[Fact | None] = [None]
        self._numbers: dict[tuple[object, ...], int] = {}

    @property
    def size(self) -> int:
        """How many facts are told apart."""
        return len(self.facts)

    def number(self, fact: Fact | None) -> int:
        """The number of a fact that counts on the day."""
        if fact is None:
            return UNKNOWN
        value = fact.value
        # Zero and minus zero are equal, and yes equals 1; days and risks made of them need not be the same.
        told = repr(value) if isinstance(value, float) else value
        meaning = (value.__class__, told, fact.grade.value, not fact.not_applicable)
        number = self._numbers.get(meaning)
        if number is None:
            number = self._numbers[meaning] = len(self.facts)
            self.facts.append(fact)
        return number

    def sheet(self, keys: Iterable[str], numbers: Iterable[int]) -> dict[str, Fact]:
        """The facts of the numbers as a sheet; what is unknown is absent."""
        facts = self.facts
        return {key: fact for key, place in zip(keys, numbers, strict=True) if (fact := facts[place]) is not None}


class KeyReader:
    """Numbers one key's facts on one day. What a fact object comes to is looked up by its identity."""

    def __init__(self, numbering: Numbering, as_of: date) -> None:
        self._numbering = numbering
        self._as_of = as_of
        self._numbers: dict[int, int] = {id(None): UNKNOWN}
        self._expiries: dict[int, int] = {id(None): NEVER}
        # Kept so that no other object is ever given the identity of one of them.
        self._seen: list[Fact] = []
        self._expires = False

    @property
    def size(self) -> int:
        """How many fact objects it knows."""
        return len(self._seen)

    def read(self, facts: Sequence[Fact | None]) -> tuple[list[int], Iterable[int] | None]:
        """The facts' numbers, and the days they stop counting; ``None`` where none of them ever does."""
        ids = list(map(id, facts))
        try:
            numbers = list(map(self._numbers.__getitem__, ids))
        except KeyError:
            self._learn(dict(zip(ids, facts, strict=True)))
            numbers = list(map(self._numbers.__getitem__, ids))
        return numbers, map(self._expiries.__getitem__, ids) if self._expires else None

    def _learn(self, facts: Mapping[int, Fact | None]) -> None:
        numbers, as_of = self._numbers, self._as_of
        for identity, fact in facts.items():
            if fact is None or identity in numbers:
                continue
            until = fact.expires_on
            is_current = until is None or as_of < until
            numbers[identity] = self._numbering.number(fact) if is_current else UNKNOWN
            self._expiries[identity] = until.toordinal() if until is not None and is_current else NEVER
            self._expires = self._expires or (until is not None and is_current)
            self._seen.append(fact)


class SheetReader:
    """Reads the same keys from many sheets."""

    def __init__(self, keys: Iterable[str], numbering: Numbering, as_of: date) -> None:
        self.keys: Final = tuple(sorted(keys))
        self._readers = [KeyReader(numbering, as_of) for _ in self.keys]

    @property
    def size(self) -> int:
        """How many fact objects are known."""
        return sum(reader.size for reader in self._readers)

    def read(self, sheets: Sequence[FactSheet], at_latest: int) -> tuple[dict[str, Column], list[int]]:
        """The columns of numbers, and for each sheet the first day on which a fact stops counting, as an ordinal.

        That day is never after ``at_latest``. There has to be at least one sheet.
        """
        keys = self.keys
        rows = [tuple(map(sheet.get, keys)) for sheet in sheets]
        numbers: dict[str, Column] = {}
        expiries: list[Iterable[int]] = []
        for key, reader, facts in zip(keys, self._readers, zip(*rows, strict=True), strict=True):
            numbers[key], until = reader.read(facts)
            if until is not None:
                expiries.append(until)
        if not expiries:
            return numbers, [at_latest] * len(rows)
        return numbers, list(map(min, repeat(at_latest), *expiries))
