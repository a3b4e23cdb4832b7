"""Pages of plain rows whose SQL was written once: for a short page, writing it costs as much as asking it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, TypeAlias

from django.db import connections, router
from django.db.models import QuerySet

Row: TypeAlias = "tuple[Any, ...]"
RowSet: TypeAlias = "QuerySet[Any, tuple[Any, ...]]"
# Stands for the place in the order while a statement is written; no row has it.
_SOME_PLACE: Final = -(2**62)


@dataclass(frozen=True, slots=True)
class PreparedRows:
    """What a pager asks of a queryset in the order of one unique column; anything else goes to the rows themselves."""

    rows: RowSet
    order: str
    after: int | None = None
    lookup: str = ""

    def order_by(self, order: str) -> PreparedRows:
        """The same rows in this order."""
        return replace(self, order=order)

    def filter(self, **where: str) -> PreparedRows:
        """The rows on one side of a place, given as ``id__gt`` or ``id__lt``."""
        ((lookup, place),) = where.items()
        return replace(self, lookup=lookup, after=int(place))

    def __getitem__(self, part: slice) -> Sequence[Row]:
        """The first rows."""
        if part.start or part.step:
            narrowed = self.rows.filter(**{self.lookup: self.after}) if self.lookup else self.rows
            return list(narrowed.order_by(self.order)[part])
        page = _prepare(_Shape(self.rows, self.order, self.lookup, part.stop, router.db_for_read(self.rows.model)))
        return page.read(self.after)


@dataclass(frozen=True, slots=True)
class _Shape:
    """All of a page but the place it begins after."""

    rows: RowSet
    order: str
    lookup: str
    most: int
    database: str


@dataclass(frozen=True, slots=True)
class _Page:
    """A statement with where its place goes, and what turns values of the database into Python's."""

    database: str
    statement: str
    parameters: tuple[Any, ...]
    converters: Mapping[int, Any]

    def read(self, after: int | None) -> list[Row]:
        """The rows after the place."""
        connection = connections[self.database]
        given = [after if value == _SOME_PLACE else value for value in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.statement, given)
            found: list[Row] = cursor.fetchall()
        if not self.converters:
            return found
        rows = [list(row) for row in found]
        for place, (converters, expression) in self.converters.items():
            for row in rows:
                value = row[place]
                for convert in converters:
                    value = convert(value, expression, connection)
                row[place] = value
        return [tuple(row) for row in rows]


@lru_cache(maxsize=1024)
def _prepare(shape: _Shape) -> _Page:
    narrowed = shape.rows.filter(**{shape.lookup: _SOME_PLACE}) if shape.lookup else shape.rows
    compiler = narrowed.order_by(shape.order)[: shape.most].query.get_compiler(shape.database)
    statement, parameters = compiler.as_sql()
    converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
    return _Page(shape.database, statement, tuple(parameters), converters)
