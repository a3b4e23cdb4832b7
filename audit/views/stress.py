"""Stress scenarios: choose one, see what was filed, and the page of one result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from audit.models import StressRecord, WorkState
from audit.portfolio.stress import FiledStress, ScenarioError, read_filed_stress
from audit.portfolio.stress.filed import FiledCost, FiledFlow, FiledHit, FiledJudgement
from audit.portfolio.stress.sentences import name_scenario
from audit.selectors.scenario_choices import read_scenario_choices
from audit.services.stressing import request_stress
from audit.views.access import REQUEST_STRESS, may, needs
from audit.views.scenario_forms import FORMS, ScenarioForm
from governance.models import AISystem

ROWS_ON_A_PAGE: Final = 25
ROWS_SHOWN: Final = 200
"""Of each table of a run."""
_UNDER_WAY: Final = (WorkState.QUEUED, WorkState.RUNNING)


@never_cache
@needs("audit.view_stressrecord")
@require_http_methods(["GET", "HEAD", "POST"])
def show_stress(request: HttpRequest) -> HttpResponseBase:
    """The scenarios to choose from and the filed runs; a form that was sent asks for a run."""
    return _ask(request) if request.method == "POST" else _render_choice(request, None)


@needs(REQUEST_STRESS)
def _ask(request: HttpRequest) -> HttpResponse:
    kind = FORMS.get(request.POST.get("scenario", ""))
    if kind is None:
        raise Http404("There is no such scenario.")
    form = kind(request.POST, choices=read_scenario_choices())
    if form.is_valid():
        try:
            record = request_stress(
                name=form.name,
                parameters=form.to_words(),
                as_of=timezone.localdate(),
                requested_by=request.user.get_username(),
                note=form.cleaned_data["note"],
            )
        except ScenarioError as wrong:
            for problem in wrong.problems:
                form.add_error(None, problem)
        else:
            return redirect("stress_run", record_id=record.pk)
    return _render_choice(request, form, status=400)


def _render_choice(request: HttpRequest, chosen: ScenarioForm | None, *, status: int = 200) -> HttpResponse:
    choices = read_scenario_choices()
    forms = [
        chosen if chosen is not None and chosen.name == name else kind(choices=choices) for name, kind in FORMS.items()
    ]
    filed = Paginator(StressRecord.objects.defer("result").order_by("-id"), ROWS_ON_A_PAGE)
    page = filed.get_page(request.GET.get("page"))
    context = {
        "forms": forms,
        "chosen": chosen.name if chosen is not None else "",
        "page": page,
        "rows": [_describe_row(record, dict(choices.components)) for record in page.object_list],
        "query": "",
        "may_ask": may(request.user, REQUEST_STRESS),
        "has_systems": bool(choices.vendors or choices.components),
        "as_of": timezone.localdate(),
    }
    return render(request, "pages/stress.html", context, status=status)


def _describe_row(record: StressRecord, components: Mapping[str, str]) -> dict[str, Any]:
    return {"record": record, "title": _name(record, components), "is_working": record.state in _UNDER_WAY}


def _name(record: StressRecord, components: Mapping[str, str] | None = None) -> str:
    """The scenario in words, from its parameters as they were given; ``components`` gives names for keys."""
    given = dict(record.parameters)
    if "component" in given:
        given["component"] = (components or {}).get(given["component"], given["component"])
    return name_scenario(
        {
            **given,
            "scenario": record.scenario,
            "factor": given.get("times", ""),
            "countries": [code for code in str(given.get("country", "")).split(",") if code],
            "tools": [tool for tool in str(given.get("tool", "")).split(",") if tool],
        }
    )


@require_safe
@never_cache
@needs("audit.view_stressrecord")
def show_run(request: HttpRequest, record_id: int) -> HttpResponse:
    """One run: its result as it was filed, or how far it is."""
    record = StressRecord.objects.defer("result").filter(pk=record_id).first()
    if record is None:
        raise Http404
    context: dict[str, Any] = {
        "record": record,
        "title": _name(record),
        "is_working": record.state in _UNDER_WAY,
        "has_failed": record.state == WorkState.FAILED,
        "mark": _mark(record),
    }
    if record.state == WorkState.DONE:
        context |= _describe_result(read_filed_stress(record_id))
    return render(request, "pages/stress_run.html", context)


@require_GET
@never_cache
@needs("audit.view_stressrecord")
def show_run_progress(_request: HttpRequest, record_id: int) -> JsonResponse:
    """How far a run is, for the script that watches it."""
    record = StressRecord.objects.defer("result").filter(pk=record_id).first()
    if record is None:
        raise Http404
    return JsonResponse({"mark": _mark(record), "is_working": record.state in _UNDER_WAY})


def _mark(record: StressRecord) -> str:
    return f"{record.state}-{record.attempts if record.state == WorkState.FAILED else ''}"


def _describe_result(filed: FiledStress) -> dict[str, Any]:
    moved = [one for one in filed.judgements if one.lock_in[0] != one.lock_in[1] or one.duties_gained]
    tables: Mapping[str, Sequence[FiledHit | FiledJudgement | FiledFlow | FiledCost]]
    tables = {"hits": filed.hits, "moved": moved, "flows": filed.flows, "costs": filed.costs}
    shown = {table: rows[:ROWS_SHOWN] for table, rows in tables.items()}
    references = {row.system for rows in shown.values() for row in rows}
    ids = dict(AISystem.objects.filter(reference__in=references).values_list("reference", "pk"))
    names = {hit.system: hit.name for hit in filed.hits}  # who is in another table is hit
    gaps = [hit.short.high for hit in filed.hits if hit.short is not None and hit.short.high > 0]
    return {
        "filed": filed,
        "title": filed.title,
        **{
            table: [(row, names.get(row.system, row.system), ids.get(row.system)) for row in rows]
            for table, rows in shown.items()
        },
        "more": {table: len(rows) - len(shown[table]) for table, rows in tables.items()},
        "stops": filed.scenario != "price_times",
        "longest_gap": max(gaps, default=None),
        "unknown_gaps": sum(hit.short is None for hit in filed.hits) if filed.scenario != "price_times" else 0,
        "stranded": _count_stranded(filed.hits),
    }


def _count_stranded(hits: tuple[FiledHit, ...]) -> int:
    return sum(bool(hit.stranded) for hit in hits)
