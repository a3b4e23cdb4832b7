"""The figures at the head of the portfolio: undecided classes, unmet duties, the next date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce

from audit.models import Standing
from audit.selectors.standings import leave_out_withdrawn
from governance.choices import LifecycleStage


@dataclass(frozen=True, slots=True)
class NextDate:
    """The first day ahead in the portfolio: when, what, of which system, and in how many days."""

    on: date
    what: str
    system_id: int
    system: str
    days: int


@dataclass(frozen=True, slots=True)
class Headline:
    """The portfolio in figures."""

    systems: int
    assessed: int
    working: int
    failed: int
    may_be_high_risk: int
    duties_unmet: int
    duties_unknown: int
    last_as_of: date | None
    next_date: NextDate | None


def read_headline(*, as_of: date) -> Headline:
    """Read the figures over all systems that are not withdrawn, with two queries whatever their number."""
    undecided = Q(aia_class="", possible_classes__contains="high_risk")
    figures = leave_out_withdrawn(Standing.objects.all()).aggregate(
        systems=Count("pk"),
        assessed=Count("pk", filter=Q(assessment__isnull=False)),
        working=Count("pk", filter=Q(state__in=("queued", "running"))),
        failed=Count("pk", filter=Q(state="failed")),
        may_be_high_risk=Count("pk", filter=undecided),
        duties_unmet=Coalesce(Sum("duties_in_force_unmet"), 0),
        duties_unknown=Coalesce(Sum("duties_in_force_unknown"), 0),
        last_as_of=Max("as_of"),
    )
    return Headline(**figures, next_date=_read_next_date(as_of))


def _read_next_date(as_of: date) -> NextDate | None:
    standings = Standing.objects.exclude(system__stage=LifecycleStage.WITHDRAWN)
    ahead = standings.filter(next_date_on__gte=as_of).order_by("next_date_on", "system_id")
    row = ahead.values_list("next_date_on", "next_date_what", "system_id", "system__name").first()
    if row is None:
        return None
    on, what, system_id, system = row
    if on is None:
        return None
    return NextDate(on, what, system_id, system, days=(on - as_of).days)
