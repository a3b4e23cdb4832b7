"""The export of the DORA register of information from the page of a legal entity."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone

from governance.admin.base import RecordedAdmin
from governance.admin.fields import DayField
from governance.exports.dora.access import may_export
from governance.exports.dora.building import SAYS, build_register
from governance.exports.dora.exporting import export_register
from governance.exports.dora.tables import NOT_ENTERED
from governance.models import LegalEntity

_SHOWN: Final = 100


class DayForm(forms.Form):
    """The day of the register."""

    as_of = DayField(label="As of", help_text="The day the register is reported for; it goes into the files.")


class RegisterExportAdmin(RecordedAdmin):
    """A screen of legal entities whose ICT arrangements can be taken as a register of information."""

    def get_urls(self) -> list[URLPattern]:
        """Put the export's address before those of single entities."""
        view = self.admin_site.admin_view(self.register_view)
        address = "<int:entity_id>/register-of-information/"
        return [path(address, view, name="governance_legalentity_register"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer the export to those who may take it."""
        context = {**(extra_context or {}), "may_export_register": may_export(request.user)}
        return super().change_view(request, object_id, form_url, context)

    def register_view(self, request: HttpRequest, entity_id: int) -> HttpResponse:
        """Show what the export holds and what is missing; when asked, hand it out and record that."""
        if not may_export(request.user):
            raise PermissionDenied
        entity = get_object_or_404(LegalEntity, pk=entity_id)
        form = DayForm(request.POST or None, initial={"as_of": timezone.localdate()})
        if request.method == "POST" and form.is_valid():
            made = export_register(
                entity=entity,
                as_of=form.cleaned_data["as_of"],
                at=timezone.localtime(),
                actor=request.user.get_username(),
            )
            response = HttpResponse(made.content, content_type="application/zip")
            response["Content-Disposition"] = f'attachment; filename="{made.name}"'
            return response
        return self._show_register(request, entity, form)

    def _show_register(self, request: HttpRequest, entity: LegalEntity, form: DayForm) -> HttpResponse:
        register = build_register(entity=entity, as_of=timezone.localdate())
        gaps = sorted(register.gaps, key=lambda gap: gap.why != NOT_ENTERED)
        missing = Counter(gap.template for gap in gaps)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Register of information of {entity.name}",
            "entity": entity,
            "form": form,
            "says": SAYS,
            "tables": [
                {"template": table.template, "rows": len(table.rows), "gaps": missing[table.template.code]}
                for table in register.tables
            ],
            "arrangements": len(register.scope.arrangements),
            "gaps": gaps[:_SHOWN],
            "all_gaps": len(gaps),
        }
        return render(request, "admin/governance/legalentity/register.html", context)
