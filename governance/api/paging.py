"""Pages of the API's lists, told by the last row seen and not by counting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from typing_extensions import override

if TYPE_CHECKING:  # REST framework reads its settings, and so this module, while it loads its own views
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.views import APIView


_MOST_DIGITS: Final = 18
"""No row's number is longer, and no database refuses one of this length."""


class Pages(CursorPagination):
    """50 rows a page; the address of the next page carries the last row's key, so that deep pages cost no more."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"

    @override
    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> tuple[str, ...]:
        """The view's ``row_order``, a unique column; a parameter of the request does not change it."""
        self.row_place: int = getattr(view, "row_place", -1)
        return (getattr(view, "row_order", "id"),)

    @override
    def decode_cursor(self, request: Request) -> Cursor | None:
        """The place in the order that the address names; refuses with status 404 what is no number."""
        cursor: Cursor | None = super().decode_cursor(request)
        place = "" if cursor is None or cursor.position is None else str(cursor.position)
        if place and not (place.isascii() and place.isdecimal() and len(place) <= _MOST_DIGITS):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def _get_position_from_instance(self, instance: Any, ordering: Sequence[str]) -> str:
        """The place of a row in the order: one of its values, where rows are tuples."""
        if isinstance(instance, tuple):
            return str(instance[self.row_place])
        position: str = super()._get_position_from_instance(instance, ordering)
        return position
