"""How the report words days, numbers, lists and the names of bands, outcomes and grades."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from audit.reports.reading import read_day

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

OUTCOMES: Final = {
    "satisfied": "satisfied",
    "not_satisfied": "not satisfied",
    "undetermined": "not determined",
    "not_applicable": "does not apply",
    "not_yet_in_force": "not yet in force",
    "repealed": "ended",
}
GRADES: Final = {
    "verified": "verified by us",
    "documented_by_third_party": "documented by a third party",
    "self_declared": "self-declared",
    "vendor_claimed": "claimed by the vendor",
}
ACTS: Final = {
    "Regulation (EU) 2024/1689": "AI Act",
    "Regulation (EU) 2016/679": "GDPR",
    "Regulation (EU) 2022/2554": "DORA",
    "Regulation (EU) 2023/2854": "Data Act",
}
"""The acts by the names people use; the numbers stand in section 5."""
_NUMBERS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
BANDS: Final = {"low": "low", "moderate": "moderate", "high": "high", "very_high": "very high"}


def long_day(day: date | None, otherwise: str = "not known") -> str:
    """Give a day in full: ``20 November 2026``."""
    return otherwise if day is None else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_day(day: date | None, otherwise: str = "not known") -> str:
    """Give a day as it stands in tables: ``20 Nov 2026``."""
    return otherwise if day is None else f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"


def count(number: int, one: str, many: str = "") -> str:
    """Give a number with its noun: ``one duty``, ``no duties``, ``13 duties``; the plural adds an s by itself."""
    noun = one if number == 1 else many or f"{one}s"
    return f"{in_words(number)} {noun}"


def in_words(number: int) -> str:
    """Give a number as it stands in a sentence: in words up to twelve."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def cite(citation: str) -> str:
    """Give a citation with the name people use for the act: ``AI Act, Art. 4``."""
    for number, name in ACTS.items():
        citation = citation.replace(number, name)
    return citation


def listing(items: Iterable[str], joiner: str = "and") -> str:
    """Give items as a list in a sentence: ``a, b and c``."""
    every = [item for item in items if item]
    if len(every) < 2:
        return "".join(every)
    return f"{', '.join(every[:-1])} {joiner} {every[-1]}"


def days_between(low: float, high: float) -> str:
    """Give an interval of days: ``28 to 96 days``, ``1 day``."""
    first, last = sorted((round(low), round(high)))
    if first == last:
        return "1 day" if first == 1 else f"{first} days"
    return f"{first} to {last} days"


def margin(low: float, high: float) -> str:
    """Give a margin in words: ``short by 28 to 96 days``, or ``12 days to spare``."""
    if high < 0:
        return f"short by {days_between(-high, -low)}"
    if low < 0:
        return f"between {days_between(-low, -low)} short and {days_between(high, high)} to spare"
    return f"{days_between(low, high)} to spare"


def percent(share: float | None) -> str:
    """Give a share as a whole percentage; a share below one never reads 100 %."""
    if share is None:
        return "not known"
    return f"{99 if share < 1 and share > 0.99 else round(share * 100)} %"


def clip(text: str, most: int) -> str:
    """Give a text of at most so many characters, with an ellipsis where it was cut."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def sentence(text: str) -> str:
    """Give a text with a capital first letter and a full stop."""
    text = text.strip()
    if not text:
        return ""
    ended = text if text[-1] in ".!?…" else f"{text}."
    return ended[0].upper() + ended[1:]


def yes_no(value: bool | None) -> str:
    """Give a truth value in words."""
    return "not known" if value is None else "yes" if value else "no"


def fact_value(value: object, labels: dict[str, str]) -> str:
    """Give the value of a fact for people; enum values by their labels."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return listing(labels.get(str(item), str(item)) for item in value) or "none of them"
    day = read_day(value)
    return short_day(day) if day else labels.get(str(value), str(value))
