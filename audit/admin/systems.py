"""The list and the page of AI systems with what was judged: class, intervals, openness, next date, work under way."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.admin.controls import ChosenControlInline
from audit.admin.filters import ClassFilter, LockInFilter, OpennessFilter, TransparencyFilter, VendorFilter
from audit.admin.law_forms import begin_form, show_forms
from audit.admin.questionnaire import show_questions
from audit.models import Report, ReportStatus, Standing, WorkState
from audit.reports.request import ReportRequestError
from audit.selectors.work import read_work
from audit.services.assessing import AssessmentFailedError, SystemBusyError, request_assessment
from audit.services.calendars import read_system_calendar
from audit.services.framework_controls import list_framework_controls
from audit.services.reporting import request_report
from audit.templatetags.openbook import class_tag, interval_bar, openness_word
from audit.views.classing import next_step
from governance.admin.dependencies import DependencyInline
from governance.admin.evidence import EvidenceInline
from governance.admin.systems import AISystemAdmin, ComponentInline, DataFlowInline
from governance.models import AISystem, SystemComponent

admin.site.unregister(AISystem)


@admin.register(AISystem)
class JudgedSystemAdmin(AISystemAdmin):
    """AI systems with their latest outcome."""

    change_form_template = "admin/audit/system.html"
    change_list_template = "admin/audit/systems.html"
    list_display = (  # type: ignore[assignment]  # the stubs fix the length of the register's own list
        "reference",
        "system_name",
        "vendor_name",
        "legal_class",
        "lock_in",
        "transparency",
        "openness",
        "answered",
        "next_date",
    )
    list_display_links = ("reference", "system_name")
    list_filter = (  # type: ignore[assignment]  # as above
        ClassFilter,
        LockInFilter,
        TransparencyFilter,
        OpennessFilter,
        "stage",
        VendorFilter,
    )
    list_select_related = ("standing",)
    actions = ("assess_now",)
    inlines = (ComponentInline, DependencyInline, DataFlowInline, EvidenceInline, ChosenControlInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AISystem]:
        """Fetch the main component and its vendor in one more query for the whole list."""
        main = SystemComponent.objects.filter(is_primary=True).select_related("component__vendor")
        return super().get_queryset(request).prefetch_related(Prefetch("uses", queryset=main, to_attr="main_uses"))

    def get_urls(self) -> list[URLPattern]:
        """Add the questionnaire, the two buttons and their progress."""
        protect = self.admin_site.admin_view
        return [
            path("<int:system_id>/questions/", protect(self.show_questions), name="governance_aisystem_questions"),
            path("<int:system_id>/assess/", protect(self.assess_one), name="governance_aisystem_assess"),
            path("<int:system_id>/report/", protect(self.make_report), name="governance_aisystem_report"),
            path("<int:system_id>/forms/<str:kind>/", protect(begin_form), name="governance_aisystem_form"),
            path("<int:system_id>/status/", protect(self.show_status), name="governance_aisystem_status"),
            *super().get_urls(),
        ]

    @admin.display(description="name", ordering="name")
    def system_name(self, system: AISystem) -> SafeString:
        """The name, and the main component below it."""
        uses = getattr(system, "main_uses", [])
        return format_html('{}<span class="under">{}</span>', system.name, uses[0].component if uses else "–")

    @admin.display(description="vendor")
    def vendor_name(self, system: AISystem) -> str:
        """The vendor of the main component."""
        uses = getattr(system, "main_uses", [])
        vendor = uses[0].component.vendor if uses else None
        return vendor.name if vendor else "–"

    @admin.display(description="EU AI Act", ordering="standing__aia_class")
    def legal_class(self, system: AISystem) -> SafeString | str:
        """The class, or which ones are still possible."""
        standing = find_standing(system)
        if standing is None or standing.assessment_id is None:
            return format_html('<span class="tag unknown">{}</span>', "not assessed")
        return class_tag(standing)

    @admin.display(description="lock-in", ordering="standing__lock_in_high")
    def lock_in(self, system: AISystem) -> SafeString:
        """The interval of the lock-in."""
        standing = find_standing(system) or Standing()
        return interval_bar(standing.lock_in_low, standing.lock_in_high, standing.lock_in_band, "Lock-in", 110)

    @admin.display(description="transparency risk", ordering="standing__transparency_high")
    def transparency(self, system: AISystem) -> SafeString:
        """The interval of the transparency risk."""
        standing = find_standing(system) or Standing()
        low, high = standing.transparency_low, standing.transparency_high
        return interval_bar(low, high, standing.transparency_band, "Transparency risk", 110)

    @admin.display(description="openness", ordering="standing__openness_status")
    def openness(self, system: AISystem) -> str:
        """The status word."""
        standing = find_standing(system)
        return openness_word(standing.openness_status) if standing and standing.openness_status else "–"

    @admin.display(description="answered", ordering="standing__completeness")
    def answered(self, system: AISystem) -> str:
        """The share of the questions that matter which are answered."""
        standing = find_standing(system)
        share = standing.completeness if standing else None
        return "–" if share is None else f"{share * 100:.0f} %"

    @admin.display(description="next step", ordering="standing__next_date_on")
    def next_date(self, system: AISystem) -> SafeString | str:
        """The next day to watch, and what happens on it."""
        standing = find_standing(system)
        step = next_step(standing) if standing else None
        if step is None:
            return "–"
        day = date_format(step.on, "j M Y") if step.on else "Stop"
        return format_html('{}<span class="under">{}</span>', day, step.what)

    @admin.action(description="Assess now", permissions=["request_assessment"])
    def assess_now(self, request: HttpRequest, systems: QuerySet[AISystem]) -> None:
        """Ask for a new assessment of the chosen systems."""
        keys = list(systems.values_list("pk", flat=True))
        count = request_assessment(system_ids=keys, requested_by=request.user.get_username())
        self.message_user(
            request, f"{count} system{' is' if count == 1 else 's are'} being assessed.", messages.SUCCESS
        )

    def has_request_assessment_permission(self, request: HttpRequest) -> bool:
        """Whether the person may ask for an assessment."""
        return bool(request.user.has_perm("audit.request_assessment"))

    def show_questions(self, request: HttpRequest, system_id: int) -> HttpResponse:
        """The questionnaire of one system."""
        return show_questions(self.admin_site, request, system_id)

    def assess_one(self, request: HttpRequest, system_id: int) -> HttpResponse:
        """Ask for a new assessment of this system."""
        system = self._find_for_post(request, system_id, "audit.request_assessment")
        request_assessment(system_ids=[system.pk], requested_by=request.user.get_username())
        return HttpResponseRedirect(reverse("admin:governance_aisystem_change", args=[system.pk]))

    def make_report(self, request: HttpRequest, system_id: int) -> HttpResponse:
        """Ask for a report on the latest assessment."""
        system = self._find_for_post(request, system_id, "audit.request_report")
        status = ReportStatus.FINAL if request.POST.get("status") == ReportStatus.FINAL else ReportStatus.DRAFT
        try:
            report = request_report(
                system_id=system.pk,
                status=status,
                requested_by=request.user.get_username(),
                language=request.POST.get("language"),
            )
        except (SystemBusyError, AssessmentFailedError, ReportRequestError) as wrong:
            messages.error(request, f"No report was made: {wrong}")
        else:
            if report.state == WorkState.DONE:
                messages.info(request, f"Nothing has changed since {report}; it stands below.")
        return HttpResponseRedirect(reverse("admin:governance_aisystem_change", args=[system.pk]))

    def show_status(self, request: HttpRequest, system_id: int) -> JsonResponse:
        """What is under way, for the script that watches it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        system = get_object_or_404(AISystem.objects.select_related("standing"), pk=system_id)
        panel = render_to_string("admin/audit/conclusions.html", self._describe(request, system))
        return JsonResponse({"is_working": read_work(system_id).is_working, "panel": panel})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show above the form what was concluded."""
        context = dict(extra_context or {})
        system = (
            AISystem.objects.select_related("standing").filter(pk=object_id).first() if object_id.isdigit() else None
        )
        if system is not None:
            context |= self._describe(request, system) | {
                "law_forms": show_forms(request, system),
                "duties_calendar": read_system_calendar(system_id=system.pk),
                "framework_controls": list_framework_controls(system=system, as_of=timezone.localdate()),
                "today": timezone.localdate(),
            }
        return super().change_view(request, object_id, form_url, context)

    def response_add(self, request: HttpRequest, obj: AISystem, post_url_continue: str | None = None) -> HttpResponse:
        """A new system goes on with its questions."""
        if {"_addanother", "_continue", "_popup"} & set(request.POST):
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, f"{obj} is in the register. Answer what decides its class.")
        return HttpResponseRedirect(reverse("admin:governance_aisystem_questions", args=[obj.pk]))

    def _find_for_post(self, request: HttpRequest, system_id: int, permission: str) -> AISystem:
        if request.method != "POST" or not request.user.has_perm(permission):
            raise PermissionDenied
        return get_object_or_404(AISystem, pk=system_id)

    def _describe(self, request: HttpRequest, system: AISystem) -> dict[str, Any]:
        standing = find_standing(system)
        return {
            "system": system,
            "standing": standing,
            "is_assessed": standing is not None and standing.assessment_id is not None,
            "work": read_work(system.pk),
            "reports": Report.objects.filter(system=system)[:5],
            "may_assess": request.user.has_perm("audit.request_assessment"),
            "may_report": request.user.has_perm("audit.request_report"),
        }


def find_standing(system: AISystem) -> Standing | None:
    """The system's standing; None before anything was judged."""
    return getattr(system, "standing", None)
