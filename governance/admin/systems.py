"""The screen of AI systems, in the officer's order."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from governance.admin.base import StackedRows
from governance.admin.components import ComponentAdmin
from governance.admin.dependencies import DependencyInline
from governance.admin.evidence import ControlInline, EvidenceInline
from governance.admin.fields import choices_of
from governance.admin.forms import ComponentUseForm, ComponentUseFormSet, DataFlowForm, SystemForm
from governance.admin.importing import ImportingAdmin
from governance.models import AISystem, Component, DataFlow, LegalEntity, SystemComponent

_FIRST_REFERENCE: Final = "SYS-001"
_NUMBERED: Final = re.compile(r"(.*\D)(\d{1,9})")
_LOOKED_AT: Final = 500
"""So many of the latest references are looked at; a register of any size keeps its form among them."""


class ComponentInline(StackedRows):
    """What a system is made of; choosing a component brings what the catalogue knows of it."""

    model = SystemComponent
    form = ComponentUseForm
    formset = ComponentUseFormSet
    verbose_name = "component"
    classes = ()
    verbose_name_plural = "What it is made of"
    autocomplete_fields = ("component", "host")
    fields = (
        ("component", "is_primary"),
        "from_the_catalogue",
        ("run_mode", "host"),
        ("adaptation", "replace_object"),
        ("yearly_volume_in", "yearly_volume_out"),
        "note",
    )
    readonly_fields = ("from_the_catalogue",)

    def get_extra(self, request: HttpRequest, obj: AISystem | None = None, **_options: Any) -> int:
        """A new system is offered one component to choose."""
        return 1 if obj is None else 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[SystemComponent]:
        """Fetch what the summary shows in the same query."""
        return (
            super()
            .get_queryset(request)
            .select_related("component__vendor", "component__own_work_of", "host")
            .prefetch_related("component__artefacts")
        )

    @admin.display(description="From the catalogue")
    def from_the_catalogue(self, use: SystemComponent) -> SafeString | str:
        """What the catalogue knows of the component in use."""
        if not use.component_id:
            return "Choose a component; what the catalogue knows of it is shown here."
        screen = self.admin_site.get_model_admin(Component)
        return screen.render_summary(use.component) if isinstance(screen, ComponentAdmin) else ""


class DataFlowInline(StackedRows):
    """Where data travel, step by step."""

    model = DataFlow
    form = DataFlowForm
    verbose_name = "data flow"
    verbose_name_plural = "Where data go"
    autocomplete_fields = ("to_vendor",)
    readonly_fields = ("categories_in_words",)

    def get_fieldsets(self, request: HttpRequest, obj: AISystem | None = None) -> Any:
        """Who sends what to whom, then on which basis; those who only read see lists in words."""
        may_edit = self.has_change_permission(request, obj)
        categories = "special_categories" if may_edit else "categories_in_words"
        return (
            (
                None,
                {
                    "fields": (
                        ("from_name", "from_country"),
                        ("to_name", "to_country", "to_vendor"),
                        ("to_role", "after"),
                        ("data", "has_personal_data"),
                    )
                },
            ),
            (
                "Protection",
                {
                    "fields": (categories, ("transfer_tool", "retention_days", "training_use"), "note"),
                    "classes": ("collapse",),
                },
            ),
        )

    @admin.display(description="Special categories")
    def categories_in_words(self, flow: DataFlow) -> str:
        """The protected kinds of data by their labels."""
        labels = dict(choices_of("data.special_categories"))
        return ", ".join(labels.get(value, value) for value in flow.special_categories) or "None"


@admin.register(AISystem)
class AISystemAdmin(ImportingAdmin):
    """The AI systems in use."""

    form = SystemForm
    history_by = "system_id"
    list_display = ("reference", "name", "legal_entity", "stage", "owner")
    list_display_links = ("reference", "name")
    list_filter = ("stage", "legal_entity")
    list_select_related = ("legal_entity",)
    search_fields = ("reference", "name", "purpose", "business_function", "owner", "uses__component__name")
    autocomplete_fields = ("legal_entity",)
    inlines = (ComponentInline, DependencyInline, DataFlowInline, EvidenceInline, ControlInline)
    fieldsets = (
        ("What it is", {"fields": (("reference", "name"), "purpose", "legal_entity")}),
        (
            "Who depends on it and who answers for it",
            {"fields": (("business_function", "is_critical_function"), ("owner", "owner_email"))},
        ),
        (
            "Where it stands",
            {
                "fields": (
                    ("stage", "in_service_on", "withdrawn_on"),
                    ("facts_confirmed_on", "facts_confirmed_by"),
                )
            },
        ),
    )
    add_fieldsets = (
        ("What it is", {"fields": (("reference", "name"), "purpose", "legal_entity")}),
        ("Who answers for it", {"fields": (("owner", "business_function"),)}),
        ("Where it stands", {"fields": (("stage", "in_service_on"),)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: AISystem | None = None) -> Any:
        """A new system is asked for little; the rest follows."""
        return self.add_fieldsets if obj is None else super().get_fieldsets(request, obj)

    def get_inlines(self, request: HttpRequest, obj: AISystem | None) -> Any:
        """A new system is asked for its components only."""
        return (ComponentInline,) if obj is None else self.inlines

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The next free number, and the legal entity if there is only one."""
        initial: dict[str, Any] = {"reference": suggest_reference(), **super().get_changeform_initial_data(request)}
        entities = list(LegalEntity.objects.values_list("pk", flat=True)[:2])
        if len(entities) == 1:
            initial.setdefault("legal_entity", entities[0])
        return initial


def suggest_reference() -> str:
    """The number after the highest of the register's own form, such as AB-016 after AB-015; else the first of ours."""
    references = AISystem.objects.order_by("-pk").values_list("reference", flat=True)[:_LOOKED_AT]
    found = [(match[1], match[2]) for match in map(_NUMBERED.fullmatch, references) if match]
    if not found:
        return _FIRST_REFERENCE
    prefix = Counter(form for form, _number in found).most_common(1)[0][0]
    numbers = [number for form, number in found if form == prefix]
    return f"{prefix}{max(map(int, numbers)) + 1:0{max(map(len, numbers))}d}"
