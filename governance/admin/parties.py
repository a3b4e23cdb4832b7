"""Screens for the organisation's own companies and for vendors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from governance.admin.base import RecordedAdmin
from governance.admin.fields import RowForm
from governance.admin.register_export import RegisterExportAdmin
from governance.choices import EvidenceGrade
from governance.models import LegalEntity, Vendor


@admin.register(LegalEntity)
class LegalEntityAdmin(RegisterExportAdmin):
    """Our own companies."""

    list_display = ("name", "country", "lei")
    search_fields = ("name", "lei")
    fieldsets = (("Who it is", {"fields": ("name", "country", "lei")}),)


class VendorForm(RowForm):
    """A vendor; naming a parent says that there is one."""

    grade = forms.ChoiceField(
        label="How well supported", choices=[("", "Not judged yet"), *EvidenceGrade.choices], required=False
    )

    class Meta:
        model = Vendor
        exclude = ("is_fictional", "corrected_fields")

    def clean(self) -> dict[str, Any]:
        """Check what is said of the parent."""
        data: dict[str, Any] = super().clean() or {}
        parent, status = data.get("ultimate_parent"), data.get("parent_status")
        if parent is not None and parent.pk is not None and parent.pk == self.instance.pk:
            self.add_error("ultimate_parent", "A vendor is not its own parent; choose “Has no parent”.")
        elif status == "named" and parent is None:
            self.add_error("ultimate_parent", "Name the parent, or choose “Not known” or “Has no parent”.")
        elif status != "named" and parent is not None:
            self.add_error("parent_status", "A parent is named below; choose “Has the parent named here”.")
        return data


@admin.register(Vendor)
class VendorAdmin(RecordedAdmin):
    """Companies we depend on."""

    form = VendorForm
    is_catalogued = True
    list_display = ("name", "legal_name", "country", "ultimate_parent")
    list_select_related = ("ultimate_parent",)
    search_fields = ("name", "legal_name", "lei")
    autocomplete_fields = ("ultimate_parent",)
    fieldsets = (
        ("Who it is", {"fields": ("name", "legal_name", "country", "lei")}),
        ("Its group", {"fields": ("parent_status", "ultimate_parent")}),
        ("How we know", {"fields": ("source", "source_on", "grade")}),
    )
