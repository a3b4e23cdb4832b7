"""Reminders of watched days: raised once each, however often and however late the service runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from audit.models import Reminder
from audit.portfolio.dated import read_dated
from audit.portfolio.tables import Tables, read_catalogue
from audit.portfolio.watch import LEADS, Watched, list_watched
from audit.selectors.among import among
from audit.services.writing import insert_rows
from governance.models import AISystem

SYSTEMS_AT_ONCE: Final = 2_000
"""The days of so many systems are read and their reminders written together, in a transaction of their own."""

REMINDERS_AT_ONCE: Final = 300
_COLUMNS: Final = ("system_id", "what", "subject", "on", "lead_days", "raised_on", "seen_by")


def raise_reminders(*, as_of: date) -> int:
    """Raise what is due on the day and was not raised before; gives how many are new.

    A reminder is due from its lead on, not on one day alone: a day on which nothing ran loses none. Of several
    leads that have been reached meanwhile the shortest is raised, and the others are not sent after it. What was
    raised before the work was broken off stays, and the next run raises the rest.
    """
    catalogue = read_catalogue()
    return sum(_raise_among(part, catalogue, as_of) for part in _list_parts())


def _list_parts() -> Iterator[range]:
    """The keys of all systems, so many at a time; where many are missing in a row they are passed over."""
    start = _find_first(from_id=0)
    while start is not None:
        part = range(start, start + SYSTEMS_AT_ONCE)
        yield part
        start = _find_first(from_id=part.stop)


def _find_first(*, from_id: int) -> int | None:
    first: int | None = AISystem.objects.filter(id__gte=from_id).aggregate(first=Min("id"))["first"]
    return first


@transaction.atomic
def _raise_among(part: range, catalogue: Tables, as_of: date) -> int:
    within = Q(system_id__gte=part.start, system_id__lt=part.stop)
    watched = list_watched(read_dated(within, within, catalogue=catalogue, with_names=False))
    due = [(_identify(each), lead) for each in watched if (lead := each.lead_on(as_of)) is not None]
    if not due:
        return 0
    rows = Reminder.objects.filter(within).order_by()
    raised = set(rows.values_list("system_id", "what", "subject", "on", "lead_days"))
    new = [*dict.fromkeys((*day, lead) for day, lead in due if (*day, lead) not in raised)]
    # Two schedulers at once both see nothing raised; the unique key lets one of them win.
    insert_rows(Reminder, _COLUMNS, [(*each, as_of, "") for each in new], leave_existing=True)
    return len(new)


class _Day(NamedTuple):
    """What tells a watched day from all others."""

    system_id: int
    what: str
    subject: str
    on: date


def _identify(each: Watched) -> _Day:
    return _Day(each.system_id, each.what.value, each.subject, each.on)


def list_open_reminders(*, as_of: date) -> list[Reminder]:
    """The reminders that nobody has seen and whose day still stands; the latest of each day alone."""
    return OpenReminders(as_of)[:]


@dataclass
class OpenReminders:
    """The same, the earliest day first, looked at only as far as they are asked for.

    A contract that was extended, or a test that was made again, takes its reminders away by itself.
    """

    as_of: date
    _found: list[int] = field(default_factory=list)

    def __getitem__(self, part: slice) -> list[Reminder]:
        """The reminders from one place up to another, each with the name and number of its system."""
        self._look_for(part.stop)
        return read_reminders(self._found[part])

    def __len__(self) -> int:
        self._look_for(None)
        return len(self._found)

    def count_up_to(self, most: int) -> int:
        """How many there are, if no more than ``most``; else one more than that."""
        self._look_for(most + 1)
        return min(len(self._found), most + 1)

    def _look_for(self, number: int | None) -> None:
        while number is None or len(self._found) < number:
            more = next(self._batches, None)
            if more is None:
                return
            self._found += more

    @cached_property
    def _batches(self) -> Iterator[list[int]]:
        return self._list_batches()

    def _list_batches(self) -> Iterator[list[int]]:
        catalogue = read_catalogue()
        rows = find_unseen(self.as_of).values_list("id", "system_id", "what", "subject", "on")
        start = 0
        while batch := list(rows[start : start + REMINDERS_AT_ONCE]):
            start += len(batch)
            theirs = among("system_id", {system_id for _, system_id, *_ in batch})
            dated = read_dated(theirs, theirs, catalogue=catalogue, with_names=False)
            standing = {_identify(each) for each in list_watched(dated)}
            yield [pk for pk, *day in batch if (*day,) in standing]


def find_unseen(as_of: date) -> QuerySet[Reminder]:
    """What nobody has seen and whose lead is the one of the day, the earliest day first."""
    latest = Q()
    for what, leads in LEADS.items():
        shorter = None
        for lead in sorted(leads):
            reached = Q(what=what, lead_days=lead, on__lte=as_of + timedelta(days=lead))
            latest |= reached if shorter is None else reached & Q(on__gt=as_of + timedelta(days=shorter))
            shorter = lead
    return Reminder.objects.filter(latest, seen_at__isnull=True).order_by("on", "system_id", "what", "id")


def read_reminders(ids: Sequence[int]) -> list[Reminder]:
    """These reminders in this order, each with the name and number of its system."""
    narrow = Reminder.objects.select_related("system").only(
        *(field.attname for field in Reminder._meta.concrete_fields), "system__name", "system__reference"
    )
    found = {row.pk: row for row in narrow.filter(among("id", ids)).order_by()}
    return [found[pk] for pk in ids if pk in found]


def mark_seen(*, reminder_id: int, seen_by: str) -> Reminder:
    """Note who has seen a reminder; whoever saw it first stays. Raises ``Reminder.DoesNotExist``."""
    rows = Reminder.objects.filter(pk=reminder_id)
    rows.filter(seen_at__isnull=True).update(seen_at=timezone.now(), seen_by=seen_by[:200])
    return rows.get()
