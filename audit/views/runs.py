"""Reassessments: how far each is, what moved with it, and the buttons that start, pause, resume and cancel one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audit.models import UNFINISHED, Hold, ReassessmentRun
from audit.selectors.runs import count_movements, list_deliveries, list_movements, list_runs, read_progress
from audit.services.reassessing import cancel_run, pause_run, resume_run, start_run
from audit.views.access import HOLD_RUN, REQUEST_ASSESSMENT, VIEW_DELIVERY, may, needs

ROWS_ON_A_PAGE: Final = 25
_ACTS: Final[Mapping[str, tuple[Callable[..., bool], str, str]]] = {
    "pause": (pause_run, "The reassessment rests once what is being worked on is done.", "It cannot be paused now."),
    "resume": (resume_run, "The reassessment goes on.", "It is not paused."),
    "cancel": (cancel_run, "The reassessment is cancelled; what was left stays due.", "It cannot be cancelled now."),
}


@require_safe
@never_cache
@needs("audit.view_reassessmentrun")
def show_runs(request: HttpRequest) -> HttpResponse:
    """All runs, the newest first."""
    page = Paginator(list_runs(), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    context = {
        "page": page,
        "rows": rows,
        "is_working": any(run.state in UNFINISHED for run in rows),
        "may_start": may(request.user, REQUEST_ASSESSMENT),
    }
    return render(request, "pages/runs.html", context)


@require_safe
@never_cache
@needs("audit.view_reassessmentrun")
def show_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: how far it is, what moved, what failed, and who was told."""
    run = get_object_or_404(ReassessmentRun.objects.defer("due_ids"), pk=run_id)
    page = Paginator(list_movements(run), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "run": run,
        "progress": read_progress(run),
        "page": page,
        "movements": list(page.object_list),
        "counts": count_movements(run),
        "unchanged": max(run.systems_total - run.systems_due, 0),
        "deliveries": list(list_deliveries(run)[:200]) if may(request.user, VIEW_DELIVERY) else [],
        "may_hold": may(request.user, HOLD_RUN) and run.state in UNFINISHED and run.hold != Hold.CANCELLED,
    }
    return render(request, "pages/run.html", context)


@require_safe
@never_cache
@needs("audit.view_reassessmentrun")
def show_run_progress(_request: HttpRequest, run_id: int) -> JsonResponse:
    """How far a run is, for the script that watches it: a hundred bytes from one row."""
    run = ReassessmentRun.objects.defer("due_ids", "failures").filter(pk=run_id).first()
    if run is None:
        raise Http404
    progress = read_progress(run)
    return JsonResponse(
        {"done": progress.done, "due": progress.due, "left": progress.left, "mark": progress.mark}
        | ({} if progress.is_working else {"ended": True})
    )


@require_POST
@needs(REQUEST_ASSESSMENT)
def start_reassessment(request: HttpRequest) -> HttpResponse:
    """Start a run over what is due today; one that is under way is shown instead."""
    run = start_run(as_of=timezone.localdate(), requested_by=request.user.get_username())
    return redirect("run", run_id=run.pk)


@require_POST
@needs(HOLD_RUN)
def hold_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Pause, resume or cancel a run."""
    is_done, text = hold(run_id=run_id, act=request.POST.get("act", ""), by=request.user.get_username())
    messages.add_message(request, messages.SUCCESS if is_done else messages.ERROR, text)
    return redirect("run", run_id=run_id)


def hold(*, run_id: int, act: str, by: str) -> tuple[bool, str]:
    """Do what a button says and give whether it was done, in words; raises ``Http404`` for no such run or button."""
    if act not in _ACTS or not ReassessmentRun.objects.filter(pk=run_id).exists():
        raise Http404
    do, done, not_done = _ACTS[act]
    is_done = do(run_id=run_id, by=by)
    return is_done, done if is_done else not_done
