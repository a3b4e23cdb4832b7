"""Whether the order of a portfolio survives a change of each weight by a fifth (facts/lock_in.yaml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, TypeAlias

from audit.engine.facts import JsonValue
from audit.engine.scoring.terms import Ends
from audit.engine.scoring.totals import Score

A_FIFTH: Final = 0.2
# Half of the tenth of a point that is printed: closer figures are in no order.
_SAME: Final = 0.05


GroupPoints: TypeAlias = "dict[str, Ends]"
"""For each group its weight in one system's score, and its points of the unfavourable end."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One group's weight moved by a factor: how many systems are overtaken by one that stood below them."""

    group: str
    factor: float
    overtaken: int
    example: tuple[str, str] | None

    def to_json(self) -> dict[str, JsonValue]:
        """Give the shift as plain data."""
        return {"group": self.group, "factor": self.factor, "overtaken": self.overtaken}


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How the order by the unfavourable end takes each change of a weight."""

    systems: int
    shifts: tuple[Shift, ...]

    @property
    def survives(self) -> bool:
        """True when no change of a weight brings one system above another."""
        return all(shift.overtaken == 0 for shift in self.shifts)

    @property
    def line(self) -> str:
        """The sentence that stands beside the scores of a portfolio."""
        if self.systems < 2:
            return "There is no order to test with fewer than two systems."
        if self.survives:
            return "The order of the systems stays the same when any one weight is moved by a fifth."
        worst = max(self.shifts, key=lambda shift: shift.overtaken)
        names = f"; for example {worst.example[0]} comes above {worst.example[1]}" if worst.example else ""
        moved = "up" if worst.factor > 1 else "down"
        told = f"{worst.overtaken} of {self.systems} systems are overtaken"
        return f"The order depends on the weights: with {worst.group} moved {moved} by a fifth {told}{names}."

    def to_json(self) -> dict[str, JsonValue]:
        """Give the outcome as plain data."""
        return {"survives": self.survives, "line": self.line, "shifts": [shift.to_json() for shift in self.shifts]}


def measure_sensitivity(scores: Mapping[str, Score], change: float = A_FIFTH) -> Sensitivity:
    """Move each group's weight up and down by the share and look who is overtaken; ``scores`` are of one model."""
    return compare_orders({name: tabulate_groups(score) for name, score in scores.items()}, change)


def compare_orders(points: Mapping[str, GroupPoints], change: float = A_FIFTH) -> Sensitivity:
    """The same from the groups' points of each system."""
    names = sorted(points)
    tables = [points[name] for name in names]
    usual = [sum(high for _, high in table.values()) for table in tables]
    shifts = []
    for group in tables[0] if tables else ():
        for factor in (1 - change, 1 + change):
            moved = [_moved(points, *table[group], factor) for points, table in zip(usual, tables, strict=True)]
            overtaken, example = _count_overtaken(usual, moved)
            named = None if example is None else (names[example[0]], names[example[1]])
            shifts.append(Shift(group, round(factor, 3), overtaken, named))
    return Sensitivity(len(names), tuple(shifts))


def _moved(points: float, weight: float, high: float, factor: float) -> float:
    """The unfavourable end when one group's weight is multiplied and the whole brought back to 100."""
    return 100 * (points + high * (factor - 1)) / (100 + weight * (factor - 1))


def tabulate_groups(score: Score) -> GroupPoints:
    """For each group its weight in this score and its points of the unfavourable end."""
    table = dict.fromkeys(score.model.weights, (0.0, 0.0))
    for point, part in zip(score.points, score.parts, strict=True):
        weight, high = table[part.term.group]
        table[part.term.group] = (weight + point, high + point * part.high)
    return table


def _count_overtaken(before: Sequence[float], after: Sequence[float]) -> tuple[int, tuple[int, int] | None]:
    """How many stand below one that stood below them before, and the first such pair."""
    printed = [round(points * 10) for points in before]
    count, example = 0, None
    best_below: int | None = None
    for _, level in groupby(sorted(range(len(before)), key=printed.__getitem__), key=printed.__getitem__):
        places = list(level)
        for place in places:
            if best_below is not None and after[best_below] > after[place] + _SAME:
                count += 1
                example = example or (best_below, place)
        candidates = places if best_below is None else [*places, best_below]
        best_below = max(candidates, key=after.__getitem__)
    return count, example
