"""What many systems share is made once: equal rows give the same object."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from audit.engine.expressions.planes import Choices, Column, Lists, Values, write_rows
from audit.engine.logic import Datum, Scalar

Row = TypeVar("Row", bound=Hashable)
Made = TypeVar("Made")
Joined = TypeVar("Joined")


def share(rows: Sequence[Row], make: Callable[[Row], Made]) -> list[Made]:
    """What is made of each row; once for equal ones."""
    made = {row: make(row) for row in dict.fromkeys(rows)}
    return list(map(made.__getitem__, rows))


@dataclass(frozen=True, slots=True)
class Coded(Generic[Made]):
    """For each system the place of its own among the distinct entries."""

    codes: Sequence[int]
    entries: Sequence[Made]


def code(rows: Sequence[Row], make: Callable[[Row], Made]) -> Coded[Made]:
    """The distinct rows numbered, and what is made of each."""
    distinct = dict.fromkeys(rows)
    numbers = {row: number for number, row in enumerate(distinct)}
    return Coded(list(map(numbers.__getitem__, rows)), [make(row) for row in distinct])


def combine(parts: Sequence[Coded[Made]], join: Callable[[Iterable[Made]], Joined], count: int) -> list[Joined]:
    """What several coded columns give together."""
    if not parts:
        return [join(())] * count
    rows = list(zip(*(part.codes for part in parts), strict=True))
    entries = [part.entries for part in parts]
    return share(rows, lambda row: join([column[place] for column, place in zip(entries, row, strict=True)]))


def code_data(values: Values, count: int) -> Coded[Datum]:
    """The distinct data of a fact, and each system's place among them."""
    if isinstance(values, Column):
        return Coded(values.codes, values.data)
    if isinstance(values, Choices):
        may_be = {value: where for value, where in values.may_be.items() if where}
        left = Choices(may_be, values.unknown)
        return code(write_rows(may_be.values(), count), left.datum_at)
    pairs = [plane for certain, possible in values.members.values() for plane in (certain, possible)]
    return code(write_rows(pairs, count), values.datum_at)


def where_one_of(values: Values, wanted: Iterable[Scalar]) -> int:
    """The systems for which the value is certainly one of these."""
    if isinstance(values, Lists):
        return 0
    chosen = frozenset(wanted)
    if isinstance(values, Column):
        return values.where([datum in chosen for datum in values.data])
    found = 0
    for value, where in values.may_be.items():
        found |= where if value in chosen else 0
    return found & ~values.several
