"""Screens for evidence, controls and evaluations."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.admin.base import RecordedAdmin, StackedRows
from governance.admin.forms import ControlForm, EvaluationForm, EvidenceForm
from governance.models import ControlStatus, EvaluationRecord, Evidence
from governance.services.recording import record_event
from governance.vocabulary import load_vocabulary


class EvidenceInline(StackedRows):
    """The evidence of a system; which answers it supports is ticked on its own page."""

    model = Evidence
    form = EvidenceForm
    verbose_name = "piece of evidence"
    verbose_name_plural = "Evidence"
    fields = (
        ("reference", "title"),
        ("kind", "grade", "source"),
        "file",
        "url",
        ("issued_on", "expires_on"),
        ("verified_by", "verified_on"),
    )
    show_change_link = True


class ControlInline(StackedRows):
    """What was done for each obligation of a system."""

    model = ControlStatus
    form = ControlForm
    verbose_name_plural = "Controls"
    autocomplete_fields = ("evidence",)
    fields = (
        ("obligation", "status"),
        "reason",
        ("responsible", "recorded_on", "expires_on"),
        "evidence",
    )


@admin.register(Evidence)
class EvidenceAdmin(RecordedAdmin):
    """Documents, pages and records that support facts."""

    form = EvidenceForm
    list_display = ("reference", "title", "kind", "grade", "issued_on", "expires_on", "system")
    list_filter = ("kind", "grade")
    list_select_related = ("system",)
    search_fields = ("reference", "title", "source", "system__name", "vendor__name", "component__name")
    autocomplete_fields = ("system", "component", "vendor", "legal_entity")
    readonly_fields = ("stored_file", "sha256", "supports_in_words")
    fieldsets = (
        ("What it is", {"fields": ("reference", "title", "kind", "stored_file", "file", "url", "sha256")}),
        ("How well it supports", {"fields": ("grade", "source", ("verified_by", "verified_on"))}),
        ("How long it counts", {"fields": (("issued_on", "expires_on"),)}),
        ("What it belongs to", {"fields": (("system", "component"), ("vendor", "legal_entity"))}),
        ("What it supports", {"fields": ("supports",), "classes": ("collapse", "grouped-checks")}),
        ("Note", {"fields": ("note",), "classes": ("collapse",)}),
    )

    def get_urls(self) -> list[URLPattern]:
        """Add the download of the file."""
        view = self.admin_site.admin_view(self.download)
        return [path("<int:evidence_id>/file/", view, name="governance_evidence_file"), *super().get_urls()]

    def download(self, request: HttpRequest, evidence_id: int) -> FileResponse:
        """Hand the file out, always as a download, and record who took it."""
        evidence = get_object_or_404(Evidence, pk=evidence_id)
        if not self.has_view_permission(request, evidence):
            raise PermissionDenied
        if not evidence.file.name or not evidence.file.storage.exists(evidence.file.name):
            raise Http404(f"{evidence.reference} has no file.")
        record_event(actor=request.user.get_username(), action="downloaded", instance=evidence, changes={})
        return FileResponse(evidence.file.open("rb"), as_attachment=True, filename=_name_file(evidence))

    @admin.display(description="File that is kept")
    def stored_file(self, evidence: Evidence) -> SafeString | str:
        """The link to the file."""
        if evidence.pk is None or not evidence.file:
            return "None"
        address = reverse("admin:governance_evidence_file", args=[evidence.pk])
        return format_html('<a href="{}">{}</a>', address, _name_file(evidence))

    def get_fieldsets(self, request: HttpRequest, obj: Evidence | None = None) -> Any:
        """Those who only read see the questions in words."""
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return fieldsets
        words = {"supports": "supports_in_words"}
        return [
            (
                title,
                {**options, "fields": [words.get(str(name), name) for name in options["fields"] if name != "file"]},
            )
            for title, options in fieldsets
        ]

    @admin.display(description="What it supports")
    def supports_in_words(self, evidence: Evidence) -> str:
        """The questions whose answers it supports."""
        facts = load_vocabulary().facts
        return "\n".join(facts[key].question for key in evidence.supports if key in facts) or "Nothing is ticked."


@admin.register(ControlStatus)
class ControlAdmin(RecordedAdmin):
    """What was done for each obligation."""

    form = ControlForm
    list_display = ("obligation", "status", "system", "legal_entity", "responsible", "expires_on")
    list_filter = ("status",)
    list_select_related = ("system", "legal_entity")
    search_fields = ("obligation", "system__name", "system__reference", "legal_entity__name")
    autocomplete_fields = ("system", "legal_entity", "evidence")
    fieldsets = (
        ("Whose it is", {"fields": (("system", "legal_entity"), "obligation")}),
        ("How far it is met", {"fields": ("status", "reason", "responsible", "evidence")}),
        ("How long it counts", {"fields": (("recorded_on", "expires_on"),)}),
    )


@admin.register(EvaluationRecord)
class EvaluationAdmin(RecordedAdmin):
    """Tests of components for a purpose of ours."""

    form = EvaluationForm
    list_display = ("component", "system", "purpose", "evaluated_on", "result", "next_due_on")
    list_filter = ("result", "is_substitute")
    list_select_related = ("component", "system")
    search_fields = ("component__name", "purpose", "system__name")
    autocomplete_fields = ("component", "system", "evidence")


def _name_file(evidence: Evidence) -> str:
    """The file's own name, without the folder it is kept in."""
    return PurePath(evidence.file.name or evidence.reference).name
