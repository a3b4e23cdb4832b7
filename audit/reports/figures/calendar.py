"""The duties calendar: one line of time, filled dots in force or past, open dots to come, dashed only if it applies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from django.utils.translation import gettext

from audit.reports.figures import colours, svg
from audit.reports.wording import say, short_day

State = Literal["past", "coming", "conditional"]

_AXIS: Final = 34.0
_LABEL: Final = 96.0
_LINE: Final = 9.0
_GAP: Final = 6.0
_LOOK_BACK: Final = timedelta(days=1000)
_LOOK_AHEAD: Final = timedelta(days=2000)
_MOST_LINES: Final = 4


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that begins or is due on a day; with ``until``, several things on days from the one to the other."""

    on: date
    label: str
    state: State
    until: date | None = None


@dataclass(frozen=True, slots=True)
class _Mark:
    """All moments of one day, with their place on the line and the lines of their label."""

    x: float
    day: str
    lines: tuple[str, ...]
    state: State
    width: float

    @property
    def height(self) -> float:
        return _LINE * (1 + len(self.lines)) + 4


def timeline(moments: Iterable[Moment], *, as_of: date, title: str, width: float = 482, scale: float = 1.0) -> str:
    """Give the moments as SVG around the as-of day; labels never overlap, whatever the days.

    Days more than about three years back or five and a half ahead stand together at the line's ends. The text
    alternative lists every moment.
    """
    ordered = sorted(moments, key=lambda moment: (moment.on, moment.label))
    marks = _place(ordered, as_of, width)
    lanes = _lanes(marks)
    depths = [
        max(mark.height for mark, lane in lanes if lane == at)
        for at in range(max((n for _, n in lanes), default=-1) + 1)
    ]
    parts = [
        svg.element("path", d=f"M2 {svg.number(_AXIS)}H{svg.number(width - 2)}", stroke=colours.INK, stroke_width=0.8),
        *_years(ordered, as_of, width),
        *_today(ordered, as_of, width),
    ]
    for mark, lane in lanes:
        parts += _draw(mark, _AXIS + 13 + sum(depths[:lane]))
    told = "; ".join(
        f"{_name_days(moment.on, moment.until)}: {moment.label} ({_state_word(moment.state)})" for moment in ordered
    )
    alternative = say(
        "{title}, as of {day}. {moments}", title=title, day=short_day(as_of), moments=told or gettext("No dates.")
    )
    return svg.document(width, _AXIS + 10 + sum(depths), title=alternative, parts=parts, scale=scale)


def _state_word(state: State) -> str:
    words: dict[State, str] = {
        "past": gettext("in force or past"),
        "coming": gettext("to come"),
        "conditional": gettext("only if it applies"),
    }
    return words[state]


def _span(moments: list[Moment], as_of: date) -> tuple[date, date]:
    days = [moment.on for moment in moments] + [as_of]
    start = max(min(days), as_of - _LOOK_BACK)
    end = min(max(days), as_of + _LOOK_AHEAD)
    return start, max(end, start + timedelta(days=200))


def _held(day: date, span: tuple[date, date]) -> date:
    return min(max(day, span[0]), span[1])


def _x(day: date, span: tuple[date, date], width: float) -> float:
    start, end = span
    return 8 + (_held(day, span) - start).days / (end - start).days * (width - 8 - _LABEL)


def _place(moments: list[Moment], as_of: date, width: float) -> list[_Mark]:
    span = _span(moments, as_of)
    by_day: dict[date, list[Moment]] = {}
    for moment in moments:
        by_day.setdefault(_held(moment.on, span), []).append(moment)
    return [_mark(day, together, _x(day, span, width)) for day, together in by_day.items()]


def _mark(day: date, together: list[Moment], x: float) -> _Mark:
    beyond = {moment.on for moment in together} != {day}
    heading = _name_days(day, max(moment.until or moment.on for moment in together))
    if beyond:
        heading = gettext("earlier") if together[0].on < day else gettext("later")
    labels = [f"{moment.label}, {short_day(moment.on)}" if beyond else moment.label for moment in together]
    most = _MOST_LINES if len(labels) == 1 else 2
    lines = [line for label in labels for line in svg.wrap(label, _LABEL - 4, 7.2, lines=most)]
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], gettext("and more")]
    states = {moment.state for moment in together}
    state: State = "past" if "past" in states else "coming" if "coming" in states else "conditional"
    label_width = max(svg.width_of(line, 7.4) for line in [heading, *lines])
    return _Mark(x, heading, tuple(lines), state, min(label_width, _LABEL))


def _name_days(on: date, until: date | None) -> str:
    """Give the day, or the first and the last of several: ``1–31 Dec 2026``, ``01.–31.12.2026``."""
    first = short_day(on)
    if until is None or until <= on:
        return first
    last = short_day(until)
    number = re.match(r"\d+\.?", first)
    is_same_month = number is not None and last.endswith(first[number.end() :])
    return f"{number[0] if number and is_same_month else first}\N{EN DASH}{last}"


def _lanes(marks: list[_Mark]) -> list[tuple[_Mark, int]]:
    """Give each label the first lane where it is free.

    Labels run to the right of their dots and are placed from the right; a lane is free when neither its own labels
    nor the thin lines that lead through it to deeper lanes are in the way.
    """
    taken: list[float] = []
    result = []
    for mark in sorted(marks, key=lambda item: (-item.x, item.day)):
        end = mark.x + mark.width + _GAP
        lane = next((at for at in range(len(taken)) if end <= min(taken[at:])), len(taken))
        if lane == len(taken):
            taken.append(mark.x)
        taken[lane] = mark.x
        result.append((mark, lane))
    return result[::-1]


def _draw(mark: _Mark, y: float) -> list[str]:
    parts = []
    if y > _AXIS + 13:
        path = f"M{svg.number(mark.x)} {svg.number(_AXIS + 4)}V{svg.number(y + 1)}"
        parts.append(svg.element("path", d=path, stroke=colours.LINE, stroke_width=0.6))
    filled = mark.state == "past"
    dash = {"stroke_dasharray": "1.8 1.3"} if mark.state == "conditional" else {}
    parts.append(
        svg.element(
            "circle",
            cx=mark.x,
            cy=_AXIS,
            r=3.3,
            fill=colours.INK if filled else colours.PAPER,
            stroke=colours.INK,
            stroke_width=1,
            **dash,
        )
    )
    left = mark.x - 3 if y <= _AXIS + 13 else mark.x + 2
    parts.append(svg.text(left, y, mark.day, font_size=7.4, font_weight="600", fill=colours.INK))
    for at, line in enumerate(mark.lines, 1):
        parts.append(svg.text(left, y + at * _LINE, line, font_size=7.2, fill=colours.MUTED))
    return parts


def _years(moments: list[Moment], as_of: date, width: float) -> list[str]:
    """Mark the turns of the years, so that distances can be read."""
    span = _span(moments, as_of)
    today = _x(as_of, span, width)
    parts = []
    for year in range(span[0].year + 1, span[1].year + 1):
        x = _x(date(year, 1, 1), span, width)
        path = f"M{svg.number(x)} {svg.number(_AXIS - 4)}V{svg.number(_AXIS)}"
        parts.append(svg.element("path", d=path, stroke=colours.MUTED, stroke_width=0.6))
        if abs(x - today) > 12:
            parts.append(svg.text(x, _AXIS - 6.5, str(year), font_size=6.8, fill=colours.MUTED, text_anchor="middle"))
    return parts


def _today(moments: list[Moment], as_of: date, width: float) -> list[str]:
    x = _x(as_of, _span(moments, as_of), width)
    path = f"M{svg.number(x)} 3V{svg.number(_AXIS + 6)}"
    label = say("as of {day}", day=short_day(as_of))
    room = svg.width_of(label, 7.6, bold=True) + 4
    anchor = {"text_anchor": "end"} if x + room > width else {}
    place = x - 4 if anchor else x + 4
    return [
        svg.element("path", d=path, stroke=colours.ACCENT, stroke_width=1.1),
        svg.text(place, 9.5, label, font_size=7.6, font_weight="600", fill=colours.ACCENT, **anchor),
    ]
