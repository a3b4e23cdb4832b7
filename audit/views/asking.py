"""Asking for a report of any kind from the pages: the form above the list, and the button that sends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from audit.models import ReportKind, ReportStatus, WorkState
from audit.reports.kinds import REPORT_TYPES
from audit.reports.request import ReportRequestError
from audit.selectors import list_vendors_in_use
from audit.services.assessing import AssessmentFailedError, SystemBusyError
from audit.services.reporting import request_report
from audit.views.access import REQUEST_REPORT, needs
from governance.models import AISystem

_ASKED_HERE = (ReportKind.PORTFOLIO, ReportKind.VENDOR, ReportKind.SYSTEM_AUDIT, ReportKind.CHANGE)
"""A memo needs its choices; it is asked for where they are compared, through the API or the command line."""


KEPT: Final = ("kind", "vendor", "system", "first", "last")
"""What a form that was refused still shows."""


class ReportForm(forms.Form):
    """What a report can be asked for with; each kind takes what it needs of it."""

    kind = forms.ChoiceField(label="Report")
    vendor = forms.TypedChoiceField(label="Vendor", required=False, coerce=int, empty_value=None)
    system = forms.CharField(label="System’s number", required=False, max_length=50)
    first = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    status = forms.ChoiceField(required=False, choices=[(value, value) for value in ReportStatus.values])
    language = forms.CharField(required=False, max_length=10)

    def __init__(
        self, data: Any = None, *, vendors: Sequence[tuple[int, str]], initial: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(data, auto_id="ask_%s", label_suffix="", initial=dict(initial or {}))
        kinds = [(kind.value, str(kind.label)) for kind in _ASKED_HERE if kind in REPORT_TYPES]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined] # it is a choice field
        self.fields["vendor"].choices = [("", "–"), *vendors]  # type: ignore[attr-defined] # as above

    def clean_system(self) -> AISystem | None:
        """Find the system by the number people use."""
        reference = str(self.cleaned_data.get("system") or "").strip()
        if not reference:
            return None
        system = AISystem.objects.filter(reference__iexact=reference).first()
        if system is None:
            raise forms.ValidationError(f"No system has the number “{reference}”.")
        return system

    def to_request(self) -> dict[str, Any]:
        """What ``request_report`` takes; only what the kind asks for."""
        given = self.cleaned_data
        kind = given["kind"]
        asked: dict[str, Any] = {
            "kind": kind,
            "status": given.get("status") or ReportStatus.FINAL,
            "language": given.get("language") or None,
        }
        if kind == ReportKind.VENDOR:
            asked["organisation_id"] = given.get("vendor")
        if kind in (ReportKind.SYSTEM_AUDIT, ReportKind.CHANGE) and given.get("system"):
            asked["system_id"] = given["system"].pk
        if kind == ReportKind.CHANGE:
            last = given.get("last") or timezone.localdate()
            asked["as_of"] = last
            asked["parameters"] = {
                "from": given["first"].isoformat() if given.get("first") else None,
                "to": last.isoformat(),
            }
        return asked


@require_POST
@needs(REQUEST_REPORT)
def ask_report(request: HttpRequest) -> HttpResponse:
    """Ask for a report; what is wrong with the request is told above the list."""
    form = ReportForm(request.POST, vendors=list_vendors_in_use())
    if not form.is_valid():
        for name, problems in form.errors.items():
            label = form.fields[name].label or name
            messages.error(request, f"{label}: {' '.join(str(problem) for problem in problems)}")
        return _give_back(form)
    try:
        report = request_report(**form.to_request(), requested_by=request.user.get_username())
    except (ReportRequestError, SystemBusyError, AssessmentFailedError) as reason:
        messages.error(request, str(reason))
        return _give_back(form)
    if report.state == WorkState.DONE:
        messages.info(request, f"Nothing has changed since {report.number}, version {report.version}: it stands below.")
    else:
        messages.success(request, f"{report.number}, version {report.version}, is being made.")
    return redirect("reports")


def _give_back(form: ReportForm) -> HttpResponse:
    """Back to the list, with what was typed still in the form."""
    typed = {name: form.data[name] for name in KEPT if form.data.get(name)}
    return redirect(f"{reverse('reports')}?{urlencode(typed)}" if typed else "reports")
