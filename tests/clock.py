"""In which time zone tests run, so that no day ends while they do: what is judged by then is due again after it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_ENDS_FROM: Final = 21
"""From this hour of UTC on, midnight may come before the tests are through."""
_NOON_AT_MIDNIGHT: Final = "Etc/GMT-12"  # twelve hours ahead of UTC, as POSIX writes it


def choose_time_zone(now: datetime | None = None) -> str:
    """UTC, or in its last hours a zone in which it is morning."""
    return _NOON_AT_MIDNIGHT if (now or datetime.now(UTC)).hour >= _ENDS_FROM else "UTC"
