"""Comparisons that need more than a look at one value, for many systems at once: of two days, and of derived lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeAlias

from audit.engine.expressions.compiling import Compare
from audit.engine.expressions.nodes import Atom
from audit.engine.expressions.planes import NOWHERE, Choices, Column, Lists, Plane, Values
from audit.engine.logic import Datum, Scalar, Unknown

Verdict: TypeAlias = Callable[[Datum], bool]


def compare_list(lists: Lists, atom: Atom, full: int) -> Plane:
    """The truth of a comparison of a derived list."""
    operand = atom.operand
    if atom.operator == "known":
        return (full, full) if operand is True else NOWHERE
    if atom.operator == "is_empty":
        certain, possible = lists.has_any(lists.members)
        return (full ^ possible, full ^ certain) if operand is True else (certain, possible)
    wanted = operand if isinstance(operand, frozenset) else frozenset({str(operand)})
    if atom.operator in ("has", "has_any"):
        return lists.has_any(wanted)
    certain, possible = lists.has_any(lists.members)  # a subset, and not empty
    outside, outside_possible = lists.has_any(lists.members.keys() - wanted)
    return certain & ~outside_possible, possible & ~outside


def compare_days(left: Values, right: Values, compare: Compare, full: int) -> Plane:
    """The truth of a comparison of two facts that are days: false where one is known to be none."""
    none = _where_none(left) | _where_none(right)
    unknown = _where_unknown(left, full) | _where_unknown(right, full)
    passes = fails = 0
    if _count(left) < _count(right):
        left, right, compare = right, left, _turn(compare)
    for value, where in _singles(right):
        true, false = _split(left, _against(value, compare))
        passes |= true & where
        fails |= false & where
    return passes & ~(fails | unknown | none), (passes | unknown) & ~none


def _turn(compare: Compare) -> Compare:
    return lambda one, two: compare(two, one)


def _against(value: Scalar, compare: Compare) -> Verdict:
    return lambda datum: isinstance(datum, date) and isinstance(value, date) and compare(datum, value)


def _count(values: Values) -> int:
    return len(values.data) if isinstance(values, Column) else 1


def _is_single(datum: Datum) -> bool:
    return not isinstance(datum, Unknown | frozenset)


def _where_none(values: Values) -> int:
    if isinstance(values, Column):
        return values.where([datum is None for datum in values.data])
    return values.may_be.get(None, 0) & ~values.several if isinstance(values, Choices) else 0


def _where_unknown(values: Values, full: int) -> int:
    if isinstance(values, Column):
        return values.where([not _is_single(datum) for datum in values.data])
    return values.unknown if isinstance(values, Choices) else full


def _singles(values: Values) -> Iterator[tuple[Scalar, int]]:
    if isinstance(values, Choices):
        yield from values.may_be.items()
    elif isinstance(values, Column):
        for place, datum in enumerate(values.data):
            if not isinstance(datum, Unknown | frozenset):
                yield datum, values.where_is(place)  # type: ignore[misc]


def _split(values: Values, verdict: Verdict) -> tuple[int, int]:
    """Where a value may pass, and where one may not."""
    if isinstance(values, Column):
        passes = [verdict(datum) for datum in values.data]
        fails = [_is_single(datum) and not one for datum, one in zip(values.data, passes, strict=True)]
        return values.where(passes), values.where(fails)
    true = false = 0
    if isinstance(values, Choices):
        for value, where in values.may_be.items():
            if verdict(value):
                true |= where
            else:
                false |= where
    return true, false
