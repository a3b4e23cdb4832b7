"""Lists of the API: plain rows in one query."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import Any, ClassVar, TypeAlias

from django.db.models import F
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.viewsets import GenericViewSet
from typing_extensions import override

Columns: TypeAlias = tuple[tuple[str, ...], MappingProxyType[str, F]]


class RowListViewSet(ListModelMixin, GenericViewSet[Any]):
    """Answer a list from ``values()`` rows whose columns are the fields of ``row_serializer``.

    No model instance is made and no serializer runs; the serializer describes the rows in the schema.
    A field with a ``source`` across a relation becomes a column of the same query.
    """

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
        plain, across = row_columns(self.row_serializer)
        rows = self.filter_queryset(self.get_queryset()).values(*plain, **across)
        return self.get_paginated_response(self.paginate_queryset(rows))


@lru_cache
def row_columns(serializer: type[Serializer[Any]]) -> Columns:
    """The columns that a serializer describes: those named as in the table, and those across a relation."""
    fields = serializer().fields.items()
    plain = tuple(name for name, field in fields if field.source == name)
    across = {name: F(str(field.source).replace(".", "__")) for name, field in fields if field.source != name}
    return plain, MappingProxyType(across)
