"""What hangs on a system, through the API: components in use, data flows, contracts, controls and evidence."""

from __future__ import annotations

from typing import ClassVar

import django_filters
from django.db.models import Model, ProtectedError
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.mixins import DestroyModelMixin
from rest_framework.status import HTTP_409_CONFLICT
from typing_extensions import override

from governance.api.fields import CountryCodeField
from governance.api.serializers import CheckedSerializer
from governance.api.writes import RegisterViewSet
from governance.models import (
    ControlStatus,
    DataFlow,
    EvaluationRecord,
    Evidence,
    HostOffer,
    Subcontractor,
    SystemComponent,
    VendorDependency,
)
from governance.services.registering import delete_row
from governance.signals import obligation_named


class StillNeededError(APIException):
    """Another row of the register needs this one."""

    status_code = HTTP_409_CONFLICT


class PartFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter ships no types
    """Parts by the system they hang on."""

    system = django_filters.NumberFilter(field_name="system_id")


class PartViewSet(DestroyModelMixin, RegisterViewSet):
    """Rows that hang on a system: what was entered wrongly can be deleted; the history keeps what it held."""

    filterset_class = PartFilter

    @override
    def perform_destroy(self, instance: Model) -> None:
        """Delete the row, record what it held and announce it; refuse while another row needs it."""
        try:
            delete_row(instance=instance, actor=self.request.user.get_username())
        except ProtectedError as needed:
            rows = ", ".join(sorted(str(row) for row in needed.protected_objects)[:5])
            raise StillNeededError(f"It cannot be deleted while it is needed by: {rows}.") from None


class SystemComponentSerializer(CheckedSerializer):
    """That a system uses a component, and how it is run."""

    class Meta:
        model = SystemComponent
        fields: ClassVar = [
            "id",
            "system",
            "component",
            "is_primary",
            "run_mode",
            "adaptation",
            "host",
            "replace_object",
            "yearly_volume_in",
            "yearly_volume_out",
            "note",
        ]


class DataFlowSerializer(CheckedSerializer):
    """One step on which data travel."""

    from_country = CountryCodeField(required=False, allow_blank=True)
    to_country = CountryCodeField(required=False, allow_blank=True)

    class Meta:
        model = DataFlow
        fields: ClassVar = [
            "id",
            "system",
            "after",
            "from_name",
            "to_name",
            "to_vendor",
            "to_role",
            "from_country",
            "to_country",
            "data",
            "has_personal_data",
            "special_categories",
            "transfer_tool",
            "retention_days",
            "training_use",
            "note",
        ]


class VendorDependencySerializer(CheckedSerializer):
    """The arrangement under which a vendor serves a system."""

    class Meta:
        model = VendorDependency
        exclude: ClassVar = ["created_at", "updated_at"]


class SubcontractorSerializer(CheckedSerializer):
    """A company that a vendor uses for a contract; rank 1 is the vendor's own sub-contractor."""

    country = CountryCodeField(required=False, allow_blank=True)

    class Meta:
        model = Subcontractor
        fields: ClassVar = ["id", "dependency", "vendor", "rank", "service", "country"]


class HostOfferSerializer(CheckedSerializer):
    """That a company runs a component: from when until when, at what price, with the source and its date."""

    class Meta:
        model = HostOffer
        exclude: ClassVar = ["catalogue_digest"]


class EvaluationSerializer(CheckedSerializer):
    """What was tested for a system, by whom, with which result; substitutes among them."""

    class Meta:
        model = EvaluationRecord
        exclude: ClassVar = ["created_at", "updated_at"]


class ControlStatusSerializer(CheckedSerializer):
    """What has been done for one obligation."""

    class Meta:
        model = ControlStatus
        fields: ClassVar = [
            "id",
            "system",
            "legal_entity",
            "obligation",
            "status",
            "reason",
            "responsible",
            "recorded_on",
            "expires_on",
        ]

    def validate_obligation(self, name: str) -> str:
        """Refuse one that no rule knows, unless it is recorded so already."""
        if self.instance is None or name != self.instance.obligation:
            asked = obligation_named.send(sender=ControlStatus, name=name)
            if problems := [problem for _receiver, problem in asked if problem]:
                raise ValidationError(problems)
        return name


class EvidenceSerializer(CheckedSerializer):
    """A document, page or record that supports facts; its file is added in the admin."""

    told_at: ClassVar = {"file": "url"}

    class Meta:
        model = Evidence
        exclude: ClassVar = ["file", "created_at", "updated_at"]


class SystemComponentViewSet(PartViewSet):
    """Components in use."""

    queryset = SystemComponent.objects.order_by()
    serializer_class = SystemComponentSerializer
    row_serializer = SystemComponentSerializer


class DataFlowViewSet(PartViewSet):
    """Where data travel."""

    queryset = DataFlow.objects.order_by()
    serializer_class = DataFlowSerializer
    row_serializer = DataFlowSerializer


class VendorDependencyViewSet(PartViewSet):
    """Contracts with vendors."""

    queryset = VendorDependency.objects.order_by()
    serializer_class = VendorDependencySerializer
    row_serializer = VendorDependencySerializer


class SubcontractorFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter ships no types
    """Sub-contractors by contract and by system."""

    dependency = django_filters.NumberFilter(field_name="dependency_id")
    system = django_filters.NumberFilter(field_name="dependency__system_id")


class HostOfferFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter ships no types
    """Offers by component and by company."""

    component = django_filters.NumberFilter(field_name="component_id")
    company = django_filters.NumberFilter(field_name="company_id")


class SubcontractorViewSet(PartViewSet):
    """Whom a vendor uses for a contract."""

    queryset = Subcontractor.objects.order_by()
    serializer_class = SubcontractorSerializer
    row_serializer = SubcontractorSerializer
    filterset_class = SubcontractorFilter


class HostOfferViewSet(PartViewSet):
    """Who runs which component, at what price, until when."""

    queryset = HostOffer.objects.order_by()
    serializer_class = HostOfferSerializer
    row_serializer = HostOfferSerializer
    filterset_class = HostOfferFilter


class EvaluationViewSet(PartViewSet):
    """Evaluations, those of substitutes among them."""

    queryset = EvaluationRecord.objects.order_by()
    serializer_class = EvaluationSerializer
    row_serializer = EvaluationSerializer


class ControlStatusViewSet(PartViewSet):
    """What has been done for obligations."""

    queryset = ControlStatus.objects.order_by()
    serializer_class = ControlStatusSerializer
    row_serializer = ControlStatusSerializer


class EvidenceViewSet(PartViewSet):
    """Evidence on record."""

    queryset = Evidence.objects.order_by()
    serializer_class = EvidenceSerializer
    row_serializer = EvidenceSerializer
