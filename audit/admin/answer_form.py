"""The form of a page of questions, made from the vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from audit.admin.answer_fields import AnswerField, show_value
from governance.choices import EvidenceGrade
from governance.services.answering import Answer
from governance.vocabulary import VocabularyFact

_NONE: Final = "--none"
_GRADE: Final = "--grade"
_SOURCE: Final = "--source"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question on the page: its fact and its bound fields."""

    fact: VocabularyFact
    answer: BoundField
    none: BoundField | None
    grade: BoundField
    source: BoundField

    @property
    def is_group(self) -> bool:
        """Whether the answer is chosen from radio buttons or checkboxes, which need a legend instead of a label."""
        return isinstance(self.answer.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


class AnswerForm(forms.Form):
    """Answers to the given questions; ``stored`` are those given before, and what is left open stays as it is."""

    def __init__(self, facts: Sequence[VocabularyFact], stored: Mapping[str, Any], data: Any = None) -> None:
        self.facts = facts
        self.stored = stored
        super().__init__(data)
        for fact in facts:
            self._add_fields(fact)

    def _add_fields(self, fact: VocabularyFact) -> None:
        entry = self.stored.get(fact.key)
        before = entry if isinstance(entry, dict) else {}
        field = AnswerField(fact)
        field.initial = show_value(fact, before.get("value"))
        self.fields[fact.key] = field
        if fact.nullable and not fact.is_list:
            is_none = bool(before) and before.get("value") is None
            self.fields[fact.key + _NONE] = forms.BooleanField(
                required=False, label=fact.null_means.rstrip("."), initial=is_none
            )
        self.fields[fact.key + _GRADE] = forms.ChoiceField(
            choices=[("", "Not judged yet"), *EvidenceGrade.choices],
            required=False,
            label="How well supported",
            initial=before.get("grade", ""),
        )
        self.fields[fact.key + _SOURCE] = forms.CharField(
            required=False, max_length=1000, label="Where this is written", initial=before.get("source", "")
        )

    def questions(self) -> Iterator[Asked]:
        """The questions in order, with their bound fields."""
        for fact in self.facts:
            yield Asked(
                fact,
                self[fact.key],
                self[fact.key + _NONE] if fact.key + _NONE in self.fields else None,
                self[fact.key + _GRADE],
                self[fact.key + _SOURCE],
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a value beside “none”."""
        data: dict[str, Any] = super().clean() or {}
        for fact in self.facts:
            if data.get(fact.key) is not None and data.get(fact.key + _NONE):
                self.add_error(
                    fact.key, ValidationError(f"Give a value, or tick “{fact.null_means.rstrip('.')}”, not both.")
                )
        return data

    def given_answers(self) -> dict[str, Answer | None]:
        """The answers that were given or cleared; questions left open as before are not among them."""
        given: dict[str, Answer | None] = {}
        for fact in self.facts:
            answer = self._read(fact)
            if answer is not None or fact.key in self.stored:
                given[fact.key] = answer
        return given

    def _read(self, fact: VocabularyFact) -> Answer | None:
        data = self.cleaned_data
        answer: Answer | None = data.get(fact.key)
        if answer is None and data.get(fact.key + _NONE):
            answer = Answer(None)
        if answer is None:
            return None
        entry = self.stored.get(fact.key)
        expires_on = entry.get("expires_on") if isinstance(entry, dict) else None
        return replace(
            answer,
            grade=data.get(fact.key + _GRADE) or "",
            source=data.get(fact.key + _SOURCE) or "",
            expires_on=date.fromisoformat(expires_on) if expires_on else None,
        )
