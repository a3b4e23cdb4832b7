"""The screen of stress runs: what was assumed, of which day, and what it would do; to read, never to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from audit.models import StressRecord
from audit.portfolio.stress.scenarios import NAMES
from audit.portfolio.stress.sentences import name_scenario
from audit.views.scenario_forms import FORMS
from governance.admin.base import ReadOnlyAdmin
from governance.admin.days import name_day

SHOWN_SYSTEMS = 100
_CERTAINTY: Final = {"surely": "for certain", "perhaps": "perhaps"}
_PLANS: Final = {"tested": "tested", "untested": "never walked", "missing": "no plan", "unknown": "not known"}


class ScenarioFilter(admin.SimpleListFilter):
    """By what was assumed."""

    title = "scenario"
    parameter_name = "scenario"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """All scenarios in words."""
        return [(name, in_words(name)) for name in NAMES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[StressRecord]) -> QuerySet[StressRecord]:
        """Keep the runs of the chosen scenario."""
        return queryset.filter(scenario=self.value()) if self.value() else queryset


@admin.register(StressRecord)
class StressRecordAdmin(ReadOnlyAdmin):
    """Stress scenarios over the whole portfolio that were filed."""

    list_display = (
        "assumed",
        "as_of",
        "state",
        "systems_surely_hit",
        "systems_perhaps_hit",
        "critical_functions_hit",
        "requested_by",
        "created_at",
    )
    list_filter = (ScenarioFilter, "state")
    search_fields = ("scenario", "requested_by", "note", "result_sha256")
    date_hierarchy = "as_of"
    fields = (
        ("assumed", "as_of"),
        ("state", "requested_by", "finished_at"),
        "error",
        ("systems_surely_hit", "systems_perhaps_hit", "critical_functions_hit"),
        "outcome",
        "note",
        "result_sha256",
    )
    readonly_fields = ("assumed", "outcome")

    def render_change_form(  # noqa: PLR0917 - Django passes them by position
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: StressRecord | None = None,
    ) -> HttpResponse:
        """Give the page the scenario as its name."""
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if obj is not None and isinstance(response, TemplateResponse) and response.context_data is not None:
            response.context_data["title"] = name_record(obj)
        return response

    @admin.display(description="scenario", ordering="scenario")
    def assumed(self, record: StressRecord) -> str:
        """The scenario in words, with what was given for it."""
        return name_record(record)

    @admin.display(description="what it would do")
    def outcome(self, record: StressRecord) -> SafeString | str:
        """The systems that are hit, with the days they would be short; the whole of it is in the filed result."""
        if not isinstance(record.result, Mapping):
            return "Not computed yet."
        hits = [
            {
                **hit,
                "certainty": _CERTAINTY.get(str(hit.get("certainty")), hit.get("certainty")),
                "exit_plan": _PLANS.get(str(hit.get("exit_plan")), hit.get("exit_plan")),
            }
            for hit in record.result.get("hits") or ()
            if isinstance(hit, Mapping)
        ]
        context = {"hits": hits[:SHOWN_SYSTEMS], "more": max(0, len(hits) - SHOWN_SYSTEMS), "result": record.result}
        return render_to_string("admin/audit/stress.html", context)


def name_record(record: StressRecord) -> str:
    """What was assumed, as its page calls it: “OpenAI and its group are gone”; before the result, what was asked."""
    if isinstance(record.result, Mapping):
        return name_scenario({"scenario": record.scenario, **record.parameters, **record.result})
    # PostgreSQL does not keep the order of the keys; the day comes last.
    given = sorted(record.parameters.items(), key=lambda pair: (pair[0] == "on", pair[0]))
    told = ", ".join(name_day(str(value)) for _, value in given)
    return f"{in_words(record.scenario)}: {told}" if told else in_words(record.scenario)


def in_words(name: str) -> str:
    """A kind of scenario as its form is called."""
    form = FORMS.get(name)
    return form.title if form is not None else name.replace("_", " ").capitalize()
