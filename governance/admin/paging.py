"""Pages of long lists in the admin: PostgreSQL counts row by row, so on page one its own estimate stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Paginator
from django.db import connections
from django.db.models import QuerySet
from django.utils.functional import cached_property

if TYPE_CHECKING:
    PlainPaginator = Paginator[Any]
else:
    PlainPaginator = Paginator

EXACT_UP_TO: Final = 10_000
"""A list that the database takes for shorter is counted."""


class EstimatingPaginator(PlainPaginator):
    """A paginator that does not count all rows of a long list that nobody has narrowed."""

    @cached_property
    def count(self) -> int:
        """How many rows there are; of a long list on PostgreSQL, how many there were when it last looked."""
        estimated = _estimate_rows(self.object_list)
        return estimated if estimated > EXACT_UP_TO else super().count


def _estimate_rows(rows: object) -> int:
    if not isinstance(rows, QuerySet) or rows.query.is_sliced or rows.query.distinct or rows.query.where:
        return 0
    connection = connections[rows.db]
    if connection.vendor != "postgresql":  # SQLite counts by the pages of an index
        return 0
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(rows.model._meta.db_table)
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)", [table])
        found = cursor.fetchone()
    return int(found[0]) if found else 0
