"""Proofs and changes of facts in words: questions instead of keys, answers instead of values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.text import capfirst

from audit.reports.citations import cite
from audit.reports.sections.conclusion import point as spoken_point
from audit.reports.wording import count, short_day, tidy_source
from audit.views.words import GRADES, SHORT_CLASSES, spoken_value
from governance.vocabulary import load_vocabulary

MOST_FLIPS: Final = 3
_GROUPS: Final = {"all of": "All of these", "any of": "At least one of these", "not": "Not so"}
_OPERATORS: Final = (
    ("not equals", "anything but"),
    ("equals", ""),
    ("not in", "none of"),
    ("in", "one of"),
    ("has any", "at least one of"),
    ("has", "with"),
    ("subset of", "only"),
    ("is empty", "empty:"),
    ("is", ""),
    ("on or after", "on or after"),
    ("before", "before"),
    ("gte", "at least"),
    ("lte", "at most"),
    ("gt", "more than"),
    ("lt", "less than"),
)
"""The operators of conditions with their words; of two that begin alike the longer stands first."""
_POINTS: Final = frozenset({"aia.annex_points", "aia.annex_iii_match"})
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a proof: a comparison with what was found, or the head of a group of lines (``asks`` is empty)."""

    depth: int
    about: str
    asks: str
    found: str
    known_by: str
    outcome: str


def tell_proof(step: Mapping[str, Any], statements: Mapping[str, str], depth: int = 0) -> Iterator[Line]:
    """A step of a proof and those below it, in order."""
    reads = step.get("reads") or ()
    if reads:
        first = reads[0]
        yield Line(
            depth,
            name_fact(first["fact"], statements),
            _tell_comparison(str(step["says"]), first["fact"], statements),
            _tell_found(first),
            _tell_source(first),
            str(step["outcome"]),
        )
        return
    says = str(step["says"])
    yield Line(depth, _GROUPS.get(says, says.capitalize()), "", "", "", str(step["outcome"]))
    for part in step.get("parts") or ():
        yield from tell_proof(part, statements, depth + 1)


def name_fact(key: str, statements: Mapping[str, str]) -> str:
    """A fact by its question, or by what its pack says of it."""
    fact = load_vocabulary().facts.get(key)
    if key in statements:
        return statements[key]
    return fact.question if fact else key.partition(".")[2].replace("_", " ")


def tell_flips(flips: Sequence[Mapping[str, Any]]) -> list[str]:
    """The changes that lead to another class, one for each class, fewest changes first; the engine gives no others."""
    first: dict[str, Mapping[str, Any]] = {}
    for flip in sorted(flips, key=lambda flip: len(flip["changes"])):
        first.setdefault(flip["to"], flip)
    return [_tell_flip(flip) for flip in [*first.values()][:MOST_FLIPS]]


def _tell_flip(flip: Mapping[str, Any]) -> str:
    changes = [
        f"“{name_fact(change['fact'], {})}” were answered with “{_quote(change['fact'], change['then'])}” "
        f"instead of “{_quote(change['fact'], change['now'], none='not asked')}”"
        for change in flip["changes"]
    ]
    because = f" ({flip['because']})" if flip.get("because") else ""
    told = f"{capfirst(SHORT_CLASSES.get(flip['to'], flip['to']))}{because}, if {', and '.join(changes)}"
    ends = [_tell_following(flip)] if flip["gained"] else []
    ends += [f"{count(len(flip['lost']), 'duty', 'duties')} would end"] if flip["lost"] else []
    return f"{told}; {' and '.join(ends)}." if ends else f"{told}."


def _tell_following(flip: Mapping[str, Any]) -> str:
    """The duties that would follow: named where they are few, else counted."""
    named = [f"“{duty['title']}” ({cite(str(duty['citation']))})" for duty in flip.get("then", ())]
    return f"then {' and '.join(named)}" if named else f"{count(len(flip['gained']), 'duty', 'duties')} would begin"


def _quote(key: str, value: object, none: str = "none") -> str:
    return none if value is None else spoken_value(key, value).lower() if isinstance(value, bool) else speak(key, value)


def _tell_comparison(says: str, key: str, statements: Mapping[str, str]) -> str:
    rest = says.removeprefix(f"{key} ")
    for operator, word in _OPERATORS:
        if rest == operator or rest.startswith(f"{operator} "):
            right = rest[len(operator) :].strip()
            values = [part.strip() for part in right.strip("[]").split(",")]
            told = (", " if word.endswith(" of") else " or ").join(
                _tell_operand(key, value, statements) for value in values
            )
            return f"{word} {told}".strip()
    return rest


def _tell_operand(key: str, value: str, statements: Mapping[str, str]) -> str:
    if value in {"true", "false"}:
        return "yes" if value == "true" else "no"
    is_fact = value in statements or value in load_vocabulary().facts
    return f"the day of: {name_fact(value, statements)}" if is_fact else speak(key, value)


def _tell_found(read: Mapping[str, Any]) -> str:
    state, value = str(read["state"]), read["value"]
    if state in {"unknown", "evidence expired", "not applicable", "known to be none"}:
        return {"unknown": "not known", "not applicable": "does not apply", "known to be none": "none"}.get(
            state, state
        )
    if isinstance(value, dict):
        possible = value.get("possible") or ()
        return "undecided" + (f": {speak(read['fact'], list(possible), ' or ')}" if possible else "")
    return "none" if value in (None, []) else speak(read["fact"], value)


def _tell_source(read: Mapping[str, Any]) -> str:
    if read["state"] in {"derived", "undecided"} and not read["grade"]:
        return "concluded from other facts"
    grade = GRADES.get(str(read["grade"]), str(read["grade"])) if read["grade"] else ""
    return ", ".join(part for part in (grade, tidy_source(str(read["source"] or ""))) if part)


def speak(key: str, value: object, between: str = ", ") -> str:
    """A value in words, also of what only the packs know: a class, a point of Annex III, a day."""
    if isinstance(value, list):
        return between.join(speak(key, entry) for entry in value) or "none"
    if isinstance(value, str) and value in SHORT_CLASSES:
        return SHORT_CLASSES[value]
    if isinstance(value, str) and _DAY.fullmatch(value):
        return short_day(date.fromisoformat(value))
    if isinstance(value, str) and key in _POINTS:
        return spoken_point(value)
    said = spoken_value(key, value)
    return said.replace("_", " ") if said == value else said
