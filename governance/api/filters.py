"""By what the API's lists of the register can be narrowed; keys of other rows are numbers, so no query checks them."""

from __future__ import annotations

from typing import ClassVar

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from governance.models import AISystem, Component, SystemComponent, Vendor, VendorDependency


class SystemFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter ships no types
    """Systems by stage, legal entity, component, vendor, and words in name or reference."""

    legal_entity = django_filters.NumberFilter(field_name="legal_entity_id")
    component = django_filters.NumberFilter(method="using")
    vendor = django_filters.NumberFilter(method="relying_on")
    name = django_filters.CharFilter(lookup_expr="icontains")
    reference = django_filters.CharFilter(lookup_expr="iexact")

    class Meta:
        model = AISystem
        fields: ClassVar = ["stage", "is_critical_function"]

    def using(self, systems: QuerySet[AISystem], _name: str, component: int) -> QuerySet[AISystem]:
        """Those that use the component, each once however often."""
        return systems.filter(Exists(SystemComponent.objects.filter(system=OuterRef("pk"), component=component)))

    def relying_on(self, systems: QuerySet[AISystem], _name: str, vendor: int) -> QuerySet[AISystem]:
        """Those with a contract of the vendor, each once however many there are."""
        return systems.filter(Exists(VendorDependency.objects.filter(system=OuterRef("pk"), vendor=vendor)))


class VendorFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter ships no types
    """Vendors by country, ultimate parent, and words in the name."""

    name = django_filters.CharFilter(lookup_expr="icontains")
    country = django_filters.CharFilter(lookup_expr="iexact")
    ultimate_parent = django_filters.NumberFilter(field_name="ultimate_parent_id")

    class Meta:
        model = Vendor
        fields: ClassVar = ["parent_status"]


class ComponentFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter ships no types
    """Components by kind, vendor, key, and words in the name."""

    name = django_filters.CharFilter(lookup_expr="icontains")
    key = django_filters.CharFilter(lookup_expr="exact")
    vendor = django_filters.NumberFilter(field_name="vendor_id")

    class Meta:
        model = Component
        fields: ClassVar = ["kind"]
