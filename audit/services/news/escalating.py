"""Overdue findings escalate: once at each level, however often and however late the service runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from audit.models import Escalation, Finding

_IN_ONE_QUERY: Final = 2_000


@dataclass(frozen=True, slots=True)
class Overdue:
    """How overdue a finding is: since which day, for how many days, at which level (0: not yet at the first)."""

    since: date
    days: int
    level: int


def measure_overdue(
    *, due_on: date | None, accepted_until: date | None, as_of: date, levels: Sequence[int] | None = None
) -> Overdue | None:
    """How overdue an open finding is on the day; none while its day has not passed or its risk is accepted.

    Both days count to their end. A risk whose acceptance ran out is overdue from then on, with or without a day.
    """
    if accepted_until is not None and accepted_until >= as_of:
        return None
    ends = [day for day in (due_on, accepted_until) if day is not None]
    if not ends or max(ends) >= as_of:
        return None
    days = (as_of - max(ends)).days
    steps = levels if levels is not None else settings.ESCALATION_DAYS
    return Overdue(max(ends), days, sum(days >= step for step in steps))


@transaction.atomic
def raise_escalations(*, as_of: date) -> list[Escalation]:
    """Raise what has reached a level and was not raised at it before; gives the new ones.

    Of several levels that were reached meanwhile only the highest is raised, and the lower ones are not after it.
    """
    days = ("times_opened", "due_on", "accepted_until")
    open_ones = Finding.objects.filter(closed_on=None).only(*days)
    # Each by the index of its day: of all the findings that are open few have one.
    past = {
        finding.pk: finding
        for rows in (open_ones.filter(due_on__lt=as_of), open_ones.filter(due_on=None, accepted_until__lt=as_of))
        for finding in rows.order_by()
    }
    new = []
    raised = _read_raised(past)
    for _, finding in sorted(past.items()):
        overdue = measure_overdue(due_on=finding.due_on, accepted_until=finding.accepted_until, as_of=as_of)
        if overdue is None or not overdue.level:
            continue
        if raised.get((finding.pk, finding.times_opened, overdue.since), 0) < overdue.level:
            new.append(
                Escalation(
                    finding_id=finding.pk,
                    times_opened=finding.times_opened,
                    since=overdue.since,
                    level=overdue.level,
                    raised_on=as_of,
                )
            )
    # Two runs at once both see nothing raised; the unique key lets one of them win.
    Escalation.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return new


def _read_raised(finding_ids: Iterable[int]) -> dict[tuple[int, int, date], int]:
    found: dict[tuple[int, int, date], int] = {}
    ids = sorted(finding_ids)
    for start in range(0, len(ids), _IN_ONE_QUERY):
        rows = Escalation.objects.filter(finding__in=ids[start : start + _IN_ONE_QUERY]).order_by()
        counted = rows.values_list("finding_id", "times_opened", "since").annotate(top=Max("level"))
        found |= {(finding, times, since): top for finding, times, since, top in counted}
    return found
