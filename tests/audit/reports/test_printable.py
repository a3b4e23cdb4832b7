"""Characters that no font of the report has are written as their number; nothing else is touched."""

from __future__ import annotations

import unicodedata

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.reports.printable import COVERAGE, without_unprintable


def covered_by_fonts() -> set[int]:
    found: set[int] = set()
    for path in COVERAGE.parent.glob("*.ttf"):
        found |= set(TTFont(path).getBestCmap())
    return {sign for sign in found if sign >= 32 and not 127 <= sign < 160 and not 0xE000 <= sign <= 0xF8FF}


def test_the_list_of_characters_is_that_of_the_fonts() -> None:
    listed: set[int] = set()
    for line in COVERAGE.read_text().split():
        first, _, last = line.partition("-")
        listed |= set(range(int(first, 16), int(last or first, 16) + 1))
    assert listed == covered_by_fonts()


def test_what_the_fonts_have_stays() -> None:
    text = "Äø €– “x” 漢字 한글 שלום مرحبا 😀 👩\u200d💻\n\t"
    assert without_unprintable(text) == text


def test_what_they_lack_is_told_by_number() -> None:
    assert without_unprintable("Yi: ꀕ") == "Yi: [U+A015]"


@settings(deadline=None)
@given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    kept = without_unprintable(text + "é")
    assert not [
        sign for sign in kept if unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\x7f" and ord(sign) > 127
    ]


@pytest.mark.parametrize("control", ["\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068"])
def test_a_control_that_turns_its_neighbours_around_is_shown_and_does_nothing(control: str) -> None:
    assert without_unprintable(f"é{control}paid") == f"é[U+{ord(control):04X}]paid"
