"""A finding before it is stored: condition, criterion, cause, effect and recommendation, with its rating."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from audit.models import FindingArea, Rating
from audit.reports.outcome import Outcome
from audit.snapshots import Snapshot
from governance.services.places import write_country
from governance.vocabulary import load_vocabulary


@dataclass(frozen=True, slots=True)
class Case:
    """All that findings are derived from: the snapshot, the outcome, and whether the function is critical.

    ``asked`` are the missing facts that decide the class or, once that is decided, whether open duties apply.
    """

    snapshot: Snapshot
    outcome: Outcome
    is_critical: bool
    is_in_service: bool
    asked: tuple[str, ...] = ()

    @property
    def as_of(self) -> date:
        """The day of the assessment."""
        return self.snapshot.as_of

    def value(self, key: str) -> object:
        """The value of a fact; none if it is unknown, known to be none, or does not apply."""
        sheet = self.snapshot.sheet
        if sheet is None:
            entry = self.snapshot.facts.get(key)
            return entry.get("value") if isinstance(entry, dict) else None
        fact = sheet.get(key)
        return fact.value if fact is not None else None


_WORST_FIRST: Final = tuple(reversed(Rating.values))


@dataclass(frozen=True, slots=True)
class FindingDraft:
    """What a finding will say.

    ``key`` stays the same as long as it is the same finding; ``order`` puts the most serious first.
    """

    key: str
    area: FindingArea
    rating: Rating
    title: str
    condition: str
    criterion: str
    cause: str
    effect: str
    recommendation: str
    order: tuple[int, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "order", (_WORST_FIRST.index(self.rating), self.key))


draft_once: Final = lru_cache(maxsize=1_024)
"""What many systems share is drafted once: one vendor, one contract, one gap. A draft takes some kilobytes."""

_RAISED: Final = {
    Rating.LOW: Rating.MODERATE,
    Rating.MODERATE: Rating.HIGH,
    Rating.HIGH: Rating.VERY_HIGH,
    Rating.VERY_HIGH: Rating.VERY_HIGH,
}


def raise_if(rating: Rating, *, when: bool) -> Rating:
    """The rating, or the next higher one."""
    return _RAISED[rating] if when else rating


def key_part(text: str) -> str:
    """A text as part of a key: lower case, digits and hyphens, at most 80 characters."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:80]


@lru_cache(maxsize=4_096)
def write_day(day: date) -> str:
    """A day as people write it: 2 December 2026."""
    return f"{day.day} {day:%B %Y}"


def write_value(key: str, value: object) -> str:
    """The value of a fact as people write it: yes and no, none, choices by their labels, countries, lists in a row."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_name_choice(key, item) for item in value) or "none of them"
    return "none" if value is None else _name_choice(key, value)


def _name_choice(key: str, value: object) -> str:
    fact = load_vocabulary().facts.get(key)
    text = str(value)
    if fact is None:
        return text
    if fact.type.removeprefix("list[").removesuffix("]") == "iso2":
        return write_country(text)
    label = fact.label_of(text)
    return f"“{label}”" if label != text else text


def join_words(words: list[str] | tuple[str, ...], *, most: int = 6) -> str:
    """A list in a sentence; what is beyond ``most`` is counted."""
    shown = list(words[:most])
    if len(words) > most:
        shown.append(f"{len(words) - most} more")
    return ", ".join(shown[:-1]) + f" and {shown[-1]}" if len(shown) > 1 else "".join(shown)
