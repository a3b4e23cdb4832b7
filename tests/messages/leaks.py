"""Finds what a report prints that neither the catalogue nor a person said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from html.parser import HTMLParser
from typing import Final

from django.db.models import CharField, JSONField, Model, TextField
from django_countries import countries

_WORD: Final = re.compile(r"[A-Za-z]{3,}")
_ADDRESS: Final = re.compile(r"https?://\S+")
_FILES: Final = re.compile(r"[\w-]+\.json|manage\.py verify_report|[\w-]+\.py")
_NEVER_TRANSLATED: Final = re.compile(
    r"\b(Openbook|PAdES|Art|[a-z_]+(?:\.[a-z_0-9]+)+|[A-Z]{2,}[-\w.]*|[0-9a-f]{12,64}|20\d\d[\w.+-]*)\b"
)


_HIDDEN: Final = {"style", "text"}  # a drawing breaks texts into lines and cuts them; its title has all of them


class _Texts(HTMLParser):
    """Collects the texts of a page, and the titles of its links; styles aside."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _HIDDEN
        self.found += [value for name, value in attrs if name in {"title", "content", "data-document"} and value]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.found.append(" ".join(data.split()))


def find_leaks(page: str, typed: Iterable[str]) -> list[str]:
    """Give the texts of the page in which Latin words are left when all that was typed is taken out."""
    texts = _Texts()
    texts.feed(page)
    known = sorted({_without_addresses(text) for text in typed if len(text) > 1} - {""}, key=len, reverse=True)
    leaks = []
    for text in dict.fromkeys(texts.found):
        rest = _without_cut(_without_addresses(text), known)
        for each in known:
            if each.lower() in rest.lower():
                rest = re.sub(rf"(?<!\w){re.escape(each)}(?!\w|\.json|\.py)", " ", rest, flags=re.IGNORECASE)
            if not _WORD.search(rest):
                break
        rest = _NEVER_TRANSLATED.sub(" ", _FILES.sub(" ", rest))
        if _WORD.search(rest):
            leaks.append(f"{' '.join(_WORD.findall(rest))[:100]} | in: {text[:160]}")
    return leaks


def _without_addresses(text: str) -> str:
    return " ".join(_ADDRESS.sub(" ", text).split())


def _without_cut(text: str, known: list[str]) -> str:
    """Take off the end of a text that was cut within something typed."""
    if not text.endswith("…"):
        return text
    parts = text[:-1].split("; ")
    for at in range(len(parts)):
        tail = "; ".join(parts[at:]).lower()
        if any(tail in each.lower() for each in known):
            return "; ".join(parts[:at])
    return text


def list_typed(rows: Iterable[Model], *, besides: frozenset[str] = frozenset()) -> Iterator[str]:
    """Give the texts that people typed into rows, those of their JSON too; and the names of countries."""
    yield from (str(name) for _, name in countries)
    for row in rows:
        for field in row._meta.concrete_fields:
            if field.name in besides or field.choices:
                continue
            value = getattr(row, field.attname)
            if isinstance(field, CharField | TextField | JSONField):
                yield from _strings(value)
        yield str(row)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from (str(key).replace("_", " "), each.replace("_", " ") if isinstance(each, str) else "")
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, date):
        yield value.isoformat()
