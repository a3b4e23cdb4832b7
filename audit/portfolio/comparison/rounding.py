"""Scores as they are printed: one way for every report, so that no two print another figure for the same score."""

from __future__ import annotations

from typing import Final

BAND_STARTS: Final = (25, 50, 75)
"""The scores at which a band begins; the bars have a tick at each."""


def round_score(value: float) -> int:
    """Give a score as a whole number, halves up, but never up into the next band (24.8 gives 24)."""
    rounded = int(value + 0.5)
    return rounded - 1 if rounded in BAND_STARTS and value < rounded else rounded
