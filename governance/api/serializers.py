"""What the API takes and gives of the register's rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from rest_framework import serializers
from typing_extensions import override

from governance.api.fields import AnswersField, CountryCodeField
from governance.models import AISystem, Component, LegalEntity, Vendor


class CheckedSerializer(serializers.ModelSerializer[Any]):
    """A serializer that also asks the model and the database's constraints before anything is saved."""

    @override
    def validate(self, attrs: Mapping[str, Any]) -> Mapping[str, Any]:
        """Refuse what the model would refuse, naming every field at once."""
        model: type[Model] = self.Meta.model
        candidate = model() if self.instance is None else model.objects.get(pk=self.instance.pk)  # type: ignore[attr-defined] # stubs: Model has no objects
        own = {field.name for field in model._meta.concrete_fields}
        for name, value in attrs.items():
            if name in own - {"answers"}:
                setattr(candidate, name, value)
        try:
            candidate.full_clean()
        except ValidationError as wrong:
            raise serializers.ValidationError(serializers.as_serializer_error(wrong)) from None
        return attrs


class SystemSerializer(CheckedSerializer):
    """One AI system with its answers to the questionnaire."""

    answers = AnswersField(required=False)
    components = serializers.PrimaryKeyRelatedField[Component](many=True, read_only=True)

    class Meta:
        model = AISystem
        fields: ClassVar = [
            "id",
            "reference",
            "name",
            "legal_entity",
            "purpose",
            "business_function",
            "is_critical_function",
            "owner",
            "owner_email",
            "stage",
            "in_service_on",
            "withdrawn_on",
            "facts_confirmed_on",
            "facts_confirmed_by",
            "answers",
            "components",
            "created_at",
            "updated_at",
        ]


class SystemRowSerializer(serializers.ModelSerializer[AISystem]):
    """One line of the list of systems."""

    legal_entity_name = serializers.CharField(source="legal_entity.name")

    class Meta:
        model = AISystem
        fields: ClassVar = [
            "id",
            "reference",
            "name",
            "legal_entity",
            "legal_entity_name",
            "business_function",
            "is_critical_function",
            "owner",
            "stage",
            "in_service_on",
            "withdrawn_on",
            "updated_at",
        ]


class LegalEntitySerializer(CheckedSerializer):
    """A company of the organisation, with the answers about itself."""

    country = CountryCodeField()
    answers = AnswersField(of_entity=True, required=False)

    class Meta:
        model = LegalEntity
        fields: ClassVar = ["id", "name", "lei", "country", "answers", "created_at", "updated_at"]


class LegalEntityRowSerializer(serializers.ModelSerializer[LegalEntity]):
    """One line of the list of legal entities."""

    country = CountryCodeField()

    class Meta:
        model = LegalEntity
        fields: ClassVar = ["id", "name", "lei", "country"]


class VendorSerializer(CheckedSerializer):
    """A company that supplies, publishes or hosts something."""

    country = CountryCodeField(required=False, allow_blank=True)

    class Meta:
        model = Vendor
        fields: ClassVar = [
            "id",
            "name",
            "legal_name",
            "lei",
            "country",
            "ultimate_parent",
            "parent_status",
            "source",
            "source_on",
            "grade",
            "created_at",
            "updated_at",
        ]


class VendorRowSerializer(serializers.ModelSerializer[Vendor]):
    """One line of the list of vendors."""

    country = CountryCodeField()
    ultimate_parent_name = serializers.CharField(source="ultimate_parent.name", allow_null=True)

    class Meta:
        model = Vendor
        fields: ClassVar = [
            "id",
            "name",
            "legal_name",
            "lei",
            "country",
            "ultimate_parent",
            "ultimate_parent_name",
            "parent_status",
        ]


class ComponentSerializer(CheckedSerializer):
    """A component of the catalogue with its sourced facts, claims, conflicts and what an officer decided on them."""

    class Meta:
        model = Component
        fields: ClassVar = [
            "id",
            "key",
            "name",
            "version",
            "kind",
            "vendor",
            "own_work_of",
            "released_on",
            "licence_raw",
            "licence_id",
            "licence_flags",
            "summary",
            "is_hosted_only",
            "facts",
            "claims",
            "conflicts",
            "conflict_decisions",
            "index_answers",
            "renamed_to",
            "renamed_on",
        ]
        read_only_fields: ClassVar = [
            "licence_flags",
            "facts",
            "claims",
            "conflicts",
            "conflict_decisions",
            "index_answers",
        ]


class ComponentRowSerializer(serializers.ModelSerializer[Component]):
    """One line of the catalogue."""

    vendor_name = serializers.CharField(source="vendor.name", allow_null=True)

    class Meta:
        model = Component
        fields: ClassVar = [
            "id",
            "key",
            "name",
            "version",
            "kind",
            "vendor",
            "vendor_name",
            "released_on",
            "licence_id",
            "is_hosted_only",
        ]
