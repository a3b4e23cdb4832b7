"""Days as people write them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_DAY: Final = re.compile(r"(?<![\w./:@-])\d{4}-\d{2}-\d{2}(?![\w/-]|\.\w)")


def name_day(day: date | str) -> str:
    """A day in words, as 20 Nov 2026; a text that is no day, such as a month alone, stays as it is."""
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            return str(day)
    return f"{day.day} {day:%b %Y}"


def name_days(text: str) -> str:
    """A text with its days in words; one that is part of a name, a version or an address stays as it is."""
    return _DAY.sub(lambda found: name_day(found[0]), text)
