"""The screens of controls with the obligations of the rule packs to choose from: nobody types a rule's id."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

from django import forms
from django.contrib import admin

from audit.engine.rules import Rule
from audit.rulepacks import load_packs
from governance.admin.evidence import ControlAdmin, ControlInline
from governance.admin.forms import ControlForm
from governance.models import ControlStatus

Group: TypeAlias = tuple[str, list[tuple[str, str]]]

admin.site.unregister(ControlStatus)


class ChosenControlForm(ControlForm):
    """What was done for one obligation of the packs."""

    obligation = forms.ChoiceField(choices=())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields.get("obligation")
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Choose an obligation"), *offer_obligations(self.instance.obligation)]


class ChosenControlInline(ControlInline):
    """The controls of a system."""

    form = ChosenControlForm


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

    @admin.display(description="obligation", ordering="obligation")
    def title(self, control: ControlStatus) -> str:
        """The obligation in words."""
        return name_obligation(control.obligation)


def offer_obligations(current: str) -> list[Group]:
    """All obligations by act; one that is recorded under another of its names keeps that name."""
    groups: list[Group] = []
    known: set[str] = set()
    for title, rules in _rules_by_act():
        members = []
        for rule in rules:
            value = current if current in (rule.id, rule.row) else rule.id
            known.add(value)
            members.append((value, _label(rule)))
        groups.append((title, members))
    if current and current not in known:
        groups.append(("No longer in the rules", [(current, current)]))
    return groups


def name_obligation(obligation: str) -> str:
    """The obligation in words; its id where no pack knows it."""
    for _, rules in _rules_by_act():
        for rule in rules:
            if obligation in (rule.id, rule.row):
                return _label(rule)
    return obligation


@lru_cache(maxsize=1)
def _rules_by_act() -> tuple[tuple[str, tuple[Rule, ...]], ...]:
    return tuple((pack.title, tuple(pack.rules)) for pack in load_packs().regulatory)


def _label(rule: Rule) -> str:
    return f"{rule.row} {rule.about.get('title', '')}".strip()
