"""The forms of the law through the API: every version with its elements, to read; they are filled in in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import RetrieveModelMixin

from governance.api.lists import RowListViewSet
from governance.models import DataProtectionAssessment, FundamentalRightsAssessment, NotHighRiskAssessment
from governance.models.law import LawRecord
from governance.selectors.law_records import RecordState, read_record_state


class LawRecordFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter ships no types
    """Records by their system and status."""

    system = django_filters.NumberFilter(field_name="system_id")
    status = django_filters.CharFilter(field_name="status")


class ElementSerializer(serializers.Serializer[Any]):
    """One element of a form: what the provision asks, and what is still missing."""

    title = serializers.CharField()
    citation = serializers.CharField()
    asks = serializers.CharField()
    is_complete = serializers.BooleanField()
    missing = serializers.ListField(child=serializers.CharField())
    elsewhere = serializers.CharField()


class LawRecordSerializer(serializers.ModelSerializer[Any]):
    """One version of a form with the state of its elements."""

    is_complete = serializers.SerializerMethodField()
    completeness = serializers.SerializerMethodField()
    counts_until = serializers.SerializerMethodField()
    elements = serializers.SerializerMethodField()

    class Meta:
        model: type[LawRecord] = FundamentalRightsAssessment
        exclude: ClassVar = ["created_at", "updated_at"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._states: dict[int, RecordState] = {}

    def get_is_complete(self, record: LawRecord) -> bool:
        """Tell whether every element is there."""
        return self._state(record).is_complete

    def get_completeness(self, record: LawRecord) -> str:
        """In words: “five of six: (d) is missing”."""
        return self._state(record).completeness

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_counts_until(self, record: LawRecord) -> str | None:
        """The first day on which a final record no longer counts."""
        until = self._state(record).counts_until
        return until.isoformat() if until is not None else None

    @extend_schema_field(ElementSerializer(many=True))
    def get_elements(self, record: LawRecord) -> list[dict[str, object]]:
        """Each element in the order of the provision."""
        return [
            {
                "title": each.element.title,
                "citation": each.element.citation,
                "asks": each.element.asks,
                "is_complete": each.is_complete,
                "missing": [gap.missing for gap in each.gaps],
                "elsewhere": each.elsewhere,
            }
            for each in self._state(record).elements
        ]

    def _state(self, record: LawRecord) -> RecordState:
        """Read once for all four fields."""
        if record.pk not in self._states:
            self._states[record.pk] = read_record_state(record)
        return self._states[record.pk]


class FundamentalRightsSerializer(LawRecordSerializer):
    """A fundamental-rights impact assessment (AI Act Art. 27)."""

    class Meta(LawRecordSerializer.Meta):
        model = FundamentalRightsAssessment


class DataProtectionSerializer(LawRecordSerializer):
    """A data protection impact assessment (GDPR Art. 35)."""

    class Meta(LawRecordSerializer.Meta):
        model = DataProtectionAssessment


class NotHighRiskSerializer(LawRecordSerializer):
    """An assessment that a listed system is not high-risk (AI Act Art. 6(3), 6(4), 49(2))."""

    class Meta(LawRecordSerializer.Meta):
        model = NotHighRiskAssessment


class FundamentalRightsRowSerializer(serializers.ModelSerializer[Any]):
    """One row of the list; the elements are on the record's own address."""

    class Meta:
        model: type[LawRecord] = FundamentalRightsAssessment
        fields: ClassVar = ["id", "system", "version", "status", "performed_by", "performed_on", "review_due_on"]


class DataProtectionRowSerializer(FundamentalRightsRowSerializer):
    """As above."""

    class Meta(FundamentalRightsRowSerializer.Meta):
        model = DataProtectionAssessment


class NotHighRiskRowSerializer(FundamentalRightsRowSerializer):
    """As above."""

    class Meta(FundamentalRightsRowSerializer.Meta):
        model = NotHighRiskAssessment


class LawRecordViewSet(RetrieveModelMixin, RowListViewSet):
    """Forms of the law, to read."""

    filterset_class = LawRecordFilter


class FundamentalRightsViewSet(LawRecordViewSet):
    """Fundamental-rights impact assessments."""

    queryset = FundamentalRightsAssessment.objects.order_by()
    serializer_class = FundamentalRightsSerializer
    row_serializer = FundamentalRightsRowSerializer


class DataProtectionViewSet(LawRecordViewSet):
    """Data protection impact assessments."""

    queryset = DataProtectionAssessment.objects.order_by()
    serializer_class = DataProtectionSerializer
    row_serializer = DataProtectionRowSerializer


class NotHighRiskViewSet(LawRecordViewSet):
    """Assessments that a listed system is not high-risk."""

    queryset = NotHighRiskAssessment.objects.order_by()
    serializer_class = NotHighRiskSerializer
    row_serializer = NotHighRiskRowSerializer
