"""The calendar: all days ahead on which a duty begins, notice must be given or a contract ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from heapq import nsmallest
from typing import Any, Final, TypeAlias

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit.engine.dates import DayError, parse_day
from audit.models import Reminder, WatchedKind
from audit.portfolio.dated import read_dated
from audit.portfolio.watch import Watched, list_watched
from audit.selectors import read_outlook
from audit.selectors.outlook import DateAhead, SystemLink
from audit.services.reminding import find_open_reminders, mark_seen, read_reminders
from audit.views.access import SEE_REMINDER, may, needs
from audit.views.portfolio import to_moments

SHOWN_OF_A_MONTH: Final = 10
"""So many days of each month stand on the page; all of them on the page of the month."""

ROWS_ON_A_PAGE: Final = 100
REMINDERS_ON_A_PAGE: Final = 25
_Day: TypeAlias = DateAhead | Watched


@require_safe
@needs("audit.view_standing")
def show_calendar(request: HttpRequest) -> HttpResponse:
    """The days ahead by month, with the systems concerned; of one month alone with its name in ``month``."""
    today = timezone.localdate()
    outlook, watched = read_outlook(as_of=today), list_watched(read_dated())
    months = gather_months(outlook.dates, [each for each in watched if each.on >= today])
    chosen = _read_month(request.GET.get("month", ""))
    page = Paginator(sorted(months.get(chosen, ()), key=_order), ROWS_ON_A_PAGE) if chosen else None
    found = Paginator(find_open_reminders(as_of=today, watched=watched), REMINDERS_ON_A_PAGE)
    reminders = found.get_page(request.GET.get("reminders"))
    context = {
        "reminder_page": reminders,
        "reminders": read_reminders([*reminders.object_list]),
        "may_see": may(request.user, SEE_REMINDER),
        "moments": to_moments((entry.on, _kind_of(entry)) for entries in months.values() for entry in entries),
        "as_of": today,
        "is_partial": outlook.is_partial,
        "chosen": chosen,
        **(_show_month(chosen, page.get_page(request.GET.get("page"))) if chosen and page else _show_first(months)),
    }
    return render(request, "pages/calendar.html", context)


def gather_months(outlook: Iterable[DateAhead], watched: Iterable[Watched]) -> dict[date, list[_Day]]:
    """The days of the outcomes, and the watched days of the whole register in the place of those outcomes hold.

    The register knows each contract, price guarantee and source; an outcome knows one day of a kind. By month.
    """
    kinds = set(WatchedKind.values)
    months: dict[date, list[_Day]] = defaultdict(list)
    for entry in outlook:
        if entry.kind not in kinds:
            months[entry.on.replace(day=1)].append(entry)
    for each in watched:
        months[each.on.replace(day=1)].append(each)
    return dict(months)


def _read_month(given: str) -> date | None:
    """The first day of the month that is named, as ``2027-01``; none where none is."""
    try:
        return parse_day(f"{given}-01") if given else None
    except DayError:
        return None


def _show_first(months: dict[date, list[_Day]]) -> dict[str, object]:
    """Of each month the first days, and how many more there are."""
    told = []
    for month, entries in sorted(months.items()):
        shown = tell_days(nsmallest(SHOWN_OF_A_MONTH, entries, key=_order))
        told.append({"first": month, "entries": shown, "more": len(entries) - len(shown)})
    return {"months": told}


def _show_month(month: date, page: Page[Any]) -> dict[str, object]:
    """One page of a month."""
    shown = tell_days(page.object_list)
    told = [{"first": month, "entries": shown, "more": 0}] if shown else []
    return {"months": told, "page": page, "query": f"month={month:%Y-%m}"}


def tell_days(entries: Iterable[_Day]) -> Sequence[DateAhead]:
    """The days as the page tells them, in their order."""
    return [entry if isinstance(entry, DateAhead) else _tell(entry) for entry in entries]


def _tell(entry: Watched) -> DateAhead:
    system = SystemLink(entry.system_id, entry.name)
    return DateAhead(entry.on, str(entry.what.label), entry.what.value, say_watched(entry), (system,))


def _kind_of(entry: _Day) -> str:
    return entry.kind if isinstance(entry, DateAhead) else entry.what.value


def _order(entry: _Day) -> tuple[date, str, str, str]:
    """By day and kind, then by what begins, or by the system's number."""
    if isinstance(entry, DateAhead):
        return (entry.on, entry.kind, entry.what, "")
    return (entry.on, entry.what.value, entry.reference, entry.subject)


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
