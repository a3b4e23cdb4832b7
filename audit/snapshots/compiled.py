"""Tables of the register, read as the database gives them: Django writes the SQL once, and only the ids differ.

A run reads the same tables chunk after chunk. Putting the queries together anew would take longer than they do, and
turning each column into its Python value longer than reading it: days and JSON come as texts, and a row is made of
them only where somebody looks at it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Any, Final, Generic, NamedTuple, TypeVar, overload

from django.db import connections, router
from django.db.models import BinaryField, DateField, Field, JSONField, Model, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from audit.snapshots.rows import Raw

_AMONG: Final[Mapping[str, str]] = {
    "sqlite": "SELECT value FROM json_each(%s)",
    "postgresql": "SELECT jsonb_array_elements_text(%s::jsonb)::bigint",
}
_LONG: Final[Mapping[str, Field[Any, Any]]] = {"sqlite": BinaryField(), "postgresql": TextField()}
"""As what a long text is read: as the bytes it is stored as, where the database gives them without more ado."""
_Row = TypeVar("_Row", bound=tuple[object, ...])
_Made = TypeVar("_Made")


class _Place(NamedTuple):
    """Where ids go among the parameters: all of a set as JSON, or one end of a range."""

    number: int


class _Statement(NamedTuple):
    """The SQL of a database, and its parameters with a place where ids go."""

    sql: str
    parameters: tuple[_Place | str, ...]
    is_in_parts: bool


class Query:
    """A query of some columns for the rows that hang on ids.

    ``select`` is given, for each set of ids, the condition that a column holds one of them, and gives the rows in
    parts, each found by one index; of several the first column names a row, which may stand in two of them. ``owners``
    are the places of the columns with ids. ``long`` is the column of a long text, which may come as bytes
    (``RawText``).
    """

    def __init__(
        self,
        model: type[Model],
        columns: Sequence[str],
        select: Callable[..., Sequence[QuerySet[Any]]],
        *,
        owners: Sequence[int],
        order: Sequence[str] = (),
        long: str = "",
    ) -> None:
        self._model = model
        self._columns = columns
        self._select = select
        self._owners = owners
        self._order = order
        self._long = long
        self._statements: dict[tuple[str, bool], _Statement] = {}

    def fetch(self, *ids: Collection[int]) -> list[Raw]:
        """Read the rows of these ids, each of which a set holds once; one query, whatever their number."""
        ends = find_ends(ids[0]) if ids else None
        if ends is None:
            return self._execute([json.dumps([*of_set]) for of_set in ids], is_range=False)
        rows = self._execute([*ends, *(json.dumps([*of_set]) for of_set in ids[1:])], is_range=True)
        if len(ids[0]) > ends[1] - ends[0]:
            return rows
        wanted = [*zip(self._owners, map(frozenset, ids), strict=True)]
        return [raw for raw in rows if any(raw[place] in of_set for place, of_set in wanted)]

    def _execute(self, given: Sequence[int | str], *, is_range: bool) -> list[Raw]:
        using = router.db_for_read(self._model)
        statement = self._statements.get((using, is_range))
        if statement is None:
            statement = self._statements[using, is_range] = self._compile(using, is_range=is_range)
        parameters = [given[one.number] if isinstance(one, _Place) else one for one in statement.parameters]
        with connections[using].cursor() as cursor:
            cursor.execute(statement.sql, parameters)
            rows: list[Raw] = cursor.fetchall()
        return [*{raw[0]: raw for raw in rows}.values()] if statement.is_in_parts else rows

    def _compile(self, using: str, *, is_range: bool) -> _Statement:
        vendor = connections[using].vendor
        conditions: list[Callable[[str], Q]] = [
            partial(_is_among, _AMONG[vendor], place + is_range) for place in range(len(self._owners))
        ]
        if is_range:
            conditions[0] = _is_within
        columns = self._list_columns(vendor)
        first, *others = (rows.using(using).order_by().values_list(*columns) for rows in self._select(*conditions))
        rows = (first.union(*others, all=True) if others else first).order_by(*self._order)
        sql, parameters = rows.query.get_compiler(using).as_sql()
        return _Statement(sql, tuple(parameters), is_in_parts=bool(others))

    def _list_columns(self, vendor: str) -> list[Any]:  # Any: names and expressions of all types
        return [self._express(name, vendor) for name in self._columns]

    def _express(self, name: str, vendor: str) -> Any:
        if not _is_text(self._model, name):
            return name
        return Cast(name, _LONG[vendor] if name == self._long else TextField())


def _is_among(among: str, number: int, column: str) -> Q:
    return Q((f"{column}__in", RawSQL(among, (_Place(number),))))  # noqa: S611 - one of two constants


def _is_within(column: str) -> Q:
    first, last = (RawSQL("%s", (_Place(number),)) for number in range(2))
    return Q((f"{column}__gte", first), (f"{column}__lte", last))


_MANY: Final = 100
_GAPS: Final = 8
"""So many ids there have to be for each that is missing between the first and the last of them."""


def find_ends(ids: Collection[int]) -> tuple[int, int] | None:
    """The first and the last of many ids between which few are missing; else none.

    Such as a chunk's: their rows stand side by side in the index, found and sorted in one go.
    """
    if len(ids) <= _MANY:
        return None
    first, last = min(ids), max(ids)
    return (first, last) if (last - first + 1 - len(ids)) * _GAPS <= len(ids) else None


def field_of(model: type[Model], column: str) -> object:
    """The field of a column; ``evidence__grade`` is one of the model to which ``evidence`` leads."""
    first, _, rest = column.partition("__")
    field = model._meta.get_field(first)
    other = field.related_model
    return field_of(other, rest) if rest and other is not None and not isinstance(other, str) else field


def _is_text(model: type[Model], column: str) -> bool:
    """Whether a column is read as a text that stands for something else."""
    return isinstance(field_of(model, column), DateField | JSONField)


class _Days(dict[str | None, date | None]):
    """Each day by its text; there are not many different ones, some ten thousand in a lifetime."""

    def __missing__(self, text: str | None) -> date | None:
        day = self[text] = date.fromisoformat(text) if text is not None else None
        return day


DAYS: Final = _Days()


class Table(Query, Generic[_Row]):
    """A query that also makes rows of what it has read, for whoever asks for them.

    It reads the rows of which an ``owners`` column holds one of its set of ids. Those of one owner stand together, in
    the ``order`` of these columns; those of several by id.
    """

    def __init__(
        self,
        row_type: type[_Row],
        columns: Sequence[str],
        model: type[Model],
        *,
        owners: Sequence[str] = ("system_id",),
        order: Sequence[str] = ("id",),
        long: str = "",
        **readers: Callable[[Any], object],
    ) -> None:
        super().__init__(
            model,
            columns,
            partial(_of_owners, model, owners),
            owners=[*map(columns.index, owners)],
            order=("id",) if len(owners) > 1 else [*dict.fromkeys((*owners, *order))],
            long=long,
        )
        # As ``row_type._make``, of which it is the inside: rows are made by the ten thousand.
        self._new: Callable[[Iterable[Any]], _Row] = partial(tuple.__new__, row_type)
        self._readers = [
            (place, readers.get(name) or (DAYS.__getitem__ if isinstance(field, DateField) else _read_json))
            for place, (name, field) in enumerate((name, field_of(model, name)) for name in columns)
            if isinstance(field, DateField | JSONField)
        ]

    def make(self, raw: Raw) -> _Row:
        """One row."""
        if not self._readers:
            return self._new(raw)
        columns = list(raw)
        for place, read in self._readers:
            if columns[place] is not None:
                columns[place] = read(columns[place])
        return self._new(columns)

    def make_all(self, rows: Iterable[Raw]) -> list[_Row]:
        """All of them, in their order."""
        return [*map(self.make if self._readers else self._new, rows)]


def _of_owners(model: type[Model], owners: Sequence[str], *conditions: Callable[[str], Q]) -> Sequence[QuerySet[Any]]:
    """Of each owner by itself: for an OR, or for ids found that way, PostgreSQL would read the whole table."""
    rows = model._default_manager.all()
    return [rows.filter(is_one(owner)) for owner, is_one in zip(owners, conditions, strict=True)] or [rows]


def _read_json(text: str) -> object:
    """What a JSON column holds. Short lists are the same in many rows, and not to be changed in any."""
    return _read_short(text) if len(text) < _SHORT else json.loads(text)


_SHORT: Final = 200


@lru_cache(maxsize=5_000)
def _read_short(text: str) -> object:
    return json.loads(text)


class RowsMade(Mapping[int, _Made]):
    """Rows by a key, each made when it is asked for the first time; the many that nobody asks for stay as they are."""

    def __init__(self, raw: Mapping[int, Any], make: Callable[[Any], _Made]) -> None:
        self._raw = raw
        self._make = make
        self._made: dict[int, _Made] = {}

    def __getitem__(self, key: int) -> _Made:
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(self._raw[key])
        return made

    def get(self, key: int, default: Any = None) -> Any:  # Any: the base class asks for all kinds of default
        """The rows of a key, or the default."""
        made = self._made.get(key)
        if made is None and key in self._raw:
            made = self._made[key] = self._make(self._raw[key])
        return default if made is None else made

    def __contains__(self, key: object) -> bool:
        return key in self._raw

    def __iter__(self) -> Iterator[int]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


class ListMade(Sequence[_Row]):
    """The same of a list: all its rows are made when the first is asked for."""

    def __init__(self, raw: Sequence[Raw], make: Callable[[Iterable[Raw]], list[_Row]]) -> None:
        self._raw = raw
        self._make = make

    @cached_property
    def _rows(self) -> list[_Row]:
        return self._make(self._raw)

    @overload
    def __getitem__(self, place: int) -> _Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[_Row]: ...
    def __getitem__(self, place: int | slice) -> _Row | Sequence[_Row]:
        return self._rows[place]

    def __iter__(self) -> Iterator[_Row]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._raw)
