"""The facts of many systems by key: few distinct objects, and for each system the number of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from audit.engine.facts import Fact, FactSheet
from audit.engine.logic import UNKNOWN, Datum

BLOCK: Final = 256
"""So many sheets are read at a time: more of them would not stay in the processor's cache."""
MOST_IN_BYTES: Final = 256
Codes: TypeAlias = bytes | list[int]


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of many systems: the distinct objects, ``None`` for an absent one, and each system's place among them.

    Objects are told apart by identity, so that equal facts may stand there twice.
    """

    facts: list[Fact | None]
    codes: Codes


@dataclass(slots=True)
class _Growing:
    """A column while the sheets are read."""

    places: dict[int, int] = field(default_factory=dict)
    facts: list[Fact | None] = field(default_factory=list)
    parts: list[Codes] = field(default_factory=list)

    def add(self, block: tuple[Fact | None, ...]) -> None:
        """Note the facts of the next systems."""
        ids = list(map(id, block))
        places = self.places
        distinct = set(ids)
        if not distinct <= places.keys():
            for one, fact in dict(zip(ids, block, strict=True)).items():
                if one not in places:
                    places[one] = len(self.facts)
                    self.facts.append(fact)
        if len(distinct) == 1 and places[ids[0]] < MOST_IN_BYTES:
            self.parts.append(bytes((places[ids[0]],)) * len(ids))
        elif len(places) <= MOST_IN_BYTES:
            self.parts.append(bytes(map(places.__getitem__, ids)))
        else:
            self.parts.append(list(map(places.__getitem__, ids)))

    def finish(self) -> Column:
        """The whole column."""
        parts = self.parts
        if len(self.facts) <= MOST_IN_BYTES:
            return Column(self.facts, b"".join([bytes(part) for part in parts]))
        return Column(self.facts, [code for part in parts for code in part])


def read_columns(sheets: Sequence[FactSheet]) -> Mapping[str, Column]:
    """A column for every key that any of the sheets holds."""
    keys: list[str] = list(set().union(*sheets))
    columns = {key: _Growing() for key in keys}
    growing = list(columns.values())
    for start in range(0, len(sheets), BLOCK):
        rows = [list(map(sheet.get, keys)) for sheet in sheets[start : start + BLOCK]]
        for column, block in zip(growing, zip(*rows, strict=True), strict=True):
            column.add(block)
    return {key: column.finish() for key, column in columns.items()}


def recode(codes: Codes, table: Sequence[int]) -> Codes:
    """The codes by another numbering; bytes wherever these suffice."""
    if isinstance(codes, bytes) and max(table, default=0) < MOST_IN_BYTES:
        return codes.translate(bytes(table).ljust(256, b"\0"))
    found = map(table.__getitem__, codes)
    return bytes(found) if max(table, default=0) < MOST_IN_BYTES else list(found)


def read_data(facts: Iterable[Fact | None], as_of: date) -> list[Datum]:
    """What each fact says on the day: unknown where it is absent or expired, none where it does not apply."""
    return [UNKNOWN if fact is None else _read_datum(fact, as_of) for fact in facts]


def _read_datum(fact: Fact, as_of: date) -> Datum:
    if not fact.is_current(as_of):
        return UNKNOWN
    if fact.not_applicable:
        return None
    return frozenset(fact.value) if isinstance(fact.value, tuple) else fact.value


def merge_equal(data: Sequence[Datum]) -> tuple[list[Datum], list[int]]:
    """The distinct data, and for each datum its place among them; 1 and true are two."""
    distinct: dict[tuple[type, Datum], int] = {}
    places = [distinct.setdefault((datum.__class__, datum), len(distinct)) for datum in data]
    return [datum for _, datum in distinct], places
