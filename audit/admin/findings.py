"""The screen of findings: what is wrong, what management says to it, and who accepts the risk."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR
from django.core.paginator import Page, Paginator
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.models import Finding, Rating, Response
from audit.reports.wording import short_day
from audit.selectors.among import among
from audit.selectors.findings import FoundFindings, name_few
from audit.services.accepting import AcceptanceError, confirm_acceptance, propose_acceptance
from audit.services.responding import FindingClosedError, find_problems_in_form, respond_to_finding
from audit.views.words import name_facts_in
from governance.admin.base import FormFieldsMixin, NamedAdmin
from governance.admin.fields import DayField, RowForm
from governance.admin.paging import PlainPaginator

_TONES = {
    Rating.VERY_HIGH: "very-high",
    Rating.HIGH: "high",
    Rating.MODERATE: "moderate",
    Rating.LOW: "low",
}


GRAVEST_FIRST: Final = Case(
    *(When(rating=rating, then=place) for place, rating in enumerate(reversed(Rating.values))), default=9
)


class StateFilter(admin.SimpleListFilter):
    """Open findings, unless others are asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """What can be asked for beside the open ones."""
        return [("unanswered", "Open, without a response"), ("closed", "Closed"), ("all", "Open and closed")]

    def choices(self, changelist: Any) -> Any:
        """Call the first choice what it is."""
        first, *others = super().choices(changelist)
        yield {**first, "display": "Open"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Finding]) -> QuerySet[Finding]:
        """Keep the findings in that state."""
        match self.value():
            case "all":
                return queryset
            case "closed":
                return queryset.filter(closed_on__isnull=False)
            case "unanswered":
                return queryset.filter(closed_on__isnull=True, response=Response.NONE)
            case _:
                return queryset.filter(closed_on__isnull=True)


class FindingForm(RowForm):
    """The response of management, and the acceptance of the risk by two people."""

    accept_until = DayField(
        required=False,
        label="Propose to accept the risk until",
        help_text="A second person has to confirm; only then does it count.",
    )
    confirm = forms.BooleanField(
        required=False,
        label="I confirm the acceptance that was proposed",
        help_text="Not by the person who proposed it.",
    )

    person: ClassVar[str] = ""

    class Meta:
        model = Finding
        fields = ("response", "response_text", "owner", "due_on")
        labels = {"response_text": "What will be done, or why not", "owner": "Who acts", "due_on": "Until"}

    def clean(self) -> dict[str, Any]:
        """An agreed finding names who acts and until when; a disputed one says why."""
        data: dict[str, Any] = super().clean() or {}
        for name, message in find_problems_in_form(data, self.instance).items():
            if name not in self.errors:
                self.add_error(name, message)
        self._check_acceptance(data)
        return data

    def _check_acceptance(self, data: dict[str, Any]) -> None:
        until, finding = data.get("accept_until"), self.instance
        if until and until <= timezone.localdate():
            self.add_error("accept_until", "This day is not to come; give one after today.")
        if not data.get("confirm"):
            return
        if until:
            self.add_error("confirm", "Propose or confirm, not both: two people are needed.")
        elif finding.acceptance_proposed_until is None:
            self.add_error("confirm", "Nobody has proposed to accept this risk; a first person has to do that.")
        elif finding.accepted_by == self.person:
            self.add_error("confirm", "You proposed it yourself; a second person has to confirm.")


class GravestFirstPaginator(PlainPaginator):
    """Pages in the usual order, each found in an index: sorting a million findings took a second a page, and more."""

    object_list: QuerySet[Finding]

    def page(self, number: int | str) -> Page[Finding]:
        """The findings of one page."""
        valid = self.validate_number(number)
        ids = [*FoundFindings(self.object_list).list_ids((valid - 1) * self.per_page, self.per_page)]
        rows = Finding.objects.select_related("system").filter(among("id", ids)).order_by(*FindingAdmin.ordering)
        return Page(list(rows), valid, self)


@admin.register(Finding)
class FindingAdmin(FormFieldsMixin, NamedAdmin):
    """Findings over all systems."""

    form = FindingForm
    list_display = ("rated", "title", "system", "area", "response", "owner", "due_on", "closed_on")
    list_display_links = ("title",)
    list_filter = (StateFilter, "rating", "area", "response")
    ordering = (GRAVEST_FIRST, "opened_on", "id")
    list_select_related = ("system",)
    search_fields = ("title", "key", "system__name", "system__reference", "owner")
    actions = None
    readonly_fields = (
        "system",
        "rated",
        "title",
        "condition",
        "criterion",
        "cause",
        "effect",
        "recommendation",
        "opened_on",
        "closed_on",
        "cause_of_closing",
        "response_by",
        "response_on",
        "acceptance",
    )
    fieldsets = (
        ("What was found", {"fields": ("title", "rated", "system", "condition", "criterion", "cause", "effect")}),
        ("What to do", {"fields": ("recommendation",)}),
        (
            "What management says",
            {"fields": ("response", "response_text", ("owner", "due_on"), ("response_by", "response_on"))},
        ),
        ("Accepting the risk", {"fields": ("acceptance", "accept_until", "confirm"), "classes": ("collapse",)}),
        ("Since when", {"fields": (("opened_on", "closed_on"), "cause_of_closing"), "classes": ("collapse",)}),
    )

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[Finding],
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> Paginator[Any]:
        """Take the pages from the index, unless another order is asked for."""
        if ORDER_VAR in request.GET:
            return super().get_paginator(request, queryset, per_page, orphans, allow_empty_first_page)
        return GravestFirstPaginator(queryset, per_page, orphans, allow_empty_first_page)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Finding], search_term: str
    ) -> tuple[QuerySet[Finding], bool]:
        """Look once for what no index tells."""
        found, has_doubles = super().get_search_results(request, queryset, search_term)
        named = name_few(found) if search_term else None
        return (found if named is None else queryset.filter(named)), has_doubles

    def get_form(self, request: HttpRequest, obj: Finding | None = None, change: bool = False, **options: Any) -> Any:
        """The form knows who fills it in: nobody confirms what they proposed themselves."""
        made = super().get_form(request, obj, change, **options)
        return type("PersonalFindingForm", (made,), {"person": request.user.get_username()})

    def has_change_permission(self, request: HttpRequest, obj: Finding | None = None) -> bool:
        """A closed finding is history."""
        return super().has_change_permission(request, obj) and (obj is None or obj.closed_on is None)

    def get_fieldsets(self, request: HttpRequest, obj: Finding | None = None) -> Any:
        """Those who only read see who accepted the risk, and nothing to fill in."""
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return fieldsets
        typed = ("accept_until", "confirm")
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name not in typed]})
            for title, options in fieldsets
        ]

    @admin.display(description="rating", ordering="rating")
    def rated(self, finding: Finding) -> SafeString:
        """The rating in its tone."""
        tone = _TONES[Rating(finding.rating)]
        return format_html('<span class="tag {}">{}</span>', tone, finding.get_rating_display().lower())

    @admin.display(description="closed because")
    def cause_of_closing(self, finding: Finding) -> str:
        """What moved, with facts by their questions."""
        return name_facts_in(finding.closed_because) or "–"

    @admin.display(description="accepted")
    def acceptance(self, finding: Finding) -> str:
        """Who accepted the risk until when, or what waits for a second person."""
        if finding.accepted_until:
            people = f"{finding.accepted_by}, confirmed by {finding.acceptance_confirmed_by}"
            return f"Until {short_day(finding.accepted_until)}, by {people}."
        if finding.acceptance_proposed_until:
            day = short_day(finding.acceptance_proposed_until)
            return f"{finding.accepted_by} proposes to accept it until {day}; a second person has to confirm."
        return "The risk is not accepted."

    def save_model(self, request: HttpRequest, obj: Finding, form: Any, change: bool) -> None:
        """Record the response, and the proposal or the confirmation, through the services."""
        person, today, data = request.user.get_username(), timezone.localdate(), form.cleaned_data
        try:
            respond_to_finding(
                finding_id=obj.pk,
                response=data["response"],
                text=data["response_text"],
                owner=data["owner"],
                due_on=data["due_on"],
                responded_by=person,
                responded_on=today,
            )
            if data.get("accept_until"):
                propose_acceptance(finding_id=obj.pk, until=data["accept_until"], proposed_by=person, as_of=today)
            if data.get("confirm"):
                confirm_acceptance(finding_id=obj.pk, confirmed_by=person)
        except (FindingClosedError, AcceptanceError) as wrong:
            messages.error(request, str(wrong))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Findings come from assessments only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A finding closes by itself when its cause is gone."""
        return False
