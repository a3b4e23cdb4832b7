"""Builds the template of all messages, brings each language's ``.po`` up to it, and compiles it.

A third language is one more file: ``locale/<code>/LC_MESSAGES/django.po``, made by ``make messages ARGS=<code>``.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.messages.data import from_data
from tests.messages.extracting import ROOT, from_code, from_templates

_NO_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)
LOCALE: Final = ROOT / "locale"
_HEADER: Final = (
    "# {language} for Openbook’s reports; `make messages` keeps it in step with code, templates and data.\n#"
)
_DROPPED: Final = re.compile(r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|[^"]*EMAIL)[^\n]*\n', re.MULTILINE)


def build_template() -> Catalog:
    """Give the catalogue of all messages without translations, in the order in which they were found."""
    catalogue = Catalog(project="Openbook", charset="utf-8", fuzzy=False)
    for message in (*from_code(), *from_templates(), *from_data()):
        identity = (message.text, message.plural) if message.plural else message.text
        catalogue.add(identity, context=message.context or None, locations=[(message.place, 0)])
    return catalogue


def read_language(path: Path, language: str) -> Catalog:
    """Read one ``.po``; a file that is not there yet is an empty catalogue."""
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as source:
        return read_po(source, locale=language, charset="utf-8")


def update_language(language: str, template: Catalog, folder: Path = LOCALE) -> Catalog:
    """Bring a language's ``.po`` up to the template: what is new is empty, what is gone is dropped; and compile it."""
    path = folder / language / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    before = read_language(path, language)
    updated = merge(before, template, language)
    path.write_bytes(as_po(updated))
    path.with_suffix(".mo").write_bytes(as_mo(read_language(path, language)))
    return updated


def merge(before: Catalog, template: Catalog, language: str) -> Catalog:
    """Give the template with the translations there are; nothing is guessed."""
    merged = Catalog(locale=language, project="Openbook", charset="utf-8", fuzzy=False)
    for message in template:
        if message.id:
            known = before.get(message.id, message.context)
            merged.add(
                message.id,
                string=known.string if known is not None else "",
                context=message.context,
                locations=message.locations,
            )
    return merged


def as_po(catalogue: Catalog) -> bytes:
    """Give the catalogue as a ``.po`` without dates and line numbers, so that it changes only when a message does."""
    catalogue.header_comment = _HEADER.format(language=catalogue.locale.english_name if catalogue.locale else "")
    out = io.BytesIO()
    write_po(out, _undated(catalogue), width=120, include_lineno=False, ignore_obsolete=True)
    text = out.getvalue().decode()
    return _DROPPED.sub("", text).encode()


def as_mo(catalogue: Catalog) -> bytes:
    """Give the catalogue compiled, as ``gettext`` reads it."""
    out = io.BytesIO()
    write_mo(out, _undated(catalogue))
    return out.getvalue()


def _undated(catalogue: Catalog) -> Catalog:
    catalogue.creation_date = catalogue.revision_date = _NO_DAY
    return catalogue


def list_languages(folder: Path = LOCALE) -> list[str]:
    """Give the languages that have a catalogue."""
    return sorted(path.parents[1].name for path in folder.glob("*/LC_MESSAGES/django.po"))


def list_untranslated(catalogue: Catalog) -> list[str]:
    """Give the messages without a translation in the catalogue."""
    missing = []
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and not all(strings):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing
