"""Which characters the report's fonts can show; one that they cannot is written as its number, never as a blank box."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

COVERAGE: Final = Path(__file__).with_name("fonts") / "coverage.txt"
# The controls that turn the direction of what follows are not among them: unclosed, they would turn their neighbours.
_INVISIBLE: Final = "\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff"


def without_unprintable(text: str) -> str:
    """Give the text with ``[U+A015]`` for each character no font has, and without what must not be in a page."""
    if text.isascii():
        return text
    return _pattern().sub(_as_number, text)


def _as_number(found: re.Match[str]) -> str:
    sign = found[0]
    if unicodedata.category(sign) in {"Cc", "Zl", "Zp"}:
        return " "
    return f"[U+{ord(sign):04X}]"


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """Give the pattern of what cannot be shown: all but ``coverage.txt`` and what is invisible by nature."""
    ranges = []
    for line in COVERAGE.read_text(encoding="ascii").split():
        first, _, last = line.partition("-")
        ranges.append(f"{re.escape(chr(int(first, 16)))}-{re.escape(chr(int(last or first, 16)))}")
    return re.compile(f"[^\t\n\r{''.join(ranges)}{_INVISIBLE}]")
