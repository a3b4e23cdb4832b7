"""The judgement through the API: standings, assessments, findings and reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from audit.api.filters import AssessmentFilter, FindingFilter, ReportFilter, StandingFilter
from audit.api.serializers import (
    AssessmentRequestedSerializer,
    AssessmentRequestSerializer,
    AssessmentRowSerializer,
    AssessmentSerializer,
    FindingRowSerializer,
    FindingSerializer,
    ReportRequestSerializer,
    ReportRowSerializer,
    ReportSerializer,
    ResponseSerializer,
    StandingRowSerializer,
)
from audit.models import Assessment, Finding, Report, Standing, WorkState
from audit.reports.request import ReportRequestError
from audit.services.assessing import AssessmentFailedError, SystemBusyError, request_assessment
from audit.services.reporting import request_report
from audit.services.responding import FindingClosedError, respond_to_finding
from audit.views.reports import send_report
from governance.api.lists import RowListViewSet
from governance.api.permissions import NamedPermission


class ReadViewSet(RetrieveModelMixin, RowListViewSet):
    """List and read; what writes names its own permission in ``write_permission``."""

    write_permission = ""

    @property
    def permission_required(self) -> str:
        """The permission of the action at hand, for ``NamedPermission``."""
        return self.write_permission

    @override
    def get_permissions(self) -> Sequence[Any]:
        """Reading needs the view permission; a request or response needs the one it names."""
        if self.request.method in ("GET", "HEAD", "OPTIONS"):
            return super().get_permissions()
        return [NamedPermission()]


class StandingViewSet(RowListViewSet):
    """The latest outcome of every system, one narrow row each."""

    queryset = Standing.objects.order_by()
    serializer_class = StandingRowSerializer
    row_serializer = StandingRowSerializer
    row_order = "system_id"
    filterset_class = StandingFilter


class AssessmentViewSet(ReadViewSet):
    """Assessments as they were made; asking for new ones enqueues them."""

    queryset = Assessment.objects.order_by()
    serializer_class = AssessmentSerializer
    row_serializer = AssessmentRowSerializer
    row_order = "-id"
    filterset_class = AssessmentFilter
    write_permission = "audit.request_assessment"

    @override
    def get_queryset(self) -> Any:
        """With the fact sheet's hash for one assessment; the list does without."""
        rows = super().get_queryset()
        return rows.select_related("fact_sheet", "outcome_record", "pack_set") if self.action == "retrieve" else rows

    @extend_schema(request=AssessmentRequestSerializer, responses={202: AssessmentRequestedSerializer})
    def create(self, request: Request) -> Response:
        """Ask for new assessments; they are made by the workers within seconds."""
        asked = AssessmentRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        actor = request.user.get_username()
        number = request_assessment(system_ids=asked.validated_data["systems"], requested_by=actor)
        return Response({"requested": number}, status=status.HTTP_202_ACCEPTED)


class FindingViewSet(ReadViewSet):
    """Findings, and management's response to them."""

    queryset = Finding.objects.order_by()
    serializer_class = FindingSerializer
    row_serializer = FindingRowSerializer
    row_order = "-id"
    filterset_class = FindingFilter
    write_permission = "audit.change_finding"

    @extend_schema(request=ResponseSerializer, responses=FindingSerializer)
    @action(detail=True, methods=["post"])
    def respond(self, request: Request, pk: str) -> Response:  # noqa: ARG002 - the router gives it by name
        """Record management's response to an open finding."""
        finding = self.get_object()
        given = ResponseSerializer(data=request.data, context={"finding": finding})
        given.is_valid(raise_exception=True)
        try:
            answered = respond_to_finding(
                finding_id=finding.pk,
                **given.validated_data,
                responded_by=request.user.get_username(),
                responded_on=timezone.localdate(),
            )
        except FindingClosedError as closed:
            return Response({"detail": str(closed)}, status=status.HTTP_409_CONFLICT)
        return Response(FindingSerializer(answered).data)


class ReportViewSet(ReadViewSet):
    """Reports: ask for one, follow its state, download its file."""

    queryset = Report.objects.order_by()
    serializer_class = ReportSerializer
    row_serializer = ReportRowSerializer
    row_order = "-id"
    filterset_class = ReportFilter
    write_permission = "audit.request_report"

    @extend_schema(request=ReportRequestSerializer, responses={200: ReportSerializer, 202: ReportSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a report: 202 while it is made, 200 when the same content was already rendered."""
        asked = ReportRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        try:
            report = request_report(
                kind=given["kind"],
                system_id=system.pk if (system := given.get("system")) else None,
                organisation_id=vendor.pk if (vendor := given.get("organisation")) else None,
                parameters=given.get("parameters"),
                as_of=given.get("as_of"),
                status=given["status"],
                requested_by=request.user.get_username(),
                language=given.get("language"),
            )
        except ReportRequestError as reason:
            raise ValidationError({reason.about: [str(reason)]}) from reason
        except (SystemBusyError, AssessmentFailedError) as reason:
            return Response({"detail": str(reason)}, status=status.HTTP_409_CONFLICT)
        is_done = report.state == WorkState.DONE
        return Response(
            ReportSerializer(report).data, status=status.HTTP_200_OK if is_done else status.HTTP_202_ACCEPTED
        )

    @extend_schema(
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            304: OpenApiResponse(description="The client has these very bytes already (If-None-Match)."),
            404: OpenApiResponse(description="There is no such report, or it is not made yet."),
        }
    )
    @action(detail=True, methods=["get"])
    def file(self, request: Request, pk: str) -> HttpResponseBase:  # noqa: ARG002 - the router gives it by name
        """The report's file, with its hash as ETag; each download is recorded."""
        return send_report(request._request, self.get_object())  # noqa: SLF001 - DRF hides the request it wraps
