"""The judgement of a legal entity as a whole: its own duties, once, with the systems that make them apply."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.engine.dates import DayError, parse_day
from audit.engine.facts import FactSheetError
from audit.services.entities import judge_legal_entity
from governance.api.permissions import NamedPermission
from governance.models import LegalEntity


class EntityJudgementSerializer(serializers.Serializer[None]):
    """What the law asks of one legal entity on a day."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    as_of = serializers.DateField()
    duties = serializers.ListField(child=serializers.DictField())
    undetermined = serializers.ListField(child=serializers.DictField())
    exposure = serializers.DictField()
    valid_until = serializers.DateField(allow_null=True)
    systems = serializers.ListField(child=serializers.CharField())
    unassessed = serializers.ListField(child=serializers.CharField())


class EntityJudgementView(APIView):
    """Judge one legal entity from the register; nothing is stored."""

    permission_classes = (NamedPermission,)
    permission_required = "audit.view_standing"

    @extend_schema(
        operation_id="entity_judgement",
        responses={200: EntityJudgementSerializer},
        parameters=[OpenApiParameter("as_of", OpenApiTypes.DATE, description="The day; today if left out.")],
    )
    def get(self, request: Request, entity_id: int) -> Response:
        """The duties of the entity with their outcomes, what is open, and the maximum fines; no sum is made."""
        given = request.query_params.get("as_of")
        try:
            as_of = parse_day(given) if given else timezone.localdate()
            sheet = judge_legal_entity(legal_entity_id=entity_id, as_of=as_of)
        except LegalEntity.DoesNotExist:
            raise Http404 from None
        except DayError as error:
            return _refuse([{"key": "as_of", "message": str(error)}])
        except FactSheetError as error:
            return _refuse([{"key": each.key, "message": each.message} for each in error.problems])
        return Response(
            {
                "id": sheet.id,
                "name": sheet.name,
                "as_of": sheet.as_of.isoformat(),
                **sheet.result.to_json(),
                "systems": [*sheet.systems],
                "unassessed": [system.reference for system in sheet.unassessed],
            }
        )


def _refuse(errors: list[dict[str, str]]) -> Response:
    return Response({"errors": errors}, status=status.HTTP_400_BAD_REQUEST)
