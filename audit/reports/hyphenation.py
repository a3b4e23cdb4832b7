"""Where words may be broken: the patterns of the language without the breaks that its compounds get wrong.

The German patterns are made for a program that reads them in two steps; read in one, they also break inside a
syllable (``Überg-angsregelung``). Such a break leaves a piece of one letter, or of consonants alone, beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import pyphen

_VOWELS: Final = frozenset("aeiouyäöüáéíóúàèìòùâêîôûëïåæøœ")


class _CarefulPatterns(pyphen.HyphDict):  # type: ignore[misc] # the library has no types
    """The patterns of one language; a break is kept only where both of its pieces can be spoken."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._kept: dict[str, list[int]] = {}

    def positions(self, word: str) -> list[int]:
        """Give the places in the word before which it may be broken."""
        kept = self._kept.get(word)
        if kept is None:
            kept = self._kept[word] = _careful(word, super().positions(word))
        return kept


def _careful(word: str, places: Sequence[int]) -> list[int]:
    starts = [0, *places, len(word)]
    pieces = [word[start:end].lower() for start, end in pairwise(starts)]
    spoken = [len(piece) > 1 and not _VOWELS.isdisjoint(piece) for piece in pieces]
    return [place for at, place in enumerate(places) if spoken[at] and spoken[at + 1]]


@lru_cache(maxsize=8)
def prepare_hyphenation(language: str) -> None:
    """Let every text of the language be broken carefully, by the layout and by the drawings alike."""
    found = pyphen.language_fallback(language)
    if found:
        path = pyphen.LANGUAGES[found]
        pyphen.hdcache[path] = _CarefulPatterns(path)


def break_word(word: str, language: str) -> list[tuple[str, str]]:
    """Give each way to break a word in two, the longest first part first; none where the language is not known."""
    found = pyphen.language_fallback(language)
    if not found:
        return []
    prepare_hyphenation(language)
    return list(pyphen.Pyphen(lang=found, left=3, right=3).iterate(word))
