"""What rests on whom, and the watched days, through the API: as pages of the register as it stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from audit.api.computed import (
    CURSOR,
    PAGE_SIZE,
    answer_page,
    answer_places,
    check_parameters,
    choose,
    cursor_of,
    page_size_of,
    place_of,
    read_number,
)
from audit.api.lock_in import AS_OF, PortfolioView, read_day
from audit.engine.dates import DayError, parse_day
from audit.models import WatchedKind
from audit.portfolio.days import DayFilters, WatchedDays, find_days
from audit.portfolio.overview import recall_overview
from audit.portfolio.reach import Axis
from governance.api.paging import Pages

UNTIL: Final = OpenApiParameter("until", OpenApiTypes.DATE, description="Only days before this one; all if left out.")
WHAT: Final = OpenApiParameter("what", OpenApiTypes.STR, enum=[*WatchedKind.values], description="Of one kind alone.")
SYSTEM: Final = OpenApiParameter("system", OpenApiTypes.INT, description="Of one system alone, by its id.")
AXIS: Final = OpenApiParameter("axis", OpenApiTypes.STR, enum=[*Axis], description="By one measure alone.")
_HIDDEN: Final = {"true": True, "false": False, "unknown": None}
HIDDEN: Final = OpenApiParameter("hidden_root", OpenApiTypes.STR, enum=[*_HIDDEN], description="With this finding.")
_FLAWS: Final = ("loop", "dangling", "gap", "two_parents", "contradiction")
KIND: Final = OpenApiParameter("kind", OpenApiTypes.STR, enum=[*_FLAWS], description="Of one kind alone.")


class ShareSerializer(serializers.Serializer[Any]):
    """What rests on one vendor, host, publisher, group or country: the share of critical functions, low to high."""

    axis = serializers.CharField()
    name = serializers.CharField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    critical_functions = serializers.ListField(child=serializers.CharField())
    systems = serializers.IntegerField()


class RootsSerializer(serializers.Serializer[Any]):
    """Where the alternatives of one system end; ``hidden_root`` is null while that is not known."""

    system = serializers.CharField()
    hidden_root = serializers.BooleanField(allow_null=True)
    common = serializers.ListField(child=serializers.CharField())
    alternatives = serializers.ListField(child=serializers.DictField())


class FlawSerializer(serializers.Serializer[Any]):
    """Something in the register's chains that cannot be right."""

    kind = serializers.CharField()
    says = serializers.CharField()


class WatchedDaySerializer(serializers.Serializer[Any]):
    """A watched day; where sources disagree the earliest counts and all are ``stated``."""

    system = serializers.CharField()
    name = serializers.CharField()
    what = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # the stubs reserve the name
    subject = serializers.CharField()
    on = serializers.DateField()
    stated = serializers.ListField(child=serializers.DictField())
    disputed = serializers.BooleanField()
    note = serializers.CharField(allow_blank=True)


class _PageSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class SharePageSerializer(_PageSerializer):
    """A page of shares."""

    results = ShareSerializer(many=True)


class RootsPageSerializer(_PageSerializer):
    """A page of systems with their alternatives."""

    results = RootsSerializer(many=True)


class FlawPageSerializer(_PageSerializer):
    """A page of flaws."""

    results = FlawSerializer(many=True)


class WatchedDayPageSerializer(_PageSerializer):
    """A page of watched days."""

    results = WatchedDaySerializer(many=True)


class ConcentrationView(PortfolioView):
    """Concentration."""

    @extend_schema(
        operation_id="concentration", responses=SharePageSerializer, parameters=[AS_OF, AXIS, CURSOR, PAGE_SIZE]
    )
    def get(self, request: Request) -> Response:
        """Shares by vendor, host, publisher, group and country, the largest of each first."""
        check_parameters(request, ("as_of", "axis"))
        axis = choose(request, "axis", [*Axis])
        found = recall_overview(read_day(request))
        chosen = [Axis(axis)] if axis else [*Axis]
        return answer_places(request, [share.to_json() for one in chosen for share in found.shares[one]])


class RootsView(PortfolioView):
    """Common roots of what is in use and what it could be changed to."""

    @extend_schema(
        operation_id="concentration_roots",
        responses=RootsPageSerializer,
        parameters=[AS_OF, HIDDEN, SYSTEM, CURSOR, PAGE_SIZE],
    )
    def get(self, request: Request) -> Response:
        """Where the alternatives of each system end that has one, by the systems' ids."""
        check_parameters(request, ("as_of", "hidden_root", "system"))
        finding, system_id = choose(request, "hidden_root", _HIDDEN), read_number(request, "system")
        after, size = place_of(cursor_of(request)), page_size_of(request)
        roots = recall_overview(read_day(request)).roots
        ids = roots.system_ids
        places: Sequence[int] = range(len(roots))
        if system_id is not None:
            places = range(roots.find(system_id - 1), roots.find(system_id))
        if finding:
            wanted = {at for at, kind in enumerate(roots.kinds) if kind.is_hidden is _HIDDEN[finding]}
            places = [place for place in places if roots.kind_of[place] in wanted]
        start = bisect_right(places, after, key=ids.__getitem__)
        stop, back = start + size, start - size
        following = str(ids[places[stop - 1]]) if stop < len(places) else None
        preceding = None if start == 0 else str(ids[places[back - 1]]) if back > 0 else ""
        rows = [each.to_json() for each in roots.at(places[start:stop])]
        return answer_page(request, rows, following=following, preceding=preceding)


class FlawsView(PortfolioView):
    """What is wrong in the register's chains."""

    @extend_schema(
        operation_id="concentration_flaws", responses=FlawPageSerializer, parameters=[AS_OF, KIND, CURSOR, PAGE_SIZE]
    )
    def get(self, request: Request) -> Response:
        """Loops, loose ends, gaps and contradictions; the figures were made in spite of these."""
        check_parameters(request, ("as_of", "kind"))
        kind = choose(request, "kind", _FLAWS)
        flaws = recall_overview(read_day(request)).flaws
        return answer_places(
            request, [{"kind": flaw.kind, "says": flaw.says} for flaw in flaws if kind in ("", flaw.kind)]
        )


class WatchedDaysView(PortfolioView):
    """The calendar of watched days."""

    @extend_schema(
        operation_id="watched_days",
        responses=WatchedDayPageSerializer,
        parameters=[AS_OF, UNTIL, WHAT, SYSTEM, CURSOR, PAGE_SIZE],
    )
    def get(self, request: Request) -> Response:
        """Notice days, retirements, contract ends, exit tests and price guarantees ahead, the earliest first."""
        check_parameters(request, ("as_of", "until", "what", "system"))
        until = read_day(request, "until") if request.query_params.get("until") else None
        what, system_id = choose(request, "what", WatchedKind.values), read_number(request, "system")
        on, passed = _read_cursor(cursor_of(request))
        days, size = WatchedDays(DayFilters(read_day(request), until, what, system_id)), page_size_of(request)
        earlier = sum(times for day, times in days.totals.items() if day < on)
        start = earlier + min(passed, days.totals.get(on, 0))
        stop, back = start + size, start - size
        shown, first = find_days(days.totals, start, stop)
        rows = [each.to_json() for each in days.read(shown)[start - first : stop - first]]
        following = _write_cursor(days, stop) if stop < sum(days.totals.values()) else None
        preceding = None if start == 0 else _write_cursor(days, back) if back > 0 else ""
        return answer_page(request, rows, following=following, preceding=preceding)


def _write_cursor(days: WatchedDays, place: int) -> str:
    """The day on which the entry of a place falls, and how many of that day come before it."""
    (on,), first = find_days(days.totals, place, place + 1)
    return f"{on.isoformat()}.{place - first}"


def _read_cursor(cursor: str) -> tuple[date, int]:
    if not cursor:
        return date.min, 0
    day, _, passed = cursor.partition(".")
    try:
        return parse_day(day), place_of(passed)
    except DayError:
        raise NotFound(Pages.invalid_cursor_message) from None
