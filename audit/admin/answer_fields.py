"""Form fields for answers: “not known yet” is always possible, “none” only where it means something."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django_countries import countries

from governance.admin.fields import NOT_KNOWN, CheckedListField, DayField
from governance.services.answering import Answer, AnswerValue
from governance.services.checking import check_value
from governance.vocabulary import VocabularyFact

Stored: TypeAlias = Mapping[str, Any]

YES: Final = "yes"
NO: Final = "no"
NONE: Final = "none"
NONE_LISTED: Final = "none_listed"


class AnswerField(forms.Field):
    """The answer to one question; cleans to an ``Answer``, or to None while it is not known."""

    def __init__(self, fact: VocabularyFact) -> None:
        self.fact = fact
        self.inner = _make_inner(fact)
        super().__init__(required=False, label=fact.question, help_text=fact.help, widget=self.inner.widget)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was typed, as the field of its type reads it."""
        return self.inner.bound_data(data, initial)

    def prepare_value(self, value: Any) -> Any:
        """What the field shows for a stored value."""
        return self.inner.prepare_value(value)

    def clean(self, value: Any) -> Answer | None:
        """Read what was typed; raises ``ValidationError`` that says what would be right."""
        typed = self.inner.clean(value)
        if typed is None or typed == "":
            return None
        answer = _to_value(self.fact, typed)
        if problem := check_value(self.fact, answer):
            raise ValidationError(f"{problem}.", code="invalid")
        return Answer(answer)


def show_value(fact: VocabularyFact, value: Any) -> Any:
    """A stored value as the field shows it."""
    if value is None:
        return None
    if fact.type == "bool":
        return YES if value else NO
    if fact.type in ("list[str]", "list[iso2]"):
        return NONE if value == [] else ", ".join(value)
    return value


def _make_inner(fact: VocabularyFact) -> forms.Field:
    unknown = ("", NOT_KNOWN)
    match fact.type:
        case "bool":
            return forms.ChoiceField(
                choices=[(YES, "Yes"), (NO, "No"), unknown], required=False, widget=forms.RadioSelect
            )
        case "enum":
            choices = [(choice.value, choice.label) for choice in fact.choices]
            return forms.ChoiceField(choices=[*choices, unknown], required=False, widget=forms.RadioSelect)
        case "list[enum]":
            choices = [(choice.value, choice.label) for choice in fact.choices]
            has_own_none = any(value == NONE_LISTED for value, _ in choices)
            return (
                _OwnNoneField(choices=choices) if has_own_none else CheckedListField(choices=choices, three_state=True)
            )
        case "list[str]" | "list[iso2]":
            example = "for example NL, BE" if fact.type == "list[iso2]" else "for example CO, CA"
            return forms.CharField(required=False, widget=forms.TextInput(attrs={"placeholder": example}))
        case "date":
            return DayField(required=False)
        case "int":
            return forms.IntegerField(required=False, min_value=0)
        case "float" | "decimal":
            return forms.DecimalField(required=False, min_value=Decimal(0))
        case _:
            is_country = fact.type == "iso2"
            return (
                forms.ChoiceField(choices=[unknown, *countries], required=False)
                if is_country
                else forms.CharField(required=False)
            )


class _OwnNoneField(CheckedListField):
    """A list whose vocabulary has its own “none of these”; nothing ticked is not known."""

    def clean(self, value: Any) -> list[str] | None:
        ticked = forms.MultipleChoiceField.clean(self, value)
        if NONE_LISTED in ticked and len(ticked) > 1:
            raise ValidationError("Tick either “none of these” or what there is, not both.", code="both")
        return list(ticked) or None


def _to_value(fact: VocabularyFact, typed: Any) -> AnswerValue:
    match fact.type:
        case "bool":
            return bool(typed == YES)
        case "list[str]" | "list[iso2]":
            return _split(str(typed))
        case "float" | "decimal":
            return float(typed)
        case "date":
            return typed if isinstance(typed, date) else None
        case _:
            value: AnswerValue = typed
            return value


def _split(text: str) -> list[str]:
    """Words between commas; the word “none” alone is an empty list."""
    words = [word.strip().upper() for word in text.replace(";", ",").split(",") if word.strip()]
    return [] if words == [NONE.upper()] else sorted(set(words))
