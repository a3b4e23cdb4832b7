"""The portfolio as rows: one narrow row a system, filtered and sorted on columns; of a page only its rows are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import CharField, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Trim

from audit.models import Standing
from audit.selectors.among import among
from governance.choices import LifecycleStage
from governance.models import AISystem, SystemComponent, Vendor, VendorDependency

UNDECIDED: Final = "undecided"
ORDERS: Final = {
    "reference": ("system__reference",),
    "lock_in": (F("lock_in_high").desc(nulls_last=True), "system_id"),
    "transparency": (F("transparency_high").desc(nulls_last=True), "system_id"),
    "next_date": (F("next_date_on").asc(nulls_last=True), "system_id"),
    "completeness": (F("completeness").asc(nulls_last=True), "system_id"),
}
"""The orders a list can be asked for; the last column is unique, so that pages never overlap.

It is of the standing's own row: systems, which are wide rows, are read for the page alone.
"""
_IN_AN_INDEX: Final = ("reference", "next_date")
"""The orders in which an index gives the rows one by one, so that few are looked at."""

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


@dataclass(frozen=True, slots=True)
class FoundStandings:
    """The standings that pass some filters, in their order: the rows of a page are read, the others counted at most."""

    filters: StandingFilters

    def __getitem__(self, part: slice) -> list[Mapping[str, Any]]:
        """The rows from one place up to another, with their system's name and main component."""
        order = self.filters.order if self.filters.order in ORDERS else "reference"
        found = self._find(looks_at_all=order not in _IN_AN_INDEX)
        ids = list(found.order_by(*ORDERS[order]).values_list("system_id", flat=True)[part])
        rows = {row["system_id"]: row for row in _read_rows(ids)}
        return [rows[system_id] for system_id in ids if system_id in rows]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self[:])

    def count(self) -> int:
        """How many they are."""
        return self._find(looks_at_all=True).count()

    def _find(self, *, looks_at_all: bool) -> QuerySet[Standing]:
        all_of_them = looks_at_all and not self.filters.is_narrowing
        return _narrow(_keep_stages(Standing.objects.all(), self.filters, looks_at_all=all_of_them), self.filters)


def list_standings(filters: StandingFilters) -> FoundStandings:
    """The standings that pass the filters; withdrawn systems are left out unless asked for, by filter or stage."""
    return FoundStandings(filters)


def _read_rows(system_ids: list[int]) -> QuerySet[Standing, Mapping[str, Any]]:
    rows = Standing.objects.filter(among("system_id", system_ids)).annotate(
        main=FilteredRelation("system__uses", condition=Q(system__uses__is_primary=True))
    )
    columns: QuerySet[Standing, Mapping[str, Any]] = rows.order_by().values(
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


def leave_out_withdrawn(rows: QuerySet[Standing]) -> QuerySet[Standing]:
    """Without those of withdrawn systems, for who looks at all standings: which ones those are is asked once."""
    return rows.exclude(system__in=AISystem.objects.filter(stage=LifecycleStage.WITHDRAWN).order_by().values("pk"))


def _keep_stages(rows: QuerySet[Standing], filters: StandingFilters, *, looks_at_all: bool) -> QuerySet[Standing]:
    if filters.stage:
        return rows.filter(system__stage=filters.stage)
    if filters.with_withdrawn:
        return rows
    return leave_out_withdrawn(rows) if looks_at_all else rows.exclude(system__stage=LifecycleStage.WITHDRAWN)


def _narrow(rows: QuerySet[Standing], filters: StandingFilters) -> QuerySet[Standing]:
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
