"""Days and half-open spans of days, as the law and contracts use them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

EARLIEST_DAY = date(1900, 1, 1)
_FORM = "write it as YYYY-MM-DD, for example 2026-11-20"


class DayError(ValueError):
    """A text that is not a day this product accepts."""


def parse_day(text: str) -> date:
    """Read an ISO day (``2026-11-20``).

    Raises ``DayError`` for anything else, and for a day before 1900-01-01: no register entry,
    contract or AI law is that old, so such a day is a typing error.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise DayError(f"{text!r} is not a day; {_FORM}") from None
    if len(text) != len("2026-11-20") or text[7] != "-":  # Python reads 20261120 and 2026-W47-5, too
        raise DayError(f"{text!r} is not a day; {_FORM}")
    if day < EARLIEST_DAY:
        raise DayError(f"{text} is before 1900-01-01, the earliest day accepted; check the year")
    return day


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open span of days: ``start`` is in it, ``until`` is not; ``None`` is unbounded."""

    start: date | None
    until: date | None

    def covers(self, day: date) -> bool:
        """Tell whether ``day`` lies in the span."""
        return (self.start is None or self.start <= day) and (self.until is None or day < self.until)

    def overlaps(self, other: Span) -> bool:
        """Tell whether any day lies in both spans."""
        starts_in_time = self.until is None or other.start is None or other.start < self.until
        ends_late_enough = other.until is None or self.start is None or self.start < other.until
        return starts_in_time and ends_late_enough


def earliest(*days: date | None) -> date | None:
    """The first of the given days, leaving out ``None``; ``None`` when no day is given."""
    known = [day for day in days if day is not None]
    return min(known) if known else None
