"""Importing components from a CycloneDX bill of materials: upload, dry run, then all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from governance.admin.base import RecordedAdmin
from governance.admin.kept_uploads import KeptUpload, forget_upload, keep_upload, read_upload, write_problems
from governance.imports.bom.checking import TAKEN, check_bill
from governance.imports.bom.problems import UnreadableBillError
from governance.imports.bom.reading import MOST_BYTES, Bill, read_bill
from governance.imports.bom.register import read_register
from governance.imports.bom.runs import BillRun
from governance.imports.bom.saving import import_bill

_SESSION_KEY: Final = "import_of_a_bill"
_SHOWN: Final = 200
_NEEDED: Final = ("governance.add_component", "governance.add_componentartefact", "governance.add_vendor")


class BillForm(forms.Form):
    """One bill of materials."""

    file = forms.FileField(
        label="Bill of materials", help_text=f"CycloneDX 1.5, 1.6 or 1.7 in JSON, up to {MOST_BYTES // 1_000_000} MB."
    )


class KindsForm(forms.Form):
    """What of a bill is taken over."""

    kinds = forms.MultipleChoiceField(
        label="What is taken over",
        choices=[(kind.value, kind.label) for kind in TAKEN],
        initial=[kind.value for kind in TAKEN],
        widget=forms.CheckboxSelectMultiple,
        help_text="A bill of software may list hundreds of libraries; leave out what you do not want to look after.",
    )


@dataclass(frozen=True, slots=True)
class _Trial:
    """An uploaded bill as far as it is understood."""

    upload: KeptUpload
    bill: Bill
    form: KindsForm
    run: BillRun


class BillImportingAdmin(RecordedAdmin):
    """A screen of components that can also be filled from a bill of materials."""

    change_list_template = "admin/governance/component/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Put the import's addresses before those of single components."""
        views = (
            ("bill/", self.bill_view, "bill"),
            ("bill/check/", self.bill_check_view, "bill_check"),
            ("bill/problems.csv", self.bill_problems_view, "bill_problems"),
        )
        own = [
            path(address, self.admin_site.admin_view(view), name=f"governance_component_{name}")
            for address, view, name in views
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Offer the import to those who may carry it out."""
        return super().changelist_view(request, {"may_import": _may_import(request), **(extra_context or {})})

    def bill_view(self, request: HttpRequest) -> HttpResponse:
        """Take a file, keep it for a day, and lead to its dry run."""
        _require_permission(request)
        form = BillForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                content = upload.read(MOST_BYTES + 1)
                read_bill(content)
            except UnreadableBillError as problem:
                form.add_error("file", str(problem))
            else:
                keep_upload(request, _SESSION_KEY, upload.name, content)
                return HttpResponseRedirect(reverse("admin:governance_component_bill_check"))
        return self._show_bill(request, "bill.html", "Import a bill of materials", {"form": form})

    def bill_check_view(self, request: HttpRequest) -> HttpResponse:
        """Show what an import would do; when confirmed, do it."""
        _require_permission(request)
        trial = _read_trial(request)
        if trial is None:
            messages.warning(request, "The uploaded file is not kept any longer. Upload it again.")
            return HttpResponseRedirect(reverse("admin:governance_component_bill"))
        run = trial.run
        if request.method == "POST" and run.can_be_imported:
            return self._import_bill(request, trial)
        context = {
            "trial": trial,
            "run": run,
            "planned": run.planned[:_SHOWN],
            "known": run.known[:_SHOWN],
            "remarks": run.remarks[:_SHOWN],
            "problems": run.problems[:_SHOWN],
            "most": _SHOWN,
            "query": request.GET.urlencode(),
        }
        return self._show_bill(request, "bill_check.html", f"Import {trial.upload.name}", context)

    def bill_problems_view(self, request: HttpRequest) -> HttpResponse:
        """Every problem of the dry run as a CSV file, to pass on to whoever made the bill."""
        _require_permission(request)
        trial = _read_trial(request)
        problems = trial.run.problems if trial else ()
        rows = ((found.place, found.value, found.what, found.right) for found in problems)
        return write_problems(("Where", "Value", "Problem", "What would be right"), rows)

    def _import_bill(self, request: HttpRequest, trial: _Trial) -> HttpResponse:
        upload = trial.upload
        try:
            components = import_bill(
                run=trial.run, file_name=upload.name, content=upload.content, actor=request.user.get_username()
            )
        except IntegrityError:
            messages.error(
                request, "Nothing was imported: the register has changed meanwhile. Look at the check again."
            )
            return HttpResponseRedirect(request.get_full_path())
        forget_upload(request, _SESSION_KEY)
        count = "1 component was" if len(components) == 1 else f"{len(components)} components were"
        messages.success(request, f"{count} imported from {upload.name}.")
        return HttpResponseRedirect(reverse("admin:governance_component_changelist"))

    def _show_bill(self, request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return render(request, f"admin/governance/component/{template}", {**shared, **context})


def _may_import(request: HttpRequest) -> bool:
    return request.user.has_perms(_NEEDED)


def _require_permission(request: HttpRequest) -> None:
    if not _may_import(request):
        raise PermissionDenied


def _read_trial(request: HttpRequest) -> _Trial | None:
    """Read the kept file again, with what is to be taken over as the address says; None if it is gone."""
    upload = read_upload(request, _SESSION_KEY)
    if upload is None:
        return None
    bill = read_bill(upload.content)
    form = KindsForm(request.GET if "kinds" in request.GET else None)
    kinds = form.cleaned_data["kinds"] if form.is_bound and form.is_valid() else [kind.value for kind in TAKEN]
    return _Trial(upload, bill, form, check_bill(bill, read_register(), kinds))
