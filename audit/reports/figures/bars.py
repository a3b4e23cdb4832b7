"""The interval bar (one figure for admin, pages and PDF) and the bar of the exit time against the time there is."""

from __future__ import annotations

from django.utils.translation import gettext

from audit.portfolio.comparison.rounding import BAND_STARTS, round_score
from audit.reports.figures import colours, svg
from audit.reports.wording import band_word, days_between, say, unknown


def interval_bar(
    low: float | None,
    high: float | None,
    *,
    band: str,
    title: str,
    width: float = 320,
    thickness: float = 9,
    labels: bool = True,
    word: bool = False,
    scale: float = 1.0,
) -> str:
    """Give a score from 0 to 100 as SVG: solid to ``low`` (certain), hatched to ``high`` (possible until answered).

    ``band`` is that of ``high`` (``low``, ``moderate``, ``high`` or ``very_high``); ``title`` names what is judged
    and begins the text alternative, which carries the figures. ``labels`` writes the figures and ticks, ``word`` the
    band at the right end; ``scale`` is the size of one unit in CSS pixels. Without figures the track is dashed and
    empty, and says that nothing was assessed.
    """
    if low is None or high is None:
        return _empty_bar(title, width=width, thickness=thickness, labels=labels, scale=scale)
    low, high = _clamp(low), _clamp(high)
    margin, top = (10.0, 12.0) if labels else (0.0, 0.0)
    span = width - 2 * margin - (54 if word else 0)
    start, end = margin + span * low / 100, margin + span * high / 100
    fill = colours.BAND_FILL.get(band, colours.MUTED)
    parts = [
        svg.element("rect", x=margin, y=top, width=span, height=thickness, fill=colours.TRACK),
        svg.element("rect", x=margin, y=top, width=start - margin, height=thickness, fill=fill),
        hatching(start, top, end - start, thickness, colour=fill),
        _ticks(margin, top, span, thickness),
    ]
    if labels:
        parts += [
            _tick_labels(margin, top + thickness + 8.5, span),
            *_figures(low, high, start=start, end=end, y=top - 3.5, width=width),
        ]
    if word:
        parts.append(
            svg.text(
                width - 50,
                top + thickness / 2 + 3,
                band_word(band),
                font_size=9,
                font_weight="600",
                fill=colours.BAND_TEXT.get(band, colours.INK),
            )
        )
    return svg.document(
        width,
        top + thickness + (11 if labels else 0),
        title=say(
            "{title}: {interval} of 100, {band}", title=title, interval=spoken_interval(low, high), band=band_word(band)
        ),
        parts=parts,
        scale=scale,
    )


def spoken_interval(low: float, high: float) -> str:
    """Give an interval in words: ``between 58 and 81``, or ``58`` where both ends read the same."""
    first, last = figure(low), figure(high)
    return first if first == last else say("between {low} and {high}", low=first, high=last)


def figure(value: float) -> str:
    """Give a score as it is printed: rounded to a whole number, but never up into the next band (24.8 reads 24)."""
    return str(round_score(value))


def hatching(x: float, y: float, width: float, height: float, *, colour: str) -> str:
    """Give an outlined area of slanted lines: one path and no pattern, so that drawings share no identifiers."""
    if width < 0.5:
        return ""
    strokes = []
    offset = -height
    while offset < width:
        left, right = max(offset, 0.0), min(offset + height, width)
        if right > left:
            x1, y1 = svg.number(x + left), svg.number(y + height - (left - offset))
            x2, y2 = svg.number(x + right), svg.number(y + height - (right - offset))
            strokes.append(f"M{x1} {y1}L{x2} {y2}")
        offset += 3.5
    area = svg.element("rect", x=x, y=y, width=width, height=height, fill=colour, fill_opacity=0.2)
    return area + svg.element("path", d="".join(strokes), stroke=colour, stroke_width=1.1, fill="none")


def _clamp(value: float) -> float:
    return min(max(float(value), 0.0), 100.0)


def _ticks(x: float, y: float, span: float, height: float) -> str:
    path = "".join(f"M{svg.number(x + span * mark / 100)} {svg.number(y)}v{svg.number(height)}" for mark in BAND_STARTS)
    return svg.element("path", d=path, stroke=colours.PAPER, stroke_width=1)


def _tick_labels(x: float, y: float, span: float) -> str:
    marks = "".join(svg.text(x + span * mark / 100, y, str(mark)) for mark in (0, 25, 50, 75, 100))
    return svg.element("g", marks, font_size=7.5, fill=colours.MUTED, text_anchor="middle")


def _figures(low: float, high: float, *, start: float, end: float, y: float, width: float) -> list[str]:
    """Give the two figures above the bar; where they would touch, one label holds both."""
    first, last = figure(low), figure(high)
    size = 8.5
    needed = (svg.width_of(first, size, bold=True) + svg.width_of(last, size, bold=True)) / 2 + 5
    if first == last:
        labels = [(end, first)]
    elif end - start < needed:
        labels = [((start + end) / 2, f"{first}–{last}")]
    else:
        labels = [(start, first), (end, last)]
    parts = []
    for x, content in labels:
        half = svg.width_of(content, size, bold=True) / 2
        place = min(max(x, half), width - half)
        parts.append(
            svg.text(place, y, content, font_size=size, font_weight="600", fill=colours.INK, text_anchor="middle")
        )
    return parts


def _empty_bar(title: str, *, width: float, thickness: float, labels: bool, scale: float) -> str:
    margin, top = (10.0, 12.0) if labels else (0.5, 0.5)
    parts = [
        svg.element(
            "rect",
            x=margin,
            y=top,
            width=width - 2 * margin,
            height=thickness - 1,
            fill="none",
            stroke=colours.MUTED,
            stroke_width=0.7,
            stroke_dasharray="3 2",
        )
    ]
    if labels:
        parts.append(svg.text(margin, top - 3.5, gettext("not yet assessed"), font_size=8, fill=colours.MUTED))
    height = top + thickness + (11 if labels else 0)
    return svg.document(width, height, title=say("{title}: not yet assessed", title=title), parts=parts, scale=scale)


def exit_time_bar(
    exit_low: float | None,
    exit_high: float | None,
    available_low: float | None,
    available_high: float | None,
    *,
    width: float = 482,
    scale: float = 1.0,
) -> str:
    """Give the days an exit takes beside the days there are, on one scale, as SVG.

    Hatched means possible until answered, as in the score's bar; ``None`` says that the days are not known.
    """
    rows = [
        (gettext("An exit takes"), exit_low, exit_high),
        (gettext("There are"), available_low, available_high),
    ]
    known = [end for _, low, high in rows for end in (low, high) if end is not None]
    longest = max([*known, 1.0])
    left, span = 82.0, width - 82 - 92
    parts, told = [], []
    for at, (name, low, high) in enumerate(rows):
        y = 4.0 + at * 19
        parts.append(svg.text(0, y + 8.5, name, font_size=8.5, font_weight="600", fill=colours.INK))
        parts.append(svg.element("rect", x=left, y=y, width=span, height=10, fill=colours.TRACK))
        if low is None or high is None:
            parts.append(svg.text(left + span + 6, y + 8.5, unknown(), font_size=8.5, fill=colours.UNKNOWN))
            told.append(f"{name}: {unknown()}")
            continue
        first, last = max(low, 0.0), max(high, 0.0)
        colour = colours.INK if at == 0 else colours.ACCENT
        start, end = left + span * first / longest, left + span * last / longest
        parts.append(svg.element("rect", x=left, y=y, width=start - left, height=10, fill=colour))
        parts.append(hatching(start, y, end - start, 10, colour=colour))
        days = _days(low, high)
        parts.append(svg.text(left + span + 6, y + 8.5, days, font_size=8.5, font_weight="600", fill=colours.INK))
        told.append(f"{name} {days}")
    return svg.document(width, 39, title="; ".join(told), parts=parts, scale=scale)


def _days(low: float, high: float) -> str:
    first, last = round(low), round(high)
    if last <= 0:
        return gettext("no day left")
    return days_between(max(first, 0), last)
