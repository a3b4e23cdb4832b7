"""Reminders of watched days: raised once each, however often and however late the service runs."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from audit.models import Reminder
from audit.portfolio.tables import Tables, read_tables
from audit.portfolio.watch import list_watched


@transaction.atomic
def raise_reminders(*, as_of: date) -> list[Reminder]:
    """Raise what is due on the day and was not raised before; gives the new ones, the earliest day first.

    A reminder is due from its lead on, not on one day alone: a day on which nothing ran loses none. Of several
    leads that have been reached meanwhile the shortest is raised, and the others are not sent after it.
    """
    due = [(watched, lead) for watched in list_watched(read_tables()) if (lead := watched.lead_on(as_of)) is not None]
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


def list_open_reminders(*, as_of: date, tables: Tables | None = None) -> list[Reminder]:
    """The reminders that nobody has seen and whose day still stands; the latest of each day alone.

    ``tables`` is the register, where the caller has read it already.

    A contract that was extended, or a test that was made again, takes its reminders away by itself.
    """
    standing = {
        (watched.system_id, watched.what.value, watched.subject, watched.on): watched.lead_on(as_of)
        for watched in list_watched(read_tables() if tables is None else tables)
    }
    rows = Reminder.objects.filter(seen_at__isnull=True).select_related("system").order_by("on", "system_id", "what")
    return [row for row in rows if standing.get((row.system_id, row.what, row.subject, row.on)) == row.lead_days]


def mark_seen(*, reminder_id: int, seen_by: str) -> Reminder:
    """Note who has seen a reminder; whoever saw it first stays. Raises ``Reminder.DoesNotExist``."""
    rows = Reminder.objects.filter(pk=reminder_id)
    rows.filter(seen_at__isnull=True).update(seen_at=timezone.now(), seen_by=seen_by[:200])
    return rows.get()
