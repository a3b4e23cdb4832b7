"""Writes many rows with one statement: for the chunks of a run, where model instances cost most.

SQLite runs the statement for each row; PostgreSQL, to which each is a message, is given all rows as arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, TypeAlias, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

_Model = TypeVar("_Model", bound=models.Model)
Cell: TypeAlias = "bool | int | float | str | bytes | date | datetime | None"
Row: TypeAlias = "Sequence[Cell]"
_Field: TypeAlias = "models.Field[object, object]"
_Value: TypeAlias = "models.F | models.Value"


def insert_rows(
    model: type[_Model],
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    leave_existing: bool = False,
    instead_of: Sequence[str] = (),
) -> None:
    """Insert rows given as values in the order of ``columns`` (a key as ``system_id``).

    A JSON column takes the JSON text itself. With ``leave_existing`` a row that a unique constraint refuses stays out;
    with ``instead_of`` it takes the place of the one that has the same values there.
    """
    fields = [_field(model, column) for column in columns]
    names = ", ".join(_quote(model, field) for field in fields)
    tail = " ON CONFLICT DO NOTHING" if leave_existing else ""
    if instead_of:
        same = [_field(model, column) for column in instead_of]
        given = [_quote(model, field) for field in fields if field not in same]
        sets = ", ".join(f"{name} = excluded.{name}" for name in given)
        tail = f" ON CONFLICT ({', '.join(_quote(model, field) for field in same)}) DO UPDATE SET {sets}"
    into = f"INSERT INTO {_table(model)} ({names})"
    connection = connections[router.db_for_write(model)]
    ready = _make_ready(fields, rows, connection)
    if not ready:
        return
    if _go_together(fields, connection):
        given_rows = _Given(fields, ready, connection)
        values = ", ".join(given_rows.name(place) for place in range(len(fields)))
        _send(f"{into} SELECT {values} FROM {given_rows}{tail}", given_rows.parameters, connection)  # noqa: S608 - names come from the models
    else:
        places = ", ".join(["%s"] * len(fields))
        _send_each(f"{into} VALUES ({places}){tail}", ready, connection)


def insert_selected(model: type[_Model], columns: Mapping[str, _Value], rows: models.QuerySet[Any]) -> None:
    """Insert a row for each of ``rows``: of these are the values of the columns. Those that are there already stay.

    The rows never come here: it is one statement of the database.
    """
    connection = connections[router.db_for_write(model)]
    # Under names of their own, for a field of the same name as the column hides it.
    given = {f"of_{column}": value for column, value in columns.items()}
    selected = rows.using(connection.alias).annotate(**given).values_list(*given)
    try:
        sql, parameters = selected.query.get_compiler(using=connection.alias).as_sql()
    except EmptyResultSet:
        return  # it is known without asking the database
    names = ", ".join(_quote(model, _field(model, column)) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {_table(model)} ({names}) {sql} ON CONFLICT DO NOTHING", parameters)


def update_rows(
    model: type[_Model], columns: Sequence[str], rows: Iterable[Row], *, by: Sequence[str], where_empty: str = ""
) -> None:
    """Update rows: the values of ``columns``, then those of ``by``, which pick the row.

    ``where_empty`` names a column that must be null in it.
    """
    changed, picked = [_field(model, column) for column in columns], [_field(model, column) for column in by]
    fields = [*changed, *picked]
    connection = connections[router.db_for_write(model)]
    ready = _make_ready(fields, rows, connection)
    if not ready:
        return
    table = _table(model)
    empty = f" AND {table}.{_quote(model, _field(model, where_empty))} IS NULL" if where_empty else ""
    names = [_quote(model, field) for field in fields]

    def write(values: Sequence[str]) -> tuple[str, str]:
        said = [f"{name} = {value}" for name, value in zip(names, values, strict=True)]
        pick = " AND ".join(f"{table}.{one}" for one in said[len(changed) :])
        return f"UPDATE {table} SET {', '.join(said[: len(changed)])}", f"WHERE {pick}{empty}"  # noqa: S608 - as above

    if _go_together(fields, connection):
        given = _Given(fields, ready, connection)
        update, where = write([given.name(place) for place in range(len(fields))])
        _send(f"{update} FROM {given} {where}", given.parameters, connection)
    else:
        _send_each(" ".join(write(["%s"] * len(fields))), ready, connection)


def _make_ready(fields: Sequence[_Field], rows: Iterable[Row], connection: BaseDatabaseWrapper) -> list[list[Cell]]:
    """The rows with days and instants as the database wants them, each made ready once; texts and numbers as given."""
    prepare: list[tuple[int, _Field, dict[Cell, Cell]]] = [
        (place, field, {})
        for place, field in enumerate(fields)
        if isinstance(field, models.DateField | models.DateTimeField)
    ]
    ready = []
    for row in rows:
        values = list(row)
        for place, field, made in prepare:
            value = row[place]
            if value is not None:
                if value not in made:
                    made[value] = field.get_db_prep_save(value, connection)
                values[place] = made[value]
        ready.append(values)
    return ready


def _go_together(fields: Sequence[_Field], connection: BaseDatabaseWrapper) -> bool:
    """Whether all rows go in one message: the long texts of JSON would only be written and read once more."""
    long = any(isinstance(field, models.JSONField | models.BinaryField) for field in fields)
    return connection.vendor == "postgresql" and not long


class _Given:
    """Rows as a table that PostgreSQL makes of arrays; what all rows have in common is said once."""

    def __init__(
        self, fields: Sequence[_Field], rows: Sequence[Sequence[Cell]], connection: BaseDatabaseWrapper
    ) -> None:
        self._types = [
            str(field.rel_db_type(connection) if field.is_relation else field.db_type(connection)) for field in fields
        ]
        self._columns = list(zip(*rows, strict=True))
        self._common = [all(cell is column[0] for cell in column) for column in self._columns]
        if all(self._common):
            self._common[0] = False  # so that there are as many rows
        self.parameters: dict[str, object] = {
            f"p{place}": column[0] if is_common else list(column)
            for place, (column, is_common) in enumerate(zip(self._columns, self._common, strict=True))
        }

    def name(self, place: int) -> str:
        """How a statement names the values of a column."""
        return f"%(p{place})s::{self._types[place]}" if self._common[place] else f"given.c{place}"

    def __str__(self) -> str:
        own = [place for place, is_common in enumerate(self._common) if not is_common]
        arrays = ", ".join(f"%(p{place})s::{self._types[place]}[]" for place in own)
        return f"unnest({arrays}) AS given({', '.join(f'c{place}' for place in own)})"


def _send(statement: str, parameters: Mapping[str, object], connection: BaseDatabaseWrapper) -> None:
    with _bound_by_the_server(connection) as cursor:
        cursor.execute(statement, parameters)


def _send_each(statement: str, rows: Sequence[Sequence[Cell]], connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        with _bound_by_the_server(connection) as cursor:
            cursor.executemany(statement, rows)
    else:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)


@contextmanager
def _bound_by_the_server(connection: BaseDatabaseWrapper) -> Iterator[Any]:  # Any: psycopg is not always there
    """A cursor whose statements are planned once; Django's own sends the text of each anew."""
    connection.ensure_connection()
    psycopg = connection.Database  # type: ignore[attr-defined] # loaded by this database alone, and slowly
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as bound:
        yield bound


def _field(model: type[_Model], column: str) -> _Field:
    for field in model._meta.concrete_fields:
        if column in (field.attname, field.name):
            return field
    raise LookupError(f"{model.__name__} has no column {column!r}")


def _table(model: type[_Model]) -> str:
    return connections[router.db_for_write(model)].ops.quote_name(model._meta.db_table)


def _quote(model: type[_Model], field: _Field) -> str:
    return connections[router.db_for_write(model)].ops.quote_name(str(field.column))
