"""Counts side by side as bars: solid is certain, hatched is possible until the unknown facts are answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit.reports.figures import colours, svg
from audit.reports.figures.bars import hatching

_ROW = 17.0
_BAR = 9.0


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

    The text alternative begins with ``title`` and tells every row.
    """
    longest = whole or max((row.sure + row.possible for row in rows), default=0.0) or 1.0
    names = max((svg.width_of(row.label, 8.5) for row in rows), default=0.0)
    left, right = min(max(names + 10, 110.0), 200.0), 108.0
    span = width - left - right
    parts = []
    for at, row in enumerate(rows):
        y = 3.0 + at * _ROW
        label = svg.shorten(row.label, left - 8, 8.5)
        parts.append(svg.text(0, y + 7.5, label, font_size=8.5, fill=colours.INK))
        parts.append(svg.element("rect", x=left, y=y, width=span, height=_BAR, fill=colours.TRACK))
        end = span * min(row.sure / longest, 1.0)
        more = span * min(row.possible / longest, 1.0 - row.sure / longest)
        if end > 0:
            parts.append(svg.element("rect", x=left, y=y, width=max(end, 0.8), height=_BAR, fill=row.colour))
        parts.append(hatching(left + end, y, more, _BAR, colour=row.colour))
        figure = svg.shorten(row.figure, right - 8, 8.5, bold=True)
        parts.append(svg.text(left + span + 6, y + 7.5, figure, font_size=8.5, font_weight="600", fill=colours.INK))
    told = "; ".join(f"{row.label}: {row.figure}" for row in rows)
    return svg.document(width, 3 + len(rows) * _ROW, title=f"{title}. {told}", parts=parts, scale=scale)
