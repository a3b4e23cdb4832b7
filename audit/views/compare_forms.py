"""The form of a decision memo: up to three choices, each a component of the register with how it would be run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from audit.reports.memo.asking import MOST_CHOICES
from governance.choices import ComponentKind, HostRole, RunMode
from governance.models import Component, HostOffer, Vendor

SHOWN: Final = min(3, MOST_CHOICES)
_RUNNABLE: Final = (ComponentKind.MODEL, ComponentKind.ASSISTANT, ComponentKind.SERVICE)
_COSTS: Final = ("hardware", "staff", "licence", "running")
_MONEY: Final = {"required": False, "min_value": 0, "max_digits": 14, "decimal_places": 4}


class ChoiceForm(forms.Form):
    """One choice. Empty is no choice; costs are asked for only where it would run on our own machines."""

    component = forms.TypedChoiceField(label="Component", required=False, coerce=int, empty_value=None)
    run_mode = forms.ChoiceField(label="How it would be run", required=False)
    host = forms.TypedChoiceField(label="Run by", required=False, coerce=int, empty_value=None)
    hardware = forms.DecimalField(label="Hardware a year", **_MONEY)  # type: ignore[arg-type] # the same for all four
    staff = forms.DecimalField(label="Staff a year", **_MONEY)  # type: ignore[arg-type] # as above
    licence = forms.DecimalField(label="Licence a year", **_MONEY)  # type: ignore[arg-type] # as above
    running = forms.DecimalField(label="Running cost of a unit", **_MONEY)  # type: ignore[arg-type] # as above
    currency = forms.CharField(label="Currency", required=False, max_length=3)
    source = forms.CharField(label="Where the costs come from", required=False, max_length=200)
    source_on = forms.DateField(
        label="As of", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any = None, *, number: int, offered: Offered) -> None:
        super().__init__(data, prefix=f"choice{number}", auto_id="%s")
        self.number = number
        for name, choices in (("component", offered.components), ("host", offered.hosts)):
            self.fields[name].choices = [("", "–"), *choices]  # type: ignore[attr-defined] # they are choice fields
        self.fields["run_mode"].choices = [("", "–"), *RunMode.choices]  # type: ignore[attr-defined] # as above

    @property
    def asks_costs(self) -> bool:
        """Whether costs were given, so that their part stands open."""
        return any(self[name].value() for name in _COSTS)

    def clean(self) -> dict[str, Any]:
        """A choice needs both, the component and how it would be run."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("component") and not given.get("run_mode"):
            self.add_error("run_mode", "Say how it would be run.")
        if given.get("run_mode") and not given.get("component"):
            self.add_error("component", "Choose what would be run.")
        return given

    def to_choice(self) -> dict[str, Any] | None:
        """The choice as ``request_report`` takes it; none where nothing was chosen."""
        given = self.cleaned_data
        if not given.get("component"):
            return None
        choice: dict[str, Any] = {"component": given["component"], "run_mode": given["run_mode"]}
        if given.get("host"):
            choice["host"] = given["host"]
        if any(given.get(name) is not None for name in _COSTS):
            choice["hosting"] = {name: str(given.get(name) or 0) for name in _COSTS} | {
                "currency": given.get("currency", "").upper(),
                "source": given.get("source", ""),
                "source_on": given["source_on"].isoformat() if given.get("source_on") else "",
            }
        return choice


class Offered:
    """What the register holds to choose from, read once for all choices of the page."""

    def __init__(self) -> None:
        rows = Component.objects.filter(kind__in=_RUNNABLE).order_by("name", "version")
        self.components: Sequence[tuple[int, str]] = [
            (pk, f"{name} {version}".strip()) for pk, name, version in rows.values_list("pk", "name", "version")
        ]
        hosts = HostOffer.objects.filter(role=HostRole.HOST).values("company")
        self.hosts: Sequence[tuple[int, str]] = [
            *Vendor.objects.filter(pk__in=hosts).order_by("name").values_list("pk", "name")
        ]


def build_forms(data: Any = None) -> list[ChoiceForm]:
    """The forms of the page, filled with what was sent."""
    offered = Offered()
    return [ChoiceForm(data, number=number, offered=offered) for number in range(1, SHOWN + 1)]
