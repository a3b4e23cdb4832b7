"""Days as people write them."""

from __future__ import annotations

from datetime import date


def name_day(day: date | str) -> str:
    """A day in words, as 20 Nov 2026; a text that is no day, such as a month alone, stays as it is."""
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            return str(day)
    return f"{day.day} {day:%b %Y}"
