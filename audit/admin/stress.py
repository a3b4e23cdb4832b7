"""The screen of stress runs: what was assumed, of which day, and what it would do; to read, never to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from audit.models import StressRecord
from audit.portfolio.stress.scenarios import NAMES
from governance.admin.base import ReadOnlyAdmin

SHOWN_SYSTEMS = 100


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
        "details",
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
        ("assumed", "details", "as_of"),
        ("state", "requested_by", "finished_at"),
        "error",
        ("systems_surely_hit", "systems_perhaps_hit", "critical_functions_hit"),
        "outcome",
        "note",
        "result_sha256",
    )
    readonly_fields = ("assumed", "details", "outcome")

    @admin.display(description="scenario", ordering="scenario")
    def assumed(self, record: StressRecord) -> str:
        """The scenario in words."""
        return in_words(record.scenario)

    @admin.display(description="of what")
    def details(self, record: StressRecord) -> str:
        """What was given with it, such as the vendor."""
        # PostgreSQL does not keep the order of the keys; the day comes last.
        given = sorted(record.parameters.items(), key=lambda pair: (pair[0] == "on", pair[0]))
        return ", ".join(f"{in_words(name).lower()} {value}" for name, value in given) or "–"

    @admin.display(description="what it would do")
    def outcome(self, record: StressRecord) -> SafeString | str:
        """The systems that are hit, with the days they would be short; the whole of it is in the filed result."""
        if not isinstance(record.result, Mapping):
            return "Not computed yet."
        hits = [hit for hit in record.result.get("hits") or () if isinstance(hit, Mapping)]
        context = {"hits": hits[:SHOWN_SYSTEMS], "more": max(0, len(hits) - SHOWN_SYSTEMS), "result": record.result}
        return render_to_string("admin/audit/stress.html", context)


def in_words(name: str) -> str:
    """A scenario or one of its words as people read it."""
    return name.replace("_", " ").capitalize()
