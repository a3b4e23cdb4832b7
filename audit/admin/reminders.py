"""The screen of reminders: which watched days are near or past, and who has seen it; to read, never to change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.models import Reminder
from governance.admin.base import ReadOnlyAdmin


class SeenFilter(admin.SimpleListFilter):
    """By whether somebody has seen it."""

    title = "seen"
    parameter_name = "seen"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """Seen, or not yet."""
        return [("no", "Not yet"), ("yes", "Seen")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Reminder]) -> QuerySet[Reminder]:
        """Keep the reminders that were seen, or those that were not."""
        return queryset.filter(seen_at__isnull=self.value() == "no") if self.value() else queryset


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """Reminders that were raised."""

    list_display = ("on", "what", "subject", "system_page", "told", "raised_on", "seen")
    list_filter = ("what", SeenFilter)
    list_select_related = ("system",)
    search_fields = ("subject", "system__name", "system__reference", "seen_by")
    date_hierarchy = "on"
    fields = (("on", "what"), "subject", "system_page", ("told", "raised_on"), ("seen_by", "seen_at"))
    readonly_fields = ("system_page", "told")

    @admin.display(description="system", ordering="system__reference")
    def system_page(self, reminder: Reminder) -> SafeString:
        """The system with the way to its page in the register."""
        address = reverse("admin:governance_aisystem_change", args=[reminder.system_id])
        return format_html('<a href="{}">{}</a>', address, reminder.system)

    @admin.display(description="told", ordering="lead_days")
    def told(self, reminder: Reminder) -> str:
        """How long before the day the reminder was due."""
        if reminder.lead_days == 0:
            return "the day has come"
        return f"{reminder.lead_days} day{'' if reminder.lead_days == 1 else 's'} before"

    @admin.display(description="seen by", ordering="seen_at")
    def seen(self, reminder: Reminder) -> str:
        """Who saw it first."""
        return reminder.seen_by if reminder.seen_at else "nobody yet"
