"""Counts side by side as bars: solid is certain, hatched is possible until the unknown facts are answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from audit.reports.figures import colours, svg
from audit.reports.figures.bars import hatching

_ROW: Final = 17.0
_BAR: Final = 9.0
_LINE: Final = 10.0
_NAMES: Final = (150.0, 206.0)
"""Where bars begin: the same for all drawings with short labels, so that they stand on one line down a page."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One bar: how much is certain, how much more is possible, and how the figure reads."""

    label: str
    sure: float
    possible: float
    figure: str
    colour: str = colours.INK


def tally_bars(rows: Sequence[Tally], *, title: str, whole: float = 0.0, width: float = 482, scale: float = 1.0) -> str:
    """Give the bars as SVG on one scale from 0 to ``whole``, or to the longest bar; each figure stands at its right.

    A label that is too long takes a second line. The text alternative begins with ``title`` and tells every row.
    """
    longest = whole or max((row.sure + row.possible for row in rows), default=0.0) or 1.0
    names = max((svg.width_of(row.label, 8.5) for row in rows), default=0.0)
    left, right = _NAMES[0] if names + 8 <= _NAMES[0] else _NAMES[1], 108.0
    span = width - left - right
    parts: list[str] = []
    y = 3.0
    for row in rows:
        label = svg.wrap(row.label, left - 8, 8.5, lines=2)
        for at, line in enumerate(label):
            parts.append(svg.text(0, y + 7.5 + at * _LINE, line, font_size=8.5, fill=colours.INK))
        parts += _draw_bar(row, left, y, span, longest)
        figure = svg.shorten(row.figure, right - 8, 8.5, bold=True)
        parts.append(svg.text(left + span + 6, y + 7.5, figure, font_size=8.5, font_weight="600", fill=colours.INK))
        y += _ROW + (len(label) - 1) * _LINE
    told = "; ".join(f"{row.label}: {row.figure}" for row in rows)
    return svg.document(width, y, title=f"{title}. {told}", parts=parts, scale=scale)


def _draw_bar(row: Tally, left: float, y: float, span: float, longest: float) -> list[str]:
    """Draw one bar on its track: what is certain, and hatched what is possible beside it."""
    end = span * min(row.sure / longest, 1.0)
    more = span * min(row.possible / longest, 1.0 - min(row.sure / longest, 1.0))
    parts = [svg.element("rect", x=left, y=y, width=span, height=_BAR, fill=colours.TRACK)]
    if end > 0:
        parts.append(svg.element("rect", x=left, y=y, width=max(end, 0.8), height=_BAR, fill=row.colour))
    parts.append(hatching(left + end, y, more, _BAR, colour=row.colour))
    return parts
