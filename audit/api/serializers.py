"""What the API gives and takes of the judgement: standings, assessments, findings, reports, and the preview."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from audit.models import Assessment, Finding, Report, ReportKind, ReportStatus, Response, Standing
from audit.services.responding import find_response_problems
from governance.api.strict import PossibleDayField, StrictSerializer
from governance.models import AISystem, Vendor


class StandingRowSerializer(serializers.ModelSerializer[Standing]):
    """The latest outcome of one system in one narrow row."""

    reference = serializers.CharField(source="system.reference")
    name = serializers.CharField(source="system.name")
    stage = serializers.CharField(source="system.stage")

    class Meta:
        model = Standing
        fields: ClassVar = [
            "system",
            "reference",
            "name",
            "stage",
            "assessment",
            "as_of",
            "aia_class",
            "possible_classes",
            "aia_roles",
            "annex_iii_points",
            "class_on_go_live",
            "go_live_points",
            "exposure_band",
            "openness_status",
            "lock_in_low",
            "lock_in_high",
            "lock_in_band",
            "transparency_low",
            "transparency_high",
            "transparency_band",
            "duties_in_force_unmet",
            "duties_in_force_unknown",
            "open_findings",
            "completeness",
            "next_date_on",
            "next_date_what",
            "valid_until",
            "is_dirty",
            "state",
        ]


class AssessmentRowSerializer(serializers.ModelSerializer[Assessment]):
    """One line of the history of assessments."""

    class Meta:
        model = Assessment
        fields: ClassVar = [
            "id",
            "system",
            "as_of",
            "engine",
            "outcome_sha256",
            "valid_until",
            "trigger",
            "created_at",
        ]


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    """One assessment with the result of the machine's door and the hashes of what it was made from."""

    fact_sheet_sha256 = serializers.CharField(source="fact_sheet.sha256", read_only=True)
    result = serializers.DictField(read_only=True)
    packs = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Assessment
        fields: ClassVar = [
            *AssessmentRowSerializer.Meta.fields,
            "packs",
            "packs_hash",
            "fact_sheet_sha256",
            "result",
            "result_sha256",
        ]


class AssessmentRequestSerializer(StrictSerializer):
    """Which systems are to be assessed now."""

    systems = serializers.ListField(child=serializers.IntegerField(), min_length=1, max_length=1000)

    def validate_systems(self, value: list[int]) -> list[int]:
        """Refuse systems that are not in the register, naming each."""
        wanted = sorted(set(value))
        known = set(AISystem.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        missing = [str(key) for key in wanted if key not in known]
        if missing:
            raise serializers.ValidationError(f"not in the register: {', '.join(missing)}")
        return wanted


class AssessmentRequestedSerializer(serializers.Serializer[Any]):
    """How many assessments were enqueued; those already waiting are not enqueued again."""

    requested = serializers.IntegerField()


class FindingRowSerializer(serializers.ModelSerializer[Finding]):
    """One line of the list of findings."""

    system_name = serializers.CharField(source="system.name")

    class Meta:
        model = Finding
        fields: ClassVar = [
            "id",
            "system",
            "system_name",
            "key",
            "area",
            "rating",
            "title",
            "criterion",
            "opened_on",
            "closed_on",
            "owner",
            "due_on",
            "response",
            "accepted_until",
        ]


class FindingSerializer(serializers.ModelSerializer[Finding]):
    """One finding with management's response."""

    last_seen_by = serializers.IntegerField(source="seen_last_by_id", read_only=True, allow_null=True)

    class Meta:
        model = Finding
        fields: ClassVar = [
            "id",
            "system",
            "key",
            "area",
            "rating",
            "title",
            "condition",
            "criterion",
            "cause",
            "effect",
            "recommendation",
            "opened_on",
            "opened_by",
            "last_seen_by",
            "times_opened",
            "closed_on",
            "closed_because",
            "owner",
            "due_on",
            "response",
            "response_text",
            "response_by",
            "response_on",
            "accepted_until",
            "accepted_by",
            "acceptance_confirmed_by",
        ]
        read_only_fields: ClassVar = fields


class ResponseSerializer(StrictSerializer):
    """Management's response: agree or agree in part names who acts until when, disagree says why."""

    response = serializers.ChoiceField(choices=[choice for choice in Response.choices if choice[0]])
    text = serializers.CharField(required=False, allow_blank=True, default="")
    owner = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    due_on = PossibleDayField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Name every part of the response that is missing or cannot be, at once."""
        problems = find_response_problems(
            **{name: attrs[name] for name in ("response", "text", "owner", "due_on")},
            opened_on=self.context["finding"].opened_on,
        )
        if problems:
            raise serializers.ValidationError(problems)
        return attrs


class ReportRowSerializer(serializers.ModelSerializer[Report]):
    """One line of the list of reports."""

    system_name = serializers.CharField(source="system.name", allow_null=True)
    organisation_name = serializers.CharField(source="organisation.name", allow_null=True)

    class Meta:
        model = Report
        fields: ClassVar = [
            "id",
            "number",
            "version",
            "kind",
            "status",
            "language",
            "system",
            "system_name",
            "organisation",
            "organisation_name",
            "as_of",
            "state",
            "requested_at",
            "finished_at",
            "sha256",
            "pages",
        ]


class ReportSerializer(serializers.ModelSerializer[Report]):
    """One report: where it stands, why it failed if it did, and the hash of its file."""

    class Meta:
        model = Report
        fields: ClassVar = [
            "id",
            "number",
            "version",
            "kind",
            "status",
            "language",
            "system",
            "assessment",
            "organisation",
            "as_of",
            "parameters",
            "supersedes",
            "state",
            "error",
            "requested_at",
            "requested_by",
            "started_at",
            "finished_at",
            "sha256",
            "unsigned_sha256",
            "signer",
            "pages",
        ]
        read_only_fields: ClassVar = fields


class ReportRequestSerializer(StrictSerializer):
    """Which report is to be made; the same content gives the report that exists.

    Each kind takes what it needs: ``system`` a system audit and a memo, ``organisation`` a vendor report,
    ``parameters`` a memo (its choices) and a change report (``from`` and ``to``).
    """

    kind = serializers.ChoiceField(choices=ReportKind.choices, default=ReportKind.SYSTEM_AUDIT)
    system = serializers.PrimaryKeyRelatedField(queryset=AISystem.objects.all(), required=False)
    organisation = serializers.PrimaryKeyRelatedField(queryset=Vendor.objects.all(), required=False)
    parameters = serializers.JSONField(required=False)
    as_of = PossibleDayField(required=False)
    status = serializers.ChoiceField(choices=ReportStatus.choices, default=ReportStatus.FINAL)
    language = serializers.CharField(
        required=False, help_text="A language reports are offered in, such as en or de; else the installation's own."
    )


class PreviewSerializer(serializers.Serializer[Any]):
    """The machine's door: an id, facts by key, and controls by obligation."""

    id = serializers.CharField()
    facts = serializers.DictField(required=False)
    controls = serializers.DictField(required=False)


class PreviewResultSerializer(serializers.Serializer[Any]):
    """What the machine's door gives back."""

    id = serializers.CharField()
    as_of = serializers.DateField()
    regulatory = serializers.DictField()
    lock_in = serializers.DictField()
    transparency = serializers.DictField()
    packs = serializers.DictField(child=serializers.CharField())
    engine = serializers.CharField()
    valid_until = serializers.DateField(allow_null=True)


class FactErrorSerializer(serializers.Serializer[Any]):
    """One thing that is wrong: which key, and what would be right."""

    key = serializers.CharField()
    message = serializers.CharField()


class PreviewErrorSerializer(serializers.Serializer[Any]):
    """All that is wrong with an object at the door, at once."""

    id = serializers.CharField(allow_null=True)
    errors = FactErrorSerializer(many=True)  # type: ignore[assignment] # the stubs reserve the name


class TokenRequestSerializer(serializers.Serializer[Any]):
    """Who asks for a token."""

    username = serializers.CharField()
    password = serializers.CharField()


class TokenSerializer(serializers.Serializer[Any]):
    """A token, shown once, and when it ends."""

    token = serializers.CharField()
    expiry = serializers.DateTimeField()
