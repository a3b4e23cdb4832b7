"""Screens for the organisation's own companies and for vendors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from governance.admin.base import RecordedAdmin
from governance.admin.fields import RowForm
from governance.admin.forms import CheckedRowMixin
from governance.admin.grades import GradedMixin
from governance.admin.register_export import RegisterExportAdmin
from governance.choices import EvidenceGrade
from governance.models import LegalEntity, Vendor
from governance.services.rows import find_namesakes, name_once


class NamedOnceMixin:
    """Refuses a second row of the same name or LEI, whatever its capital letters: shares would be counted apart."""

    def clean_name(self) -> str:
        """The name, without blanks around and between its words."""
        name: str = self.cleaned_data["name"]  # type: ignore[attr-defined]  # a mixin for ModelForm
        return name_once(name)

    def clean(self) -> dict[str, Any]:
        """One company has a name, and an LEI."""
        form: Any = self
        data: dict[str, Any] = super().clean() or {}  # type: ignore[misc]  # as above
        for problem in find_namesakes(form._meta.model, data, key=form.instance.pk):
            form.add_error(problem.column, problem.message)
        return data


class EntityForm(NamedOnceMixin, RowForm):
    """One of our own companies."""

    class Meta:
        model = LegalEntity
        fields = ("name", "country", "lei")


@admin.register(LegalEntity)
class LegalEntityAdmin(RegisterExportAdmin):
    """Our own companies."""

    form = EntityForm
    list_display = ("name", "country", "lei")
    search_fields = ("name", "lei")
    fieldsets = (("Who it is", {"fields": ("name", "country", "lei")}),)


class VendorForm(NamedOnceMixin, CheckedRowMixin, RowForm):
    """A vendor; naming a parent says that there is one."""

    grade = forms.ChoiceField(
        label="How well supported", choices=[("", "Not judged yet"), *EvidenceGrade.choices], required=False
    )

    class Meta:
        model = Vendor
        exclude = ("is_fictional", "corrected_fields")

    def clean(self) -> dict[str, Any]:
        """Check what is said of the parent."""
        data = super().clean()
        parent, status = data.get("ultimate_parent"), data.get("parent_status")
        if parent is not None and parent.pk is not None and parent.pk == self.instance.pk:
            self.add_error("ultimate_parent", "A vendor is not its own parent; choose “Has no parent”.")
        elif status == "named" and parent is None:
            self.add_error("ultimate_parent", "Name the parent, or choose “Not known” or “Has no parent”.")
        elif status != "named" and parent is not None:
            self.add_error("parent_status", "A parent is named below; choose “Has the parent named here”.")
        return data


@admin.register(Vendor)
class VendorAdmin(GradedMixin, RecordedAdmin):
    """Companies we depend on."""

    form = VendorForm
    is_catalogued = True
    list_display = ("name", "legal_name", "country", "parent_in_words")
    list_select_related = ("ultimate_parent",)
    search_fields = ("name", "legal_name", "lei")
    autocomplete_fields = ("ultimate_parent",)
    readonly_fields = ("grade_in_words",)
    fieldsets = (
        ("Who it is", {"fields": ("name", "legal_name", "country", "lei")}),
        ("Its group", {"fields": ("parent_status", "ultimate_parent")}),
        ("How we know", {"fields": ("source", "source_on", "grade")}),
    )

    @admin.display(description="ultimate parent", ordering="ultimate_parent__name")
    def parent_in_words(self, vendor: Vendor) -> str:
        """The parent; “none” only where it is known that there is none."""
        if vendor.ultimate_parent is not None:
            return vendor.ultimate_parent.name
        return "none" if vendor.parent_status == "none" else "not known"
