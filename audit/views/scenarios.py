"""As of then: the whole portfolio on another day, what is unmet on it, and what differs from now."""

from __future__ import annotations

from typing import Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.models import UNFINISHED, Scenario
from audit.selectors.scenarios import SHOWN, list_outcomes, list_scenarios
from audit.services.scenarios.computing import ScenarioDayError, count_totals, request_scenario
from audit.views.access import REQUEST_SCENARIO, may, needs

ROWS_ON_A_PAGE: Final = 25
_CHOICES: Final = [
    ("unmet", "with duties not met or not determined"),
    ("begun", "with duties that begin"),
    ("class", "whose class changes"),
    ("failed", "that could not be judged"),
    ("all", "all"),
]


class DayForm(forms.Form):
    """The day that the portfolio is judged as of."""

    as_of = forms.DateField(label="As of", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("audit.view_scenario")
def show_scenarios(request: HttpRequest) -> HttpResponse:
    """All scenarios, and the form for another one."""
    may_request = may(request.user, REQUEST_SCENARIO)
    form = DayForm(request.POST or None)
    if request.method == "POST":
        if not may_request:
            return render(request, "403.html", status=403)
        if form.is_valid():
            try:
                made = request_scenario(
                    as_of=form.cleaned_data["as_of"],
                    today=timezone.localdate(),
                    requested_by=request.user.get_username(),
                )
                return redirect("scenario", scenario_id=made.pk)
            except ScenarioDayError as error:
                form.add_error("as_of", str(error))
    page = Paginator(list_scenarios(), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    context = {"page": page, "rows": rows, "form": form, "may_request": may_request}
    return render(request, "pages/scenarios.html", context)


@require_safe
@never_cache
@needs("audit.view_scenario")
def show_scenario(request: HttpRequest, scenario_id: int) -> HttpResponse:
    """One scenario: its duties, and its systems."""
    scenario = get_object_or_404(Scenario, pk=scenario_id)
    shown = request.GET.get("show", "unmet")
    if shown not in SHOWN:
        shown = "unmet"
        messages.info(request, "There is no such filter; the systems with duties not met are shown.")
    page = Paginator(list_outcomes(scenario.pk, shown), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "scenario": scenario,
        "is_working": scenario.state in UNFINISHED,
        "lies_ahead": scenario.as_of > scenario.compared_on,
        "totals": count_totals(scenario),
        "duties": [duty for duty in scenario.duties if duty["unmet"] or duty["unknown"]],
        "entities": [entity for entity in scenario.entities if entity["duties"] or entity["error"]],
        "page": page,
        "rows": list(page.object_list),
        "shown": shown,
        "choices": _CHOICES,
        "query": f"show={shown}",
    }
    return render(request, "pages/scenario.html", context)
