"""The portfolio as rows: one narrow row a system, filtered and sorted on columns, in one query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import CharField, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Trim

from audit.models import Standing
from governance.choices import LifecycleStage
from governance.models import SystemComponent, Vendor, VendorDependency

UNDECIDED: Final = "undecided"
ORDERS: Final = {
    "reference": ("system__reference",),
    "lock_in": (F("lock_in_high").desc(nulls_last=True), "system__reference"),
    "transparency": (F("transparency_high").desc(nulls_last=True), "system__reference"),
    "next_date": (F("next_date_on").asc(nulls_last=True), "system__reference"),
    "completeness": (F("completeness").asc(nulls_last=True), "system__reference"),
}
"""The orders a list can be asked for; the last column is unique, so that pages never overlap."""

_COLUMNS: Final = (
    "system_id",
    "as_of",
    "aia_class",
    "possible_classes",
    "aia_roles",
    "annex_iii_points",
    "art_5_points",
    "class_on_go_live",
    "go_live_points",
    "is_grandfathered",
    "high_risk_from",
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
    "is_dirty",
    "state",
    "error",
)


@dataclass(frozen=True, slots=True)
class StandingFilters:
    """By what the portfolio is narrowed; an empty field does not narrow. ``vendor`` is a primary key."""

    aia_class: str = ""
    lock_in: str = ""
    transparency: str = ""
    openness: str = ""
    stage: str = ""
    vendor: int | None = None
    words: str = ""
    order: str = "reference"
    with_withdrawn: bool = False

    @property
    def is_narrowing(self) -> bool:
        """Whether anything is filtered out."""
        narrowing = (self.aia_class, self.lock_in, self.transparency, self.openness, self.stage, self.words)
        return any(narrowing) or self.vendor is not None


def list_standings(filters: StandingFilters) -> QuerySet[Standing, Mapping[str, Any]]:
    """The standings that pass the filters as plain rows with their system's name and main component.

    Withdrawn systems are left out unless asked for, by the filter or by their stage.
    """
    rows = _narrow(Standing.objects.all(), filters).annotate(
        main=FilteredRelation("system__uses", condition=Q(system__uses__is_primary=True))
    )
    columns: QuerySet[Standing, Mapping[str, Any]] = rows.order_by(
        *ORDERS.get(filters.order, ORDERS["reference"])
    ).values(
        *_COLUMNS,
        reference=F("system__reference"),
        name=F("system__name"),
        stage=F("system__stage"),
        component=Trim(
            Concat("main__component__name", Value(" "), "main__component__version", output_field=CharField())
        ),
        run_mode=F("main__run_mode"),
        adaptation=F("main__adaptation"),
    )
    return columns


def _narrow(rows: QuerySet[Standing], filters: StandingFilters) -> QuerySet[Standing]:
    if filters.stage:
        rows = rows.filter(system__stage=filters.stage)
    elif not filters.with_withdrawn:
        rows = rows.exclude(system__stage=LifecycleStage.WITHDRAWN)
    if filters.aia_class == UNDECIDED:
        rows = rows.filter(aia_class="")
    elif filters.aia_class:
        rows = rows.filter(aia_class=filters.aia_class)
    if filters.lock_in:
        rows = rows.filter(lock_in_band=filters.lock_in)
    if filters.transparency:
        rows = rows.filter(transparency_band=filters.transparency)
    if filters.openness:
        rows = rows.filter(openness_status=filters.openness)
    if filters.words:
        rows = rows.filter(Q(system__name__icontains=filters.words) | Q(system__reference__icontains=filters.words))
    if filters.vendor is not None:
        rows = rows.filter(_depends_on(filters.vendor))
    return rows


def _depends_on(vendor_id: int) -> Q:
    """A contract with the vendor, or a component that it or a company of its group publishes or runs for the system."""
    group = Vendor.objects.filter(Q(pk=vendor_id) | Q(ultimate_parent_id=vendor_id)).values("pk")
    contracts = VendorDependency.objects.filter(system=OuterRef("system"), vendor__in=group)
    uses = SystemComponent.objects.filter(Q(host__in=group) | Q(component__vendor__in=group), system=OuterRef("system"))
    return Q(Exists(contracts)) | Q(Exists(uses))


def list_vendors_in_use() -> list[tuple[int, str]]:
    """The vendors that some system depends on, by name, as (primary key, name)."""
    contracts = VendorDependency.objects.filter(vendor=OuterRef("pk"))
    # Asked apart, each is one look into an index; asked together, every use would be read for every vendor.
    hosted = SystemComponent.objects.filter(host=OuterRef("pk"))
    built = SystemComponent.objects.filter(component__vendor=OuterRef("pk"))
    rows = Vendor.objects.filter(Exists(contracts) | Exists(hosted) | Exists(built)).order_by("name")
    return list(rows.values_list("pk", "name"))
