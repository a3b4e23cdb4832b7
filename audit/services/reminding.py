"""Reminders of watched days: raised once each, however often and however late the service runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from audit.models import Reminder
from audit.portfolio.dated import read_dated
from audit.portfolio.watch import Watched, list_watched
from audit.selectors.among import among


@transaction.atomic
def raise_reminders(*, as_of: date) -> list[Reminder]:
    """Raise what is due on the day and was not raised before; gives the new ones, the earliest day first.

    A reminder is due from its lead on, not on one day alone: a day on which nothing ran loses none. Of several
    leads that have been reached meanwhile the shortest is raised, and the others are not sent after it.
    """
    due = [(watched, lead) for watched in list_watched(read_dated()) if (lead := watched.lead_on(as_of)) is not None]
    raised = set(Reminder.objects.values_list("system_id", "what", "subject", "on", "lead_days"))
    new = [
        Reminder(
            system_id=watched.system_id,
            what=watched.what,
            subject=watched.subject,
            on=watched.on,
            lead_days=lead,
            raised_on=as_of,
        )
        for watched, lead in due
        if (watched.system_id, watched.what.value, watched.subject, watched.on, lead) not in raised
    ]
    # Two schedulers at once both see nothing raised; the unique key lets one of them win.
    Reminder.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return new


def list_open_reminders(*, as_of: date) -> list[Reminder]:
    """The reminders that nobody has seen and whose day still stands; the latest of each day alone."""
    return read_reminders(find_open_reminders(as_of=as_of, watched=list_watched(read_dated())))


def find_open_reminders(*, as_of: date, watched: Iterable[Watched]) -> list[int]:
    """The ids of the same, the earliest day first; ``watched`` are all watched days of the register.

    A contract that was extended, or a test that was made again, takes its reminders away by itself.
    """
    rows = Reminder.objects.filter(seen_at__isnull=True).order_by("on", "system_id", "what")
    unseen = list(rows.values_list("id", "system_id", "what", "subject", "on", "lead_days"))
    if not unseen:
        return []
    systems = {system_id for _, system_id, *_ in unseen}
    standing = {
        (each.system_id, each.what.value, each.subject, each.on): each.lead_on(as_of)
        for each in watched
        if each.system_id in systems
    }
    return [
        pk for pk, system_id, what, subject, on, lead in unseen if standing.get((system_id, what, subject, on)) == lead
    ]


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
