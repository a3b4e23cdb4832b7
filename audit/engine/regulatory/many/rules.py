"""The duties of many systems, and the rules of which it is open whether they apply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import TypeAlias

from audit.engine.expressions.frames import Frame
from audit.engine.expressions.planes import write_rows
from audit.engine.facts import Control
from audit.engine.findings import Duty
from audit.engine.regulatory.duties import settle_duty
from audit.engine.regulatory.many.days import Days, find_days
from audit.engine.regulatory.many.program import RuleEntry
from audit.engine.regulatory.many.sharing import share
from audit.engine.regulatory.many.sums import Sums
from audit.engine.regulatory.many.tables import Bundle, Tables
from audit.engine.regulatory.outcome import OpenRule

Controls: TypeAlias = Mapping[str, Control]
NO_CONTROLS: Controls = {}


@dataclass(frozen=True, slots=True, eq=False)
class _Binding:
    """A rule that may bind: where its days and its breach stand in the row of a system."""

    entry: RuleEntry
    days: Days
    first: int
    last: int
    breach: int


@dataclass(slots=True)
class Rules:
    """Judges the rules of the program; ``days`` are those of each rule, by its place."""

    tables: Tables
    frame: Frame
    days: list[Days] = field(default_factory=list)
    _bindings: list[_Binding] = field(default_factory=list)
    _judged: dict[tuple[int, bytes, bool], Duty] = field(default_factory=dict)

    def __post_init__(self) -> None:
        made: dict[int, Days] = {}
        for entry in self.tables.program.rules:
            if entry.dating not in made:
                made[entry.dating] = find_days(self.frame, entry)
            self.days.append(made[entry.dating])

    def certain(self, entry: RuleEntry) -> int:
        """The systems that the rule binds."""
        return self.frame.truth(entry.number)[0]

    def undetermined(self) -> list[tuple[OpenRule, ...]]:
        """The rules of which it is open whether they bind each system."""
        entries = self.tables.program.rules
        rows = write_rows([self.frame.is_open(entry.number) for entry in entries], self.frame.count)
        opened = [entry.opened for entry in entries]
        return share(rows, lambda row: tuple(compress(opened, row)))

    def add_undetermined(self, sums: Sums) -> None:
        """Add the tokens of these rules; those of one condition are open together."""
        for number, token in self.tables.tokens.items():
            sums.add(self.frame.is_open(number), token)

    def duties(self, controls: Sequence[Controls]) -> list[Bundle]:
        """The duties of each system."""
        rows = write_rows(self._lay_out(), self.frame.count)
        bundles = share(rows, self._judge_plain)
        names = self.tables.program.names
        for system, recorded in enumerate(controls):
            if recorded:
                row = rows[system]
                touched = [place for name in recorded if name in names for place in names[name] if row[place]]
                if touched:
                    bundles[system] = self._judge_controlled(bundles[system], row, touched, recorded)
        return bundles

    def _lay_out(self) -> list[int]:
        """The planes of the rows: which rules bind, then on which days, and where facts break them."""
        entries = self.tables.program.rules
        planes = [self.certain(entry) for entry in entries]
        bound: dict[int, int] = {}
        broken: dict[int, int] = {}
        for entry, days, where in zip(entries, self.days, planes, strict=True):
            bound[id(days)] = bound.get(id(days), 0) | where
            if entry.breach is not None:
                broken[entry.breach] = broken.get(entry.breach, 0) | where
        places: dict[int, int] = {}
        for days in self.days:
            if id(days) not in places and len(days.may_be.may_be) > 1:
                places[id(days)] = len(planes)
                planes += [where & bound[id(days)] for where in days.may_be.may_be.values()]
        breaches: dict[int, int] = {}
        for number, where in broken.items():
            breaches[number] = len(planes)
            planes.append(where & self.frame.truth(number)[0])
        for entry, days in zip(entries, self.days, strict=True):
            first = places.get(id(days), -1)
            breach = -1 if entry.breach is None else breaches[entry.breach]
            self._bindings.append(_Binding(entry, days, first, first + len(days.may_be.may_be), breach))
        return planes

    def _judge_plain(self, row: bytes) -> Bundle:
        rules = range(len(self.tables.program.rules))
        return self.tables.bundle([self._judge(place, row, NO_CONTROLS) for place in compress(rules, row)])

    def _judge_controlled(self, plain: Bundle, row: bytes, touched: Iterable[int], controls: Controls) -> Bundle:
        """The duties with those judged anew for which a control is recorded."""
        duties = list(plain.duties)
        for place in touched:
            duties[row.count(1, 0, place)] = self._judge(place, row, controls)
        return self.tables.bundle(duties)

    def _judge(self, place: int, row: bytes, controls: Controls) -> Duty:
        binding = self._bindings[place]
        state = row[binding.first : binding.last] if binding.first >= 0 else b""
        is_breached = binding.breach >= 0 and row[binding.breach] == 1
        if controls:
            return self._settle(place, state, is_breached, controls)
        key = (place, state, is_breached)
        found = self._judged.get(key)
        if found is None:
            found = self._judged[key] = self._settle(*key, controls)
        return found

    def _settle(self, place: int, state: bytes, is_breached: bool, controls: Controls) -> Duty:
        binding = self._bindings[place]
        entry, days = binding.entry, binding.days
        left = days.tuple_at(state) if state else tuple(days.may_be.may_be)
        recorded = [(name, controls[name]) for name in entry.names if name in controls] if controls else ()
        key = (place, frozenset(left), is_breached, *recorded)
        found = self.tables.duties.get(key)
        if found is None:
            found = settle_duty(entry.rule, entry.version, left, is_breached, controls, self.tables.as_of)
            self.tables.duties[key] = found
        return found
