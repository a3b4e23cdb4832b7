"""Pages of the API's lists, told by the last row seen and not by counting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.pagination import CursorPagination
from typing_extensions import override

if TYPE_CHECKING:  # REST framework reads its settings, and so this module, while it loads its own views
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Pages(CursorPagination):
    """50 rows a page; the address of the next page carries the last row's key, so that deep pages cost no more."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"

    @override
    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> tuple[str, ...]:
        """The view's ``row_order``, a unique column; a parameter of the request does not change it."""
        return (getattr(view, "row_order", "id"),)
