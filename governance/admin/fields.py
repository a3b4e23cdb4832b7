"""Form fields for what officers enter: three-state answers, days, and lists as checkboxes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError

from governance.services.checking import EARLIEST_DAY, check_day
from governance.vocabulary import load_vocabulary

if TYPE_CHECKING:
    RowForm = forms.ModelForm[Any]
else:
    RowForm = forms.ModelForm

NOT_KNOWN: Final = "Not known yet"
NONE_OF_THESE: Final = "__none__"


class ThreeStateSelect(forms.NullBooleanSelect):
    """Yes, no, or not known yet: the empty state is never called “no”."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.choices = [("unknown", NOT_KNOWN), ("true", "Yes"), ("false", "No")]


class DayInput(forms.DateInput):
    """The browser's own day picker; works without scripts and speaks the person's language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"min": EARLIEST_DAY.isoformat(), **(attrs or {})}, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day, not before 1900."""

    widget = DayInput
    default_error_messages = {
        "invalid": "This is not a day. Give one such as 2026-11-20.",
        "required": "Please fill this in.",
    }

    def validate(self, value: date | None) -> None:
        """Refuse a day that cannot be meant."""
        super().validate(value)
        if value is not None and (problem := check_day(value)):
            raise ValidationError(f"{problem}.", code="before_1900")


class PlainDecimalField(forms.DecimalField):
    """A number shown without the zeros that its column keeps: many read 400.000 as four hundred thousand."""

    def prepare_value(self, value: Any) -> Any:
        """The number as it was meant."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) and value.is_finite() else value


class CheckedListField(forms.MultipleChoiceField):
    """A list as checkboxes. With ``three_state`` nothing ticked is not known (None), and “none of these” is [].

    Without it nothing ticked is an empty list.
    """

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, choices: Sequence[tuple[str, str]], three_state: bool = False, **options: Any) -> None:
        self.three_state = three_state
        offered = [*choices, (NONE_OF_THESE, "None of these")] if three_state else list(choices)
        options.setdefault("required", False)
        super().__init__(choices=offered, **options)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was sent: nothing ticked is still not known when the form comes back for another field's error."""
        return super().bound_data(data, initial) or None

    def prepare_value(self, value: Any) -> Any:
        """What is ticked at first: a list that is known to be empty ticks “none of these”."""
        return [NONE_OF_THESE] if self.three_state and value == [] else value

    def clean(self, value: Any) -> list[str] | None:
        """Give the list, or None if nothing is known."""
        ticked: list[str] = super().clean(value)
        if not self.three_state:
            return ticked
        if not ticked:
            return None
        if NONE_OF_THESE in ticked:
            if len(ticked) > 1:
                raise ValidationError("Tick either “none of these” or what there is, not both.", code="both")
            return []
        return ticked

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is ticked, so that an unknown list is not taken for an empty one."""
        return set(self.prepare_value(initial) or ()) != set(data or ())


def choices_of(key: str) -> list[tuple[str, str]]:
    """The choices of a fact of the vocabulary as a form takes them."""
    return [(choice.value, choice.label) for choice in load_vocabulary().facts[key].choices]


def facts_by_section() -> list[tuple[str, list[tuple[str, str]]]]:
    """All facts that evidence can support, as (section, [(key, question)])."""
    vocabulary = load_vocabulary()
    groups = (
        (
            section.title,
            [(fact.key, fact.question) for fact in vocabulary.facts_in(section.id) if fact.source != "derived"],
        )
        for section in vocabulary.sections
    )
    return [(title, facts) for title, facts in groups if facts]
