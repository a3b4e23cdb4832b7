"""The screen of the register's history: to read, never to change."""

from __future__ import annotations

import json

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from governance.admin.base import ReadOnlyAdmin
from governance.models import AuditEvent


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
        names = list(event.changes)
        return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")

    @admin.display(description="before and after")
    def before_and_after(self, event: AuditEvent) -> SafeString:
        """Each changed field with its value before and after."""
        rows = ((name, _text(before), _text(after)) for name, (before, after) in event.changes.items())
        return format_html_join("", '<div class="change"><b>{}</b> <del>{}</del> <ins>{}</ins></div>', rows)


def _text(value: object) -> str:
    return value if isinstance(value, str) else "–" if value is None else json.dumps(value, ensure_ascii=False)
