"""Fields of the API that check more than their type: answers against the vocabulary, countries against ISO 3166."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from typing_extensions import override

from governance.choices import EvidenceGrade
from governance.services.answering import Answer, AnswersError, check_answers
from governance.services.checking import check_day, check_plain
from governance.services.places import explain_country
from governance.validators import read_iso_day

UNKNOWN: Final = {"unknown": True}
_ANSWER_KEYS: Final = frozenset({"value", "grade", "source", "expires_on"})
# Kept by the service itself; a client may send back what it read.
_SIGNATURE_KEYS: Final = frozenset({"answered_by", "answered_on"})


class CountryCodeField(serializers.CharField):
    """A country by its two letters of ISO 3166-1; empty while it is not known."""

    @override
    def to_internal_value(self, data: Any) -> str:
        """Refuse what is not a code, with a word on what would be right."""
        code = super().to_internal_value(data)
        if code and (problem := explain_country(code)):
            raise serializers.ValidationError(f"{problem}.")
        return code

    @override
    def to_representation(self, value: Any) -> str:
        """The two letters."""
        return str(value)


@extend_schema_field(
    {
        "type": "object",
        "description": "Answers by fact key (see /api/vocabulary/): a bare value, or an object with value, grade, "
        'source and expires_on. A key that is not sent stays as it is; {"unknown": true} clears one.',
        "additionalProperties": {},
        "example": {"sys.interacts_with_people": True, "sys.generates": {"value": ["text"], "grade": "verified"}},
    }
)
class AnswersField(serializers.JSONField):
    """Answers by fact key, all checked at once; read as they are stored, taken as ``Answer`` objects."""

    def __init__(self, *, of_entity: bool = False, **options: Any) -> None:
        self.of_entity = of_entity
        super().__init__(**options)

    @override
    def to_internal_value(self, data: Any) -> dict[str, Answer | None]:
        """Name every wrong answer by its key; None stands for an answer to be cleared."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError("Expected an object of answers by fact key.")
        answers: dict[str, Answer | None] = {}
        problems: dict[str, list[str]] = {}
        for key, entry in data.items():
            try:
                answers[key] = _read_answer(entry)
            except ValueError as wrong:
                problems[key] = [str(wrong)]
        try:
            check_answers(answers, entity=self.of_entity)
        except AnswersError as wrong:
            problems |= {problem.key: [problem.message] for problem in wrong.problems}
        if problems:
            raise serializers.ValidationError(problems)
        return answers


def _read_answer(entry: Any) -> Answer | None:
    if entry == UNKNOWN:
        return None
    if not isinstance(entry, Mapping):
        return Answer(entry)
    others = sorted(set(entry) - _ANSWER_KEYS - _SIGNATURE_KEYS)
    if others:
        raise ValueError(f"has the unknown key {', '.join(others)}; allowed are {', '.join(sorted(_ANSWER_KEYS))}")
    if "value" not in entry:
        raise ValueError('an answer holds "value"; to clear it, send {"unknown": true}')
    grade, source = entry.get("grade") or "", entry.get("source") or ""
    if grade and grade not in EvidenceGrade.values:
        raise ValueError(f"grade is {grade!r}; expected one of {', '.join(EvidenceGrade.values)}")
    if not isinstance(source, str):
        raise ValueError(f"source is {source!r}; expected a text")  # noqa: TRY004 - one kind of error for all entries
    if problem := check_plain(source):
        raise ValueError(f"source {problem}")
    return Answer(entry["value"], grade=grade, source=source, expires_on=_read_expiry(entry.get("expires_on")))


def _read_expiry(raw: Any) -> date | None:
    if not raw:
        return None
    day = read_iso_day(raw)
    if day is None:
        raise ValueError(f"expires_on is {raw!r}; expected a day such as 2027-01-31")
    if problem := check_day(day):
        raise ValueError(f"expires_on: {problem}")
    return day
