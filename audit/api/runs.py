"""Reassessments, what moved with them, and scenarios, through the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from audit.models import Movement, ReassessmentRun, Scenario, ScenarioOutcome
from audit.selectors.runs import read_progress
from audit.selectors.scenarios import SHOWN, list_outcomes
from audit.services.scenarios.computing import ScenarioDayError, count_totals, request_scenario
from governance.api.lists import RowListViewSet
from governance.api.permissions import NamedPermission
from governance.api.strict import DayField, StrictSerializer


class RunRowSerializer(serializers.ModelSerializer[ReassessmentRun]):
    """A run: who started it, which systems were due, how far it is."""

    class Meta:
        model = ReassessmentRun
        fields = (
            "id",
            "as_of",
            "state",
            "hold",
            "requested_by",
            "requested_at",
            "started_at",
            "finished_at",
            "systems_total",
            "systems_due",
            "systems_done",
            "systems_changed",
            "systems_failed",
            "systems_new",
        )


class RunSerializer(RunRowSerializer):
    """A run with what failed and the seconds it still takes; null when that cannot be told."""

    seconds_left = serializers.SerializerMethodField()

    class Meta(RunRowSerializer.Meta):
        fields = (*RunRowSerializer.Meta.fields, "failures", "seconds_left")  # type: ignore[assignment] # one longer

    def get_seconds_left(self, run: ReassessmentRun) -> int | None:
        """At the pace so far."""
        return read_progress(run).seconds_left


class MovementSerializer(serializers.ModelSerializer[Movement]):
    """One system that moved: item by item before and after, the cause, and its findings."""

    class Meta:
        model = Movement
        fields = ("id", "run", "system", "before", "after", "rating", "causes", "changes", "findings", "is_exact")


class ScenarioRowSerializer(serializers.ModelSerializer[Scenario]):
    """A scenario: the portfolio as of another day."""

    class Meta:
        model = Scenario
        fields = (
            "id",
            "as_of",
            "compared_on",
            "state",
            "requested_by",
            "requested_at",
            "finished_at",
            "systems_total",
            "systems_done",
            "systems_failed",
        )


class ScenarioSerializer(ScenarioRowSerializer):
    """A scenario with its duties and totals."""

    totals = serializers.SerializerMethodField()

    class Meta(ScenarioRowSerializer.Meta):
        fields = (*ScenarioRowSerializer.Meta.fields, "error", "packs", "engine", "duties", "entities", "totals")  # type: ignore[assignment] # longer

    def get_totals(self, scenario: Scenario) -> dict[str, int]:
        """Duties unmet, unknown and begun, systems with duties unmet, classes that change."""
        return count_totals(scenario)


class ScenarioRequestSerializer(StrictSerializer):
    """The day that the portfolio is to be judged as of."""

    as_of = DayField()


class ScenarioOutcomeSerializer(serializers.ModelSerializer[ScenarioOutcome]):
    """One system on that day beside its outcome now."""

    reference = serializers.CharField(source="system.reference", read_only=True)

    class Meta:
        model = ScenarioOutcome
        fields = (
            "id",
            "system",
            "reference",
            "aia_class",
            "class_now",
            "is_assessed_now",
            "class_changes",
            "lock_in_band",
            "transparency_band",
            "duties_unmet",
            "duties_unknown",
            "duties_begun",
            "duties",
            "changes",
            "error",
        )


class RunViewSet(RetrieveModelMixin, RowListViewSet):
    """Reassessments; they are started, paused and cancelled on their page or the command line."""

    queryset = ReassessmentRun.objects.order_by()
    serializer_class = RunSerializer
    row_serializer = RunRowSerializer
    row_order = "-id"

    @extend_schema(responses=MovementSerializer(many=True))
    @action(detail=True, methods=["get"])
    def movements(self, request: Request, pk: str) -> Response:  # noqa: ARG002 - the router gives them by name
        """What moved with a run, a page at a time."""
        rows = Movement.objects.filter(run=self.get_object()).order_by("id")
        return self.get_paginated_response(MovementSerializer(self.paginate_queryset(rows), many=True).data)


class ScenarioViewSet(RetrieveModelMixin, RowListViewSet):
    """The portfolio as of other days. None of it is what is the case."""

    queryset = Scenario.objects.order_by()
    serializer_class = ScenarioSerializer
    row_serializer = ScenarioRowSerializer
    row_order = "-id"
    permission_required = "audit.request_scenario"

    @override
    def get_permissions(self) -> Sequence[Any]:
        """Reading needs the view permission, asking for one its own."""
        if self.request.method in ("GET", "HEAD", "OPTIONS"):
            return super().get_permissions()
        return [NamedPermission()]

    @extend_schema(request=ScenarioRequestSerializer, responses={202: ScenarioRowSerializer})
    def create(self, request: Request) -> Response:
        """Ask for the portfolio as of a day; workers compute it."""
        asked = ScenarioRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            scenario = request_scenario(
                as_of=asked.validated_data["as_of"],
                today=timezone.localdate(),
                requested_by=request.user.get_username(),
            )
        except ScenarioDayError as error:
            raise serializers.ValidationError({"as_of": [str(error)]}) from error
        return Response(ScenarioRowSerializer(scenario).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        parameters=[OpenApiParameter("show", str, enum=list(SHOWN), description="Which systems; all if not given.")],
        responses=ScenarioOutcomeSerializer(many=True),
    )
    @action(detail=True, methods=["get"])
    def outcomes(self, request: Request, pk: str) -> Response:  # noqa: ARG002 - the router gives it by name
        """The systems of a scenario, a page at a time."""
        shown = request.query_params.get("show", "all")
        if shown not in SHOWN:
            raise serializers.ValidationError({"show": [f"Right would be one of {', '.join(SHOWN)}."]})
        rows = list_outcomes(self.get_object().pk, shown).order_by("id")
        return self.get_paginated_response(ScenarioOutcomeSerializer(self.paginate_queryset(rows), many=True).data)
