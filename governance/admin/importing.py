"""Importing systems from a table: upload, dry run with every row's errors, then all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from governance.admin.base import RecordedAdmin
from governance.admin.kept_uploads import forget_upload, keep_upload, read_upload, write_problems
from governance.imports.checking import DryRun, check_table
from governance.imports.columns import COLUMNS, HeaderMatch, match_headers
from governance.imports.problems import shorten
from governance.imports.reading import read_table
from governance.imports.register import read_known
from governance.imports.saving import import_systems
from governance.imports.tables import MOST_BYTES, Cell, Formula, Table, UnreadableTableError
from governance.imports.templates import write_csv_template, write_workbook_template
from governance.imports.values import SlashedDays

_SESSION_KEY: Final = "import_of_systems"
_SHOWN: Final = 1_000
_SAMPLE: Final = 5
_TEMPLATES: Final = {
    "csv": (write_csv_template, "text/csv; charset=utf-8"),
    "xlsx": (write_workbook_template, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class UploadForm(forms.Form):
    """One file of systems."""

    file = forms.FileField(label="Table", help_text="A CSV file or an Excel workbook (.xlsx), up to 5 MB.")


class ReadingForm(forms.Form):
    """Which column of the file holds what, and what its days mean."""

    slashed = forms.ChoiceField(
        label="Days such as 01/02/2026", choices=SlashedDays.choices, required=False, initial=SlashedDays.UNCLEAR
    )

    def __init__(self, table: Table, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", "Not in this file"), *((str(place), name) for place, name in enumerate(table.headers) if name)]
        for column in COLUMNS:
            self.fields[column.field] = forms.ChoiceField(
                label=column.header, choices=choices, required=False, help_text=column.help
            )


@dataclass(frozen=True, slots=True)
class _Trial:
    """An uploaded file as far as it is understood."""

    name: str
    content: bytes
    table: Table
    match: HeaderMatch
    form: ReadingForm
    dry_run: DryRun


class ImportingAdmin(RecordedAdmin):
    """A screen of systems that can also be filled from a table."""

    change_list_template = "admin/governance/aisystem/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Put the import's addresses before those of single systems."""
        views = (
            ("import/", self.upload_view, "import"),
            ("import/check/", self.check_view, "import_check"),
            ("import/problems.csv", self.problems_view, "import_problems"),
            ("import/template.csv", partial(self.template_view, kind="csv"), "import_template_csv"),
            ("import/template.xlsx", partial(self.template_view, kind="xlsx"), "import_template_xlsx"),
        )
        own = [
            path(address, self.admin_site.admin_view(view), name=f"governance_aisystem_{name}")
            for address, view, name in views
        ]
        return [*own, *super().get_urls()]

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Take a file, keep it for a day, and lead to its dry run."""
        self._require_permission(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                content = upload.read(MOST_BYTES + 1)
                read_table(content)
            except UnreadableTableError as problem:
                form.add_error("file", str(problem))
            else:
                keep_upload(request, _SESSION_KEY, upload.name, content)
                return HttpResponseRedirect(reverse("admin:governance_aisystem_import_check"))
        return self._show(request, "import.html", "Import systems", {"form": form, "columns": COLUMNS})

    def check_view(self, request: HttpRequest) -> HttpResponse:
        """Show what an import would do; when confirmed, do it."""
        self._require_permission(request)
        trial = _read_trial(request)
        if trial is None:
            messages.warning(request, "The uploaded file is not kept any longer. Upload it again.")
            return HttpResponseRedirect(reverse("admin:governance_aisystem_import"))
        if request.method == "POST" and trial.dry_run.can_be_imported:
            return self._import(request, trial)
        context = {
            "trial": trial,
            "shown": trial.dry_run.problems[:_SHOWN],
            "more": max(0, len(trial.dry_run.problems) - _SHOWN),
            "query": request.GET.urlencode(),
            "sample": _sample_rows(trial.table, trial.match),
        }
        return self._show(request, "import_check.html", f"Import {trial.name}", context)

    def problems_view(self, request: HttpRequest) -> HttpResponse:
        """Every problem of the dry run as a CSV file, to work through beside the table."""
        self._require_permission(request)
        trial = _read_trial(request)
        problems = trial.dry_run.problems if trial else ()
        rows = ((found.row, found.column, found.value, found.what, found.right) for found in problems)
        return write_problems(("Row", "Column", "Value", "Problem", "What would be right"), rows)

    def template_view(self, request: HttpRequest, *, kind: str) -> HttpResponse:
        """An empty table to fill in, as CSV or workbook."""
        self._require_permission(request)
        write, content_type = _TEMPLATES[kind]
        response = HttpResponse(write(), content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="systems.{kind}"'
        return response

    def _import(self, request: HttpRequest, trial: _Trial) -> HttpResponse:
        try:
            systems = import_systems(
                dry_run=trial.dry_run,
                file_name=trial.name,
                content=trial.content,
                actor=request.user.get_username(),
            )
        except IntegrityError:
            messages.error(
                request, "Nothing was imported: the register has changed meanwhile. Look at the check again."
            )
            return HttpResponseRedirect(request.get_full_path())
        forget_upload(request, _SESSION_KEY)
        messages.success(request, f"{_count(len(systems))} imported from {trial.name}.")
        return HttpResponseRedirect(reverse("admin:governance_aisystem_changelist"))

    def _require_permission(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    def _show(self, request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return render(request, f"admin/governance/aisystem/{template}", {**shared, **context})


def _read_trial(request: HttpRequest) -> _Trial | None:
    """Read the kept file again as the address says; None if it is gone."""
    kept = read_upload(request, _SESSION_KEY)
    if kept is None:
        return None
    table = read_table(kept.content)
    found = match_headers(table.headers)
    form = ReadingForm(
        table, request.GET or None, initial={name: str(place) for name, place in found.positions.items()}
    )
    slashed = SlashedDays.UNCLEAR
    if form.is_bound and form.is_valid():
        chosen = {column.field: form.cleaned_data[column.field] for column in COLUMNS}
        found = match_headers(table.headers, {name: int(place) if place else None for name, place in chosen.items()})
        slashed = SlashedDays(form.cleaned_data["slashed"])
    return _Trial(kept.name, kept.content, table, found, form, check_table(table, found, read_known(), slashed))


def _sample_rows(table: Table, match: HeaderMatch) -> list[list[tuple[str, str]]]:
    """The first rows as they are read, each cell with the name of our column: a wrong encoding only people see."""
    places = [(column.header, match.positions[column.field]) for column in COLUMNS if column.field in match.positions]
    return [
        [(name, _show_cell(row.cells[place] if place < len(row.cells) else "")) for name, place in places]
        for row in table.rows[:_SAMPLE]
    ]


def _show_cell(cell: Cell) -> str:
    return shorten(cell.text if isinstance(cell, Formula) else cell)


def _count(systems: int) -> str:
    return "1 system was" if systems == 1 else f"{systems} systems were"
