"""The screen of the register's history: to read, never to change."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import models
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from governance.admin.base import ReadOnlyAdmin
from governance.models import AuditEvent
from governance.vocabulary import load_vocabulary


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Who changed what and when."""

    list_display = ("at", "actor", "action", "object_label", "changed_fields")
    list_filter = ("action", "object_type")
    search_fields = ("actor", "object_label", "object_id")
    date_hierarchy = "at"
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
    for model in apps.get_app_config("governance").get_models():
        if model._meta.model_name == event.object_type.lower():
            fields = [field for field in model._meta.concrete_fields if name in {field.name, field.attname}]
            return fields[0] if fields else None
    return None


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
