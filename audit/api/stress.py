"""Stress scenarios through the API: ask for one, follow it, read its result."""

from __future__ import annotations

from typing import ClassVar

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from audit.api.views import ReadViewSet
from audit.models import StressRecord
from audit.portfolio.stress import ScenarioError
from audit.portfolio.stress.scenarios import NAMES
from audit.services.stressing import request_stress
from governance.api.strict import StrictSerializer


class StressRowSerializer(serializers.ModelSerializer[StressRecord]):
    """One line of the list of stress runs."""

    class Meta:
        model = StressRecord
        fields: ClassVar = [
            "id",
            "scenario",
            "parameters",
            "as_of",
            "state",
            "systems_surely_hit",
            "systems_perhaps_hit",
            "critical_functions_hit",
            "requested_by",
            "created_at",
            "finished_at",
        ]


class StressSerializer(serializers.ModelSerializer[StressRecord]):
    """One stress run with its result, as ``manage.py stress --json`` gives it; none until it is done."""

    result = serializers.DictField(allow_null=True, read_only=True)

    class Meta:
        model = StressRecord
        fields: ClassVar = [
            *StressRowSerializer.Meta.fields,
            "error",
            "note",
            "result_sha256",
            "result",
        ]
        read_only_fields: ClassVar = fields


class StressRequestSerializer(StrictSerializer):
    """The scenario, and its words: vendors by their name, components by their key or name, days as 2026-11-20."""

    scenario = serializers.ChoiceField(choices=[*NAMES])
    parameters = serializers.DictField(
        child=serializers.CharField(),
        help_text="vendor_gone: vendor, on. model_retired: component, host, on. price_times: times, vendor, component, "
        "on. transfer_stopped: country, tool, on. licence_changed: component, to (restricted or forbids_us), on.",
    )
    note = serializers.CharField(required=False, default="", allow_blank=True, help_text="Why it is run.")


class StressFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter ships no types
    """Stress runs by scenario, day and state."""

    as_of = django_filters.DateFilter()

    class Meta:
        model = StressRecord
        fields: ClassVar = ["scenario", "state"]


class StressViewSet(ReadViewSet):
    """Stress runs: ask for one over the register as it stands, follow its state, read its result."""

    queryset = StressRecord.objects.order_by()
    serializer_class = StressSerializer
    row_serializer = StressRowSerializer
    row_order = "-id"
    filterset_class = StressFilter
    write_permission = "audit.request_stress"

    @extend_schema(request=StressRequestSerializer, responses={202: StressSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a run; all that is wrong with the scenario is named at once, and nothing is filed then."""
        asked = StressRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            record = request_stress(
                name=asked.validated_data["scenario"],
                parameters=asked.validated_data["parameters"],
                as_of=timezone.localdate(),
                requested_by=request.user.get_username(),
                note=asked.validated_data["note"],
            )
        except ScenarioError as wrong:
            raise ValidationError({"parameters": [*wrong.problems]}) from None
        return Response(StressSerializer(record).data, status=status.HTTP_202_ACCEPTED)
