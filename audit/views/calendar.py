"""The calendar: all days ahead on which a duty begins, notice must be given or a contract ends."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.selectors import read_outlook
from audit.views.access import needs
from audit.views.portfolio import to_moments


@require_safe
@needs("audit.view_standing")
def show_calendar(request: HttpRequest) -> HttpResponse:
    """The days ahead by month, with the systems concerned."""
    today = timezone.localdate()
    outlook = read_outlook(as_of=today)
    months = [
        {"first": month, "entries": list(entries)}
        for month, entries in groupby(outlook.dates, key=lambda entry: entry.on.replace(day=1))
    ]
    context = {
        "months": months,
        "moments": to_moments(outlook.dates),
        "as_of": today,
        "is_partial": outlook.is_partial,
    }
    return render(request, "pages/calendar.html", context)
