"""The register through the API: systems, legal entities, vendors, the catalogue, and the vocabulary."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
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
from governance.api.writes import RegisterViewSet
from governance.models import AISystem, Component, LegalEntity, Vendor
from governance.vocabulary import VocabularyFact, load_vocabulary


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
