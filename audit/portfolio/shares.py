"""Which share of the critical functions rests on one company, group or country, as far as that is known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from audit.engine.facts import JsonValue
from audit.portfolio.groups import Flaw
from audit.portfolio.reach import Axis, Item, Reach, Reliances
from audit.portfolio.tables import SystemRow


@dataclass(frozen=True, slots=True)
class Share:
    """A share from 0 to 1: the least and the most that what is not known allows."""

    low: float
    high: float

    @property
    def is_known(self) -> bool:
        """Whether nothing that is unknown can change it."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class ShareOf:
    """What rests on one item: the share of critical functions, and the systems that surely do."""

    axis: Axis
    item: Item
    name: str
    share: Share
    functions: tuple[str, ...]
    systems: int

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {
            "axis": self.axis.value,
            "name": self.name,
            "low": self.share.low,
            "high": self.share.high,
            "critical_functions": [*self.functions],
            "systems": self.systems,
        }


@dataclass(frozen=True, slots=True)
class Function:
    """A business function: whether it is critical (none: not known), on what it rests, whether on more.

    ``times`` tells how many of its kind there are.
    """

    name: str
    is_critical: bool | None
    items: frozenset[Item]
    is_open: bool
    label: str = ""
    times: int = 1


def gather_functions(systems: Iterable[SystemRow], reaches: Mapping[int, Reach], axis: Axis) -> list[Function]:
    """The functions that are critical or may be.

    Whether it is critical belongs to the function (DORA Art. 3(22)), so one system that says so decides for all
    of them; where they contradict each other that is the worse answer.
    """
    by_function: dict[str, list[SystemRow]] = defaultdict(list)
    for row in systems:
        by_function[row.function].append(row)
    functions = []
    for name, rows in by_function.items():
        stated = {row.is_critical_function for row in rows}
        if True not in stated and None not in stated:
            continue
        found = {id(reach): reach for reach in map(reaches.__getitem__, [row.id for row in rows])}.values()
        items = frozenset(item for reach in found for item in reach.items[axis])
        is_open = any(reach.is_open(axis) for reach in found)
        label = rows[0].business_function.strip() or rows[0].name
        functions.append(Function(name, True if True in stated else None, items, is_open, label))
    return functions


def find_contradictions(systems: Iterable[SystemRow]) -> list[Flaw]:
    """Functions that one system calls critical and another does not."""
    stated: dict[str, set[bool | None]] = defaultdict(set)
    labels: dict[str, str] = {}
    for row in systems:
        stated[row.function].add(row.is_critical_function)
        labels.setdefault(row.function, row.business_function.strip() or row.name)
    says = "{} is entered as critical and as not critical; it counts as critical."
    return [
        Flaw("contradiction", says.format(labels[name]), ()) for name, seen in stated.items() if {True, False} <= seen
    ]


@dataclass(frozen=True)
class ShareTable:
    """The functions on one axis, counted once for all items."""

    functions: Sequence[Function]

    @cached_property
    def _counts(self) -> tuple[Counter[Item], Counter[Item], Counter[Item], Counter[Item]]:
        critical: Counter[Item] = Counter()
        open_critical: Counter[Item] = Counter()
        perhaps: Counter[Item] = Counter()
        open_perhaps: Counter[Item] = Counter()
        for function in self.functions:
            counted = dict.fromkeys(function.items, function.times)
            (critical if function.is_critical else perhaps).update(counted)
            if function.is_open:
                (open_critical if function.is_critical else open_perhaps).update(counted)
        return critical, open_critical, perhaps, open_perhaps

    @cached_property
    def _totals(self) -> tuple[int, int, int, int]:
        critical = [function for function in self.functions if function.is_critical]
        perhaps = [function for function in self.functions if not function.is_critical]
        return (
            sum(function.times for function in critical),
            sum(function.times for function in critical if function.is_open),
            sum(function.times for function in perhaps),
            sum(function.times for function in perhaps if function.is_open),
        )

    def share_of(self, item: Item | None) -> Share:
        """The share of critical functions on an item; ``None`` stands for a company that nobody has named yet.

        At least: every function that may be critical and need not rest on the item is critical. At most: every
        function with an open link rests on it, and of those not known to be critical exactly these are.
        """
        critical, open_critical, perhaps, open_perhaps = self._totals
        on_critical, on_open, on_perhaps, on_open_perhaps = (
            (0, 0, 0, 0) if item is None else tuple(counter[item] for counter in self._counts)
        )
        least_of = critical + perhaps - on_perhaps
        low = on_critical / least_of if least_of else 0.0
        joining = on_perhaps + open_perhaps - on_open_perhaps
        most_of = critical + joining
        high = (on_critical + open_critical - on_open + joining) / most_of if most_of else 0.0
        return Share(round(low, 4), round(high, 4))

    @cached_property
    def largest_possible(self) -> float:
        """The most that any item may hold, named or not."""
        named = {item for function in self.functions for item in function.items}
        return max(self.share_of(item).high for item in (None, *named))


def list_shares(reliances: Reliances, axis: Axis) -> list[ShareOf]:
    """All items of an axis, the largest share first."""
    systems = reliances.tables.systems
    functions = gather_functions(systems, reliances.reaches, axis)
    table = ShareTable(functions)
    counted: Counter[Item] = Counter()
    for reach, times in reliances.distinct:
        counted.update(dict.fromkeys(reach.items[axis], times))
    critical: dict[Item, list[str]] = defaultdict(list)
    for function in functions:
        for item in function.items if function.is_critical else ():
            critical[item].append(function.label or function.name)
    found = [
        ShareOf(
            axis, item, reliances.name(axis, item), table.share_of(item), tuple(sorted(critical.get(item, ()))), number
        )
        for item, number in counted.items()
    ]
    return sorted(found, key=lambda entry: (-entry.share.low, -entry.share.high, -entry.systems, entry.name))
