"""The screen of digests on their way: delivered, waiting, and the dead letters with “send again”."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.models import Delivery, Escalation, WorkState
from audit.services.news.delivering import send_again
from audit.views.access import may
from governance.admin.base import ReadOnlyAdmin

_SEND_AGAIN = "audit.send_again_delivery"


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Digests to owners and subscribers."""

    change_form_template = "admin/audit/delivery.html"
    list_display = ("subject", "to", "channel", "whether_delivered", "attempts", "requested_at", "finished_at")
    list_filter = ("state", "channel")
    search_fields = ("to", "subject")
    actions = ("send_again",)  # type: ignore[assignment] # the base allows none, this screen one
    fields = (
        "subject",
        ("to", "channel"),
        ("whether_delivered", "attempts", "next_try_at"),
        "error",
        ("run", "subscription"),
        ("requested_at", "requested_by", "finished_at"),
        "key",
        "message",
    )
    readonly_fields = ("whether_delivered", "key", "message")

    def get_urls(self) -> list[URLPattern]:
        """Add what the button posts to."""
        protect = self.admin_site.admin_view
        return [
            path("<int:delivery_id>/again/", protect(self.send_one_again), name="audit_delivery_again"),
            *super().get_urls(),
        ]

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        """Whether the user may send a dead letter again."""
        return may(request.user, _SEND_AGAIN)

    def render_change_form(  # noqa: PLR0917 - Django passes them by position
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Offer the button on a dead letter."""
        context["may_send_again"] = (
            obj is not None and obj.state == WorkState.FAILED and self.has_send_again_permission(request)
        )
        return super().render_change_form(request, context, add, change, form_url, obj)

    def send_one_again(self, request: HttpRequest, delivery_id: int) -> HttpResponse:
        """Send one dead letter again."""
        if request.method != "POST" or not self.has_send_again_permission(request):
            raise Http404
        self._send_again(request, [delivery_id])
        return redirect(reverse("admin:audit_delivery_change", args=[delivery_id]))

    @admin.action(description="Send again", permissions=["send_again"])
    def send_again(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        """Send the chosen dead letters again."""
        self._send_again(request, list(deliveries.values_list("pk", flat=True)))

    def _send_again(self, request: HttpRequest, ids: list[int]) -> None:
        sent = send_again(delivery_ids=ids, by=request.user.get_username())
        if sent:
            messages.success(request, f"{sent} of {len(ids)} on their way again.")
        else:
            messages.error(request, "Only what was given up can be sent again.")

    @admin.display(description="delivered", ordering="state")
    def whether_delivered(self, delivery: Delivery) -> str:
        """The state in the words of mail."""
        words = {WorkState.DONE: "Delivered", WorkState.FAILED: "Given up", WorkState.RUNNING: "Being handed over"}
        return words.get(WorkState(delivery.state), "On its way")

    @admin.display(description="message")
    def message(self, delivery: Delivery) -> SafeString:
        """The text of the e-mail, which is also what the webhook tells."""
        text = render_to_string("mail/digest.txt", {"digest": delivery.content, "to": delivery.to})
        return format_html("<pre>{}</pre>", text)


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    """Overdue findings and the level each has reached."""

    list_display = ("finding", "system_name", "level", "since", "raised_on")
    list_filter = ("level",)
    list_select_related = ("finding__system",)
    search_fields = ("finding__title", "finding__system__name")

    @admin.display(description="system")
    def system_name(self, row: Escalation) -> str:
        """The system that the finding is of."""
        return str(row.finding.system)
