"""The catalogues hold every message of the reports, translated, and their compiled files are of the same text."""

from __future__ import annotations

import re
from functools import lru_cache

import pytest
from babel.messages.catalog import Catalog, Message

from tests.messages.catalogue import (
    LOCALE,
    as_mo,
    as_po,
    build_template,
    list_languages,
    list_untranslated,
    merge,
    read_language,
)

_PLACE = re.compile(r"\{(\w+)\}|%\((\w+)\)s")
LANGUAGES = list_languages()


@lru_cache(maxsize=1)
def template() -> Catalog:
    return build_template()


def catalogue(language: str) -> Catalog:
    return read_language(LOCALE / language / "LC_MESSAGES" / "django.po", language)


def texts(message: Message) -> tuple[list[str], list[str]]:
    """Give the forms of a message and those of its translation."""
    identity, string = message.id, message.string
    return (
        [identity] if isinstance(identity, str) else list(identity),
        [string] if isinstance(string, str) else list(string or ()),
    )


def test_german_is_there() -> None:
    assert "de" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    missing = list_untranslated(merge(catalogue(language), template(), language))
    assert missing == [], "run `make messages` and translate what it names"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_translated_that_nobody_says(language: str) -> None:
    said = {(message.context, str(message.id)) for message in template()}
    assert [message.id for message in catalogue(language) if (message.context, str(message.id)) not in said] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_is_of_this_text(language: str) -> None:
    compiled = (LOCALE / language / "LC_MESSAGES" / "django.mo").read_bytes()
    assert compiled == as_mo(catalogue(language)), "run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_keep_their_names(language: str) -> None:
    # A day and a moment may be written with the figures of day and month, which English does without.
    more = {"dd", "mm", "year", "month", "day", "time"}
    for message in catalogue(language):
        identities, strings = texts(message)
        wanted = {name for text in identities for found in _PLACE.findall(text) for name in found if name}
        for string in filter(None, strings):
            given = {name for found in _PLACE.findall(string) for name in found if name}
            allowed = wanted | (more if message.context in {"short day", "long day", "moment"} else set())
            assert given <= allowed, message.id
            # "one" may stand for the number; everything else that varies is told in each form.
            if message.context not in {"short day", "long day", "moment"}:
                missing = wanted - given - {"number", "duties", "times", "more", "days"}
                assert not missing, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_is_that_of_the_message(language: str) -> None:
    for message in catalogue(language):
        identities, strings = texts(message)
        marks = {tuple(re.findall(r"</?\w+>", text)) for text in identities}
        assert {tuple(re.findall(r"</?\w+>", string)) for string in strings} <= marks, message.id


def test_german_addresses_nobody_and_calls_nothing_conform() -> None:
    for message in catalogue("de"):
        for string in texts(message)[1]:
            assert not re.search(r"[a-zäöüß,] (Sie|Ihnen|Ihre[mnrs]?)\b", string), string
            assert not re.search(r"\b(nicht )?konform\b|regelkonform|rechtskonform", string, re.IGNORECASE), string


def test_a_message_that_is_gone_leaves_the_catalogue_and_a_new_one_is_empty() -> None:
    before, now = Catalog(locale="de"), Catalog()
    before.add("old", string="alt")
    before.add("kept", string="geblieben")
    now.add("kept")
    now.add("new")
    merged = merge(before, now, "de")
    assert [(message.id, message.string) for message in merged if message.id] == [("kept", "geblieben"), ("new", "")]
    assert b"old" not in as_po(merged)
    assert list_untranslated(merged) == ["new"]
