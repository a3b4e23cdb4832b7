"""Texts that the judgement stores in English, given in the language of the report.

Findings, outcomes and rule packs are stored once, in English, and are printed in any language years later. A stored
text is looked up as it stands or by the phrase it was made from (``phrases.py``); what nobody here wrote, such as an
officer's own words, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext
from django_countries import countries

from audit.reports import wording
from audit.reports.phrases import CLAIM, MORE, PHRASES, STATED, TRANSFERS
from audit.selectors.reading import read_day
from governance.services.places import write_country

_PLACE: Final = re.compile(r"\{(\w+)\}")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAY: Final = re.compile(rf"(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})")
_NUMBER: Final = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_SEMICOLON: Final = re.compile(r"; ")
_COMMA: Final = re.compile(r", | and ")
_AT: Final = re.compile(r" at ")
_OR: Final = re.compile(r" or (?!later\b|newer\b)")
_SENTENCE: Final = re.compile(r"(?<=[?.]) (?=[A-Z…])")
_QUOTED: Final = re.compile(r"“([^“”]+)”")
_CODE: Final = re.compile(r"[A-Z]{2}")
_MOST_CHARACTERS: Final = 3000  # what is longer was typed


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A message with named places, and how to find what stood in them."""

    message: str
    fixed: tuple[str, ...]
    pattern: re.Pattern[str]

    def tell(self, text: str, names: frozenset[str]) -> str | None:
        """Give a text that was made from this message in the active language; none where it was not."""
        if not all(part in text for part in self.fixed):
            return None
        found = self.pattern.fullmatch(text)
        return None if found is None else gettext(self.message).format(**_values(found.groupdict(), names))


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
    rows = _tell_rows(text, names)
    if rows:
        return rows
    for phrase in _phrases():
        said = phrase.tell(text, names)
        if said is not None and said != text:
            return said
    return _tell_sentences(text, names)


def _tell_rows(text: str, names: frozenset[str]) -> str:
    """Give a sentence that says the same of several things, each in its own row; nothing where it is no such one."""
    body = text.removesuffix(".")
    if body == text:
        return ""
    transfers = _cut(body, _SEMICOLON, lambda part: _row(part, TRANSFERS, names) is not None)
    if transfers:
        return "; ".join(_row(part, TRANSFERS, names) or part for part in transfers) + "."
    claims = _cut(body, _COMMA, lambda part: part.count("“") == 1 and _row(part, (CLAIM,), names) is not None)
    if claims:
        return wording.listing(_row(part, (CLAIM,), names) or part for part in claims) + "."
    asked, mark, answers = body.partition("? ")
    question = gettext(f"{asked}?") if mark else ""
    stated = _cut(answers, _SEMICOLON, _is_stated) if question and question != f"{asked}?" else []
    return f"{question} {'; '.join(_row(part, (STATED,), names) or part for part in stated)}." if stated else ""


def _row(part: str, messages: tuple[str, ...], names: frozenset[str]) -> str | None:
    return next((said for each in messages if (said := _compile(each).tell(part, names)) is not None), None)


def _is_stated(part: str) -> bool:
    """Tell whether this is one value with its source, in whose brackets semicolons may stand."""
    return part.endswith(")") and part.count("(") == part.count(")") > 0


def _cut(text: str, joint: re.Pattern[str], fits: Callable[[str], bool]) -> list[str]:
    """Cut a text at the joints into as many parts as fit; none where it cannot be cut so, a joint may be in a part."""
    cuts: dict[int, list[str]] = {0: []}
    for end, after in (*(found.span() for found in joint.finditer(text)), (len(text), len(text))):
        ways = [[*parts, text[start:end]] for start, parts in cuts.items() if start < end and fits(text[start:end])]
        if ways:
            cuts[after] = max(ways, key=len)
    return cuts.get(len(text), [])


def _tell_sentences(text: str, names: frozenset[str]) -> str:
    """Give several sentences one after the other if we know them all; a full stop may have been set or left out."""
    parts = _SENTENCE.split(text)
    if len(parts) == 1:
        bare = text.removesuffix(".")
        other = bare if bare != text else f"{text}."
        said = gettext(other) if bare else other
        return text if said == other else f"{said}." if bare != text else said.removesuffix(".")
    said_all = [_tell(part, names) for part in parts]
    return " ".join(said_all) if all(said != part for said, part in zip(said_all, parts, strict=True)) else text


def _values(found: Mapping[str, str], names: frozenset[str]) -> dict[str, str]:
    return {place: _value(place, value, names) for place, value in found.items()}


def _value(place: str, value: str, names: frozenset[str]) -> str:
    """Give what stood in one place: the place's name tells what it is."""
    if place in ("id", "year") or place.startswith("typed"):
        return value
    if place.startswith("number") and _NUMBER.fullmatch(value):
        return wording.number(float(value.replace(",", "")), len(value.partition(".")[2]))
    day = read_day(value)
    if day is not None:
        return wording.long_day(day)
    tell = _TELLERS.get(place.partition("_")[0], _tell)
    return tell(value, names)


def _question(value: str, names: frozenset[str]) -> str:
    return _tell(f"{value}?", names).removesuffix("?")


def _answer(value: str, names: frozenset[str]) -> str:
    """Give the value of a fact: choices stand in quotation marks, countries by their English names or their codes."""
    if value == "none":
        return wording.fact_value(None, {})
    if "“" in value:
        return _QUOTED.sub(lambda found: wording.say("“{quoted}”", quoted=_tell(found[1], names)), value)
    items = value.split(", ")
    codes = [item if _CODE.fullmatch(item) else countries.by_name(item, language="en") for item in items]
    if all(codes):
        return ", ".join(str(countries.name(code)) or item for code, item in zip(codes, items, strict=True))
    return _tell(value, names)


def _country(value: str, names: frozenset[str]) -> str:
    """Give a country that was stored by its English name, or in earlier findings by its code."""
    code = countries.by_name(value, language="en") or value
    return str(countries.name(code)) or _tell(value, names)


def _countries(value: str, names: frozenset[str]) -> str:
    """Give countries in a row, with “or” before the last."""
    return wording.listing((_country(item, names) for item in re.split(r", | or ", value)), joiner="or")


def _within(value: str, names: frozenset[str]) -> str:
    """Give a label that stands inside a sentence, where English writes it small."""
    small = wording.within(value)
    return small if small != value else _item(value, names)


def _list(value: str, names: frozenset[str]) -> str:
    """Give a row of names, titles or countries; one that holds a name we do not know stays as it stands."""
    known = names | _named_countries()
    items = _cut(value, _COMMA, lambda item: item in known or _item(item, names) != item)
    if items:
        return wording.listing(_item(item, names) for item in items)
    return value if _COMMA.search(value) else _item(value, names)


def _names(value: str, names: frozenset[str]) -> str:
    """Give names in a row; one that holds a name we do not know stays as it stands, for “and” may be part of it."""
    items = _cut(value, _COMMA, lambda item: _named(item, names) is not None)
    return wording.listing(_named(item, names) or item for item in items) if items else value


def _named(text: str, names: frozenset[str]) -> str | None:
    """Give a known name, or a component and the company that runs it, or how many more there are; else none."""
    if text in names:
        return text
    for joint in _AT.finditer(text):
        component, host = text[: joint.start()], text[joint.end() :]
        if component in names and host in names:
            return wording.say("{component} at {host}", component=component, host=host)
    return _compile(MORE).tell(text, names)


def _keys(value: str, names: frozenset[str]) -> str:
    """Give keys in a row, in which neither a comma nor a space stands."""
    return wording.listing(_item(item, names) for item in _COMMA.split(value))


def _either(value: str, _names: frozenset[str]) -> str:
    """Give what sources say against each other: sentences with “; or” between them, or licences with “or”."""
    first, *others = value.split("; or ")
    if not others:
        return wording.listing(_OR.split(value), joiner="or")
    for other in others:
        first = wording.say("{first}; or {other}", first=first, other=other)
    return first


def _item(text: str, names: frozenset[str]) -> str:
    """Give one of a row; a label may have been made small for its place in the sentence."""
    said = _tell(text, names)
    if said != text or not text[:1].islower():
        return said
    large = text[0].upper() + text[1:]
    said = _tell(large, names)
    return text if said == large else said


def _questions(value: str, names: frozenset[str]) -> str:
    """Give questions that stand one after the other, or in a row."""
    row = _cut(value, _COMMA, lambda part: _item(part, names) != part)
    if len(row) > 1:
        return wording.listing(_item(part, names) for part in row)
    return " ".join(_tell(part, names) for part in _SENTENCE.split(value))


_TELLERS: Final[Mapping[str, Callable[[str, frozenset[str]], str]]] = {
    "country": _country,
    "countries": _countries,
    "value": _answer,
    "list": _list,
    "names": _names,
    "keys": _keys,
    "either": _either,
    "question": _question,
    "questions": _questions,
    "within": _within,
}
"""How to give what stood in a place, by the first word of the place's name; else it is looked up as a text."""


def _held(place: str) -> str:
    """Give the pattern of what may stand in a place."""
    if place in ("id", "year"):
        return r"\S+" if place == "id" else r"\d{4}"
    if place.startswith("day"):
        return rf"{_DAY.pattern.replace('(', '(?:')}|\d{{4}}-\d{{2}}-\d{{2}}"
    return r"-?\d[\d.,]*" if place.startswith("number") else ".+?"


@lru_cache(maxsize=1)
def _named_countries() -> frozenset[str]:
    """Give the English names of countries, of which some have the same in another language."""
    return frozenset(write_country(code) for code, _ in countries)


@lru_cache(maxsize=1)
def _phrases() -> tuple[_Phrase, ...]:
    """Give the phrases, the most telling first."""
    return tuple(sorted(map(_compile, PHRASES), key=lambda phrase: -sum(map(len, phrase.fixed))))


@lru_cache(maxsize=1024)
def _compile(message: str) -> _Phrase:
    pieces = _PLACE.split(message)
    places = (f"(?P<{piece}>{_held(piece)})" for piece in pieces[1::2])
    pattern = "".join(next(places) if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
    return _Phrase(message, tuple(piece for piece in pieces[::2] if piece), re.compile(pattern, re.DOTALL))
