"""Texts that the judgement stores in English, given in the language of the report.

Findings, outcomes and rule packs are stored once, in English, and are printed in any language years later. A stored
text is looked up as it stands or by the phrase it was made from (``phrases.py``); what nobody here wrote, such as an
officer's own words, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext
from django_countries import countries

from audit.reports import wording
from audit.reports.phrases import PHRASES
from audit.selectors.reading import read_day

_PLACE: Final = re.compile(r"\{(\w+)\}")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAY: Final = re.compile(rf"(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})")
_NUMBER: Final = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_MOST_CHARACTERS: Final = 3000  # what is longer was typed


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A message with named places, and how to find what stood in them."""

    message: str
    fixed: tuple[str, ...]
    pattern: re.Pattern[str]


def told(text: str, names: Collection[str] = ()) -> str:
    """Give a stored text in the active language; ``names`` are typed names that may stand in a row within it."""
    if not text or wording.speaks_english():
        return text
    return _tell(text, frozenset(names))


def _tell(text: str, names: frozenset[str]) -> str:
    direct = gettext(text)
    if direct != text or len(text) > _MOST_CHARACTERS:
        return direct
    day = _DAY.fullmatch(text)
    if day is not None:
        return wording.long_day(date(int(day[3]), _MONTHS.index(day[2]) + 1, int(day[1])))
    for phrase in _phrases():
        if all(part in text for part in phrase.fixed):
            found = phrase.pattern.fullmatch(text)
            if found is not None:
                return gettext(phrase.message).format(**_values(found.groupdict(), names))
    return text


def _values(found: Mapping[str, str], names: frozenset[str]) -> dict[str, str]:
    return {place: _value(place, value, names) for place, value in found.items()}


def _value(place: str, value: str, names: frozenset[str]) -> str:
    """Give what stood in one place: the place's name tells what it is."""
    day = read_day(value)
    if place in ("id", "year") or place.startswith("typed"):
        said = value
    elif place.startswith("number") and _NUMBER.fullmatch(value):
        said = wording.number(float(value.replace(",", "")), len(value.partition(".")[2]))
    elif day is not None:
        said = wording.long_day(day)
    elif place == "country":
        said = _country(value, names)
    elif place.startswith("list"):
        said = _list(value, names)
    elif place == "question":
        said = _tell(f"{value}?", names).removesuffix("?")
    elif place.startswith("questions"):
        said = _questions(value, names)
    elif place.startswith("within"):
        said = _within(value, names)
    else:
        said = _tell(value, names)
    return said


def _country(value: str, names: frozenset[str]) -> str:
    """Give a country that was stored by its English name, or in earlier findings by its code."""
    code = countries.by_name(value, language="en") or value
    return str(countries.name(code)) or _tell(value, names)


def _within(value: str, names: frozenset[str]) -> str:
    """Give a label that stands inside a sentence, where English writes it small."""
    small = wording.within(value)
    return small if small != value else _item(value, names)


def _list(value: str, names: frozenset[str]) -> str:
    """Give a row of names or titles; one that holds a name we do not know stays as it stands."""
    first, joined, last = value.rpartition(" and ")
    items = [*first.split(", "), last] if joined else value.split(", ")
    told_items = [_item(item, names) for item in items]
    if all(said != item or item in names for item, said in zip(items, told_items, strict=True)):
        return wording.listing(told_items)
    return _item(value, names) if len(items) == 1 else value


def _item(text: str, names: frozenset[str]) -> str:
    """Give one of a row; a label may have been made small for its place in the sentence."""
    said = _tell(text, names)
    if said != text or not text[:1].islower():
        return said
    large = text[0].upper() + text[1:]
    said = _tell(large, names)
    return text if said == large else said


def _questions(value: str, names: frozenset[str]) -> str:
    """Give questions that stand one after the other."""
    parts = re.split(r"(?<=[?.]) (?=[A-Z…])", value)
    return " ".join(_tell(part, names) for part in parts)


def _held(place: str) -> str:
    """Give the pattern of what may stand in a place."""
    if place in ("id", "year"):
        return r"\S+" if place == "id" else r"\d{4}"
    return r"-?\d[\d.,]*" if place.startswith("number") else ".+?"


@lru_cache(maxsize=1)
def _phrases() -> tuple[_Phrase, ...]:
    """Give the phrases, the most telling first."""
    made = []
    for message in PHRASES:
        pieces = _PLACE.split(message)
        fixed = tuple(piece for piece in pieces[::2] if piece)
        places = (f"(?P<{piece}>{_held(piece)})" for piece in pieces[1::2])
        pattern = "".join(next(places) if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
        made.append(_Phrase(message, fixed, re.compile(pattern, re.DOTALL)))
    return tuple(sorted(made, key=lambda phrase: -sum(map(len, phrase.fixed))))
