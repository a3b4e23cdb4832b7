"""The calendar: all days ahead on which a duty begins, notice must be given or a contract ends."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit.models import Reminder, WatchedKind
from audit.portfolio.tables import read_tables
from audit.portfolio.watch import Watched, list_ahead
from audit.selectors import read_outlook
from audit.selectors.outlook import DateAhead, SystemLink
from audit.services.reminding import list_open_reminders, mark_seen
from audit.views.access import SEE_REMINDER, may, needs
from audit.views.portfolio import to_moments


@require_safe
@needs("audit.view_standing")
def show_calendar(request: HttpRequest) -> HttpResponse:
    """The days ahead by month, with the systems concerned."""
    today = timezone.localdate()
    outlook, tables = read_outlook(as_of=today), read_tables()
    dates = gather_dates(outlook.dates, list_ahead(tables, today))
    months = [
        {"first": month, "entries": list(entries)}
        for month, entries in groupby(dates, key=lambda entry: entry.on.replace(day=1))
    ]
    context = {
        "reminders": list_open_reminders(as_of=today, tables=tables),
        "may_see": may(request.user, SEE_REMINDER),
        "months": months,
        "moments": to_moments(dates),
        "as_of": today,
        "is_partial": outlook.is_partial,
    }
    return render(request, "pages/calendar.html", context)


def gather_dates(outlook: Iterable[DateAhead], watched: Iterable[Watched]) -> list[DateAhead]:
    """The days of the outcomes, and the watched days of the whole register in the place of those outcomes hold.

    The register knows each contract, price guarantee and source; an outcome knows one day of a kind.
    """
    kinds = set(WatchedKind.values)
    dates = [entry for entry in outlook if entry.kind not in kinds]
    dates += [
        DateAhead(
            entry.on,
            str(entry.what.label),
            entry.what.value,
            say_watched(entry),
            (SystemLink(entry.system_id, entry.name),),
        )
        for entry in watched
    ]
    return sorted(dates, key=lambda entry: (entry.on, entry.kind, entry.what))


def say_watched(entry: Watched) -> str:
    """What the day is about; where sources disagree all of their days, of which the earliest counts."""
    said = [f"{entry.subject[:1].upper()}{entry.subject[1:]}", entry.note]
    if entry.is_disputed:
        days = ", ".join(f"{day.day} {day:%b %Y} ({source or 'no source'})" for day, source in entry.stated)
        said.append(f"Sources disagree, the earlier day counts: {days}")
    return "; ".join(part for part in said if part)


@require_POST
@needs(SEE_REMINDER)
def see_reminder(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """Note that the user has seen a reminder; whoever saw it first stays."""
    try:
        mark_seen(reminder_id=reminder_id, seen_by=request.user.get_username())
    except Reminder.DoesNotExist:
        raise Http404 from None
    return redirect("calendar")
