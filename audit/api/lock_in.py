"""Lock-in through the API: sensitivity, ways out, and reminders of the days that are watched."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import django_filters
from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.api.views import ReadViewSet
from audit.engine.dates import DayError, parse_day
from audit.engine.facts import FactSheetError
from audit.models import Reminder
from audit.portfolio.sensitivity import read_robustness
from audit.portfolio.ways_out import read_ways_out
from audit.services.reminding import mark_seen
from governance.api.permissions import NamedPermission
from governance.models import AISystem

AS_OF = OpenApiParameter("as_of", OpenApiTypes.DATE, description="The day; today if left out.")


class SensitivitySerializer(serializers.Serializer[Any]):
    """Whether the portfolio's order survives each weight moved by a fifth.

    ``is_drawn``: the portfolio is larger, and these systems were drawn evenly over it.
    """

    as_of = serializers.DateField()
    systems = serializers.IntegerField()
    is_drawn = serializers.BooleanField()
    lock_in = serializers.DictField()
    transparency = serializers.DictField()


class WaySerializer(serializers.Serializer[Any]):
    """One way out: whether it is open, what blocks it, how long it takes and what a year of it costs."""

    option = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # the stubs reserve the name
    open = serializers.BooleanField(allow_null=True)
    blocked_by = serializers.ListField(child=serializers.CharField())
    harder_by = serializers.ListField(child=serializers.CharField())
    missing_facts = serializers.ListField(child=serializers.CharField())
    days = serializers.DictField(allow_null=True)
    price = serializers.DictField(allow_null=True)
    cost_of_year = serializers.DictField(allow_null=True)
    hardware = serializers.DictField(allow_null=True)


class WaysOutSerializer(serializers.Serializer[Any]):
    """The ways out of one system."""

    system = serializers.IntegerField()
    as_of = serializers.DateField()
    ways = WaySerializer(many=True)


class ReminderSerializer(serializers.ModelSerializer[Reminder]):
    """One reminder: raised once for each lead, and kept when it has been seen."""

    reference = serializers.CharField(source="system.reference", read_only=True)

    class Meta:
        model = Reminder
        fields: ClassVar = [
            "id",
            "system",
            "reference",
            "what",
            "subject",
            "on",
            "lead_days",
            "raised_on",
            "seen_by",
            "seen_at",
        ]
        read_only_fields: ClassVar = fields


class ReminderFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter ships no types
    """Reminders by system, by what they remind of, and whether somebody has seen them."""

    system = django_filters.NumberFilter(field_name="system_id")
    is_seen = django_filters.BooleanFilter(field_name="seen_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Reminder
        fields: ClassVar = ["what"]


class PortfolioView(APIView):
    """Figures over the whole register, computed when they are asked for; nothing is stored."""

    permission_classes = (NamedPermission,)
    permission_required = "audit.view_standing"


class SensitivityView(PortfolioView):
    """Sensitivity of the portfolio's order."""

    @extend_schema(operation_id="sensitivity", responses=SensitivitySerializer, parameters=[AS_OF])
    def get(self, request: Request) -> Response:
        """How many pairs of systems change places when a weight is moved, and which weights decide."""
        return Response(read_robustness(read_day(request)).to_json())


class WaysOutView(PortfolioView):
    """The ways out of one system."""

    @extend_schema(operation_id="ways_out", responses=WaysOutSerializer, parameters=[AS_OF])
    def get(self, request: Request, system_id: int) -> Response:
        """Each concrete way, with what blocks it, its time and its cost."""
        as_of = read_day(request)
        try:
            ways = read_ways_out(system_id=system_id, as_of=as_of)
        except AISystem.DoesNotExist:
            raise Http404 from None
        except FactSheetError as error:
            problems = [{"key": each.key, "message": each.message} for each in error.problems]
            return Response({"errors": problems}, status=status.HTTP_409_CONFLICT)
        return Response({"system": system_id, "as_of": as_of.isoformat(), "ways": [way.to_json() for way in ways]})


class ReminderViewSet(ReadViewSet):
    """Reminders of watched days, and that somebody has seen them."""

    queryset = Reminder.objects.order_by()
    serializer_class = ReminderSerializer
    row_serializer = ReminderSerializer
    row_order = "-id"
    filterset_class = ReminderFilter
    write_permission = "audit.change_reminder"

    @extend_schema(request=None, responses=ReminderSerializer)
    @action(detail=True, methods=["post"])
    def seen(self, request: Request, pk: str) -> Response:  # noqa: ARG002 - the router gives it by name
        """Note that the caller has seen it; whoever saw it first stays."""
        seen = mark_seen(reminder_id=self.get_object().pk, seen_by=request.user.get_username())
        return Response(ReminderSerializer(seen).data)


def read_day(request: Request, name: str = "as_of") -> date:
    """The day in a parameter, today if it is left out; refuses what is no day with status 400."""
    given = request.query_params.get(name)
    try:
        return parse_day(given) if given else timezone.localdate()
    except DayError as error:
        raise ValidationError({name: [str(error)]}) from None
