"""Two judgements of many systems beside each other: bands against bands, each cell with its number; never a total."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Final

from audit.reports.figures import colours, svg
from audit.reports.wording import band_word, number

_BANDS: Final = ("low", "moderate", "high", "very_high")
_CELL: Final = 38.0
_WIDE: Final = 74.0


def band_matrix(
    counts: Mapping[tuple[str, str], int],
    *,
    across: str,
    down: str,
    title: str,
    width: float = 482,
    scale: float = 1.0,
) -> str:
    """Give the numbers of systems by the band ``down`` and the band ``across`` as SVG; a square's area is its number.

    ``counts`` is keyed by (down, across). The text alternative tells every cell that is not empty.
    """
    most = max(counts.values(), default=0) or 1
    left, top = 110.0, 27.0
    parts = [svg.text(left, 8, across, font_size=8, font_weight="600", fill=colours.INK)]
    parts.append(svg.text(0, 8, down, font_size=8, font_weight="600", fill=colours.INK))
    for column, other in enumerate(_BANDS):
        middle = left + column * _WIDE + (_WIDE - 2) / 2
        heading: dict[str, str | float] = {"font_size": 8.5, "fill": colours.BAND_TEXT[other]}
        parts.append(svg.text(middle, top - 5, band_word(other), text_anchor="middle", **heading))
    told = []
    for row, one in enumerate(reversed(_BANDS)):
        y = top + row * _CELL
        word: dict[str, str | float] = {"font_size": 8.5, "fill": colours.BAND_TEXT[one]}
        parts.append(svg.text(0, y + _CELL / 2 + 3, band_word(one), **word))
        for column, other in enumerate(_BANDS):
            x = left + column * _WIDE
            parts.append(svg.element("rect", x=x, y=y, width=_WIDE - 2, height=_CELL - 2, fill=colours.TRACK))
            found = counts.get((one, other), 0)
            if found:
                side = max((_CELL - 10) * sqrt(found / most), 1.5)
                middle = x + _WIDE * 0.36
                parts.append(
                    svg.element(
                        "rect",
                        x=middle - side / 2,
                        y=y + (_CELL - 2 - side) / 2,
                        width=side,
                        height=side,
                        fill=colours.INK,
                    )
                )
                figure: dict[str, str | float] = {"font_size": 9, "font_weight": "600", "fill": colours.INK}
                parts.append(svg.text(middle + _CELL / 2 + 1, y + _CELL / 2 + 2, number(found), **figure))
                told.append(f"{down} {band_word(one)}, {across} {band_word(other)}: {number(found)}")
    return svg.document(width, top + 4 * _CELL, title=f"{title}. {'; '.join(told)}", parts=parts, scale=scale)
