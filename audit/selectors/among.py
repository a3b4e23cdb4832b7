"""Rows of many ids, which go to the database as one parameter: Django looks at each of a list's thousands by itself."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup, Q
from django.db.models.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    _Lookup: TypeAlias = Lookup[Any]  # Any: Django says no more of what lookups and parameters are
else:
    _Lookup = Lookup  # generic for the type checker alone

_MANY: Final = 100
_GAPS: Final = 8
"""Ids are told as a range where at most every so-manieth is missing."""


class Among(_Lookup):
    """Whether a column of ids holds one of these; the databases plan it as ``__in``."""

    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """For PostgreSQL, which takes a list as an array."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", (*parameters, self.rhs)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """For SQLite, which takes it as JSON."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", (*parameters, json.dumps(self.rhs))  # noqa: S608 - a column


def among(column: str, ids: Collection[int]) -> Q:
    """The condition on a column, as ``among("system_id", ids)``.

    Ids of which few are missing, such as a chunk's, are told as a range without these: it is read in one go.
    """
    if len(ids) > _MANY:
        first, last = min(ids), max(ids)
        if (last - first + 1 - len(ids)) * _GAPS <= len(ids):
            missing = [*{*range(first, last + 1)}.difference(ids)]
            within = Q((f"{column}__gte", first), (f"{column}__lte", last))
            return within & ~Q(Among(F(column), missing)) if missing else within
    return Q(Among(F(column), [*ids]))
