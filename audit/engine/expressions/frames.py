"""Conditions judged for many systems at once: each distinct one is numbered once, and decided once in a frame."""

from __future__ import annotations

from dataclasses import dataclass, field

from audit.engine.expressions.columns import Sheets
from audit.engine.expressions.compiling import COMPARE, Decide, compile_condition
from audit.engine.expressions.contrasts import compare_days, compare_list
from audit.engine.expressions.nodes import All, AtLeast, Atom, FactRef, Node, Not, facts_of
from audit.engine.expressions.planes import Choices, Column, Data, Lists, Plane, Values
from audit.engine.logic import UNKNOWN, Scalar


@dataclass(frozen=True, slots=True, eq=False)
class Numbered:
    """A distinct condition with the numbers of its parts and the facts it reads; ``decide`` is that of a comparison."""

    node: Node
    parts: tuple[int, ...]
    reads: frozenset[str]
    decide: Decide | None


@dataclass(slots=True, eq=False)
class Conditions:
    """Every distinct condition and part of one, numbered; equal ones have one number."""

    all: list[Numbered] = field(default_factory=list)
    _numbers: dict[Node, int] = field(default_factory=dict)

    def number(self, node: Node) -> int:
        """The number of the condition."""
        found = self._numbers.get(node)
        if found is None:
            parts: tuple[Node, ...] = ()
            if isinstance(node, Not):
                parts = (node.part,)
            elif not isinstance(node, Atom):
                parts = node.parts
            numbers = tuple([self.number(part) for part in parts])
            decide = compile_condition(node).decide if isinstance(node, Atom) else None
            found = self._numbers[node] = len(self.all)
            self.all.append(Numbered(node, numbers, frozenset(facts_of(node)), decide))
        return found


@dataclass(slots=True, eq=False)
class Frame:
    """The values of all facts of many systems, derived ones included, and the truths found from them.

    ``data`` keeps what people answered and what was told of it, from call to call of the same reader of sheets.
    A frame with a ``parent`` differs from it in the facts that ``changed``.
    """

    conditions: Conditions
    sheets: Sheets
    data: dict[str, Data] = field(default_factory=dict)
    values: dict[str, Values] = field(default_factory=dict)
    parent: Frame | None = None
    changed: frozenset[str] = frozenset()
    count: int = field(init=False)
    full: int = field(init=False)
    _truths: dict[int, Plane] = field(default_factory=dict)
    _open: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.count = self.sheets.count
        self.full = (1 << self.count) - 1

    def answer(self, key: str, value: Scalar, changed: frozenset[str]) -> Frame:
        """A frame in which one fact has the value everywhere; ``changed`` are it and all that hangs on it."""
        answered: dict[str, Values] = {key: Choices({value: self.full}, 0)}
        return Frame(self.conditions, self.sheets, self.data, answered, self, changed)

    def value(self, key: str) -> Values:
        """The values of a fact."""
        found = self.values.get(key)
        if found is None:
            found = self.values[key] = self._read(key) if self.parent is None else self.parent.value(key)
        return found

    def _read(self, key: str) -> Column:
        if key not in self.sheets.codes:
            return Column([UNKNOWN], bytes(self.count), self.count)
        data = self.data.get(key)
        if data is None:
            data = self.data[key] = Data()
        return data.column(self.sheets, key)

    def truth(self, number: int) -> Plane:
        """The truth of a condition."""
        found = self._truths.get(number)
        if found is None:
            numbered = self.conditions.all[number]
            if self.parent is not None and self.changed.isdisjoint(numbered.reads):
                found = self.parent.truth(number)
            else:
                found = self._decide(number, numbered)
            self._truths[number] = found
        return found

    def is_open(self, number: int) -> int:
        """The systems for which a condition is open."""
        found = self._open.get(number)
        if found is None:
            certain, possible = self.truth(number)
            found = self._open[number] = possible & ~certain
        return found

    def _decide(self, number: int, numbered: Numbered) -> Plane:
        node = numbered.node
        if isinstance(node, Atom):
            assert numbered.decide is not None  # noqa: S101 # every comparison is numbered with it
            return self._compare(number, node, numbered.decide)
        if isinstance(node, Not):
            certain, possible = self.truth(numbered.parts[0])
            return self.full ^ possible, self.full ^ certain
        if isinstance(node, AtLeast):
            truths = [self.truth(part) for part in numbered.parts]
            return tuple(reach(node.count, [truth[side] for truth in truths], self.full) for side in (0, 1))  # type: ignore[return-value]  # two sides
        return self._settle(numbered.parts, is_all=isinstance(node, All))

    def _settle(self, parts: tuple[int, ...], *, is_all: bool) -> Plane:
        certain = possible = self.full if is_all else 0
        for part in parts:
            one, two = self.truth(part)
            if is_all:
                certain &= one
                possible &= two
                if not possible:
                    break
            else:
                certain |= one
                possible |= two
        return certain, possible

    def _compare(self, number: int, atom: Atom, decide: Decide) -> Plane:
        values = self.value(atom.key)
        if isinstance(atom.operand, FactRef):
            return compare_days(values, self.value(atom.operand.key), COMPARE[atom.operator], self.full)
        if isinstance(values, Lists):
            return compare_list(values, atom, self.full)
        key = atom.key
        return values.compare(number, lambda datum: decide({key: datum}))


def reach(needed: int, planes: list[int], full: int) -> int:
    """The systems in at least so many of the planes."""
    reached = [full, *(0 for _ in range(needed))]
    for plane in planes:
        for place in range(needed, 0, -1):
            reached[place] |= reached[place - 1] & plane
    return reached[needed]
