"""The concentration map: critical functions, the groups they rest on, and the countries those sit in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from audit.reports.figures import colours, svg
from audit.reports.figures.bars import hatching

_HEIGHT: Final = 30.0
_GAP: Final = 8.0
_TOP: Final = 22.0
_COLUMNS: Final = ((0.0, 230.0), (330.0, 250.0), (680.0, 220.0))
_WIDTH: Final = 900.0
_NAME: Final = 10.5
_SMALL: Final = 9.0
_HEADS: Final = ("Critical functions", "Groups, with their share", "Countries, with their share")


@dataclass(frozen=True, slots=True)
class Place:
    """One box: a name, a line below it, and a share from ``low`` to ``high`` (0-1) where it has one."""

    key: str
    name: str
    note: str = ""
    low: float | None = None
    high: float | None = None
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Tie:
    """That one box rests on another; ``is_open`` while it may only."""

    start: str
    end: str
    is_open: bool = False


def draw_reliance_map(columns: Sequence[Sequence[Place]], ties: Sequence[Tie], *, told: str, scale: float = 1.0) -> str:
    """Give the map as SVG; ``told`` is its text alternative with all figures. What is unknown is dashed."""
    rows = max((len(column) for column in columns), default=0)
    height = _TOP + rows * (_HEIGHT + _GAP)
    boxes: dict[str, tuple[float, float, float]] = {}
    for column, (left, width) in zip(columns, _COLUMNS, strict=True):
        space = (rows - len(column)) * (_HEIGHT + _GAP) / 2
        for number, place in enumerate(column):
            boxes[place.key] = (left, _TOP + space + number * (_HEIGHT + _GAP), width)
    parts = [svg.text(left, 11, head, font_size=_SMALL, fill=colours.MUTED) for head, (left, _) in _headed()]
    parts += [_draw_tie(tie, boxes) for tie in ties if tie.start in boxes and tie.end in boxes]
    parts += ["".join(_draw_box(place, boxes[place.key])) for column in columns for place in column]
    return svg.document(_WIDTH, height, title=told, parts=parts, scale=scale)


def _headed() -> Iterator[tuple[str, tuple[float, float]]]:
    return zip(_HEADS, _COLUMNS, strict=True)


def _draw_tie(tie: Tie, boxes: Mapping[str, tuple[float, float, float]]) -> str:
    left, top, width = boxes[tie.start]
    right, bottom, _ = boxes[tie.end]
    start, end = left + width, right
    y_start, y_end, middle = top + _HEIGHT / 2, bottom + _HEIGHT / 2, (left + width + right) / 2
    path = " ".join(
        ("M", *map(svg.number, (start, y_start)), "C", *map(svg.number, (middle, y_start, middle, y_end, end, y_end)))
    )
    dashes = {"stroke_dasharray": "3 3"} if tie.is_open else {}
    return svg.element("path", d=path, fill="none", stroke=colours.MUTED, stroke_width=1, **dashes)


def _draw_box(place: Place, box: tuple[float, float, float]) -> Iterator[str]:
    left, top, width = box
    dashes = {"stroke_dasharray": "3 3"} if place.is_unknown else {}
    yield svg.element(
        "rect",
        x=left,
        y=top,
        width=width,
        height=_HEIGHT,
        rx=3,
        fill=colours.PAPER,
        stroke=colours.MUTED if place.is_unknown else colours.INK,
        stroke_width=1,
        **dashes,
    )
    if place.low is not None and place.high is not None:
        # A share is a length, not a band: ink for what is certain, hatched for what is possible.
        inner, foot = width - 2, top + _HEIGHT - 4
        yield svg.element("rect", x=left + 1, y=foot, width=inner * place.low, height=3, fill=colours.ACCENT)
        yield hatching(left + 1 + inner * place.low, foot, inner * (place.high - place.low), 3, colour=colours.ACCENT)
    room = width - 14 - (svg.width_of(place.note, _SMALL) + 8 if place.note else 0)
    name = svg.shorten(place.name, room, _NAME, bold=True)
    yield svg.text(left + 7, top + 17, name, font_size=_NAME, font_weight="600", fill=colours.INK)
    if place.note:
        yield svg.text(left + width - 7, top + 17, place.note, font_size=_SMALL, fill=colours.MUTED, text_anchor="end")
