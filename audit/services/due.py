"""What is due for assessment: never assessed, changed, judged by other packs, or past the day its outcome held."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import chain
from operator import or_
from typing import Final, NamedTuple

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Abs
from django.utils import timezone

from audit.models import Assessment, PackSetRecord, Standing, WorkState
from audit.rulepacks import load_packs
from audit.selectors.among import among
from audit.services.assessing import stamp_packs
from audit.services.leasing import MOST_ATTEMPTS
from audit.services.turning import is_turned, list_turned
from governance.models import AISystem

FAILED_TRIED_AGAIN_AFTER: Final = timedelta(hours=12)


def find_due(*, as_of: date, among: Collection[int] | None = None) -> list[int]:
    """The systems whose latest outcome may no longer hold on the day, by id.

    Due is what was never assessed, is marked as changed, whose ``valid_until`` has come, of which a duty has turned
    since, or was judged by other packs. What failed is tried again after 12 hours, or when its facts change.
    """
    if among is not None:
        return look_among(among, as_of=as_of).due
    # Each by its own index: what is not due is not looked at, however much there is of it.
    parts = [Standing.objects.filter(reason) for reason in [*_list_reasons(as_of), *_list_others()]]
    set_aside = _is_set_aside(timezone.now())
    found = chain.from_iterable(
        rows.exclude(set_aside).order_by().values_list("system_id", flat=True) for rows in parts
    )
    return sorted({*found, *_without_standing().order_by().values_list("id", flat=True)})


class Looked(NamedTuple):
    """What is due of some systems, by id; which of these have no standing yet; whether one was tried too often."""

    due: list[int]
    missing: list[int]
    is_any_tired: bool


def look_among(system_ids: Collection[int], *, as_of: date) -> Looked:
    """Look at each of these systems: which of them are due as ``find_due`` tells. One query where all of them are."""
    outdated = reduce(or_, [*_list_others(), *_list_reasons(as_of)])
    rows = Standing.objects.filter(outdated, among("system_id", system_ids)).exclude(_is_set_aside(timezone.now()))
    attempts = dict(rows.order_by().values_list("system_id", "attempts"))
    left = set(system_ids) - attempts.keys()
    missing: list[int] = []
    if left:
        missing += AISystem.objects.filter(among("id", left), standing=None).order_by().values_list("id", flat=True)
    is_any_tired = max(attempts.values(), default=0) >= MOST_ATTEMPTS
    return Looked(sorted([*attempts, *missing]), missing, is_any_tired)


def _is_set_aside(now: datetime) -> Q:
    return Q(state=WorkState.FAILED, finished_at__gt=now - FAILED_TRIED_AGAIN_AFTER)


def _list_reasons(as_of: date) -> list[Q]:
    """Why a standing may be due by itself, whatever it was judged by."""
    reasons = [Q(is_dirty=True), Q(valid_until__lte=as_of), Q(assessment=None)]
    days = {turn.day for turn in list_turned(as_of)}
    return [*reasons, is_turned(days)] if days else reasons


def _list_others() -> list[Q]:
    """Which standings other packs judged: all before the first assessment by those of today, and what others did since.

    Assessments are numbered as they are made; after a return to earlier packs the second part is the larger one.
    """
    today = stamp_packs(load_packs()).sha256
    by_packs = Assessment.objects.annotate(by=Abs("pack_set")).order_by()
    kept = PackSetRecord.objects.filter(sha256=today).values_list("id", flat=True).first() or 0
    first = by_packs.filter(by=kept).aggregate(first=Min("id"))["first"]
    if first is None:
        return [~Q(assessment=None)]
    since = by_packs.filter(by=OuterRef("pk"), id__gt=first)
    others = PackSetRecord.objects.exclude(pk=kept).filter(Exists(since)).order_by("id").values_list("id", flat=True)
    theirs = [Q(assessment_id__in=by_packs.filter(by=other, id__gt=first).values("id")) for other in others]
    return [Q(assessment_id__lt=first), *theirs]


def _without_standing() -> QuerySet[AISystem]:
    """Systems nobody has looked at yet; each standing has its system, so their numbers tell whether there are any."""
    missing = AISystem.objects.filter(standing=None)
    return missing if AISystem.objects.count() != Standing.objects.count() else missing.none()


def count_unassessed() -> int:
    """How many systems have no assessment yet."""
    assessed = Standing.objects.filter(system=OuterRef("pk"), assessment__isnull=False)
    return AISystem.objects.filter(~Exists(assessed)).count()
