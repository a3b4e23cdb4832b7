"""Conditions compiled once to closures: one that decides, one that tells which missing facts would."""

from __future__ import annotations

import operator as op
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from audit.engine.expressions.nodes import All, AnyOf, AtLeast, Atom, FactRef, Node, Not, Operand
from audit.engine.expressions.situation import NOTHING, Awaited, Situation, Values, Weights, await_fact
from audit.engine.logic import UNKNOWN, Members, Possible, Scalar, Truth, agree, candidates

Decide: TypeAlias = Callable[[Values], Truth]
Blame: TypeAlias = Callable[[Situation, float, Weights], None]


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A compiled condition.

    ``decide`` gives its truth; ``blame`` spreads a weight over the missing facts and is only
    called while ``decide`` gives ``None``. Of several open parts the first weighs most: rules name
    the fact that opens the question, or is likelier to decide it, first.
    """

    node: Node
    decide: Decide
    blame: Blame


# How much less each further open part weighs: in an `all` the first opens the question, in an `any` it is likelier.
OPENING: Final = 0.5
LIKELIER: Final = 0.7
AS_GOOD: Final = 1.0
NONE: Final[frozenset[Scalar]] = frozenset({None})
Compare: TypeAlias = Callable[[Any, Any], bool]
# Any: the parser has seen to it that both sides are numbers or both are days.
COMPARE: Final[Mapping[str, Compare]] = {
    "gt": op.gt,
    "gte": op.ge,
    "lt": op.lt,
    "lte": op.le,
    "before": op.lt,
    "on_or_after": op.ge,
}


def compile_condition(node: Node) -> Condition:
    """Compile a typed condition; the result holds no state and may be shared."""
    if isinstance(node, Atom):
        return _compile_atom(node)
    if isinstance(node, Not):
        inner = compile_condition(node.part)
        decide = inner.decide

        def decide_not(values: Values) -> Truth:
            truth = decide(values)
            return None if truth is None else not truth

        return Condition(node, decide_not, inner.blame)
    parts = tuple(compile_condition(part) for part in node.parts)
    decides = tuple(part.decide for part in parts)
    if isinstance(node, AtLeast):
        return Condition(node, _count(node.count, decides), _blame_parts(parts, AS_GOOD))
    return Condition(
        node,
        _settle(decides, isinstance(node, AnyOf)),
        _blame_parts(parts, OPENING if isinstance(node, All) else LIKELIER),
    )


def _settle(decides: tuple[Decide, ...], settling: bool) -> Decide:
    """``any`` is settled by one true part, ``all`` by one false part."""

    def decide(values: Values) -> Truth:
        result: Truth = not settling
        for part in decides:
            truth = part(values)
            if truth is settling:
                return settling
            if truth is None:
                result = None
        return result

    return decide


def _count(needed: int, decides: tuple[Decide, ...]) -> Decide:
    def decide(values: Values) -> Truth:
        certain = possible = 0
        for part in decides:
            truth = part(values)
            certain += truth is True
            possible += truth is not False
        if certain >= needed:
            return True
        return None if possible >= needed else False

    return decide


def _blame_parts(parts: tuple[Condition, ...], falling: float) -> Blame:
    pairs = tuple((part.decide, part.blame) for part in parts)
    steps = tuple(falling**place for place in range(len(parts)))
    totals = tuple(sum(steps[:count]) for count in range(len(parts) + 1))

    def blame(situation: Situation, weight: float, sink: Weights) -> None:
        values = situation.values
        still_open = [blame_part for decide, blame_part in pairs if decide(values) is None]
        total = totals[len(still_open)]
        for blame_part, step in zip(still_open, steps, strict=False):
            blame_part(situation, weight * step / total, sink)

    return blame


def _compile_atom(atom: Atom) -> Condition:
    if isinstance(atom.operand, FactRef):
        decide = _compare_days(atom.key, atom.operand.key, COMPARE[atom.operator])
    elif atom.is_list and atom.operator != "known":
        decide = _list_atom(atom)
    elif atom.operator == "known":
        decide = _known_atom(atom.key, atom.operand is True)
    elif atom.operator == "is" and isinstance(atom.operand, bool):
        decide = _yes_no_atom(atom.key, atom.operand, _accepts(atom))
    elif atom.operator in ("equals", "in"):
        decide = _choice_atom(atom.key, atom.operand, _accepts(atom))
    else:
        decide = _scalar_atom(atom.key, _accepts(atom))
    return Condition(atom, decide, _blame_atom(atom))


def _blame_atom(atom: Atom) -> Blame:
    elements = NOTHING
    if atom.derived and atom.is_list and atom.operator in ("has", "has_any"):
        elements = atom.operand if isinstance(atom.operand, frozenset) else frozenset({str(atom.operand)})
    if isinstance(atom.operand, FactRef):
        return _blame_either(await_fact(atom.key, elements), await_fact(atom.operand.key))
    awaited = await_fact(atom.key, elements)

    def blame(situation: Situation, weight: float, sink: Weights) -> None:  # noqa: ARG001 # one form for all
        sink[awaited] = sink.get(awaited, 0.0) + weight

    return blame


def _blame_either(*both: Awaited) -> Blame:
    """Of the two facts compared, those that are still open."""

    def blame(situation: Situation, weight: float, sink: Weights) -> None:
        for one in both:
            datum = situation.values.get(one.key, UNKNOWN)
            if datum is UNKNOWN or isinstance(datum, Possible | Members):
                sink[one] = sink.get(one, 0.0) + weight

    return blame


def _known_atom(key: str, wanted: bool) -> Decide:
    return lambda values: (values.get(key, UNKNOWN) is not UNKNOWN) is wanted


def _accepts(atom: Atom) -> Callable[[Scalar], bool]:
    """Whether one known value passes; null and not applicable never do, whatever the operator."""
    operator, operand = atom.operator, atom.operand
    if operator == "is":
        return lambda value: value is operand
    if operator == "equals":
        return lambda value: value is not None and value == operand
    if operator == "not_equals":
        return lambda value: value is not None and value != operand
    if operator == "is_none":
        return lambda value: (value is None) is operand
    if operator in ("in", "not_in") and isinstance(operand, frozenset):
        wanted = operator == "in"
        return lambda value: value is not None and (value in operand) is wanted
    compare = COMPARE[operator]
    return lambda value: value is not None and compare(value, operand)


def _scalar_atom(key: str, accept: Callable[[Scalar], bool]) -> Decide:
    def decide(values: Values) -> Truth:
        datum = values.get(key, UNKNOWN)
        if datum is UNKNOWN:
            return None
        if datum.__class__ is Possible:
            return agree(datum.values, accept)
        return accept(datum)  # type: ignore[arg-type]  # lists have atoms of their own

    return decide


def _yes_no_atom(key: str, wanted: bool, accept: Callable[[Scalar], bool]) -> Decide:
    """What ``_scalar_atom`` does, without a call for the commonest comparison."""

    def decide(values: Values) -> Truth:
        datum = values.get(key, UNKNOWN)
        if datum is wanted:
            return True
        if datum is UNKNOWN:
            return None
        return agree(datum.values, accept) if isinstance(datum, Possible) else False

    return decide


def _choice_atom(key: str, operand: Operand, accept: Callable[[Scalar], bool]) -> Decide:
    """What ``_scalar_atom`` does, without a call, where one of some choices is asked for."""
    wanted = operand if isinstance(operand, frozenset) else frozenset({operand})

    def decide(values: Values) -> Truth:
        datum = values.get(key, UNKNOWN)
        if datum in wanted:
            return True
        if datum is UNKNOWN:
            return None
        return agree(datum.values, accept) if isinstance(datum, Possible) else False

    return decide


def _compare_days(key: str, other: str, compare: Compare) -> Decide:
    def decide(values: Values) -> Truth:
        left, right = candidates(values.get(key, UNKNOWN)), candidates(values.get(other, UNKNOWN))
        if NONE in (left, right):
            return False
        if left is None or right is None:
            return None
        verdicts = {
            isinstance(one, date) and isinstance(two, date) and compare(one, two) for one in left for two in right
        }
        return verdicts.pop() if len(verdicts) == 1 else None

    return decide


def _list_atom(atom: Atom) -> Decide:
    key = atom.key
    test = _list_test(atom)

    def decide(values: Values) -> Truth:
        datum = values.get(key, UNKNOWN)
        if datum.__class__ is frozenset:
            return test(datum, datum)
        if datum is UNKNOWN:
            return None
        if isinstance(datum, Members):
            return test(datum.certain, datum.possible)
        return False

    return decide


def _list_test(atom: Atom) -> Callable[[frozenset[str], frozenset[str]], Truth]:
    """The truth of a comparison of a list of which some members are certain and some possible."""
    operand = atom.operand
    if atom.operator == "is_empty":
        return lambda certain, possible: (not operand) if certain else (None if possible else operand is True)
    wanted = operand if isinstance(operand, frozenset) else frozenset({str(operand)})
    if atom.operator in ("has", "has_any"):
        return lambda certain, possible: (
            (False if wanted.isdisjoint(possible) else None) if wanted.isdisjoint(certain) else True
        )

    def is_subset(certain: frozenset[str], possible: frozenset[str]) -> Truth:
        if not possible or not certain <= wanted:
            return False
        return True if certain and possible <= wanted else None

    return is_subset
