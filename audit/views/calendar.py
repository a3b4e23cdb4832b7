"""The calendar: all days ahead on which a duty begins, notice must be given or a contract ends."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, TypeAlias

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit.engine.dates import DayError, parse_day
from audit.models import Reminder, WatchedKind
from audit.portfolio.days import DayFilters, WatchedDays, find_days
from audit.portfolio.watch import Watched
from audit.selectors import read_outlook
from audit.selectors.outlook import DateAhead, SystemLink
from audit.services.reminding import OpenReminders, mark_seen
from audit.views.access import SEE_REMINDER, may, needs
from audit.views.paging import CountedPaginator, turn_to
from audit.views.portfolio import to_moments

SHOWN_OF_A_MONTH: Final = 10
"""So many days of each month stand on the page; all of them on the page of the month."""

ROWS_ON_A_PAGE: Final = 100
REMINDERS_ON_A_PAGE: Final = 25
MOST_REMINDERS: Final = 500
"""Up to so many are counted: of each it is looked whether its day still stands."""

_Day: TypeAlias = DateAhead | Watched


@require_safe
@needs("audit.view_standing")
def show_calendar(request: HttpRequest) -> HttpResponse:
    """The days ahead by month, with the systems concerned; of one month alone with its name in ``month``."""
    today = timezone.localdate()
    outlook = read_outlook(as_of=today)
    ahead = gather_days(outlook.dates, as_of=today)
    chosen = _read_month(request.GET.get("month", ""))
    reminders = turn_to(
        OpenReminders(today), request.GET.get("reminders"), per_page=REMINDERS_ON_A_PAGE, most=MOST_REMINDERS
    )
    context = {
        "reminder_page": reminders,
        "reminders": reminders.object_list,
        "may_see": may(request.user, SEE_REMINDER),
        "moments": to_moments(ahead.counts),
        "as_of": today,
        "is_partial": outlook.is_partial,
        "chosen": chosen,
        **(_show_month(ahead, chosen, request.GET.get("page")) if chosen else _show_first(ahead)),
    }
    return render(request, "pages/calendar.html", context)


@dataclass(frozen=True)
class DaysAhead:
    """The days of the outcomes, and the watched days of the whole register in the place of those outcomes hold.

    The register knows each contract, price guarantee and source; an outcome knows one day of a kind. They are
    counted; of some days they are read.
    """

    watched: WatchedDays
    told: Mapping[date, Sequence[DateAhead]]

    @cached_property
    def counts(self) -> Counter[tuple[date, str]]:
        """How many of each kind fall on each day."""
        counted = Counter({(on, what.value): times for (on, what), times in self.watched.counts.items()})
        counted.update((entry.on, entry.kind) for entries in self.told.values() for entry in entries)
        return counted

    @cached_property
    def months(self) -> Mapping[date, Mapping[date, int]]:
        """How many fall on each day, by the first day of the month."""
        found: dict[date, Counter[date]] = defaultdict(Counter)
        for (on, _kind), times in self.counts.items():
            found[on.replace(day=1)][on] += times
        return dict(sorted(found.items()))

    def read(self, days: Collection[date]) -> list[DateAhead | Watched]:
        """All that falls on these days, by day and kind."""
        told = [entry for on in days for entry in self.told.get(on, ())]
        return sorted([*told, *self.watched.read(days)], key=_order)


def gather_days(outlook: Iterable[DateAhead], *, as_of: date) -> DaysAhead:
    """Those of the outcomes, and the watched days from this day on."""
    kinds = set(WatchedKind.values)
    told: dict[date, list[DateAhead]] = defaultdict(list)
    for entry in outlook:
        if entry.kind not in kinds:
            told[entry.on].append(entry)
    return DaysAhead(WatchedDays(DayFilters(as_of)), told)


@dataclass(frozen=True, slots=True)
class _MonthAhead:
    """The days of one month, as many as a page shows."""

    ahead: DaysAhead
    totals: Mapping[date, int]

    def __len__(self) -> int:
        return sum(self.totals.values())

    def __getitem__(self, part: slice) -> list[_Day]:
        days, first = find_days(self.totals, part.start, part.stop)
        return self.ahead.read(days)[part.start - first : part.stop - first]


def _read_month(given: str) -> date | None:
    """The first day of the month that is named, as ``2027-01``; none where none is."""
    try:
        return parse_day(f"{given}-01") if given else None
    except DayError:
        return None


def _show_first(ahead: DaysAhead) -> dict[str, object]:
    """Of each month the first days, and how many more there are."""
    found: dict[date, list[_Day]] = defaultdict(list)
    days = [on for totals in ahead.months.values() for on in find_days(totals, 0, SHOWN_OF_A_MONTH)[0]]
    for entry in ahead.read(days):
        found[entry.on.replace(day=1)].append(entry)
    told = []
    for month, totals in ahead.months.items():
        shown = tell_days(found[month][:SHOWN_OF_A_MONTH])
        told.append({"first": month, "entries": shown, "more": sum(totals.values()) - len(shown)})
    return {"months": told}


def _show_month(ahead: DaysAhead, month: date, number: str | None) -> dict[str, object]:
    """One page of a month."""
    rows = _MonthAhead(ahead, ahead.months.get(month, {}))
    page = CountedPaginator(rows, ROWS_ON_A_PAGE, counted=len(rows)).get_page(number)
    shown = tell_days(page.object_list)
    told = [{"first": month, "entries": shown, "more": 0}] if shown else []
    return {"months": told, "page": page, "query": f"month={month:%Y-%m}"}


def tell_days(entries: Iterable[_Day]) -> Sequence[DateAhead]:
    """The days as the page tells them, in their order."""
    return [entry if isinstance(entry, DateAhead) else _tell(entry) for entry in entries]


def _tell(entry: Watched) -> DateAhead:
    system = SystemLink(entry.system_id, entry.name)
    return DateAhead(entry.on, str(entry.what.label), entry.what.value, say_watched(entry), (system,))


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
