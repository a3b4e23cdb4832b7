"""The screen of reassessments: how far each run is, what moved, what failed, and the buttons that hold one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from audit.models import UNFINISHED, Hold, ReassessmentRun
from audit.selectors.runs import list_movements, read_progress
from audit.services.news.wording import finding_word, group_changes, rating_word
from audit.views.access import HOLD_RUN, may
from audit.views.runs import hold
from governance.admin.base import ReadOnlyAdmin

_MOST_MOVED = 50


@admin.register(ReassessmentRun)
class ReassessmentRunAdmin(ReadOnlyAdmin):
    """Runs over many systems."""

    change_form_template = "admin/audit/run.html"
    list_display = ("as_of", "state", "requested_by", "progress", "systems_changed", "systems_failed", "finished_at")
    list_filter = ("state",)
    fields = (
        ("as_of", "state", "requested_by"),
        ("systems_total", "systems_due", "systems_done"),
        ("systems_changed", "systems_failed", "systems_new"),
        ("requested_at", "started_at", "finished_at"),
        ("hold", "held_by"),
        "error",
        "what_moved",
        "what_failed",
    )
    readonly_fields = ("what_failed", "what_moved")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReassessmentRun]:
        """Without the ids of all systems that were due, which only the work itself reads."""
        rows: QuerySet[ReassessmentRun] = super().get_queryset(request)
        return rows.defer("due_ids", "failures")

    def get_urls(self) -> list[URLPattern]:
        """Add what the buttons post to."""
        protect = self.admin_site.admin_view
        return [
            path("<int:run_id>/hold/", protect(self.hold_one), name="audit_reassessmentrun_hold"),
            *super().get_urls(),
        ]

    def render_change_form(  # noqa: PLR0917 - Django passes them by position
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Show how far the run is, with the buttons for those who may press them."""
        if obj is not None:
            can_hold = obj.state in UNFINISHED and obj.hold != Hold.CANCELLED
            context |= {"run_progress": read_progress(obj), "may_hold": can_hold and may(request.user, HOLD_RUN)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def hold_one(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Pause, resume or cancel a run."""
        if request.method != "POST" or not may(request.user, HOLD_RUN):
            raise Http404
        is_done, text = hold(run_id=run_id, act=request.POST.get("act", ""), by=request.user.get_username())
        messages.add_message(request, messages.SUCCESS if is_done else messages.ERROR, text)
        return redirect(reverse("admin:audit_reassessmentrun_change", args=[run_id]))

    @admin.display(description="done")
    def progress(self, run: ReassessmentRun) -> str:
        """How many of the systems that were due are done."""
        return f"{run.systems_done} of {run.systems_due}"

    @admin.display(description="what moved")
    def what_moved(self, run: ReassessmentRun) -> SafeString | str:
        """The systems whose outcome is another one, with before, after and cause."""
        if run.told_at is None:
            return "It is gathered when the reassessment has ended."
        rows = list(list_movements(run)[:_MOST_MOVED])
        if not rows:
            return "Nothing moved."
        told = format_html_join(
            "", "<p>{} ({})<br>{}</p>", ((row.system, rating_word(row.rating), _tell(row)) for row in rows)
        )
        return format_html('{}<p><a href="{}">All that moved</a></p>', told, reverse("run", args=[run.pk]))

    @admin.display(description="what failed")
    def what_failed(self, run: ReassessmentRun) -> str:
        """Each failed system with its error."""
        return "\n".join(f"System {key}: {error}" for key, error in run.failures.items()) or "Nothing."


def _tell(row: Any) -> SafeString:
    changes = group_changes(row.changes)
    lines = [f"{each['says']}: {each['was']} → {each['is']} (because of {each['because']})" for each in changes]
    lines += [f"{finding_word(each['what'])}: {each['title']}" for each in row.findings]
    return format_html_join("", "{}<br>", ((line,) for line in lines))
