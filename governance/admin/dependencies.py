"""Screens for contracts: the term, the clauses, the exit, and who else works on it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from governance.admin.base import RecordedAdmin, StackedRows, TabularRows
from governance.admin.fields import choices_of
from governance.admin.forms import DependencyForm
from governance.models import Subcontractor, VendorDependency

CONTRACT_GROUPS: Any = (
    (None, {"fields": (("vendor", "contract_reference"), "service")}),
    (
        "Term and notice",
        {
            "fields": (
                ("start_on", "end_on", "is_open_ended"),
                ("notice_days", "vendor_notice_days", "exit_transition_days"),
                ("auto_renewal", "termination_for_convenience"),
            ),
            "classes": ("collapse",),
        },
    ),
    (
        "What it costs, and what leaving costs",
        {
            "fields": (
                ("annual_cost", "annual_cost_currency"),
                ("price_cap", "price_guaranteed_until"),
                ("switching_charge", "minimum_commitment_months"),
            ),
            "classes": ("collapse",),
        },
    ),
    (
        "What the contract says",
        {
            "fields": (
                "clauses",
                ("is_ict_service", "ict_service_type"),
                "is_data_processing_service",
                ("subcontracting_permitted", "subcontractors_known"),
            ),
            "classes": ("collapse",),
        },
    ),
    (
        "Exit plan and exit test",
        {
            "fields": (
                ("substitutability", "exit_plan", "skills_in_house"),
                ("exit_tested", "exit_tested_on", "exit_test_kind"),
                "exit_test_phases",
                ("exit_tested_target", "exit_tested_days", "validation_days"),
            ),
            "classes": ("collapse",),
        },
    ),
    (
        "If it stops today",
        {"fields": (("fallback", "fallback_activation_days", "tolerable_outage_days"),), "classes": ("collapse",)},
    ),
)

OPEN_GROUPS: Any = (
    (None, {"fields": ("system",)}),
    *((title, {"fields": options["fields"]}) for title, options in CONTRACT_GROUPS),
)
"""The same on a contract's own page, where nothing is folded away."""


class ListsInWordsMixin:
    """Shows lists in words to people who may look but not change."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put the words in the place of the checkboxes for those who only read."""
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]  # a mixin for admin classes
        if self.has_change_permission(request, obj) or self.has_add_permission(request, obj):  # type: ignore[attr-defined]  # as above
            return fieldsets
        words = {"clauses": "clauses_in_words", "exit_test_phases": "phases_in_words"}
        return [
            (title, {**options, "fields": [words.get(field, field) for field in options["fields"]]})
            for title, options in fieldsets
        ]

    @admin.display(description="Clauses in the contract")
    def clauses_in_words(self, dependency: VendorDependency) -> str:
        """The clauses by their labels."""
        if dependency.clauses is None:
            return "Not known yet"
        return _in_words("ict.contract_clauses", dependency.clauses)

    @admin.display(description="What the test really ran")
    def phases_in_words(self, dependency: VendorDependency) -> str:
        """The phases by their labels."""
        return _in_words("exit.test_phases", dependency.exit_test_phases)


def _in_words(key: str, values: list[str]) -> str:
    labels = dict(choices_of(key))
    return ", ".join(labels.get(value, value) for value in values) or "None of these"


class DependencyInline(ListsInWordsMixin, StackedRows):
    """The contracts of a system."""

    model = VendorDependency
    form = DependencyForm
    verbose_name = "contract"
    verbose_name_plural = "Contracts and exits"
    autocomplete_fields = ("vendor",)
    fieldsets = CONTRACT_GROUPS
    readonly_fields = ("clauses_in_words", "phases_in_words")
    show_change_link = True


class SubcontractorInline(TabularRows):
    """Whom the vendor uses for the service."""

    model = Subcontractor
    verbose_name_plural = "Sub-contractors"
    autocomplete_fields = ("vendor",)


@admin.register(VendorDependency)
class DependencyAdmin(ListsInWordsMixin, RecordedAdmin):
    """All contracts, with their sub-contractors."""

    plain_name = "contract"
    plain_name_plural = "contracts"
    form = DependencyForm
    list_display = ("vendor", "system", "contract_reference", "end_on", "notice_days", "substitutability")
    list_filter = ("substitutability", "fallback")
    list_select_related = ("vendor", "system")
    search_fields = ("vendor__name", "contract_reference", "service", "system__name", "system__reference")
    autocomplete_fields = ("system", "vendor")
    readonly_fields = ("clauses_in_words", "phases_in_words")
    fieldsets = OPEN_GROUPS
    inlines = (SubcontractorInline,)
