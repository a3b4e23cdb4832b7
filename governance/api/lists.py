"""Lists of the API: plain rows in one query, written as JSON without a serializer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Final, cast

from django.db.models import QuerySet
from pydantic_core import to_json
from rest_framework import status
from rest_framework.mixins import ListModelMixin
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.viewsets import GenericViewSet
from typing_extensions import override

from governance.api.filtering import is_narrowed
from governance.api.prepared import PreparedRows, RowSet

_PLAIN_JSON: Final = frozenset({"*/*", "application/json"})


class RowRenderer(JSONRenderer):
    """JSON as everywhere else in the API; a page of rows goes through an encoder that is not written in Python."""

    @override
    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """The answer as UTF-8."""
        context = renderer_context or {}
        is_list = getattr(context.get("view"), "action", None) == "list"
        if (
            not is_list
            or context["response"].status_code != status.HTTP_200_OK
            or self.get_indent(accepted_media_type or "", context)
        ):
            written: bytes = super().render(data, accepted_media_type, renderer_context)
            return written
        text = to_json(data, fallback=self.encoder_class().default)
        # Both end a line in JavaScript, where JSON lets them stand; the slower encoder writes them so, too.
        return text.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")


class RowNegotiation(DefaultContentNegotiation):
    """As everywhere else in the API; most programs ask for JSON or for anything, and then nothing is weighed."""

    @override
    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The renderer and the media type of the answer."""
        accepted = request.META.get("HTTP_ACCEPT", "*/*")
        if accepted in _PLAIN_JSON and not format_suffix and "format" not in request.query_params:
            return next(iter(renderers)), "application/json"
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return chosen


class RowListViewSet(ListModelMixin, GenericViewSet[Any]):
    """Answer a list from tuples of the database whose columns are the fields of ``row_serializer``.

    No model instance is made and no serializer runs; the serializer describes the rows in the schema.
    A field with a ``source`` across a relation becomes a column of the same query.
    """

    renderer_classes = (RowRenderer,)
    content_negotiation_class = RowNegotiation
    queryset: QuerySet[Any]
    row_serializer: ClassVar[type[Serializer[Any]]]
    row_order: ClassVar[str] = "id"

    @override
    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """The rows' serializer for lists, the view's own for everything else."""
        if self.action == "list":
            return self.row_serializer
        return super().get_serializer_class()

    @override
    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        """One page of rows."""
        names = row_columns(self.row_serializer, self.row_order).names
        page = self.paginate_queryset(self.filter_queryset(self.get_rows())) or ()
        return self.get_paginated_response([dict(zip(names, row, strict=False)) for row in page])

    def get_rows(self) -> RowSet:
        """The rows; of a view that shows the same table to everybody, and is not asked to narrow it, prepared ones."""
        if type(self).get_queryset is not GenericViewSet.get_queryset:
            return _select_columns(self.get_queryset(), row_columns(self.row_serializer, self.row_order))
        rows = _prepare_rows(type(self))
        return rows.all() if is_narrowed(self.request) else cast("RowSet", PreparedRows(rows, self.row_order))

    @property
    def row_place(self) -> int:
        """Which value of a row tells its place in the order."""
        return row_columns(self.row_serializer, self.row_order).place


@dataclass(frozen=True, slots=True)
class Columns:
    """What a list reads: the fields by name, their columns as seen from the row's own table, and the order."""

    names: tuple[str, ...]
    paths: tuple[str, ...]
    order: str
    place: int


@lru_cache
def row_columns(serializer: type[Serializer[Any]], order: str) -> Columns:
    """The columns that a serializer describes, and one more for the order where it is not among them."""
    fields = serializer().fields.items()
    paths = [str(field.source).replace(".", "__") for _name, field in fields]
    if order.lstrip("-") not in paths:
        paths.append(order.lstrip("-"))
    return Columns(tuple(name for name, _field in fields), tuple(paths), order, paths.index(order.lstrip("-")))


@lru_cache
def _prepare_rows(view: type[RowListViewSet]) -> RowSet:
    return _select_columns(view.queryset, row_columns(view.row_serializer, view.row_order))


def _select_columns(rows: QuerySet[Any], columns: Columns) -> RowSet:
    return rows.order_by(columns.order).values_list(*columns.paths)
