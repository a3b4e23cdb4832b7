"""What the API takes and gives of the register's rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar, Final, cast

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import DateField, Model
from django.utils import timezone
from rest_framework import serializers
from rest_framework.fields import Field
from rest_framework.settings import api_settings
from rest_framework.validators import UniqueValidator
from typing_extensions import override

from governance.api.fields import AnswersField, CountryCodeField
from governance.api.strict import DayField, find_columns, find_unknown_keys
from governance.models import AISystem, Component, LegalEntity, Vendor
from governance.services.rows import find_namesakes, find_row_problems, name_once

_BOOKKEEPING: Final = frozenset({"id", "created_at", "updated_at"})
"""A client that sends a row on may send these, too; they never count."""
_NO_OBJECT: Final = 'Expected one object such as {"name": "…"}.'


class CheckedSerializer(serializers.ModelSerializer[Any]):
    """A serializer that also makes the register's own checks, the model's and the database's, before anything is saved.

    All that is wrong is told in one answer: fields that cannot be read, those that do not exist, and what cannot be
    right in the row as a whole.
    """

    serializer_field_mapping: ClassVar = serializers.ModelSerializer.serializer_field_mapping | {DateField: DayField}
    told_at: ClassVar[Mapping[str, str]] = {}
    """Columns that are no field here, and the field at which their problems are told."""

    @override
    def to_internal_value(self, data: Any) -> Any:
        """Read what can be read; raises ``ValidationError`` with every field's errors and the row's."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [_NO_OBJECT]})
        problems: dict[str, Any] = {name: [message] for name, message in self._find_wrong_keys(data)}
        try:
            given = super().to_internal_value(data)
        except serializers.ValidationError as wrong:
            problems |= cast("dict[str, Any]", wrong.detail)
            given = self._read_rest(data, problems)
        problems |= self._find_wrong_row(given, problems)
        if problems:
            raise serializers.ValidationError(problems)
        return given

    @override
    def build_standard_field(
        self, field_name: str, model_field: Any
    ) -> tuple[type[Field[Any, Any, Any, Any]], dict[str, Any]]:
        """Without the look for a row of the same value: the checks below make it, and say which row it is."""
        kind, options = super().build_standard_field(field_name, model_field)
        kept = [each for each in options.pop("validators", ()) if not isinstance(each, UniqueValidator)]
        if "choices" in options:
            values = ", ".join(str(value) for value, _label in model_field.choices)
            options["error_messages"] = {"invalid_choice": f"“{{input}}” is not a choice; choose one of {values}."}
        return kind, options | ({"validators": kept} if kept else {})

    @override
    def build_relational_field(
        self, field_name: str, relation_info: Any
    ) -> tuple[type[Field[Any, Any, Any, Any]], dict[str, Any]]:
        """As by default; what is said of a row that is not there names what kind of row is asked for."""
        kind, options = super().build_relational_field(field_name, relation_info)
        thing = relation_info.related_model._meta.verbose_name
        if not options.get("read_only"):
            options["error_messages"] = {
                "does_not_exist": f"There is no {thing} with the number {{pk_value}}.",
                "incorrect_type": f"Expected the number of its {thing}; found {{data_type}}.",
            }
        return kind, options

    def _find_wrong_keys(self, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Keys that are no field, or none to be given: a misspelt one would be left out in silence."""
        yield from find_unknown_keys(data, self.fields)
        kept = {name for name, field in self.fields.items() if field.read_only} - _BOOKKEEPING
        there = self.to_representation(self.instance) if kept & data.keys() and self.instance is not None else {}
        for name in sorted(kept & data.keys()):
            if data[name] != there.get(name) and (data[name] or there.get(name)):
                yield name, "is kept by the register itself; it cannot be given here"

    def _read_rest(self, data: Mapping[str, Any], wrong: Collection[str]) -> Any:
        """What is right by itself, so that it can be checked together, too."""
        rest, was_partial = {name: value for name, value in data.items() if name not in wrong}, self.partial
        self.partial = True  # what is missing has been told
        try:
            return super().to_internal_value(rest)
        finally:
            self.partial = was_partial

    def _find_wrong_row(self, given: Mapping[str, Any], told: Collection[str]) -> dict[str, list[str]]:
        """What cannot be right in the row as it would stand, by field; fields that are told of are left out."""
        model: type[Model] = self.Meta.model
        rows = model._default_manager
        candidate = model() if self.instance is None else rows.get(pk=self.instance.pk)
        columns = {field.name: field for field in model._meta.concrete_fields if field.name != "answers"}
        values = {name: getattr(candidate, name) for name, field in columns.items() if not field.is_relation}
        sent = given.keys() & columns.keys()
        changed = {*columns} if self.instance is None else {each for each in sent if given[each] != values.get(each)}
        for name in sent:
            setattr(candidate, name, given[name])
        values = {name: value for name, value in (values | dict(given)).items() if name in columns and name not in told}
        found: dict[str, list[str]] = {}
        for problem in (
            *find_row_problems(model, values, changed=changed, today=timezone.localdate()),
            *find_namesakes(model, {name: values.get(name) for name in changed}, key=candidate.pk),
        ):
            name = self.told_at.get(problem.column, problem.column)
            found.setdefault(name, []).append(problem.message)
        left_out = {*found, *told} & columns.keys()
        try:
            candidate.full_clean(exclude=left_out, validate_constraints=False)
        except ValidationError as wrong:
            found |= {
                api_settings.NON_FIELD_ERRORS_KEY if name == NON_FIELD_ERRORS else name: messages
                for name, messages in wrong.message_dict.items()
                if name not in told and name not in found
            }
        return found | self._find_violations(candidate, left_out | (found.keys() & columns.keys()))

    def _find_violations(self, candidate: Model, left_out: set[str]) -> dict[str, list[str]]:
        """What the database would refuse, told at each column that the check looks at."""
        found: dict[str, list[str]] = {}
        for model, constraints in candidate.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, candidate, exclude=left_out)
                except ValidationError as wrong:
                    for name in find_columns(constraint) & self.fields.keys() or {api_settings.NON_FIELD_ERRORS_KEY}:
                        found.setdefault(name, []).extend(wrong.messages)
        return found


class CompanySerializer(CheckedSerializer):
    """A company, whose name is kept without blanks around and between its words."""

    def validate_name(self, name: str) -> str:
        """The name as it is kept."""
        return name_once(name)


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


class LegalEntitySerializer(CompanySerializer):
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


class VendorSerializer(CompanySerializer):
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
