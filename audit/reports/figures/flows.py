"""The data-flow diagram: who sends what to whom and where; what is unknown is dashed and says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from audit.reports.figures import colours, svg
from audit.reports.figures.flow_layout import Box, Layout, Route, lay_out
from audit.reports.wording import say

_NAME: Final = 8.2
_NAME_LINE: Final = 9.6
_SMALL: Final = 7.2
_SMALL_LINE: Final = 8.2
_PADDING: Final = 8.4
_MOST_LINES: Final = 10
"""A box grows with its name up to so many lines; what is longer is cut, and the table tells it."""
_NARROW: Final = 70.0
"""Up to this width a label may take three lines above its arrow."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the data: from whom to whom, where they are (empty: not known), what flows and on what basis."""

    source: str
    source_place: str
    target: str
    target_place: str
    data: str
    basis: str = ""
    is_basis_unknown: bool = False


def data_flow_diagram(steps: Sequence[Step], *, width: float = 482, scale: float = 1.0) -> str:
    """Give the steps as SVG: boxes with name and place, arrows with what flows; chains and branches alike.

    Parties with the same name are one box. The text alternative tells every step in words.
    """
    places = _places(steps)
    layout = _lay_out(steps, places, width)
    parts = [svg.element("g", "".join(_draw_route(route, steps[route.step]) for route in layout.routes))]
    parts += [_draw_box(box, places[box.name]) for box in layout.boxes]
    return svg.document(width, layout.height, title=_told(steps), parts=parts, scale=scale)


def count_drawable(steps: Sequence[Step], *, width: float = 482, tallest: float) -> int:
    """Give how many of the first steps fit into a drawing of a height; the first is drawn in any case."""
    for number in range(len(steps), 1, -1):
        if _lay_out(steps[:number], _places(steps[:number]), width).height <= tallest:
            return number
    return min(len(steps), 1)


def _lay_out(steps: Sequence[Step], places: Mapping[str, str], width: float) -> Layout:
    def height_of(name: str, room: float) -> float:
        named, placed = _write(name, places[name], room)
        return len(named) * _NAME_LINE + len(placed) * _SMALL_LINE + _PADDING

    return lay_out([(step.source, step.target) for step in steps], width=width, height_of=height_of)


def _places(steps: Sequence[Step]) -> dict[str, str]:
    """Give each party's place; the first step that knows it counts."""
    places: dict[str, str] = {}
    for step in steps:
        for name, place in ((step.source, step.source_place), (step.target, step.target_place)):
            if not places.get(name):
                places[name] = place
    return places


def _told(steps: Sequence[Step]) -> str:
    nowhere = gettext("place unknown")
    sentences = [
        say(
            "{source} ({source_place}) to {target} ({target_place}): {data}",
            source=step.source,
            source_place=step.source_place or nowhere,
            target=step.target,
            target_place=step.target_place or nowhere,
            data=", ".join(part for part in (step.data, step.basis) if part),
        )
        for step in steps
    ]
    return say("Data flows. {steps}", steps="; ".join(sentences) or gettext("None recorded."))


def _write(name: str, place: str, room: float) -> tuple[list[str], list[str]]:
    """Give the lines of a party's name and of its place in a box of a width."""
    named = svg.wrap(name, room - 6, _NAME, lines=_MOST_LINES, bold=True)
    return named, svg.wrap(place or gettext("place unknown"), room - 6, _SMALL, lines=3)


def _draw_box(box: Box, place: str) -> str:
    dashed = {} if place else {"stroke_dasharray": "3 2"}
    colour = colours.INK if place else colours.UNKNOWN
    frame = svg.element(
        "rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=3, fill=colours.PAPER,
        stroke=colour, stroke_width=0.8, **dashed,
    )  # fmt: skip
    named, placed = _write(box.name, place, box.width)
    middle = box.x + box.width / 2
    y = box.y + (box.height - len(named) * _NAME_LINE - len(placed) * _SMALL_LINE) / 2 + 7.6
    parts = [frame]
    for line in named:
        parts.append(
            svg.text(middle, y, line, font_size=_NAME, font_weight="600", fill=colours.INK, text_anchor="middle")
        )
        y += _NAME_LINE
    fill = colours.MUTED if place else colours.UNKNOWN
    for line in placed:
        parts.append(svg.text(middle, y - 0.4, line, font_size=_SMALL, fill=fill, text_anchor="middle"))
        y += _SMALL_LINE
    return "".join(parts)


def _draw_route(route: Route, step: Step) -> str:
    unknown = step.is_basis_unknown or not step.target_place
    colour = colours.UNKNOWN if unknown else colours.INK
    dashed = {"stroke_dasharray": "3 2"} if unknown else {}
    path = "M" + "L".join(f"{svg.number(x)} {svg.number(y)}" for x, y in route.points)
    line = svg.element("path", d=path, stroke=colour, stroke_width=0.9, fill="none", stroke_linejoin="round", **dashed)
    tip_x, tip_y = route.points[-1]
    head = svg.element("path", d=f"M{svg.number(tip_x)} {svg.number(tip_y)}l-5.5 -2.5v5z", fill=colour)
    room = route.label_width
    above = svg.wrap(step.data, room, _SMALL, lines=3 if room <= _NARROW else 2)
    below = svg.wrap(step.basis, room, _SMALL, lines=2) if step.basis else []
    x, y = route.label_at
    texts = [
        svg.text(x, y - 3 - (len(above) - 1 - at) * _SMALL_LINE, label, font_size=_SMALL, fill=colours.MUTED)
        for at, label in enumerate(above)
    ]
    fill = colours.UNKNOWN if step.is_basis_unknown else colours.MUTED
    texts += [
        svg.text(x, y + 8.4 + at * _SMALL_LINE, label, font_size=_SMALL, fill=fill) for at, label in enumerate(below)
    ]
    return line + head + "".join(texts)
