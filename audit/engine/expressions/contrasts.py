"""Comparisons that need more than a look at one value, for many systems at once: of two days, and of derived lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from audit.engine.expressions.compiling import Compare
from audit.engine.expressions.nodes import Atom
from audit.engine.expressions.planes import NOWHERE, Choices, Column, Lists, Plane, Values
from audit.engine.logic import Datum, Scalar, Unknown


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
    is_turned = _count(left) < _count(right)
    if is_turned:
        left, right = right, left
    for value, where in _singles(right):
        true, false = _split(left, _Contrast(compare, value, is_turned))
        passes |= true & where
        fails |= false & where
    return passes & ~(fails | unknown | none), (passes | unknown) & ~none


class _Contrast(NamedTuple):
    """A comparison with one value, which stands on the left where it ``is_turned``."""

    compare: Compare
    value: Scalar
    is_turned: bool

    def decide(self, datum: Datum) -> bool:
        """The truth for a single datum; what is no day is false."""
        if not (isinstance(datum, date) and isinstance(self.value, date)):
            return False
        return self.compare(self.value, datum) if self.is_turned else self.compare(datum, self.value)


def _count(values: Values) -> int:
    return len(values.data) if isinstance(values, Column) else 1


def _is_none(datum: Datum) -> bool:
    return datum is None


def _is_no_single(datum: Datum) -> bool:
    return isinstance(datum, Unknown | frozenset)


def _where_none(values: Values) -> int:
    if isinstance(values, Column):
        return values.compare(_is_none, _is_none)[0]
    return values.may_be.get(None, 0) & ~values.several if isinstance(values, Choices) else 0


def _where_unknown(values: Values, full: int) -> int:
    if isinstance(values, Column):
        return values.compare(_is_no_single, _is_no_single)[0]
    return values.unknown if isinstance(values, Choices) else full


def _singles(values: Values) -> Iterator[tuple[Scalar, int]]:
    if isinstance(values, Choices):
        yield from values.may_be.items()
    elif isinstance(values, Column):
        for place, datum in enumerate(values.data):
            if not isinstance(datum, Unknown | frozenset):
                yield datum, values.where_is(place)  # type: ignore[misc]  # neither stands in a column


def _split(values: Values, contrast: _Contrast) -> tuple[int, int]:
    """Where a value may pass, and where one may not; what is no single value stands among the latter."""
    if isinstance(values, Column):
        passes = values.compare(contrast, contrast.decide)[0]
        return passes, ~passes
    true = false = 0
    if isinstance(values, Choices):
        for value, where in values.may_be.items():
            if contrast.decide(value):
                true |= where
            else:
                false |= where
    return true, false
