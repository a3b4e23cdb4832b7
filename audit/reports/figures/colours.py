"""The few colours of Openbook and what each one means; a word always stands beside a colour."""

from __future__ import annotations

from typing import Final

INK: Final = "#1b2430"
MUTED: Final = "#5b6673"
LINE: Final = "#d7dde4"
TRACK: Final = "#e9edf1"
ACCENT: Final = "#1f4e79"
UNKNOWN: Final = "#a4262c"
PAPER: Final = "#ffffff"
SOFT: Final = "#f4f6f8"

BAND_FILL: Final = {"low": "#2a7f62", "moderate": "#b08a12", "high": "#c8641b", "very_high": "#a4262c"}
"""The band's colour as an area."""

BAND_TEXT: Final = {"low": "#22684f", "moderate": "#806000", "high": "#b4530f", "very_high": "#a4262c"}
"""The band's colour as text on white, at 4.5:1 or better."""

BAND_WORD: Final = {"low": "low", "moderate": "moderate", "high": "high", "very_high": "very high"}
"""The word that stands beside the colour."""
