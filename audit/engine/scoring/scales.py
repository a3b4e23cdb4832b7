"""How a value becomes a risk: tables, steps, lines and summed lists, all monotone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from typing import Protocol

from audit.engine.facts import Value


class Scale(Protocol):
    """Turns a value into its risk, from 0 (best) to 1 (worst)."""

    def risk(self, value: Value) -> float | None:
        """The risk of the value, or ``None`` where the value says nothing (null of an enum)."""


@dataclass(frozen=True, slots=True)
class TableScale:
    """A risk for each choice of an enum, or for yes and no."""

    risks: Mapping[Value, float]

    def risk(self, value: Value) -> float | None:
        """The risk written beside the choice."""
        return self.risks.get(value)


@dataclass(frozen=True, slots=True)
class StepScale:
    """A risk that holds from each threshold on; known to be none counts as 0."""

    thresholds: tuple[float, ...]
    risks: tuple[float, ...]

    def risk(self, value: Value) -> float | None:
        """The risk of the last threshold that the number reaches."""
        place = bisect_right(self.thresholds, _as_number(value)) - 1
        return self.risks[max(place, 0)]


@dataclass(frozen=True, slots=True)
class LineScale:
    """Straight lines between the given points, flat outside them; known to be none counts as 0."""

    points: tuple[tuple[float, float], ...]

    def risk(self, value: Value) -> float | None:
        """The risk on the line at the number."""
        number = _as_number(value)
        left_at, left = self.points[0]
        if number <= left_at:
            return left
        for right_at, right in self.points[1:]:
            if number <= right_at:
                # Nine decimals keep the line monotone where floats would wobble in the last bit.
                return round(left + (right - left) * ((number - left_at) / (right_at - left_at)), 9)
            left_at, left = right_at, right
        return left


@dataclass(frozen=True, slots=True)
class ListScale:
    """The summed weights of what is in a list; ``more_is_better`` turns the sum round."""

    weights: Mapping[str, float]
    more_is_better: bool = False

    def risk(self, value: Value) -> float | None:
        """The summed weight of the listed choices, or what is missing from it."""
        items = value if isinstance(value, tuple) else ()
        total = min(fsum(self.weights.get(item, 0.0) for item in items), 1.0)
        return 1.0 - total if self.more_is_better else total


def _as_number(value: Value) -> int | float:
    """The number as it is (an int may be beyond any float); known to be none is 0."""
    return value if isinstance(value, int | float) else 0
