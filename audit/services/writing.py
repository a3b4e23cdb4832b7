"""Writes many rows with one statement and ``executemany``: for the chunks of a run, where model instances cost most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TypeAlias, TypeVar

from django.db import connections, models, router

_Model = TypeVar("_Model", bound=models.Model)
Cell: TypeAlias = "bool | int | float | str | bytes | date | datetime | None"
Row: TypeAlias = "Sequence[Cell]"


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
    places = ", ".join(["%s"] * len(fields))
    tail = " ON CONFLICT DO NOTHING" if leave_existing else ""
    if instead_of:
        same = [_field(model, column) for column in instead_of]
        given = [_quote(model, field) for field in fields if field not in same]
        sets = ", ".join(f"{name} = excluded.{name}" for name in given)
        tail = f" ON CONFLICT ({', '.join(_quote(model, field) for field in same)}) DO UPDATE SET {sets}"
    _write(model, f"INSERT INTO {_table(model)} ({names}) VALUES ({places}){tail}", fields, rows)  # noqa: S608 - names come from the models


def update_rows(
    model: type[_Model], columns: Sequence[str], rows: Iterable[Row], *, by: Sequence[str], where_empty: str = ""
) -> None:
    """Update rows: the values of ``columns``, then those of ``by``, which pick the row.

    ``where_empty`` names a column that must be null in it.
    """
    changed, picked = [_field(model, column) for column in columns], [_field(model, column) for column in by]
    sets = ", ".join(f"{_quote(model, field)} = %s" for field in changed)
    where = " AND ".join(f"{_quote(model, field)} = %s" for field in picked)
    if where_empty:
        where += f" AND {_quote(model, _field(model, where_empty))} IS NULL"
    _write(model, f"UPDATE {_table(model)} SET {sets} WHERE {where}", [*changed, *picked], rows)  # noqa: S608 - as above


def _write(
    model: type[_Model], statement: str, fields: Sequence[models.Field[object, object]], rows: Iterable[Row]
) -> None:
    connection = connections[router.db_for_write(model)]
    # Texts and numbers go as they are; days and instants as each database wants them, each made ready once.
    prepare: list[tuple[int, models.Field[object, object], dict[Cell, Cell]]] = [
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
    if not ready:
        return
    if connection.vendor == "postgresql":
        # Bound by the server the statement is planned once; Django's own cursor sends the text of each anew.
        connection.ensure_connection()
        psycopg = connection.Database  # type: ignore[attr-defined] # loaded by this database alone, and slowly
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as bound:
            bound.executemany(statement, ready)
        return
    with connection.cursor() as cursor:
        cursor.executemany(statement, ready)


def _field(model: type[_Model], column: str) -> models.Field[object, object]:
    for field in model._meta.concrete_fields:
        if column in (field.attname, field.name):
            return field
    raise LookupError(f"{model.__name__} has no column {column!r}")


def _table(model: type[_Model]) -> str:
    return connections[router.db_for_write(model)].ops.quote_name(model._meta.db_table)


def _quote(model: type[_Model], field: models.Field[object, object]) -> str:
    return connections[router.db_for_write(model)].ops.quote_name(str(field.column))
