"""What is due for assessment: never assessed, changed, judged by other packs, or past the day its outcome held."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import chain
from operator import or_
from typing import Final, NamedTuple

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Abs
from django.utils import timezone

from audit.models import Assessment, PackSetRecord, Standing, WorkState
from audit.rulepacks import load_packs
from audit.selectors.among import among
from audit.services.leasing import MOST_ATTEMPTS
from audit.services.pack_sets import stamp_packs
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
    today = _find_today()
    reasons = [*_list_reasons(as_of), *_list_since(today)]
    if _is_any_before(today):
        reasons.append(today.before)
    parts = [Standing.objects.filter(reason) for reason in reasons]
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
    today = _find_today()
    # Each by its own assessment, and that only where nothing else makes it due.
    others = Exists(Assessment.objects.filter(pk=OuterRef("assessment_id")).exclude(pack_set=today.pack_set_id))
    outdated = reduce(or_, [*_list_reasons(as_of), today.before, Q(others)])
    rows = Standing.objects.filter(outdated, among("system_id", system_ids)).exclude(_is_set_aside(timezone.now()))
    attempts = dict(rows.order_by().values_list("system_id", "attempts"))
    left = set(system_ids) - attempts.keys()
    missing: list[int] = []
    if left:
        missing += AISystem.objects.filter(among("id", left), standing=None).order_by().values_list("id", flat=True)
    is_any_tired = max(attempts.values(), default=0) >= MOST_ATTEMPTS
    return Looked(sorted([*attempts, *missing]), missing, is_any_tired)


def is_plainly_due(as_of: date) -> Q:
    """What is due for a reason that a standing tells by itself: mostly all that is, and the others are looked at."""
    return reduce(or_, [_find_today().before, *_list_reasons(as_of)]) & ~_is_set_aside(timezone.now())


def _is_set_aside(now: datetime) -> Q:
    return Q(state=WorkState.FAILED, finished_at__gt=now - FAILED_TRIED_AGAIN_AFTER)


def _list_reasons(as_of: date) -> list[Q]:
    """Why a standing may be due by itself, whatever it was judged by."""
    reasons = [Q(is_dirty=True), Q(valid_until__lte=as_of)]  # marked is also what was never assessed
    days = {turn.day for turn in list_turned(as_of)}
    return [*reasons, is_turned(days)] if days else reasons


class _Today(NamedTuple):
    """The packs of today: their id, the first assessment by them, and which standings were judged before that.

    Assessments are numbered as they are made: whatever came before was made by others.
    """

    pack_set_id: int
    first: int
    before: Q
    is_everywhere: bool


def _find_today() -> _Today:
    """Zeros where nothing was judged by the packs of today: all that was judged was judged before."""
    sha256 = stamp_packs(load_packs()).sha256
    record = PackSetRecord.objects.filter(sha256=sha256).values_list("id", "is_everywhere").first()
    kept, is_everywhere = record or (0, False)
    first = Assessment.objects.annotate(by=Abs("pack_set")).filter(by=kept).aggregate(first=Min("id"))["first"]
    before = Q(assessment_id__lt=first) if first is not None else ~Q(assessment=None)
    return _Today(kept, first or 0, before, is_everywhere)


def _is_any_before(today: _Today) -> bool:
    """Whether any is left that was judged before the packs of today; looked for until there is none, and then noted.

    Later none can come to it: whoever stores a judgement has locked the standing before it gets its number.
    """
    if today.is_everywhere:
        return False
    first_ones = Q(assessment=None, state=WorkState.RUNNING)  # by whatever packs, under way since whenever
    is_any = Standing.objects.filter(today.before | first_ones).exists()
    if not is_any and today.first:
        PackSetRecord.objects.filter(pk=today.pack_set_id).update(is_everywhere=True)
    return is_any


def _list_since(today: _Today) -> Iterator[Q]:
    """Those that others judged since the first assessment of today's packs: most, after a return to earlier packs."""
    if not today.first:
        return
    rows = Assessment.objects.annotate(by=Abs("pack_set")).order_by().filter(id__gt=today.first)
    for other in PackSetRecord.objects.exclude(pk=today.pack_set_id).order_by("id").values_list("id", flat=True):
        theirs = rows.filter(by=other)
        if theirs.exists():
            yield Q(system_id__in=theirs.filter(system__standing__assessment=F("id")).values("system_id"))


def _without_standing() -> QuerySet[AISystem]:
    """Systems nobody has looked at yet; each standing has its system, so their numbers tell whether there are any."""
    missing = AISystem.objects.filter(standing=None)
    return missing if AISystem.objects.count() != Standing.objects.count() else missing.none()
