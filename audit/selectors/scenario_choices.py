"""What a stress scenario can be asked of: the companies, components and countries that the register holds."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from governance.choices import LifecycleStage
from governance.models import Component, DataFlow, Subcontractor, SystemComponent, Vendor, VendorDependency


@dataclass(frozen=True, slots=True)
class ScenarioChoices:
    """Each as (value, label): vendors by name, components by key, countries by code."""

    vendors: list[tuple[str, str]]
    hosts: list[tuple[str, str]]
    components: list[tuple[str, str]]
    countries: list[str]


def read_scenario_choices() -> ScenarioChoices:
    """What systems that are not withdrawn rest on, in four queries."""
    live = SystemComponent.objects.exclude(system__stage=LifecycleStage.WITHDRAWN)
    contracts = VendorDependency.objects.exclude(system__stage=LifecycleStage.WITHDRAWN)
    chains = Subcontractor.objects.exclude(dependency__system__stage=LifecycleStage.WITHDRAWN)
    runs = Q(Exists(live.filter(host=OuterRef("pk")))) | Q(
        Exists(live.filter(run_mode__in=("vendor_api", "embedded_in_product"), component__vendor=OuterRef("pk")))
    )
    serves = runs | Q(Exists(contracts.filter(vendor=OuterRef("pk")))) | Q(Exists(chains.filter(vendor=OuterRef("pk"))))
    parents = Q(Exists(Vendor.objects.filter(serves, ultimate_parent=OuterRef("pk"))))
    vendors = Vendor.objects.filter(serves | parents).order_by("name").values_list("name", flat=True)
    hosts = Vendor.objects.filter(runs).order_by("name").values_list("name", flat=True)
    used = Component.objects.filter(Exists(live.filter(component=OuterRef("pk")))).order_by("name", "version")
    flows = DataFlow.objects.exclude(system__stage=LifecycleStage.WITHDRAWN).exclude(to_country="")
    return ScenarioChoices(
        vendors=[(name, name) for name in vendors],
        hosts=[(name, name) for name in hosts],
        components=[
            (key, f"{name} {version}".strip()) for key, name, version in used.values_list("key", "name", "version")
        ],
        countries=sorted(set(flows.order_by().values_list("to_country", flat=True).distinct())),
    )
