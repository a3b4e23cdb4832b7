"""How the API's lists are narrowed: an unknown parameter is refused, not ignored; without any, nothing is built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from typing_extensions import override

if TYPE_CHECKING:  # REST framework reads its settings, and so this module, while it loads its own views
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.views import APIView

_PAGING: Final = frozenset({"cursor", "page_size"})


def is_narrowed(request: Request) -> bool:
    """Tell whether a request asks for some of the rows only."""
    return not _PAGING.issuperset(request.query_params)


class StrictFilterBackend(DjangoFilterBackend):  # type: ignore[misc] # django-filter ships no types
    """Filters of the view's ``filterset_class``.

    A misspelt parameter would otherwise give the whole list as if it had been narrowed.
    """

    @override
    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        """Narrow the rows; raises ``ValidationError`` for parameters that are unknown or hold a wrong value."""
        given = set(request.query_params) - _PAGING
        if not given:
            return queryset
        filterset = getattr(view, "filterset_class", None)
        allowed = set(filterset.base_filters) if filterset is not None else set()
        unknown = sorted(given - allowed)
        if unknown:
            choices = ", ".join(sorted(allowed | _PAGING))
            raise ValidationError(
                {name: [f"is not a parameter of this list; expected one of {choices}"] for name in unknown}
            )
        narrowed: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return narrowed
