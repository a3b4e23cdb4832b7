"""Words are broken between syllables; the German patterns, read in one step, also break inside them."""

from __future__ import annotations

import pyphen
import pytest

from audit.reports.figures import svg
from audit.reports.hyphenation import break_word, prepare_hyphenation


@pytest.mark.parametrize(
    ("word", "wrong"),
    [("Übergangsregelung", "Überg"), ("Auftragsverarbeiter", "Auftragsvera"), ("Informationen", "Informati")],
)
def test_no_break_leaves_a_piece_that_cannot_be_spoken(word: str, wrong: str) -> None:
    """Über-gangs, Auftrags-ver-arbeiter, Informa-tionen: a lone letter or consonants alone are no syllable."""
    prepare_hyphenation("de")
    assert wrong not in {first for first, _ in pyphen.Pyphen(lang="de").iterate(word)}
    assert break_word(word, "de"), "it still breaks somewhere"
    assert all(first + rest == word for first, rest in break_word(word, "de"))


def test_an_unknown_language_breaks_no_word() -> None:
    assert break_word("Auftragsverarbeiter", "xx") == []


def test_a_word_wider_than_its_line_is_broken_rather_than_cut() -> None:
    lines = svg.wrap("subprocessor organisation", 50, 8, lines=4)
    assert "…" not in "".join(lines)
    assert "".join(line.removesuffix("-") for line in lines).replace(" ", "") == "subprocessororganisation"
    assert all(svg.width_of(line, 8) <= 50 for line in lines)


def test_what_cannot_be_broken_is_cut_with_an_ellipsis() -> None:
    assert svg.wrap("x" * 400, 50, 8, lines=2)[-1].endswith("…")
