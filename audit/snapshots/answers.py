"""The answers of questionnaires as facts, each with its grade, its source and the day on which it expires."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from audit.engine.dates import DayError, parse_day
from audit.engine.facts import Grade, JsonValue
from audit.snapshots.values import GRADE_ORDER, Maybe, RawFact
from governance.vocabulary import load_vocabulary

_ANSWER: Final = "questionnaire"


def read_answers(holder: str, stated: Mapping[str, JsonValue]) -> dict[str, RawFact]:
    """The answers of one questionnaire; questions that no longer exist stay out."""
    known = load_vocabulary().facts
    read = {
        key: _read_answer(entry, holder)
        for key, entry in stated.items()
        if key in known and known[key].source != "derived"
    }
    return {key: answer for key, answer in read.items() if answer is not None}


def _read_answer(entry: JsonValue, holder: str) -> Maybe:
    """An answer is an object with a value; a bare value is taken as it is."""
    if not isinstance(entry, dict):
        return RawFact(entry, f"{_ANSWER}: {holder}")
    if "value" not in entry:
        return None
    grade = str(entry.get("grade") or Grade.SELF_DECLARED)
    return RawFact(
        entry["value"],
        str(entry.get("source") or f"{_ANSWER}: {holder}"),
        grade=grade if grade in GRADE_ORDER else Grade.SELF_DECLARED,
        expires_on=_day_or_none(entry.get("expires_on")),
    )


def _day_or_none(raw: JsonValue) -> date | None:
    try:
        return parse_day(raw) if isinstance(raw, str) and raw else None
    except DayError:
        return None
