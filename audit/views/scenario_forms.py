"""The forms of the stress scenarios: each asks only what its scenario takes, picked from what the register holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django_countries import countries

from audit.portfolio.stress.scenarios import DECISIONS
from audit.selectors.scenario_choices import ScenarioChoices
from governance.choices import TransferTool

_LATER: Final = "Empty: today."


class ScenarioForm(forms.Form):
    """One scenario; ``asks`` says what it asks. The words are those of the command and the API."""

    name: ClassVar[str]
    title: ClassVar[str]
    asks: ClassVar[str]
    prefix_fields: ClassVar[tuple[str, ...]]

    on = forms.DateField(
        label="On which day",
        required=False,
        help_text=_LATER,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label="Why it is run", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, choices: ScenarioChoices) -> None:
        super().__init__(data, auto_id=f"{self.name}_%s")
        offered = {
            "vendor": choices.vendors,
            "host": choices.hosts,
            "component": choices.components,
            "country": [(code, str(countries.name(code) or code)) for code in choices.countries],
        }
        for name, field in self.fields.items():
            if name in offered and isinstance(field, forms.ChoiceField):
                many = isinstance(field, forms.MultipleChoiceField)
                blank = [] if many else [("", "choose" if field.required else "any")]
                field.choices = [*blank, *offered[name]]
        self.order_fields([*self.prefix_fields, "on", "note"])

    def to_words(self) -> dict[str, str]:
        """The parameters as ``manage.py stress`` takes them."""
        words: dict[str, str] = {}
        for name in (*self.prefix_fields, "on"):
            value = self.cleaned_data.get(name)
            if value:
                words[name] = ",".join(value) if isinstance(value, list) else str(value)
        return words


class VendorGoneForm(ScenarioForm):
    """A company and its group."""

    name = "vendor_gone"
    title = "A vendor is gone"
    asks = "A company and its whole group end today or on a day: who stands still, for how long, with which plan."
    prefix_fields = ("vendor",)
    vendor = forms.ChoiceField(label="Vendor")


class ModelRetiredForm(ScenarioForm):
    """A version at one host or at all."""

    name = "model_retired"
    title = "A model is retired"
    asks = "A version ends at one host or everywhere but on our own machines."
    prefix_fields = ("component", "host")
    component = forms.ChoiceField(label="Model or component")
    host = forms.ChoiceField(label="At which host", required=False)
    on = forms.DateField(label="On which day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class PriceTimesForm(ScenarioForm):
    """A factor, of a vendor or a component, or of all."""

    name = "price_times"
    title = "Prices rise"
    asks = "Unit prices times a factor from a day on: what each system costs by year, as agreed and then."
    prefix_fields = ("times", "vendor", "component")
    times = forms.DecimalField(label="Times", min_value=0, max_digits=8, decimal_places=3, initial=2)
    vendor = forms.ChoiceField(label="Of which vendor", required=False)
    component = forms.ChoiceField(label="For which component", required=False)


class TransferStoppedForm(ScenarioForm):
    """Tools that fall away for countries."""

    name = "transfer_stopped"
    title = "A transfer is stopped"
    asks = "An adequacy decision or another tool falls away: which data flows would have no basis."
    prefix_fields = ("country", "tool")
    country = forms.MultipleChoiceField(label="To which countries", widget=forms.CheckboxSelectMultiple)
    tool = forms.MultipleChoiceField(
        label="Which tools fall away",
        choices=[
            (tool.value, tool.label)
            for tool in TransferTool
            if tool not in (TransferTool.UNKNOWN, TransferTool.NONE, TransferTool.NOT_NEEDED)
        ],
        initial=sorted(DECISIONS),
        widget=forms.CheckboxSelectMultiple,
    )


class LicenceChangedForm(ScenarioForm):
    """A component's new terms."""

    name = "licence_changed"
    title = "A licence changes"
    asks = "The terms of a component get worse: who loses the right to it or an exemption, judged on the changed facts."
    prefix_fields = ("component", "to")
    component = forms.ChoiceField(label="Component")
    to = forms.ChoiceField(
        label="Its licence", choices=[("restricted", "becomes restricted"), ("forbids_us", "forbids our use")]
    )


FORMS: Final[Mapping[str, type[ScenarioForm]]] = {
    form.name: form
    for form in (VendorGoneForm, ModelRetiredForm, PriceTimesForm, TransferStoppedForm, LicenceChangedForm)
}
