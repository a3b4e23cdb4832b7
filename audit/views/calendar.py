"""The calendar: all days ahead on which a duty begins, notice must be given or a contract ends."""

from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit.models import Reminder
from audit.portfolio.tables import read_tables
from audit.portfolio.watch import list_ahead
from audit.selectors import read_outlook
from audit.services.reminding import list_open_reminders, mark_seen
from audit.views.access import SEE_REMINDER, may, needs
from audit.views.portfolio import to_moments


@require_safe
@needs("audit.view_standing")
def show_calendar(request: HttpRequest) -> HttpResponse:
    """The days ahead by month, with the systems concerned."""
    today = timezone.localdate()
    outlook, tables = read_outlook(as_of=today), read_tables()
    months = [
        {"first": month, "entries": list(entries)}
        for month, entries in groupby(outlook.dates, key=lambda entry: entry.on.replace(day=1))
    ]
    context = {
        "reminders": list_open_reminders(as_of=today, tables=tables),
        "watched": [watched for watched in list_ahead(tables, today) if watched.is_disputed or watched.note],
        "may_see": may(request.user, SEE_REMINDER),
        "months": months,
        "moments": to_moments(outlook.dates),
        "as_of": today,
        "is_partial": outlook.is_partial,
    }
    return render(request, "pages/calendar.html", context)


@require_POST
@needs(SEE_REMINDER)
def see_reminder(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """Note that the user has seen a reminder; whoever saw it first stays."""
    try:
        mark_seen(reminder_id=reminder_id, seen_by=request.user.get_username())
    except Reminder.DoesNotExist:
        raise Http404 from None
    return redirect("calendar")
