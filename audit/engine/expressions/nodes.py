"""The condition language as typed nodes, and the words for each of its operators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class FactRef:
    """The right-hand side of a comparison with another fact."""

    key: str


Operand: TypeAlias = bool | int | float | str | date | frozenset[str] | FactRef


@dataclass(frozen=True, slots=True)
class Atom:
    """One comparison of one fact; ``derived`` tells that a rule pack computes it."""

    key: str
    operator: str
    operand: Operand
    derived: bool
    is_list: bool

    def __str__(self) -> str:
        operand = self.operand
        if isinstance(operand, frozenset):
            right = f"[{', '.join(sorted(operand))}]"
        elif isinstance(operand, bool):
            right = "true" if operand else "false"
        elif isinstance(operand, FactRef):
            right = operand.key
        else:
            right = str(operand)
        return f"{self.key} {self.operator.replace('_', ' ')} {right}"


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when at least one part is."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True when at least ``count`` of the parts are."""

    count: int
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True when the part is false."""

    part: Node


Node: TypeAlias = Atom | All | AnyOf | AtLeast | Not


def iter_atoms(node: Node) -> Iterator[Atom]:
    """Every comparison in a condition, in the order written."""
    if isinstance(node, Atom):
        yield node
    elif isinstance(node, Not):
        yield from iter_atoms(node.part)
    else:
        for part in node.parts:
            yield from iter_atoms(part)


def facts_of(node: Node) -> Iterator[str]:
    """Every fact a condition reads, in the order written, with repeats."""
    for atom in iter_atoms(node):
        yield atom.key
        if isinstance(atom.operand, FactRef):
            yield atom.operand.key
