"""What the catalogue and the officers know of a component, in words for the screens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from governance.admin.days import name_days
from governance.admin.grades import name_grade
from governance.admin.sources import shorten, show_source
from governance.models import Component, ComponentArtefact
from governance.vocabulary import load_vocabulary

_TOO_LONG: Final = 10**12
"""From here on a number is easier read by its power of ten."""


def support_of(artefact: ComponentArtefact | None) -> tuple[str, str]:
    """Where it is written that a part can be had, and what is noted of it."""
    if artefact is None or not artefact.source:
        return "", artefact.note if artefact else ""
    day = artefact.source_on.isoformat() if artefact.source_on else ""
    return show_source(artefact.source, day), shorten(artefact.note)


def describe_facts(component: Component) -> list[dict[str, str]]:
    """The component's facts in words: question, answer, how well supported, source and its day."""
    vocabulary = load_vocabulary().facts
    described: list[dict[str, str]] = []
    for entry in component.facts:
        fact = vocabulary.get(entry["key"])
        described.append(
            {
                "question": fact.question if fact else entry["key"],
                "answer": put_in_words(entry.get("value"), fact.label_of if fact else str),
                "grade": name_grade(entry.get("grade", "")),
                "source": show_source(entry.get("source") or "", entry.get("on") or "", entry.get("read_on") or ""),
                "note": entry.get("note") or "",
            }
        )
    return described


def describe_details(component: Component) -> list[dict[str, str]]:
    """What else the sources say: the topic, what is said, how well supported, source and its day."""
    return [
        {
            "question": str(entry.get("topic", "")).capitalize(),
            "answer": put_in_words(entry.get("value"), str),
            "grade": name_grade(entry.get("grade", "")),
            "source": show_source(entry.get("source") or "", entry.get("on") or "", entry.get("read_on") or ""),
            "note": entry.get("note") or "",
        }
        for entry in component.details
    ]


def put_in_words(value: object, label_of: Any) -> str:
    """A value as people read it."""
    match value:
        case None:
            return "None"
        case bool():
            return "Yes" if value else "No"
        case list():
            return ", ".join(label_of(item) for item in _texts(value)) or "None of these"
        case dict():
            return "; ".join(f"{name.replace('_', ' ')}: {put_in_words(item, str)}" for name, item in value.items())
        case str():
            return name_days(str(label_of(value)))
        case int() | float() if abs(value) >= _TOO_LONG:
            mantissa, exponent = f"{value:.3e}".split("e")
            return f"{mantissa.rstrip('0').rstrip('.')} × 10^{int(exponent)}"
        case _:
            return str(value)


def _texts(values: Iterable[object]) -> list[str]:
    return [str(value) for value in values]
