"""Where the boxes and arrows of a data-flow diagram lie: layers from left to right, folded after four.

Arrows run in the gaps between the columns only, each into an entry of its own, so that no arrow crosses a box and no
two labels meet, from one party to a dozen, with chains, branches, joins and ways back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

_COLUMNS: Final = 4
_ENTRY: Final = 42.0
_BOX_HEIGHT: Final = 44.0
_ROW_GAP: Final = 16.0
_LANE: Final = 30.0
_EDGE: Final = 16.0


@dataclass(frozen=True, slots=True)
class Box:
    """A party's box."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Route:
    """An arrow's corners, and where its label begins (on the line) and how wide it may be."""

    step: int
    points: tuple[tuple[float, float], ...]
    label_at: tuple[float, float]
    label_width: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole diagram."""

    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]
    height: float


@dataclass(frozen=True, slots=True)
class _Grid:
    """The columns' measures."""

    box: float
    gap: float
    left: float

    def x(self, column: int) -> float:
        return self.left + column * (self.box + self.gap)


def lay_out(
    edges: Sequence[tuple[str, str]], *, width: float, height_of: Callable[[str, float], float] | None = None
) -> Layout:
    """Place each party once and route each step; a step is named by its place in ``edges``.

    ``height_of`` gives what a party's text needs in a box of a width; without it a box has two lines of name and place.
    """
    names = list(dict.fromkeys(name for edge in edges for name in edge))
    layers = _layers(names, edges)
    entries = {name: [at for at, (_, target) in enumerate(edges) if target == name] for name in names}
    columns = min(_COLUMNS, 1 + max(layers.values(), default=0))
    turns = [at for at, (source, target) in enumerate(edges) if not _is_next(layers[source], layers[target])]
    grid = _measure(columns, width, has_turns=bool(turns))
    needed = {name: height_of(name, grid.box) if height_of else _BOX_HEIGHT for name in names}
    plan = _Plan(names, edges, layers, entries, turns, grid, needed)
    plan.place()
    routes = [plan.route(step) for step in range(len(edges))]
    return Layout(tuple(plan.boxes[name] for name in names), tuple(routes), plan.height)


def _is_next(source: int, target: int) -> bool:
    """Tell whether a step leads one column to the right in the same row of columns."""
    return target == source + 1 and target % _COLUMNS != 0


def _layers(names: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Give each party its layer: one after the first party that reaches it, in the order of the steps."""
    layers: dict[str, int] = {}
    targets = {target for source, target in edges if source != target}
    for root in [name for name in names if name not in targets] or list(names[:1]):
        layers.setdefault(root, 0)
    queue = list(layers)
    while queue:
        source = queue.pop(0)
        for start, target in edges:
            if start == source and target not in layers:
                layers[target] = layers[source] + 1
                queue.append(target)
    for name in names:
        layers.setdefault(name, 0)
    return layers


def _measure(columns: int, width: float, *, has_turns: bool) -> _Grid:
    edge = _EDGE if has_turns else 1.0
    box = {1: 120.0, 2: 120.0, 3: 104.0}.get(columns, 80.0)
    gap = (width - 2 * edge - columns * box) / max(columns - 1, 1)
    return _Grid(box, min(gap, 150.0), edge)


@dataclass
class _Plan:
    """A diagram in the making: first the boxes are placed, then the steps are routed through the gaps."""

    names: Sequence[str]
    edges: Sequence[tuple[str, str]]
    layers: dict[str, int]
    entries: dict[str, list[int]]
    turns: Sequence[int]
    grid: _Grid
    needed: dict[str, float]
    boxes: dict[str, Box] = field(default_factory=dict)
    lanes: dict[int, float] = field(default_factory=dict)
    height: float = 12.0

    def place(self) -> None:
        """Stack the boxes of each layer around the middle of their row of columns; lanes for turns lie beneath."""
        for band in range(1 + max(self.layers.values(), default=0) // _COLUMNS):
            columns = [[n for n in self.names if self.layers[n] == band * _COLUMNS + c] for c in range(_COLUMNS)]
            tallest = max(self._stacked(column) for column in columns)
            for at, column in enumerate(columns):
                y = self.height + (tallest - self._stacked(column)) / 2
                for name in sorted(column, key=lambda n: (self._pull(n), self.names.index(n))):
                    self.boxes[name] = Box(name, self.grid.x(at), y, self.grid.box, self._box_height(name))
                    y += self._box_height(name) + _ROW_GAP
            self.height += tallest + 12
            for step in self.turns:
                if self.layers[self.edges[step][0]] // _COLUMNS == band:
                    self.lanes[step] = self.height + _LANE - 10
                    self.height += _LANE
            self.height += 10
        self.height -= 8
        for steps in self.entries.values():
            steps.sort(key=lambda step: (step in self.lanes, self.boxes[self.edges[step][0]].y))

    def _box_height(self, name: str) -> float:
        return max(_BOX_HEIGHT, self.needed[name], _ENTRY * len(self.entries[name]))

    def _stacked(self, column: Sequence[str]) -> float:
        return sum(self._box_height(name) + _ROW_GAP for name in column) - _ROW_GAP

    def _pull(self, name: str) -> float:
        """Give the mean height of the parties already placed that send to this one, so that arrows cross little."""
        senders = [self.boxes[source].y for source, target in self.edges if target == name and source in self.boxes]
        return sum(senders) / len(senders) if senders else 0.0

    def route(self, step: int) -> Route:
        """Give one step's way from box to box."""
        return self._turn(step) if step in self.lanes else self._straight(step)

    def _entry(self, step: int) -> tuple[float, float]:
        """Give the point at which a step reaches its target: each step has its own."""
        target = self.boxes[self.edges[step][1]]
        order = self.entries[target.name].index(step)
        return target.x, target.y + target.height * (order + 0.5) / len(self.entries[target.name])

    def _trunk(self, name: str) -> float:
        """Give how far right of its box a party's arrows turn: each party of a column has its own line."""
        column = [other for other in self.boxes if self.boxes[other].x == self.boxes[name].x]
        return self.boxes[name].x + self.grid.box + 5 + 9.0 * column.index(name) / max(len(column), 1)

    def _straight(self, step: int) -> Route:
        source = self.boxes[self.edges[step][0]]
        x, y = self._entry(step)
        middle = source.y + source.height / 2
        trunk = self._trunk(source.name)
        start = (source.x + source.width, middle)
        points = (start, (x, y)) if abs(middle - y) < 0.5 else (start, (trunk, middle), (trunk, y), (x, y))
        label = source.x + source.width + (5 if len(points) == 2 else 17)
        return Route(step, points, (label, y), x - label - 6)

    def _turn(self, step: int) -> Route:
        """Lead a step that does not go one column to the right: down, along a lane of its own, and up again."""
        source = self.boxes[self.edges[step][0]]
        x, y = self._entry(step)
        lane = self.lanes[step]
        down = self._trunk(source.name)
        up = x - 9
        middle = source.y + source.height / 2 + 8
        points = ((source.x + source.width, middle), (down, middle), (down, lane), (up, lane), (up, y), (x, y))
        return Route(step, points, (min(up, down) + 6, lane), abs(down - up) - 10 if abs(down - up) > 60 else 120.0)
