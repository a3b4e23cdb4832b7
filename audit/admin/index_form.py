"""The form on which an officer judges a component by the dimensions of the European Open Source AI Index."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone

from audit.engine.openness import OpennessTables
from governance.admin.days import name_day
from governance.admin.fields import DayField
from governance.choices import EvidenceGrade
from governance.services.recording import PlainValue

_VALUES: Final = (("", "Not judged yet"), ("open", "Open"), ("partial", "Partly open"), ("closed", "Closed"))
_PREFIX: Final = "dimension-"
_SUPPORT: Final = ("source", "on", "grade", "note")


class IndexForm(forms.Form):
    """One choice for each dimension of the present set, and where the judgement comes from."""

    types = forms.MultipleChoiceField(
        label="What the model works on",
        choices=[(name, name) for name in ("text", "image", "code", "video", "audio")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    source = forms.CharField(
        label="Where this is written",
        max_length=1000,
        required=False,
        help_text="The entry of the index, or who judged it here.",
    )
    on = DayField(label="On which day", required=False)
    grade = forms.ChoiceField(
        label="How well supported", choices=[("", "Not judged yet"), *EvidenceGrade.choices], required=False
    )
    note = forms.CharField(label="Note", max_length=2000, required=False)

    def __init__(self, tables: OpennessTables, stored: Mapping[str, Any], data: Any = None) -> None:
        self.tables = tables
        self.stored = stored
        answers = stored.get("dimensions") or {}
        shown = {name: stored.get(name) or "" for name in _SUPPORT} | {"types": stored.get("types") or []}
        super().__init__(data, initial=shown)
        for each in tables.dimensions:
            self.fields[_PREFIX + each.id] = forms.ChoiceField(
                label=each.title,
                choices=_VALUES,
                required=False,
                initial=answers.get(each.id, ""),
                widget=forms.RadioSelect,
            )

    def dimensions(self) -> list[tuple[str, list[BoundField]]]:
        """The choices by category, in the order of the set."""
        groups: dict[str, list[BoundField]] = {}
        for each in self.tables.dimensions:
            groups.setdefault(each.category, []).append(self[_PREFIX + each.id])
        return list(groups.items())

    def support(self) -> list[BoundField]:
        """The fields that say where the judgement comes from."""
        return [self[name] for name in _SUPPORT]

    def clean_on(self) -> date | None:
        """Refuse a day that has not come."""
        day: date | None = self.cleaned_data["on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(f"{name_day(day)} has not come yet; give the day of the judgement.")
        return day

    def clean(self) -> dict[str, Any]:
        """What is judged needs its source, its day, and what the model works on."""
        data: dict[str, Any] = super().clean() or {}
        if any(data.get(_PREFIX + each.id) for each in self.tables.dimensions):
            for name, message in (
                ("types", "Tick what the model works on; the dimensions that apply depend on it."),
                ("source", "Say where this is written; a judgement needs its source."),
                ("on", "Give the day of the judgement."),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, message)
        return data

    def read_answers(self) -> dict[str, PlainValue]:
        """The answers as a component keeps them; nothing where nothing is judged.

        An entry of the catalogue that is sent back as it was shown is kept to the letter.
        """
        data = self.cleaned_data
        judged: dict[str, PlainValue] = {
            each.id: data[_PREFIX + each.id] for each in self.tables.dimensions if data[_PREFIX + each.id]
        }
        if not judged:
            return {}
        read: dict[str, PlainValue] = {
            "set": self.tables.dimensions_from,
            "types": [*data["types"]],
            "dimensions": judged,
            "source": data["source"],
            "on": data["on"].isoformat() if data["on"] else None,
            "grade": data["grade"],
            "note": data["note"],
        }
        is_same = all((self.stored.get(name) or None) == (value or None) for name, value in read.items())
        return dict(self.stored) if is_same else read
