"""Who calls a component open: in which words, where, and on which day."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from governance.admin.days import name_day
from governance.admin.fields import DayField
from governance.admin.rows import EntryForm, RowsField
from governance.choices import ClaimSpeaker

_MISSING: Final = {
    "by": "Say who claims it; only its vendor’s or publisher’s own claim can be open-washing.",
    "says": "Say what is claimed, in its own words, for example “open source”.",
    "where": "Say where it stands: an address, or a document with its page.",
    "on": "Give the day of the claim, or the day on which you read it.",
}


class ClaimForm(EntryForm):
    """One claim. A claim of the catalogue that is left alone needs no more than it has."""

    entry_fields: ClassVar = ("by", "says", "quote", "where", "on")

    by = forms.ChoiceField(
        label="Who says it", choices=[("", "Choose who says it"), *ClaimSpeaker.choices], required=False
    )
    says = forms.CharField(
        label="What is claimed",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "open source"}),
    )
    on = DayField(label="On which day", required=False)
    where = forms.CharField(
        label="Where it stands",
        max_length=1000,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "https://"}),
    )
    quote = forms.CharField(
        label="The sentence it stands in, if you have it",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_where(self) -> str:
        """Refuse an address that cannot be one."""
        where: str = self.cleaned_data["where"]
        if where.casefold().startswith(("http:", "https:", "www.")):
            try:
                URLValidator(schemes=["http", "https"])(where)
            except ValidationError:
                raise ValidationError(
                    f"“{where}” is not an address; give one such as https://example.com/model.", code="address"
                ) from None
        return where

    def clean_on(self) -> date | None:
        """Refuse a day that has not come."""
        day: date | None = self.cleaned_data["on"]
        if day is not None and day > timezone.localdate():
            raise ValidationError(f"{name_day(day)} has not come yet; give the day of the claim.", code="future")
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for what a claim cannot do without, unless nothing was changed."""
        data: dict[str, Any] = super().clean() or {}
        if self.errors or not self.is_as_before():
            for name, message in _MISSING.items():
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, message)
        return data

    def read(self) -> dict[str, Any]:
        """The claim with its day as text."""
        entry = super().read()
        entry["on"] = entry["on"].isoformat() if entry.get("on") else None
        return entry


def make_claims_field() -> RowsField:
    """The field of all claims; what an officer enters is marked, so that the catalogue never takes it away."""
    return RowsField(
        row=ClaimForm,
        label="Claims",
        add_text="Add a claim",
        added={"entered": True},
        help_text="What is said of its openness, by whom, where and when. What you enter here stays when the "
        "catalogue is loaded again.",
    )
