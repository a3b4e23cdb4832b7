"""Lists of what is computed and not stored: paged, narrowed and addressed as the lists of rows are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from audit.engine.facts import JsonValue
from governance.api.paging import Pages

CURSOR: Final = OpenApiParameter("cursor", OpenApiTypes.STR, description="The page, as next and previous name it.")
PAGE_SIZE: Final = OpenApiParameter(
    "page_size", OpenApiTypes.INT, description=f"Rows on a page, {Pages.page_size} to begin with."
)
_PAGING: Final = frozenset({"cursor", "page_size"})
_MOST_DIGITS: Final = 18


def check_parameters(request: Request, allowed: Collection[str]) -> None:
    """Refuse with status 400 what the list does not know: the whole list would read as if it had been narrowed."""
    unknown = sorted(set(request.query_params) - {*allowed} - _PAGING)
    if unknown:
        choices = ", ".join(sorted({*allowed} | _PAGING))
        raise ValidationError(
            {name: [f"is not a parameter of this list; expected one of {choices}"] for name in unknown}
        )


def choose(request: Request, name: str, choices: Collection[str]) -> str:
    """What is given for a parameter, empty if nothing is; refuses with status 400 what is not among the choices."""
    given = request.query_params.get(name, "")
    if given and given not in choices:
        raise ValidationError({name: [f"Right would be one of {', '.join(choices)}."]})
    return given


def read_number(request: Request, name: str) -> int | None:
    """The row's number in a parameter; refuses with status 400 what is none."""
    given = request.query_params.get(name)
    if not given:
        return None
    if not _is_number(given):
        raise ValidationError({name: ["Enter a number."]})
    return int(given)


def page_size_of(request: Request) -> int:
    """How many rows a page has."""
    return Pages().get_page_size(request) or Pages.page_size


def cursor_of(request: Request) -> str:
    """The place that the address names; empty for the first page."""
    return request.query_params.get("cursor", "")


def place_of(cursor: str) -> int:
    """The number in a cursor; refuses with status 404 what is none."""
    if cursor and not _is_number(cursor):
        raise NotFound(Pages.invalid_cursor_message)
    return int(cursor or 0)


def _is_number(given: str) -> bool:
    return given.isascii() and given.isdecimal() and len(given) <= _MOST_DIGITS


def answer_page(
    request: Request, rows: Iterable[Mapping[str, JsonValue]], *, following: str | None, preceding: str | None
) -> Response:
    """One page with the addresses of those beside it; none where there is none, an empty cursor for the first."""
    here = request.build_absolute_uri()

    def address(cursor: str | None) -> str | None:
        if cursor is None:
            return None
        return str(replace_query_param(here, "cursor", cursor) if cursor else remove_query_param(here, "cursor"))

    return Response({"next": address(following), "previous": address(preceding), "results": [*rows]})


def answer_places(request: Request, rows: list[Mapping[str, JsonValue]]) -> Response:
    """One page of rows that are all at hand; the cursor is the place of the first."""
    start, size = place_of(cursor_of(request)), page_size_of(request)
    following = str(start + size) if start + size < len(rows) else None
    preceding = None if start == 0 else str(max(start - size, 0) or "")
    return answer_page(request, rows[start : start + size], following=following, preceding=preceding)
