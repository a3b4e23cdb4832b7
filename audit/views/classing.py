"""What a list says of a system's place under the AI Act: the class, what it rests on, and the next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from audit.models import Standing
from audit.reports.sections.conclusion import point as spoken_point
from audit.reports.wording import short_day
from audit.views.words import CLASS_NOTES, CLASSES, SHORT_CLASSES, Word

MOST_NAMED: Final = 4
"""From so many possible classes on, only their number is told."""
_HIGH_RISK: Final = frozenset({"high_risk_annex_iii", "high_risk_annex_i_a", "high_risk_annex_i_b"})
_PROHIBITED_SOON: Final = "prohibited_from_2026_12_02"
_PROHIBITED_ON: Final = date(2026, 12, 2)


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next for a system; without a day it is due now."""

    on: date | None
    what: str
    is_now: bool = False


def class_word(row: Standing | Mapping[str, Any]) -> Word:
    """The class in a word with its tone; "undecided" while it is."""
    value = str(_read(row, "aia_class") or "")
    return CLASSES.get(value, Word(value, "plainly")) if value else Word("undecided", "unknown")


def class_notes(row: Standing | Mapping[str, Any]) -> list[str]:
    """What stands below the class, most important first; ``row`` is a standing or its columns."""
    value = str(_read(row, "aia_class") or "")
    notes = [_basis(row, value), _on_go_live(row, value), _start(row, value)]
    return [note for note in notes if note]


def next_step(row: Standing | Mapping[str, Any]) -> Step | None:
    """The next day to watch and what happens on it; a prohibited practice is to stop before anything else."""
    value = _read(row, "aia_class")
    if value == "prohibited":
        return Step(None, f"{_articles(row)}: a prohibited practice", is_now=True)
    if value == _PROHIBITED_SOON:
        return Step(_PROHIBITED_ON, "Stop by then: prohibited from that day")
    on = _read(row, "next_date_on")
    return Step(on, str(_read(row, "next_date_what"))) if on else None


def _basis(row: Standing | Mapping[str, Any], value: str) -> str:
    if not value:
        allowed = [SHORT_CLASSES.get(name, name) for name in _split(_read(row, "possible_classes"))]
        return " or ".join(allowed) if len(allowed) < MOST_NAMED else f"{len(allowed)} classes are possible"
    if value == "prohibited":
        return _articles(row)
    if value == _PROHIBITED_SOON:
        return f"{_articles(row)}, from {short_day(_PROHIBITED_ON)}"
    points = _spoken_points(_read(row, "annex_iii_points"))
    return f"Annex III {points}" if points and "annex_iii" in value else CLASS_NOTES.get(value, "")


def _on_go_live(row: Standing | Mapping[str, Any], value: str) -> str:
    """The class once in service, where it is another one: an idea is never shown as done."""
    later = str(_read(row, "class_on_go_live") or "")
    if not later or later == value:
        return ""
    word = CLASSES.get(later, Word(later, "plainly")).text
    points = _spoken_points(_read(row, "go_live_points"))
    return f"once in service: {word}{f', {points}' if points else ''}"


def _start(row: Standing | Mapping[str, Any], value: str) -> str:
    if value not in _HIGH_RISK:
        return ""
    if _read(row, "is_grandfathered"):
        return "spared until a significant change (Art. 111(2))"
    starts, as_of = _read(row, "high_risk_from"), _read(row, "as_of")
    if starts is None:
        return ""
    return f"duties {'start' if as_of is None or starts > as_of else 'since'} {short_day(starts)}"


def _articles(row: Standing | Mapping[str, Any]) -> str:
    return ", ".join(f"Art. {point}" for point in _split(_read(row, "art_5_points"))) or "Art. 5"


def _spoken_points(points: object) -> str:
    return ", ".join(spoken_point(point) for point in _split(points))


def _split(value: object) -> list[str]:
    return [part for part in str(value or "").split(",") if part]


def _read(row: Standing | Mapping[str, Any], column: str) -> Any:
    return row.get(column) if isinstance(row, Mapping) else getattr(row, column)
