"""The preview of facts that are not saved: the machine's door over HTTP (DESIGN §3). Nothing is stored."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.api.serializers import PreviewErrorSerializer, PreviewResultSerializer, PreviewSerializer
from audit.engine.dates import DayError, parse_day
from audit.engine.facts import FactProblem, FactSheetError
from audit.rulepacks import PackError, load_packs
from audit.rulepacks.facts import fact_types
from audit.services.previewing import preview_system
from governance.api.permissions import NamedPermission


class PreviewView(APIView):
    """Assess facts that are given with the request."""

    permission_classes = (NamedPermission,)
    permission_required = "audit.view_assessment"

    @extend_schema(
        operation_id="assess_preview",
        request=PreviewSerializer,
        responses={200: PreviewResultSerializer, 400: PreviewErrorSerializer},
        parameters=[
            OpenApiParameter("as_of", OpenApiTypes.DATE, description="The day of the assessment; today if left out."),
            OpenApiParameter("packs", str, description="Packs of law to use, separated by commas; all if left out."),
        ],
    )
    def post(self, request: Request) -> Response:
        """Give the result of ``manage.py assess`` for one object; every error at once with status 400."""
        raw = request.data
        shown = raw.get("id") if isinstance(raw, dict) else None
        try:
            if not isinstance(raw, dict):
                raise FactSheetError((FactProblem("", 'expected an object such as {"id": "…", "facts": {}}'),))
            names = [name.strip() for name in request.query_params.get("packs", "").split(",") if name.strip()]
            packs = load_packs(names or None)
            outcome = preview_system(raw=raw, packs=packs, types=fact_types(), as_of=_read_day(request))
        except PackError as error:
            return _refuse(shown, [{"key": "packs", "message": str(error)}])
        except FactSheetError as error:
            return _refuse(shown, [{"key": each.key, "message": each.message} for each in error.problems])
        return Response(outcome.to_json())


def _read_day(request: Request) -> date:
    given = request.query_params.get("as_of")
    if not given:
        return timezone.localdate()
    try:
        return parse_day(given)
    except DayError as error:
        raise FactSheetError((FactProblem("as_of", str(error)),)) from None


def _refuse(shown: object, errors: list[dict[str, str]]) -> Response:
    return Response({"id": shown, "errors": errors}, status=status.HTTP_400_BAD_REQUEST)
