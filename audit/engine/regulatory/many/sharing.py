"""What many systems share is made once: equal rows give the same object."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

from audit.engine.expressions.planes import Choices, Column, Lists, Values, write_rows
from audit.engine.logic import Datum, Scalar

Row = TypeVar("Row", bound=Hashable)
Made = TypeVar("Made")


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


class Layout(NamedTuple):
    """The planes that tell the datum of each system, and the datum that a row of them comes to."""

    planes: Sequence[int]
    datum_at: Callable[[bytes], Datum]


def lay_out(values: Values) -> Layout:
    """The planes of what people answered, of a choice, or of a list."""
    if isinstance(values, Column):
        data = values.data
        return Layout([values.where_is(place) for place in range(len(data))], lambda row: data[row.index(1)])
    if isinstance(values, Choices):
        may_be = {value: where for value, where in values.may_be.items() if where}
        return Layout(list(may_be.values()), Choices(may_be, values.unknown).datum_at)
    return Layout(list(chain.from_iterable(values.members.values())), values.datum_at)


def code_data(values: Values, count: int) -> Coded[Datum]:
    """The distinct data of a fact, and each system's place among them."""
    layout = lay_out(values)
    return code(write_rows(layout.planes, count), layout.datum_at)


def share_data(values: Values, count: int, make: Callable[[Datum], Made]) -> list[Made]:
    """What is made of the datum of each system."""
    layout = lay_out(values)
    return share(write_rows(layout.planes, count), lambda row: make(layout.datum_at(row)))


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
