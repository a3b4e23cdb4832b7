"""The four figures at the head of the portfolio: undecided classes, unmet duties, the next date, concentration."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from audit.models import Standing
from governance.choices import LifecycleStage
from governance.models import AISystem, SystemComponent, VendorDependency


@dataclass(frozen=True, slots=True)
class NextDate:
    """The first day ahead in the portfolio: when, what, of which system, and in how many days."""

    on: date
    what: str
    system_id: int
    system: str
    days: int


@dataclass(frozen=True, slots=True)
class Concentration:
    """The group on which most critical functions hang: its head, and the share of them, 0-1."""

    parent: str
    share: float
    systems: int


@dataclass(frozen=True, slots=True)
class Headline:
    """The portfolio in figures. ``concentration`` is None while no system is marked as critical."""

    systems: int
    assessed: int
    working: int
    failed: int
    may_be_high_risk: int
    duties_unmet: int
    duties_unknown: int
    last_as_of: date | None
    next_date: NextDate | None
    concentration: Concentration | None


def read_headline(*, as_of: date) -> Headline:
    """Read the figures over all systems that are not withdrawn, with four queries whatever their number."""
    standings = Standing.objects.exclude(system__stage=LifecycleStage.WITHDRAWN)
    undecided = Q(aia_class="", possible_classes__contains="high_risk")
    figures = standings.aggregate(
        systems=Count("pk"),
        assessed=Count("pk", filter=Q(assessment__isnull=False)),
        working=Count("pk", filter=Q(state__in=("queued", "running"))),
        failed=Count("pk", filter=Q(state="failed")),
        may_be_high_risk=Count("pk", filter=undecided),
        duties_unmet=Coalesce(Sum("duties_in_force_unmet"), 0),
        duties_unknown=Coalesce(Sum("duties_in_force_unknown"), 0),
        last_as_of=Max("as_of"),
    )
    return Headline(**figures, next_date=_read_next_date(standings, as_of), concentration=_read_concentration())


def _read_next_date(standings: QuerySet[Standing], as_of: date) -> NextDate | None:
    ahead = standings.filter(next_date_on__gte=as_of).order_by("next_date_on", "system__reference")
    row = ahead.values_list("next_date_on", "next_date_what", "system_id", "system__name").first()
    if row is None:
        return None
    on, what, system_id, system = row
    if on is None:
        return None
    return NextDate(on, what, system_id, system, days=(on - as_of).days)


def _read_concentration() -> Concentration | None:
    """Count the systems with a critical function by the head of the group they depend on.

    A dependence is a contract, a company that runs a component, or the publisher of one that is run by
    itself or inside a product. A vendor without a known parent stands for itself.
    """
    critical = Q(system__is_critical_function=True) & ~Q(system__stage=LifecycleStage.WITHDRAWN)
    total = AISystem.objects.filter(is_critical_function=True).exclude(stage=LifecycleStage.WITHDRAWN).count()
    if not total:
        return None
    contracts = VendorDependency.objects.filter(critical).values_list(
        "system_id", Coalesce(F("vendor__ultimate_parent__name"), F("vendor__name"))
    )
    hosts = SystemComponent.objects.filter(critical, host__isnull=False).values_list(
        "system_id", Coalesce(F("host__ultimate_parent__name"), F("host__name"))
    )
    publishers = SystemComponent.objects.filter(
        critical, run_mode__in=("vendor_api", "embedded_in_product"), component__vendor__isnull=False
    ).values_list("system_id", Coalesce(F("component__vendor__ultimate_parent__name"), F("component__vendor__name")))
    systems: dict[str, set[int]] = defaultdict(set)
    for system_id, parent in contracts.order_by().union(hosts.order_by(), publishers.order_by()):
        systems[str(parent)].add(system_id)
    if not systems:
        return None
    parent, members = max(sorted(systems.items()), key=lambda entry: len(entry[1]))
    return Concentration(parent, len(members) / total, len(members))
