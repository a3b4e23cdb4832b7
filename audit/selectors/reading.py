"""A typed look into stored JSON: a key that is missing or of another type reads as nothing, never as an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from audit.engine.dates import DayError, parse_day


@dataclass(frozen=True, slots=True)
class Reading:
    """One JSON object; results of older engines lack keys that newer ones have, and still make a report."""

    content: Mapping[str, object]

    def text(self, key: str) -> str:
        """Give a text, empty if there is none."""
        value = self.content.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> float | None:
        """Give a number, ``None`` if there is none; a truth value is not a number."""
        value = self.content.get(key)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def flag(self, key: str) -> bool | None:
        """Give a truth value, ``None`` if there is none."""
        value = self.content.get(key)
        return value if isinstance(value, bool) else None

    def day(self, key: str) -> date | None:
        """Give a day, ``None`` if there is none."""
        return read_day(self.content.get(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """Give the texts of a list."""
        value = self.content.get(key)
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()

    def inside(self, key: str) -> Reading | None:
        """Give the object under a key, ``None`` if there is none."""
        value = self.content.get(key)
        return Reading(value) if isinstance(value, Mapping) else None

    def each(self, key: str) -> tuple[Reading, ...]:
        """Give the objects of a list."""
        value = self.content.get(key)
        return tuple(Reading(item) for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()


def read_day(value: object) -> date | None:
    """Give the day of an ISO text, ``None`` if it is none."""
    if not isinstance(value, str):
        return None
    try:
        return parse_day(value)
    except DayError:
        return None
