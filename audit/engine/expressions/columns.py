"""The facts of many systems by key, as small numbers: equal numbers say the same and count until the same day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from operator import is_
from typing import Final, TypeAlias

from audit.engine.facts import Fact, FactSheet
from audit.engine.logic import UNKNOWN, Datum

BLOCK: Final = 256
"""So many sheets are read at a time: more of them would not stay in the processor's cache."""
MOST_IN_BYTES: Final = 256
NEVER: Final = date.max.toordinal() + 1
"""Later than any day, as an ordinal."""
ABSENT, EXPIRED = 0, 1
"""The numbers of a fact that is absent, and of one whose evidence has expired."""
Codes: TypeAlias = bytes | list[int]


class FactReader:
    """Numbers the facts of one key on one day; ``data`` says what each number stands for, ``untils`` how long.

    What a fact object comes to is looked up by its identity.
    """

    def __init__(self, as_of: date) -> None:
        self.data: Final[list[Datum]] = [UNKNOWN, UNKNOWN]
        self.untils: Final[list[int]] = [NEVER, NEVER]
        self.expires = False
        self._as_of = as_of
        self._numbers: dict[int, int] = {id(None): ABSENT}
        self._by_meaning: dict[tuple[type, Datum, int], int] = {}
        # Kept so that no other object is ever given the identity of one of them.
        self._seen: list[Fact] = []

    @property
    def size(self) -> int:
        """How many fact objects it knows."""
        return len(self._seen)

    def read(self, facts: Sequence[Fact | None]) -> Codes:
        """The numbers of the facts, of which there is at least one; bytes wherever these suffice."""
        number = self._numbers.get(id(facts[0]), MOST_IN_BYTES)
        if number < MOST_IN_BYTES and all(map(is_, facts, repeat(facts[0]))):  # the usual case, in one step
            return bytes((number,)) * len(facts)
        try:
            return self._look_up(facts)
        except KeyError:
            self._learn(facts)
            return self._look_up(facts)

    def _look_up(self, facts: Sequence[Fact | None]) -> Codes:
        found = map(self._numbers.__getitem__, map(id, facts))
        return bytes(found) if len(self.data) <= MOST_IN_BYTES else list(found)

    def _learn(self, facts: Sequence[Fact | None]) -> None:
        for identity, fact in dict(zip(map(id, facts), facts, strict=True)).items():
            if fact is not None and identity not in self._numbers:
                self._seen.append(fact)
                self._numbers[identity] = self._number(fact)

    def _number(self, fact: Fact) -> int:
        if not fact.is_current(self._as_of):
            return EXPIRED
        until = NEVER if fact.expires_on is None else fact.expires_on.toordinal()
        datum = _read_datum(fact)
        meaning = (datum.__class__, datum, until)  # yes and 1 are equal, and two answers
        number = self._by_meaning.get(meaning)
        if number is None:
            number = self._by_meaning[meaning] = len(self.data)
            self.expires = self.expires or until < NEVER
            self.untils.append(until)
            self.data.append(datum)
        return number


def _read_datum(fact: Fact) -> Datum:
    """What a fact says that counts: none where it does not apply."""
    if fact.not_applicable:
        return None
    return frozenset(fact.value) if isinstance(fact.value, tuple) else fact.value


@dataclass(frozen=True, slots=True)
class Sheets:
    """What was read of some sheets: their numbers by key, and for each the first day a fact stops counting."""

    count: int
    codes: Mapping[str, Codes]
    readers: Mapping[str, FactReader]
    untils: Sequence[int]


class SheetReader:
    """Reads the facts of many sheets on one day; what it has learnt of a fact object it knows the next time.

    One call at a time may use it.
    """

    def __init__(self, as_of: date) -> None:
        self.as_of: Final = as_of
        self._readers: dict[str, FactReader] = {}

    @property
    def size(self) -> int:
        """How many fact objects are known."""
        return sum([reader.size for reader in self._readers.values()])

    def read(self, sheets: Sequence[FactSheet]) -> Sheets:
        """The facts of every key that any of the sheets holds."""
        read = self._read(sheets)
        if sum([len(sheets) - codes.count(ABSENT) for codes in read.codes.values()]) == sum(map(len, sheets)):
            return read
        new = set().union(*sheets) - self._readers.keys()  # there are more facts than were read
        self._readers |= {key: FactReader(self.as_of) for key in sorted(new)}
        return self._read(sheets)

    def _read(self, sheets: Sequence[FactSheet]) -> Sheets:
        keys, readers = list(self._readers), list(self._readers.values())
        parts: list[list[Codes]] = [[] for _ in keys]
        for start in range(0, len(sheets), BLOCK):
            rows = [tuple(map(sheet.get, keys)) for sheet in sheets[start : start + BLOCK]]
            for reader, column, facts in zip(readers, parts, zip(*rows, strict=True), strict=True):
                column.append(reader.read(facts))
        codes = {key: _join(column) for key, column in zip(keys, parts, strict=True)}
        return Sheets(len(sheets), codes, dict(self._readers), self._first_ends(codes, len(sheets)))

    def _first_ends(self, codes: Mapping[str, Codes], count: int) -> list[int]:
        expiring = [
            map(reader.untils.__getitem__, codes[key]) for key, reader in self._readers.items() if reader.expires
        ]
        return list(map(min, repeat(NEVER), *expiring)) if expiring else [NEVER] * count


def _join(parts: Sequence[Codes]) -> Codes:
    if len(parts) == 1:
        return parts[0]
    if all(isinstance(part, bytes) for part in parts):
        return b"".join(parts)  # type: ignore[arg-type]  # all are bytes
    return [number for part in parts for number in part]
