"""Very many intervals in one drawing: each system one thin line, the least favourable on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.utils.translation import gettext

from audit.portfolio.comparison.rounding import BAND_STARTS
from audit.reports.figures import colours, svg
from audit.reports.wording import band_word, number, say_count

_BANDS: Final = ("low", "moderate", "high", "very_high")
_TOP: Final = 25.0
_TALLEST: Final = 132.0
_LINE: Final = 7.0


class Interval(NamedTuple):
    """The score of one system; the band is that of the high end."""

    low: float
    high: float
    band: str


def interval_field(intervals: Sequence[Interval], *, title: str, width: float = 482, scale: float = 1.0) -> str:
    """Give the intervals as SVG: solid to the low end, light from there to the high end, sorted by the high end.

    The number of systems in each band stands above its quarter of the scale, and in the text alternative.
    """
    rows = sorted(intervals, key=lambda each: (-each.high, -each.low))
    pitch = min(_LINE, _TALLEST / max(len(rows), 1))
    height = max(pitch * len(rows), 12.0)
    span = width - 16
    solid: dict[str, list[str]] = {band: [] for band in _BANDS}
    light: dict[str, list[str]] = {band: [] for band in _BANDS}
    for at, row in enumerate(rows):
        y = svg.number(_TOP + pitch * (at + 0.5))
        if pitch < 1:
            y = f"{_TOP + pitch * (at + 0.5):.2f}"
        start, end = 8 + span * row.low / 100, 8 + span * row.high / 100
        solid[row.band].append(f"M8 {y}H{svg.number(start)}")
        light[row.band].append(f"M{svg.number(start)} {y}H{svg.number(end)}")
    stroke = pitch * (0.72 if pitch > 2 else 1.0)
    parts = [svg.element("rect", x=8, y=_TOP, width=span, height=height, fill=colours.TRACK)]
    for band in _BANDS:
        if solid[band]:
            ink = {"stroke": colours.BAND_FILL[band], "stroke_width": f"{stroke:.2f}", "fill": "none"}
            parts.append(svg.element("path", d="".join(light[band]), stroke_opacity="0.38", **ink))
            parts.append(svg.element("path", d="".join(solid[band]), **ink))
    parts += [_bands(rows, span, height), _scale(span, height)]
    return svg.document(width, _TOP + height + 11, title=_tell(title, rows), parts=parts, scale=scale)


def _bands(rows: Sequence[Interval], span: float, height: float) -> str:
    """Write each band's word and number of systems above its quarter, and draw where it begins."""
    drawn = []
    for at, band in enumerate(_BANDS):
        found = sum(row.band == band for row in rows)
        middle = 8 + span * (at + 0.5) / 4
        word: dict[str, str | float] = {"font_size": 8, "fill": colours.BAND_TEXT[band], "text_anchor": "middle"}
        drawn.append(svg.text(middle, 8.5, band_word(band), **word))
        drawn.append(svg.text(middle, 19.5, number(found), **(word | {"font_size": 9.5, "font_weight": "600"})))
    marks = "".join(
        f"M{svg.number(8 + span * mark / 100)} {svg.number(_TOP)}v{svg.number(height)}" for mark in BAND_STARTS
    )
    drawn.append(svg.element("path", d=marks, stroke=colours.PAPER, stroke_width=1))
    return "".join(drawn)


def _scale(span: float, height: float) -> str:
    y = _TOP + height + 8.5
    marks = "".join(svg.text(8 + span * mark / 100, y, str(mark)) for mark in (0, 25, 50, 75, 100))
    return svg.element("g", marks, font_size=7.5, fill=colours.MUTED, text_anchor="middle")


def _tell(title: str, rows: Sequence[Interval]) -> str:
    told = [f"{band_word(band)}: {number(sum(row.band == band for row in rows))}" for band in reversed(_BANDS)]
    many = say_count("{number} system", "{number} systems", len(rows))
    if not rows:
        return f"{title}: {gettext('not yet assessed')}"
    middle = rows[len(rows) // 2]
    median = gettext("the system in the middle lies between {low} and {high}").format(
        low=number(middle.low), high=number(middle.high)
    )
    return f"{title}: {many}. {'; '.join(told)}; {median}."
