"""The screen of the register's history: to read, never to change."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, ClassVar

from django.apps import apps
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from governance.admin.base import ReadOnlyAdmin
from governance.models import AuditEvent
from governance.vocabulary import load_vocabulary


class KindFilter(admin.SimpleListFilter):
    """By what was changed; the kinds are those of the code, so that the history is not read to offer them."""

    title = "kind of record"
    parameter_name = "object_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The kinds by their names, of the register and of what has a screen besides it."""
        offered = [
            model
            for model in apps.get_models()
            if model._meta.app_label == "governance"
            or (model._meta.app_label == "audit" and admin.site.is_registered(model))
        ]
        kinds = ((str(model._meta.model_name), capfirst(_name_kind(model))) for model in offered)
        return sorted(kinds, key=lambda kind: kind[1])

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[AuditEvent]) -> models.QuerySet[AuditEvent]:
        """Keep the events of the chosen kind."""
        return queryset.filter(object_type=self.value()) if self.value() else queryset


class DayFilter(admin.SimpleListFilter):
    """By how long ago it was."""

    title = "when"
    parameter_name = "since"
    _DAYS: ClassVar = {"today": 0, "week": 7, "month": 30, "year": 365}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """From today to the last year."""
        return [("today", "Today"), ("week", "Past 7 days"), ("month", "Past 30 days"), ("year", "Past 365 days")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[AuditEvent]) -> models.QuerySet[AuditEvent]:
        """Keep the events since then."""
        days = self._DAYS.get(self.value() or "")
        if days is None:
            return queryset
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return queryset.filter(at__gte=midnight - timedelta(days=days))


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Who changed what and when."""

    list_display = ("at", "actor", "action", "kind", "what", "changed_fields")
    list_filter = (KindFilter, DayFilter)
    search_fields = ("actor", "object_label", "object_id")
    fields = (
        "at",
        "actor",
        "action",
        "object_type",
        "object_id",
        "object_label",
        "before_and_after",
        "hash",
        "previous_hash",
    )
    readonly_fields = ("before_and_after",)

    @admin.display(description="kind of record")
    def kind(self, event: AuditEvent) -> str:
        """What was changed, by the name of its screen."""
        model = _find_model(event)
        return _name_kind(model) if model is not None else event.object_type

    @admin.display(description="what")
    def what(self, event: AuditEvent) -> str:
        """The name of what was changed, as it was then."""
        return event.object_label

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Say of what the history is, where it was asked for one system or one row."""
        of = _name_what_is_asked(request)
        return super().changelist_view(request, {**(extra_context or {}), **({"title": of} if of else {})})

    @admin.display(description="fields")
    def changed_fields(self, event: AuditEvent) -> str:
        """The first changed fields by name."""
        names = [_name_field(event, name) for name in event.changes]
        return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")

    @admin.display(description="before and after")
    def before_and_after(self, event: AuditEvent) -> SafeString:
        """Each changed field with its value before and after."""
        rows = (
            (_name_field(event, name), _text(event, name, before), _text(event, name, after))
            for name, (before, after) in event.changes.items()
        )
        return format_html_join("", '<div class="change"><b>{}</b> <del>{}</del> <ins>{}</ins></div>', rows)


def _name_field(event: AuditEvent, name: str) -> str:
    """A field as its form calls it; an answer by its question."""
    fact = load_vocabulary().facts.get(name.removeprefix("answers."))
    if fact is not None:
        return fact.question
    field = _find_field(event, name)
    return capfirst(str(field.verbose_name)) if field is not None else capfirst(name.replace("_", " "))


def _find_field(event: AuditEvent, name: str) -> models.Field[Any, Any] | None:
    """The column an event is about, if the model still has it."""
    model = _find_model(event)
    fields = [] if model is None else model._meta.concrete_fields
    return next((field for field in fields if name in {field.name, field.attname}), None)


def _find_model(event: AuditEvent) -> type[models.Model] | None:
    """What an event is about, if there still is such a thing."""
    return next((model for model in apps.get_models() if model._meta.model_name == event.object_type.lower()), None)


def _name_kind(model: type[models.Model]) -> str:
    """A kind of record by the name of its screen, where it has one."""
    named = admin.site.get_model_admin(model).opts if admin.site.is_registered(model) else model._meta
    return str(named.verbose_name)


def _name_what_is_asked(request: HttpRequest) -> str:
    """The heading of the history of one system or of one row; its last event tells its name."""
    asked = {name: request.GET[name] for name in ("system_id", "object_type", "object_id") if name in request.GET}
    if "system_id" in asked and asked["system_id"].isdecimal():
        rows = AuditEvent.objects.filter(object_type="aisystem", object_id=asked["system_id"])
    elif len(asked) == 2 and "object_id" in asked:
        rows = AuditEvent.objects.filter(**asked)
    else:
        return ""
    last = rows.order_by("-id").first()
    return f"History of {last.object_label}" if last else ""


def _text(event: AuditEvent, name: str, value: object) -> str:
    """A value in words: the label of a choice, the questions that evidence supports, yes or no."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    field = _find_field(event, name)
    labels = dict(field.flatchoices) if field is not None and field.choices else {}
    if isinstance(value, str):
        return str(labels.get(value, value))
    facts = load_vocabulary().facts
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return ", ".join(facts[entry].question if entry in facts else entry for entry in value) or "none"
    return json.dumps(value, ensure_ascii=False)
