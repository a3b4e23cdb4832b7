"""Comparing what a system runs on with what it could run on: the page on which a decision memo is asked for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.engine.facts import JsonValue
from audit.models import ReportKind, ReportStatus
from audit.reports.request import ReportRequestError
from audit.services.reporting import request_report
from audit.views.access import REQUEST_REPORT, needs
from audit.views.compare_forms import ChoiceForm, build_forms
from governance.models import AISystem


@never_cache
@needs(REQUEST_REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def compare_choices(request: HttpRequest, system_id: int) -> HttpResponse:
    """The form of a memo; one that was sent in order asks for the report and leads to it on the system's page."""
    system = get_object_or_404(AISystem, pk=system_id)
    forms = build_forms(request.POST if request.method == "POST" else None)
    problems: list[str] = []
    if request.method == "POST" and not sum(not form.is_valid() for form in forms):  # each says what is wrong with it
        problem = _ask(request, system, forms)
        if problem is None:
            return redirect(reverse("system", args=[system.pk]) + "#reports")
        problems.append(problem)
    status = 400 if request.method == "POST" else 200
    context = {"system": system, "forms": forms, "problems": problems}
    return render(request, "pages/compare.html", context, status=status)


def _ask(request: HttpRequest, system: AISystem, forms: list[ChoiceForm]) -> str | None:
    """Ask for the memo; what is wrong with it, if something is."""
    choices: list[JsonValue] = [choice for form in forms if (choice := form.to_choice()) is not None]
    if not choices:
        return "Choose at least one component to compare with."
    is_draft = request.POST.get("status") == ReportStatus.DRAFT
    try:
        request_report(
            kind=ReportKind.DECISION_MEMO,
            system_id=system.pk,
            parameters={"choices": choices},
            status=ReportStatus.DRAFT if is_draft else ReportStatus.FINAL,
            requested_by=request.user.get_username(),
            language=request.POST.get("language"),
        )
    except ReportRequestError as reason:
        return str(reason)
    return None
