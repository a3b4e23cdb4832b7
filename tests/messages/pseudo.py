"""A language of our own making: every message in Cyrillic letters and two fifths longer.

A word in Latin letters in a report of this language was never put through the catalogue, or was typed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog

from tests.messages.catalogue import as_mo, build_template

CODE: Final = "uk"  # Babel and WeasyPrint have to know the language; its own words do not matter here
_LETTERS: Final = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "абцдефгхийклмнопърстувшжызАБЦДЕФГХИЙКЛМНОПЪРСТУВШЖЫЗ",
)
_KEPT: Final = re.compile(
    r"(\{\w+\}|%\(\w+\)s|</?\w+>|Openbook|SHA-256|PAdES|manage\.py verify_report|verify_openbook_report\.py)"
)
_LONGER: Final = 0.4


def pseudo(text: str) -> str:
    """Give the text in other letters, with its places, its markup and its names as they were, and longer."""
    parts = _KEPT.split(text)
    written = "".join(part if at % 2 else part.translate(_LETTERS) for at, part in enumerate(parts))
    more = int(len("".join(parts[::2])) * _LONGER)
    # Figures of months, separators and conjunctions stay short: they are no sentences.
    return written if len(text) < 4 else f"{written} {'довше ' * -(-more // 6)}".rstrip()


def write_pseudo_language(folder: Path) -> None:
    """Write the compiled catalogue of the language into a folder of locales."""
    catalogue = Catalog(locale=CODE, charset="utf-8", fuzzy=False)
    for message in build_template():
        if not message.id:
            continue
        if isinstance(message.id, str):
            catalogue.add(message.id, pseudo(message.id), context=message.context)
        else:
            one, many = (pseudo(text) for text in message.id)
            catalogue.add(message.id, (one, *[many] * (catalogue.num_plurals - 1)), context=message.context)
    path = folder / CODE / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(as_mo(catalogue))
