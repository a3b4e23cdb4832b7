"""The portfolio: the figures at its head, the systems as interval plots with filters, the days and answers ahead."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.portfolio.figures import recall_figures
from audit.portfolio.sensitivity import read_robustness
from audit.reports.figures import Moment
from audit.reports.wording import count
from audit.selectors import StandingFilters, list_standings, list_vendors_in_use, read_headline, read_outlook
from audit.selectors.standings import UNDECIDED
from audit.views import words
from audit.views.access import ADD_SYSTEM, REQUEST_REPORT, may, needs
from audit.views.paging import CountedPaginator
from governance.choices import LifecycleStage
from governance.models import LegalEntity

ROWS_ON_A_PAGE = 50
MOST_JUDGED = 1_000
"""With more systems the order is tested on its own page alone, so that this one stays quick."""
_KINDS = {
    "duty": ("duty begins", "duties begin"),
    "notice_by": ("last day for notice", "last days for notice"),
    "contract_end": ("contract ends", "contracts end"),
    "retirement": ("version is retired", "versions are retired"),
    "margin_short_at_worst": ("exit gets tight", "exits get tight"),
    "margin_short_at_best": ("exit is too late", "exits are too late"),
    "price_guarantee_ends": ("price guarantee ends", "price guarantees end"),
    "exit_test_ages": ("exit test is a year old", "exit tests are a year old"),
}
_BANDS = [(band, word.text) for band, word in words.BANDS.items()]


class PortfolioForm(forms.Form):
    """The filters above the table, as parameters of the address; what does not fit is left out."""

    q = forms.CharField(label="Name or number", required=False, max_length=100)
    aia_class = forms.ChoiceField(
        label="EU AI Act",
        required=False,
        choices=[("", "any"), (UNDECIDED, "undecided"), *words.SHORT_CLASSES.items()],
    )
    lock_in = forms.ChoiceField(label="Lock-in", required=False, choices=[("", "any"), *_BANDS])
    transparency = forms.ChoiceField(label="Transparency risk", required=False, choices=[("", "any"), *_BANDS])
    openness = forms.ChoiceField(
        label="Openness",
        required=False,
        choices=[("", "any"), *((key, text) for key, text in words.OPENNESS.items() if key)],
    )
    stage = forms.ChoiceField(label="Stage", required=False, choices=[("", "any"), *LifecycleStage.choices])
    vendor = forms.TypedChoiceField(label="Vendor", required=False, coerce=int, empty_value=None)
    order = forms.ChoiceField(
        label="Order",
        required=False,
        choices=[
            ("", "number"),
            ("lock_in", "lock-in"),
            ("transparency", "transparency risk"),
            ("next_date", "next date"),
            ("completeness", "least answered"),
        ],
    )

    def __init__(self, data: Any, *, vendors: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["vendor"].choices = [("", "any"), *vendors]  # type: ignore[attr-defined] # it is a choice field

    def to_filters(self) -> StandingFilters:
        """The filters that were understood."""
        self.is_valid()
        given = self.cleaned_data
        return StandingFilters(
            aia_class=given.get("aia_class", ""),
            lock_in=given.get("lock_in", ""),
            transparency=given.get("transparency", ""),
            openness=given.get("openness", ""),
            stage=given.get("stage", ""),
            vendor=given.get("vendor"),
            words=given.get("q", ""),
            order=given.get("order") or "reference",
        )


@require_safe
@needs("audit.view_standing")
def show_portfolio(request: HttpRequest) -> HttpResponse:
    """The first page for risk teams."""
    today = timezone.localdate()
    form = PortfolioForm(request.GET, vendors=list_vendors_in_use())
    filters = form.to_filters()
    outlook = read_outlook(as_of=today)
    headline = read_headline(as_of=today)
    counted = None if filters.is_narrowing else headline.systems
    page = CountedPaginator(list_standings(filters), ROWS_ON_A_PAGE, counted=counted).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filters": filters,
        "page": page,
        "rows": page.object_list,
        "query": query_without_page(request),
        "headline": headline,
        "outlook": outlook,
        "moments": to_moments(Counter((entry.on, entry.kind) for entry in outlook.dates))[:5],
        "answers": outlook.answers[:6],
        "entities": list(LegalEntity.objects.order_by("name").values_list("name", flat=True)[:3]),
        "as_of": today,
        "largest": recall_figures(today).largest_group(),
        "order": read_robustness(today).lock_in if headline.assessed <= MOST_JUDGED else None,
        "may_add": may(request.user, ADD_SYSTEM),
        "may_report": may(request.user, REQUEST_REPORT),
    }
    return render(request, "pages/portfolio.html", context)


def to_moments(days: Mapping[tuple[date, str], int]) -> list[Moment]:
    """Days ahead, counted by kind, as points on the timeline: those of one month stand together, with their counts."""
    days_of: dict[date, tuple[date, date]] = {}
    counted: dict[date, Counter[str]] = defaultdict(Counter)
    for (on, kind), times in days.items():
        month = on.replace(day=1)
        first, last = days_of.get(month, (on, on))
        days_of[month] = min(on, first), max(on, last)
        counted[month][kind] += times
    return [
        Moment(days_of[month][0], _count_kinds(found), "coming", days_of[month][1])
        for month, found in sorted(counted.items())
    ]


def _count_kinds(found: Mapping[str, int]) -> str:
    """What a month brings, in words: ``2 duties begin, 1 last day for notice``."""
    return ", ".join(count(found[kind], one, many) for kind, (one, many) in _KINDS.items() if found.get(kind))


def query_without_page(request: HttpRequest) -> str:
    """The parameters of the address but for the page, for the links to other pages."""
    parameters = request.GET.copy()
    parameters.pop("page", None)
    return parameters.urlencode()
