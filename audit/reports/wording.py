"""How the report words days, numbers, lists and values, in the language that is active while it is made.

Every sentence is a message of its own with named places for what varies; nothing depends on the machine's locale.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from django.utils.translation import get_language, gettext, ngettext, pgettext

from audit.selectors.reading import read_day

_MOST_WORDS: Final = 12
_ACRONYM: Final = re.compile(r"\b[A-Z]{2,}")
_ISO_DAY: Final = re.compile(r"(?<![\w./:@-])\d{4}-\d{2}-\d{2}(?![\w/-]|\.\w)")
_COMMIT: Final = re.compile(r"@([0-9a-f]{12})[0-9a-f]{28}(?![0-9a-f])")


def say(message: str, **values: object) -> str:
    """Give a message in the active language with its places filled; ``make messages`` finds the message here."""
    return gettext(message).format(**values)


def say_count(one: str, many: str, number: int, **values: object) -> str:
    """Give the message for one or for many, with ``{number}`` in words up to twelve."""
    return ngettext(one, many, number).format(number=in_words(number), **values)


def speaks_english() -> bool:
    """Tell whether the messages are printed as they are written in the code."""
    return (get_language() or "en").partition("-")[0] == "en"


def _months() -> tuple[str, ...]:
    return (
        pgettext("month", "January"),
        pgettext("month", "February"),
        pgettext("month", "March"),
        pgettext("month", "April"),
        pgettext("month", "May"),
        pgettext("month", "June"),
        pgettext("month", "July"),
        pgettext("month", "August"),
        pgettext("month", "September"),
        pgettext("month", "October"),
        pgettext("month", "November"),
        pgettext("month", "December"),
    )


def _short_months() -> tuple[str, ...]:
    return (
        pgettext("short month", "Jan"),
        pgettext("short month", "Feb"),
        pgettext("short month", "Mar"),
        pgettext("short month", "Apr"),
        pgettext("short month", "May"),
        pgettext("short month", "Jun"),
        pgettext("short month", "Jul"),
        pgettext("short month", "Aug"),
        pgettext("short month", "Sep"),
        pgettext("short month", "Oct"),
        pgettext("short month", "Nov"),
        pgettext("short month", "Dec"),
    )


def outcome_word(outcome: str) -> str:
    """Give the outcome of a duty in words."""
    words = {
        "satisfied": gettext("satisfied"),
        "not_satisfied": gettext("not satisfied"),
        "undetermined": gettext("not determined"),
        "not_applicable": gettext("does not apply"),
        "not_yet_in_force": gettext("not yet in force"),
        "repealed": pgettext("outcome", "ended"),
    }
    return words.get(outcome, outcome)


def grade_word(grade: str) -> str:
    """Give how well a fact is supported, in words."""
    words = {
        "verified": gettext("verified by us"),
        "documented_by_third_party": gettext("documented by a third party"),
        "self_declared": gettext("self-declared"),
        "vendor_claimed": gettext("claimed by the vendor"),
    }
    return words.get(grade, grade)


def band_word(band: str) -> str:
    """Give the band or the rating in words."""
    words = {
        "low": pgettext("band", "low"),
        "moderate": pgettext("band", "moderate"),
        "high": pgettext("band", "high"),
        "very_high": pgettext("band", "very high"),
    }
    return words.get(band, band)


def unknown() -> str:
    """Give the word for what is not known."""
    return gettext("not known")


def long_day(day: date | None, otherwise: str | None = None) -> str:
    """Give a day in full: ``20 November 2026``, ``20. November 2026``."""
    if day is None:
        return unknown() if otherwise is None else otherwise
    return pgettext("long day", "{day} {month} {year}").format(
        day=day.day, month=_months()[day.month - 1], year=day.year
    )


def short_day(day: date | None, otherwise: str | None = None) -> str:
    """Give a day as it stands in tables: ``2 Dec 2026``, ``02.12.2026``; a language may use ``{dd}`` and ``{mm}``."""
    if day is None:
        return unknown() if otherwise is None else otherwise
    return pgettext("short day", "{day} {month} {year}").format(
        day=day.day, month=_short_months()[day.month - 1], year=day.year, dd=f"{day.day:02d}", mm=f"{day.month:02d}"
    )


def moment(at: datetime) -> str:
    """Give a moment to the minute: ``2026-11-20 09:30 UTC``, ``20.11.2026, 09:30 UTC``."""
    return pgettext("moment", "{year}-{mm}-{dd} {time} UTC").format(
        year=at.year, mm=f"{at.month:02d}", dd=f"{at.day:02d}", time=f"{at:%H:%M}"
    )


def number(value: float, places: int = 0) -> str:
    """Give a number with the separators of the language: ``1,234.5``, ``1.234,5``."""
    whole, point, rest = f"{value:,.{places}f}".partition(".")
    thousands, decimal = pgettext("separator of thousands", ","), pgettext("decimal separator", ".")
    grouped = whole.replace(",", thousands)
    return f"{grouped}{decimal}{rest}" if point else grouped


def in_words(value: int) -> str:
    """Give a number as it stands in a sentence: in words up to twelve."""
    words = (
        pgettext("number", "no"),
        pgettext("number", "one"),
        pgettext("number", "two"),
        pgettext("number", "three"),
        pgettext("number", "four"),
        pgettext("number", "five"),
        pgettext("number", "six"),
        pgettext("number", "seven"),
        pgettext("number", "eight"),
        pgettext("number", "nine"),
        pgettext("number", "ten"),
        pgettext("number", "eleven"),
        pgettext("number", "twelve"),
    )
    return words[value] if 0 <= value <= _MOST_WORDS else number(value)


def listing(items: Iterable[str], joiner: str = "and") -> str:
    """Give items as a list in a sentence: ``a, b and c``, or ``a, b or c``."""
    every = [item for item in items if item]
    if len(every) < 2:
        return "".join(every)
    form = pgettext("list", "{items} or {last}") if joiner == "or" else pgettext("list", "{items} and {last}")
    return form.format(items=", ".join(every[:-1]), last=every[-1])


def days_between(low: float, high: float) -> str:
    """Give an interval of days: ``28 to 96 days``, ``1 day``."""
    first, last = sorted((round(low), round(high)))
    if first == last:
        return ngettext("{days} day", "{days} days", first).format(days=number(first))
    return say("{first} to {last} days", first=number(first), last=number(last))


def margin(low: float, high: float) -> str:
    """Give a margin in words: ``short by 28 to 96 days``, or ``12 days to spare``."""
    if high < 0:
        return say("short by {days}", days=days_between(-high, -low))
    if low < 0:
        return say(
            "between {short} short and {spare} to spare",
            short=days_between(-low, -low),
            spare=days_between(high, high),
        )
    return say("{days} to spare", days=days_between(low, high))


def percent(share: float | None) -> str:
    """Give a share as a whole percentage; a share below one never reads 100 %."""
    if share is None:
        return unknown()
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


def capitalised(label: str) -> str:
    """Give a label as it stands on its own, with a capital first letter."""
    return label[:1].upper() + label[1:]


def shorten_commits(text: str) -> str:
    """Give a source with its commits in twelve digits; the attached files have them whole."""
    return _COMMIT.sub(r"@\1", text)


def name_days(text: str) -> str:
    """Give a sentence with its ISO days in full; one that is part of a name, a version or an address stays."""
    return _ISO_DAY.sub(lambda found: long_day(read_day(found[0]), found[0]), text)


def tidy_source(text: str) -> str:
    """Give a source with its commits in twelve digits and its ISO days as they stand in tables."""
    return _ISO_DAY.sub(lambda found: short_day(read_day(found[0]), found[0]), shorten_commits(text))


def within(label: str) -> str:
    """Give a label as it stands inside a sentence; English writes it small, German keeps its nouns."""
    if speaks_english():
        return label.lower() if _ACRONYM.search(label) is None else _small_first(label)
    inside = pgettext("within a sentence", label)
    return inside if inside != label else gettext(label)


def _small_first(label: str) -> str:
    """Give a label that has an acronym or a proper name in it with a small first letter, unless it begins with one."""
    return label if _ACRONYM.match(label) else label[:1].lower() + label[1:]


def yes_no(value: bool | None) -> str:
    """Give a truth value in words."""
    return unknown() if value is None else gettext("yes") if value else gettext("no")


def count(value: int, one: str, many: str = "") -> str:
    """Give a number with its English noun, for the pages: ``one duty``, ``no duties``; a report uses ``say_count``."""
    noun = one if value == 1 else many or f"{one}s"
    return f"{in_words(value)} {noun}"


def fact_value(value: object, labels: Mapping[str, str]) -> str:
    """Give the value of a fact for people; enum values by their labels."""
    if value is None:
        return pgettext("value", "none")
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, int | float):
        return number(value, 0 if float(value).is_integer() else len(repr(value).partition(".")[2]))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return listing(_label(str(item), labels) for item in value) or gettext("none of them")
    day = read_day(value)
    return short_day(day) if day else _label(str(value), labels)


def _label(value: str, labels: Mapping[str, str]) -> str:
    return gettext(labels[value]) if value in labels else value
