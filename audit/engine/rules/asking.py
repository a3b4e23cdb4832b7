"""Which missing facts stand behind what is open, for many systems at once: those that ``ask`` and ``blame`` give.

Nothing is weighed. What is found for a condition holds for the systems for which it is open, and what is found for a
fact for those for which it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from audit.engine.expressions import Atom, FactRef
from audit.engine.expressions.frames import Frame
from audit.engine.expressions.planes import NOWHERE, Lists
from audit.engine.rules.deriving import Plan
from audit.engine.rules.rule import Schedule

Behind: TypeAlias = dict[str, int]
"""For each missing fact the systems in which it stands behind what is asked."""
Asked: TypeAlias = tuple[str, str | None]
"""A fact, or one member of a derived list."""
Awaited: TypeAlias = dict[Asked, int]
"""For each fact the systems in which something waits for it."""


def add_behind(found: Behind, more: Mapping[str, int], within: int) -> None:
    """Add what stands behind something for the systems ``within``."""
    for key, where in more.items():
        both = where & within
        if both:
            found[key] = found.get(key, 0) | both


@dataclass(slots=True, eq=False)
class Asking:
    """What stands behind the conditions and derived facts of a frame, each traced back once."""

    frame: Frame
    plans: Mapping[str, Plan]
    _facts: dict[Asked, Behind] = field(default_factory=dict)
    _awaited: dict[int, Awaited] = field(default_factory=dict)
    _conditions: dict[int, Behind] = field(default_factory=dict)

    def behind_condition(self, number: int) -> Behind:
        """The missing facts behind a condition, where it is open."""
        found = self._conditions.get(number)
        if found is None:
            found = self._conditions[number] = {}
            for asked, where in self.list_awaited(number).items():
                add_behind(found, self.behind_fact(asked), where)
        return found

    def list_awaited(self, number: int) -> Awaited:
        """The open facts that a condition reads, each with the systems in which it is open and waits for them."""
        found = self._awaited.get(number)
        if found is None:
            found = self._awaited[number] = {}
            self._gather(number, self.frame.is_open(number), found)
        return found

    def _gather(self, number: int, within: int, leaves: Awaited) -> None:
        """The open comparisons of a condition, each with the systems in which all around it is open."""
        if not within:
            return
        numbered = self.frame.conditions.all[number]
        if isinstance(numbered.node, Atom):
            for asked, where in self._read_atom(numbered.node, within):
                leaves[asked] = leaves.get(asked, 0) | where
            return
        for part in numbered.parts:
            self._gather(part, within & self.frame.is_open(part), leaves)

    def _read_atom(self, atom: Atom, within: int) -> Iterator[tuple[Asked, int]]:
        if isinstance(atom.operand, FactRef):
            for key in (atom.key, atom.operand.key):
                yield (key, None), within & self.frame.value(key).undecided
        elif atom.derived and atom.is_list and atom.operator in ("has", "has_any") and atom.key in self.plans:
            wanted = atom.operand if isinstance(atom.operand, frozenset) else frozenset({str(atom.operand)})
            yield from (((atom.key, name), within) for name in sorted(wanted))
        else:
            yield (atom.key, None), within

    def behind_fact(self, asked: Asked) -> Behind:
        """The missing facts behind a fact, where it is asked: the fact itself, or those a derived one waits for."""
        found = self._facts.get(asked)
        if found is None:
            plan = self.plans.get(asked[0])
            if plan is None:
                found = {asked[0]: self.frame.full}
            elif plan.is_list:
                found = self._trace_list(plan, asked[1])
            else:
                found = self._trace_bool(plan) if plan.is_yes_or_no else self._trace_cases(plan)
            self._facts[asked] = found
        return found

    def _trace_bool(self, plan: Plan) -> Behind:
        found: Behind = {}
        still_open = 0
        if plan.gate is not None:
            still_open = self.frame.is_open(plan.gate)
            add_behind(found, self.behind_condition(plan.gate), still_open)
        within = self.frame.full & ~still_open
        if plan.doubt is not None:
            add_behind(found, self.behind_condition(plan.doubt), within)
        for key in plan.derivation.derived.doubt_about:
            add_behind(found, self.behind_fact((key, None)), within)
        return found

    def _trace_cases(self, plan: Plan) -> Behind:
        found: Behind = {}
        within = self.add_cases(found, [number for _, number in plan.clauses], self.frame.full)
        last = plan.derivation.derived.otherwise
        if isinstance(last, FactRef):
            self._add_fact(found, (last.key, None), within)
        return found

    def add_cases(self, found: Behind, cases: Iterable[int], within: int) -> int:
        """Add what stands behind the open cases before the first that holds; gives where none holds."""
        for number in cases:
            add_behind(found, self.behind_condition(number), within)
            within &= ~self.frame.truth(number)[0]
        return within

    def _add_fact(self, found: Behind, asked: Asked, within: int) -> None:
        add_behind(found, self.behind_fact(asked), within & self.frame.value(asked[0]).undecided)

    def _trace_list(self, plan: Plan, name: str | None) -> Behind:
        values = self.frame.value(plan.key)
        found: Behind = {}
        if not isinstance(values, Lists):
            return found
        within = 0
        for member in values.members if name is None else (name,):
            certain, possible = values.members.get(member, NOWHERE)
            still_open = possible & ~certain
            if still_open:
                within |= still_open
                self._add_member(found, plan, member, still_open)
        if plan.gate is not None and within:
            add_behind(found, self.behind_condition(plan.gate), within)
        return found

    def _add_member(self, found: Behind, plan: Plan, name: str, within: int) -> None:
        source = plan.derivation.derived.members_of
        if source:
            self._add_fact(found, (source, name), within)
        for value, number in plan.clauses:
            if value == name:
                add_behind(found, self.behind_condition(number), within)

    def behind_day(self, schedule: Schedule, cases: Iterable[int]) -> Behind:
        """The missing facts behind the day of a duty, whose cases have these numbers."""
        found: Behind = {}
        if schedule.fact:
            self._add_fact(found, (schedule.fact, None), self.frame.full)
        self.add_cases(found, cases, self.frame.full)
        return found
