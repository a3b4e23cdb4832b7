"""Three-valued logic after Kleene, and the values a fact can have while some answers are missing.

``True`` and ``False`` are certain; ``None`` means that the known facts do not decide. Learning a
fact can turn ``None`` into a certain value and never changes a certain one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final, TypeAlias

Truth: TypeAlias = bool | None
Scalar: TypeAlias = bool | int | float | str | date | None


class Unknown(Enum):
    """The one value of a fact nobody has answered yet."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Possible:
    """A derived value that is undecided between at least two."""

    values: frozenset[Scalar]


@dataclass(frozen=True, slots=True)
class Members:
    """A derived list: what is certainly in it and what may still be (``certain`` is part of ``possible``)."""

    certain: frozenset[str]
    possible: frozenset[str]

    @property
    def is_decided(self) -> bool:
        """Tell whether no membership is open any more."""
        return self.certain == self.possible


Datum: TypeAlias = Scalar | frozenset[str] | Possible | Members | Unknown


def negate(value: Truth) -> Truth:
    """Kleene negation: unknown stays unknown."""
    return None if value is None else not value


def conjoin(values: Iterable[Truth]) -> Truth:
    """Kleene conjunction: one ``False`` decides; otherwise any unknown leaves it open; empty is ``True``."""
    result: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def disjoin(values: Iterable[Truth]) -> Truth:
    """Kleene disjunction: one ``True`` decides; otherwise any unknown leaves it open; empty is ``False``."""
    result: Truth = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result


def count_at_least(needed: int, values: Iterable[Truth]) -> Truth:
    """Tell whether at least ``needed`` of the values are true, as far as they decide it."""
    certain = possible = 0
    for value in values:
        certain += value is True
        possible += value is not False
    if certain >= needed:
        return True
    return None if possible >= needed else False


def agree(values: Iterable[Scalar], accept: Callable[[Scalar], bool]) -> Truth:
    """The common verdict on every value still possible, or ``None`` where they differ."""
    verdicts = {accept(value) for value in values}
    return verdicts.pop() if len(verdicts) == 1 else None


def narrow(values: Iterable[Scalar]) -> Datum:
    """One value where only one is left, otherwise ``Possible``."""
    left = frozenset(values)
    return next(iter(left)) if len(left) == 1 else Possible(left)


def candidates(datum: Datum) -> frozenset[Scalar] | None:
    """The single values a datum may have; ``None`` where nothing is known or it is a list."""
    if isinstance(datum, Possible):
        return datum.values
    if isinstance(datum, Unknown | Members | frozenset):
        return None
    return frozenset({datum})
