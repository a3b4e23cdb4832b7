"""The register through the API: systems, legal entities, vendors, the catalogue, and the vocabulary."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.api.filters import ComponentFilter, SystemFilter, VendorFilter
from governance.api.serializers import (
    ComponentRowSerializer,
    ComponentSerializer,
    LegalEntityRowSerializer,
    LegalEntitySerializer,
    SystemRowSerializer,
    SystemSerializer,
    VendorRowSerializer,
    VendorSerializer,
)
from governance.api.strict import DayField
from governance.api.writes import RegisterViewSet
from governance.exports.dora.access import may_export
from governance.exports.dora.exporting import export_register
from governance.models import AISystem, Component, LegalEntity, Vendor
from governance.vocabulary import VocabularyFact, load_vocabulary


class RegisterQuerySerializer(serializers.Serializer[Any]):
    """What may be asked of the register of information."""

    as_of = DayField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a parameter that is not known: a misspelt day would otherwise be today."""
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError(
                {name: ["is not a parameter of this; expected as_of"] for name in unknown}
            )
        return attrs


class SystemViewSet(RegisterViewSet):
    """AI systems in use, with their answers to the questionnaire."""

    queryset = AISystem.objects.order_by()
    serializer_class = SystemSerializer
    row_serializer = SystemRowSerializer
    filterset_class = SystemFilter


class LegalEntityViewSet(RegisterViewSet):
    """The organisation's own companies, with the answers about themselves."""

    queryset = LegalEntity.objects.order_by()
    serializer_class = LegalEntitySerializer
    row_serializer = LegalEntityRowSerializer

    @extend_schema(
        parameters=[OpenApiParameter("as_of", OpenApiTypes.DATE, description="The day of the register; else today.")],
        responses={
            (200, "application/zip"): OpenApiTypes.BINARY,
            403: OpenApiResponse(description="It tells more rows than this user may see."),
        },
    )
    @action(detail=True, methods=["get"], url_path="register-of-information", filter_backends=[])
    def register_of_information(self, request: Request, pk: str) -> HttpResponse:  # noqa: ARG002 - given by name
        """The DORA register of information, of the AI arrangements only, as a ZIP; each download is recorded."""
        if not may_export(request.user):
            raise PermissionDenied
        asked = RegisterQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        made = export_register(
            entity=self.get_object(),
            as_of=asked.validated_data.get("as_of") or timezone.localdate(),
            at=timezone.localtime(),
            actor=request.user.get_username(),
        )
        response = HttpResponse(made.content, content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="{made.name}"'
        return response


class VendorViewSet(RegisterViewSet):
    """The companies the organisation depends on."""

    queryset = Vendor.objects.order_by()
    serializer_class = VendorSerializer
    row_serializer = VendorRowSerializer
    filterset_class = VendorFilter


class ComponentViewSet(RegisterViewSet):
    """The catalogue of models, data sets, frameworks, libraries and services."""

    queryset = Component.objects.order_by()
    serializer_class = ComponentSerializer
    row_serializer = ComponentRowSerializer
    filterset_class = ComponentFilter


class VocabularyChoiceSerializer(serializers.Serializer[Any]):
    """One choice of a fact."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # the stubs reserve the name


class VocabularyFactSerializer(serializers.Serializer[Any]):
    """One fact: what it asks, what it takes, and the JSON Schema of its value."""

    key = serializers.CharField()
    type = serializers.CharField()
    section = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment] # the stubs reserve the name
    scope = serializers.CharField()
    question = serializers.CharField()
    help = serializers.CharField()
    why = serializers.CharField()
    choices = VocabularyChoiceSerializer(many=True)
    null_means = serializers.CharField()
    value_schema = serializers.DictField()


class VocabularySerializer(serializers.Serializer[Any]):
    """The whole vocabulary."""

    version = serializers.CharField()
    facts = VocabularyFactSerializer(many=True)


class VocabularyView(APIView):
    """Every fact the product knows, as questions for people and as JSON Schema for machines."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=VocabularySerializer, operation_id="vocabulary_retrieve")
    def get(self, _request: Request) -> Response:
        """Give all facts in the questionnaire's order."""
        vocabulary = load_vocabulary()
        facts = [_describe_fact(fact) for fact in vocabulary.facts.values()]
        return Response({"version": vocabulary.version, "facts": facts})


def _describe_fact(fact: VocabularyFact) -> dict[str, object]:
    return {
        "key": fact.key,
        "type": fact.type,
        "section": fact.section,
        "source": fact.source,
        "scope": fact.scope,
        "question": fact.question,
        "help": fact.help,
        "why": fact.why,
        "choices": [{"value": choice.value, "label": choice.label} for choice in fact.choices],
        "null_means": fact.null_means,
        "value_schema": value_schema(fact),
    }


def value_schema(fact: VocabularyFact) -> dict[str, object]:
    """The JSON Schema of the fact's value, as the answers and the preview take it."""
    one: dict[str, object] = dict(_PLAIN_SCHEMAS[fact.type.removeprefix("list[").removesuffix("]")])
    if fact.choices:
        one["enum"] = [choice.value for choice in fact.choices]
    if fact.is_list:
        return {"type": "array", "items": one, "uniqueItems": True}
    return {"anyOf": [one, {"type": "null"}]} if fact.nullable else one


_PLAIN_SCHEMAS: dict[str, dict[str, object]] = {
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "decimal": {"type": "number"},
    "str": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "enum": {"type": "string"},
    "iso2": {"type": "string", "pattern": "^[A-Z]{2}$"},
}
