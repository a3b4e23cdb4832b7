"""The concentration map: which critical functions rest on which group, and where the ways out lead back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from audit.reports.figures import colours, svg

_BOX: Final = 26.0
_GAP: Final = 7.0
_WIDE: Final = 168.0


@dataclass(frozen=True, slots=True)
class Pillar:
    """A group on which functions rest: its note, its functions, and whether ways out of some lead back to it."""

    name: str
    note: str
    functions: tuple[str, ...]
    is_hidden_root: bool = False


def dependence_map(
    functions: Sequence[str], pillars: Sequence[Pillar], *, title: str, width: float = 482, scale: float = 1.0
) -> str:
    """Give functions at the left and groups at the right as SVG, with a line for each that rests on the other.

    A group to which ways out lead back has a dashed frame, and its note says so. The text alternative tells all.
    """
    rows = max(len(functions), len(pillars), 1)
    height = rows * (_BOX + _GAP) + 4
    left = {name: _place(at, len(functions), height) for at, name in enumerate(functions)}
    lines, boxes, told = [], [], []
    for at, pillar in enumerate(pillars):
        y = _place(at, len(pillars), height)
        drawn = [name for name in pillar.functions if name in left]
        lines += [_line(left[name] + _BOX / 2, y + _BOX / 2, width, is_dashed=pillar.is_hidden_root) for name in drawn]
        boxes.append(_draw_pillar(pillar, width - _WIDE, y))
        resting = ", ".join(pillar.functions) or "–"
        told.append(f"{pillar.name} ({pillar.note}): {resting}")
    for name, y in left.items():
        boxes.append(svg.element("rect", x=0.5, y=y, width=_WIDE - 28, height=_BOX, rx=3, fill=colours.SOFT))
        lines_of_name = svg.wrap(name, _WIDE - 40, 8.2, lines=2)
        first = y + _BOX / 2 + 3 - (len(lines_of_name) - 1) * 4.8
        boxes += [
            svg.text(6, first + at * 9.6, line, font_size=8.2, fill=colours.INK)
            for at, line in enumerate(lines_of_name)
        ]
    return svg.document(width, height, title=f"{title}. {'; '.join(told)}", parts=[*lines, *boxes], scale=scale)


def _place(at: int, number: int, height: float) -> float:
    """Spread boxes evenly over the height."""
    room = height / max(number, 1)
    return room * at + (room - _BOX) / 2


def _line(y1: float, y2: float, width: float, *, is_dashed: bool) -> str:
    start, end = _WIDE - 27.5, width - _WIDE
    middle = (start + end) / 2
    path = (
        f"M{svg.number(start)} {svg.number(y1)}C{svg.number(middle)} {svg.number(y1)} "
        f"{svg.number(middle)} {svg.number(y2)} {svg.number(end)} {svg.number(y2)}"
    )
    dash = {"stroke_dasharray": "3 2"} if is_dashed else {}
    return svg.element("path", d=path, stroke=colours.MUTED, stroke_width=0.7, fill="none", **dash)


def _draw_pillar(pillar: Pillar, x: float, y: float) -> str:
    dash = {"stroke_dasharray": "3 2"} if pillar.is_hidden_root else {}
    frame = svg.element(
        "rect", x=x, y=y, width=_WIDE - 1, height=_BOX, rx=3, fill=colours.PAPER, stroke=colours.INK,
        stroke_width=0.9, **dash,
    )  # fmt: skip # one shape, one line
    name = svg.text(
        x + 6, y + 10.5, svg.shorten(pillar.name, _WIDE - 12, 8.5, bold=True), font_size=8.5, font_weight="600"
    )
    note = svg.text(x + 6, y + 20.5, svg.shorten(pillar.note, _WIDE - 12, 7.4), font_size=7.4, fill=colours.MUTED)
    return frame + name + note
