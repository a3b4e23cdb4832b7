"""Findings over all systems, and management's response to one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit.models import Finding, FindingArea, Rating
from audit.selectors import FindingFilters, list_findings
from audit.services.responding import find_problems_in_form, respond_to_finding
from audit.views.access import RESPOND, may, needs
from audit.views.paging import turn_to
from audit.views.portfolio import query_without_page

ROWS_ON_A_PAGE = 50
_STATES = [
    ("open", "open"),
    ("unanswered", "without a response"),
    ("answered", "with a response"),
    ("overdue", "past their due day"),
    ("closed", "closed"),
]


class FindingsForm(forms.Form):
    """The filters above the list, as parameters of the address."""

    q = forms.CharField(label="Words", required=False, max_length=100)
    state = forms.ChoiceField(label="State", required=False, choices=_STATES)
    rating = forms.ChoiceField(
        label="Rating", required=False, choices=[("", "any"), *((key, text.lower()) for key, text in Rating.choices)]
    )
    area = forms.ChoiceField(label="About", required=False, choices=[("", "anything"), *FindingArea.choices])


class ResponseForm(forms.ModelForm):  # type: ignore[type-arg] # takes its type only in the stubs
    """What management says: agree or not, what will be done, by whom and until when."""

    class Meta:
        model = Finding
        fields = ("response", "response_text", "owner", "due_on")
        labels = {"response": "Response", "response_text": "What will be done, or why not", "due_on": "Until"}
        widgets = {
            "due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "response_text": forms.Textarea({"rows": 5}),
        }

    def clean(self) -> dict[str, Any]:
        """An agreed finding names who acts and until when; a disputed one says why."""
        given: dict[str, Any] = super().clean() or {}
        if not self.has_changed():
            self.add_error("response", "Nothing is changed yet; choose what management says.")
        problems = find_problems_in_form(given, self.instance)
        if given.get("due_on") and "due_on" not in self.changed_data:
            problems.pop("due_on", None)  # it was given before the finding was made once more
        for name, message in problems.items():
            self.add_error(name, message)
        return given


@require_safe
@needs("audit.view_finding")
def show_findings(request: HttpRequest) -> HttpResponse:
    """The findings of all systems, the gravest first."""
    form = FindingsForm(request.GET or None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    filters = FindingFilters(
        state=given.get("state") or "open",
        rating=given.get("rating", ""),
        area=given.get("area", ""),
        words=given.get("q", ""),
    )
    rows = list_findings(filters, as_of=timezone.localdate())
    page = turn_to(rows, request.GET.get("page"), per_page=ROWS_ON_A_PAGE)
    context = {
        "form": form,
        "filters": filters,
        "page": page,
        "rows": page.object_list,
        "query": query_without_page(request),
        "is_narrowed": bool(given.get("rating") or given.get("area") or given.get("q")) or filters.state != "open",
        "may_respond": may(request.user, RESPOND),
    }
    return render(request, "pages/findings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RESPOND)
def respond(request: HttpRequest, finding_id: int) -> HttpResponse:
    """The form for management's response to one finding."""
    finding = get_object_or_404(Finding.objects.select_related("system"), pk=finding_id, closed_on=None)
    form = ResponseForm(request.POST or None, instance=finding)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        respond_to_finding(
            finding_id=finding_id,
            response=given["response"],
            text=given["response_text"],
            owner=given["owner"],
            due_on=given["due_on"],
            responded_by=request.user.get_username(),
            responded_on=timezone.localdate(),
        )
        done = "The response is recorded." if given["response"] else "Recorded; no response is given yet."
        messages.success(request, done)
        return redirect(reverse("system", args=[finding.system_id]) + f"#finding-{finding_id}")
    return render(request, "pages/finding.html", {"form": form, "finding": finding})
