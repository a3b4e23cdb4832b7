"""The screens of controls with the obligations of the rule packs, and the controls of frameworks, to choose from.

Nobody types a rule's id. What a form of the law serves is recorded with that form, not by hand.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from audit.engine.rules import Rule
from audit.rulepacks import load_packs
from audit.rulepacks.frameworks import load_frameworks
from audit.services.framework_controls import Reach, find_control, find_expiry, map_reach
from audit.services.law_forms import TITLES
from audit.snapshots.law_records import SERVED
from governance.admin.evidence import ControlAdmin, ControlInline
from governance.admin.forms import ControlForm
from governance.choices import ControlState
from governance.models import ControlStatus

Group: TypeAlias = tuple[str, list[tuple[str, str]]]

admin.site.unregister(ControlStatus)


class ChosenControlForm(ControlForm):
    """What was done for one obligation of the packs, or for one control of a framework."""

    obligation = forms.ChoiceField(
        choices=(),
        label="Obligation or control",
        help_text="A control of a framework counts for every obligation that accepts it; each says for which.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.obligation:
            self.instance.in_words = name_obligation(self.instance.obligation)
        field = self.fields.get("obligation")
        if isinstance(field, forms.ChoiceField):
            field.choices = self.offer()

    def offer(self) -> list[Any]:
        """All there is to choose from."""
        return [("", "Choose an obligation or a control"), *offer_obligations(self.instance.obligation)]

    def clean(self) -> dict[str, Any]:
        """Send what has a form of its own to that form."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("obligation"):
            self.instance.in_words = name_obligation(data["obligation"])  # for messages and the history
        kind = _form_for(str(data.get("obligation", "")))
        is_claimed = data.get("status") in (ControlState.MET, ControlState.PARTLY)
        if kind and is_claimed and {"obligation", "status"} & set(self.changed_data):
            self.add_error(
                "status",
                f"This is shown element by element: begin “{kind}” under Forms of the law on the system’s page. "
                "By hand only “not met” or “does not apply” can be recorded.",
            )
        return data


class KeptControlForm(ChosenControlForm):
    """As above, in a long list: a row that is recorded keeps its obligation, so that the page stays light."""

    def offer(self) -> list[Any]:
        """All for a new row; for one that is recorded its own."""
        if self.instance.pk is None:
            return super().offer()
        return [(self.instance.obligation, name_obligation(self.instance.obligation))]


class ChosenControlInline(ControlInline):
    """The controls of a system."""

    form = KeptControlForm
    fields = (  # type: ignore[assignment]  # the stubs fix the length of the register's own list
        ("obligation", "status"),
        "counts_for",
        "reason",
        ("responsible", "recorded_on", "expires_on"),
        "evidence",
    )
    readonly_fields = ("counts_for",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ControlStatus]:
        """Fetch the evidence of all controls at once."""
        return super().get_queryset(request).prefetch_related("evidence")

    @admin.display(description="Counts for")
    def counts_for(self, control: ControlStatus) -> SafeString | str:
        """The obligations that accept it, and until when it counts."""
        return describe_reach(control)


@admin.register(ControlStatus)
class ChosenControlAdmin(ControlAdmin):
    """All controls, with what each obligation says."""

    form = ChosenControlForm
    list_display = (
        "title",
        "status",
        "system",
        "legal_entity",
        "responsible",
        "expires_on",
    )
    readonly_fields = ("counts_for", "title")

    class Media:
        css = {"all": ("register/law.css",)}

    fieldsets = (
        ("Whose it is", {"fields": (("system", "legal_entity"), "obligation", "counts_for")}),
        ("How far it is met", {"fields": ("status", "reason", "responsible", "evidence")}),
        ("How long it counts", {"fields": (("recorded_on", "expires_on"),)}),
    )

    def render_change_form(  # noqa: PLR0917 - Django passes them by position
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: ControlStatus | None = None,
    ) -> HttpResponse:
        """Give the page the name of what was chosen, in words."""
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if obj is not None and isinstance(response, TemplateResponse) and response.context_data is not None:
            response.context_data["title"] = f"{name_obligation(obj.obligation)}: {obj.get_status_display().lower()}"
        return response

    def action_checkbox(self, obj: ControlStatus) -> SafeString:
        """The tick of a row, which tells those who hear the page what it is in words."""
        obj.in_words = name_obligation(obj.obligation)
        return super().action_checkbox(obj)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> ControlStatus | None:
        """The control, which knows its obligation in words from here on: in the trail, in messages, in the history."""
        control: ControlStatus | None = super().get_object(request, object_id, from_field)
        if control is not None:
            control.in_words = name_obligation(control.obligation)
        return control

    def get_fieldsets(self, request: HttpRequest, obj: ControlStatus | None = None) -> Any:
        """Those who only read see the obligation in words."""
        if self.has_change_permission(request, obj):
            return self.fieldsets
        whose, *others = self.fieldsets
        return [(whose[0], {"fields": (("system", "legal_entity"), "title", "counts_for")}), *others]

    @admin.display(description="obligation", ordering="obligation")
    def title(self, control: ControlStatus) -> str:
        """The obligation in words."""
        return name_obligation(control.obligation)

    @admin.display(description="Counts for")
    def counts_for(self, control: ControlStatus) -> SafeString | str:
        """The obligations that accept it, and until when it counts."""
        return describe_reach(control)


def describe_reach(control: ControlStatus) -> SafeString | str:
    """What a recorded control counts for today, and until when; an obligation’s own control counts for that one."""
    if not control.obligation:
        return "Shown once it is saved."
    today = timezone.localdate()
    if find_control(control.obligation) is None:
        return "This obligation alone"
    reach = map_reach(today).get(control.obligation, Reach())
    lines = [("Meets", rule) for rule in reach.meets] + [("Helps, in part,", rule) for rule in reach.helps]
    if not lines:
        return "No obligation of the law accepts it; it is kept as a record."
    served = format_html_join(
        "", "<li>{} <b>{}</b> {}</li>", ((how, r.row, r.about.get("title", "")) for how, r in lines)
    )
    return format_html('<ul class="counts-for">{}</ul><span class="under">{}</span>', served, _say_until(control))


def _say_until(control: ControlStatus) -> str:
    today = timezone.localdate()
    expires_on = find_expiry(control, today)
    if control.status != ControlState.MET:
        return "It counts only once it is met."
    if expires_on is None:
        return "It counts; nothing of it expires."
    day = date_format(expires_on, "j F Y")
    return f"It counts until {day}." if today < expires_on else f"It has not counted since {day}: renew its evidence."


def offer_obligations(current: str) -> list[Group]:
    """All obligations by act and all controls by framework; one recorded under another of its names keeps that name."""
    groups: list[Group] = []
    known: set[str] = set()
    for title, rules in _rules_by_act():
        members = []
        for rule in rules:
            value = current if current in (rule.id, rule.row) else rule.id
            known.add(value)
            members.append((value, _label(rule)))
        groups.append((title, members))
    for framework in load_frameworks():
        members = [(control.id, name_obligation(control.id)) for control in framework.controls]
        known.update(control.id for control in framework.controls)
        groups.append((f"Controls of {framework.title}", members))
    if current and current not in known:
        groups.append(("No longer in the rules", [(current, current)]))
    return groups


def name_obligation(obligation: str) -> str:
    """The obligation or the control in words; its id where no pack and no framework knows it."""
    found = find_control(obligation)
    if found is not None:
        reach = map_reach(timezone.localdate()).get(obligation, Reach())
        return f"{found[1].identifier} {found[1].about} ({reach.in_words})"
    for _, rules in _rules_by_act():
        for rule in rules:
            if obligation in (rule.id, rule.row):
                return _label(rule)
    return obligation


def _form_for(obligation: str) -> str:
    """The title of the form of the law that serves an obligation; empty if there is none."""
    for kind, group in SERVED.items():
        if any(obligation in served.names for served in group):
            return TITLES[kind][0]
    return ""


@lru_cache(maxsize=1)
def _rules_by_act() -> tuple[tuple[str, tuple[Rule, ...]], ...]:
    return tuple((pack.title, tuple(pack.rules)) for pack in load_packs().regulatory)


def _label(rule: Rule) -> str:
    return f"{rule.row} {rule.about.get('title', '')}".strip()
