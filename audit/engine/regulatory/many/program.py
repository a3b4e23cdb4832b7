"""What the packs say on a day, prepared once for judging many systems: conditions numbered, rules with their parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from audit.engine.expressions.frames import Conditions
from audit.engine.regulatory.outcome import OpenRule, open_rule
from audit.engine.rules import Derivation, GoLive, PackView, Rule, RulePack, RuleVersion, Schedule
from audit.engine.rules.deriving import Plan, plan_derivation


@dataclass(frozen=True, slots=True, eq=False)
class RuleEntry:
    """A rule as adopted, with the number of its condition, and the ``names`` of controls that it looks for.

    Rules with the same ``dating`` have the same days.
    """

    rule: Rule
    version: RuleVersion
    number: int
    cases: tuple[int, ...]
    breach: int | None
    opened: OpenRule
    names: tuple[str, ...]
    schedule: Schedule
    dating: int

    @property
    def is_dated(self) -> bool:
        """Tell whether its day hangs on facts."""
        return bool(self.schedule.fact or self.schedule.cases)


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """The packs as adopted by a day; ``conditions`` numbers every condition that they hold.

    ``times`` counts for each number the rules with this condition; ``own`` are those of rules for the system itself.
    ``names`` gives for a control the places of the rules that look for it, ``hanging`` for the fact that tells whether
    a system is in service what is derived from it. It ``is_regular`` where every derived fact
    reads only what stands above it: anything else is judged one by one.
    """

    packs: tuple[RulePack, ...]
    views: tuple[PackView, ...]
    conditions: Conditions
    plans: Mapping[str, Plan]
    by_derivation: Mapping[Derivation, Plan]
    rules: tuple[RuleEntry, ...]
    times: Mapping[int, int]
    own: tuple[int, ...]
    names: Mapping[str, tuple[int, ...]]
    hanging: Mapping[str, tuple[Plan, ...]]
    is_regular: bool


def _hang_on(key: str, plans: Sequence[Plan]) -> tuple[Plan, ...]:
    """The derived facts that read the fact, by whatever way, in their order."""
    hanging = {key}
    found: list[Plan] = []
    for plan in plans:
        if not hanging.isdisjoint(plan.derivation.derived.reads()):
            found.append(plan)
            hanging.add(plan.key)
    return tuple(found)


@lru_cache(maxsize=32)
def prepare(packs: tuple[RulePack, ...], views: tuple[PackView, ...]) -> Program:
    """The program of the packs as these views have them."""
    conditions = Conditions()
    derivations = [derivation for view in views for derivation in view.derivations]
    plans = [plan_derivation(derivation, conditions) for derivation in derivations]
    datings: dict[tuple[object, ...], int] = {}
    rules = tuple([_enter(rule, version, conditions, datings) for view in views for rule, version in view.rules])
    names: dict[str, list[int]] = {}
    for place, entry in enumerate(rules):
        for name in entry.names:
            names.setdefault(name, []).append(place)
    return Program(
        packs=packs,
        views=views,
        conditions=conditions,
        plans={plan.key: plan for plan in plans},
        by_derivation={plan.derivation: plan for plan in plans},
        rules=rules,
        times=Counter([entry.number for entry in rules]),
        own=tuple(dict.fromkeys([entry.number for entry in rules if not entry.rule.of_entity])),
        names={name: tuple(places) for name, places in names.items()},
        hanging={pack.go_live.fact: _hang_on(pack.go_live.fact, plans) for pack in packs if pack.go_live},
        is_regular=_is_in_order(derivations) and _answers_are_derived(packs, {plan.key for plan in plans}),
    )


def _enter(
    rule: Rule, version: RuleVersion, conditions: Conditions, datings: dict[tuple[object, ...], int]
) -> RuleEntry:
    breached, schedule = version.breached_when, version.schedule
    cases = tuple([conditions.number(case.when.node) for case in schedule.cases])
    dating = (schedule.fact, tuple([case.value for case in schedule.cases]), cases, schedule.day)
    return RuleEntry(
        rule=rule,
        version=version,
        number=conditions.number(version.when.node),
        cases=cases,
        breach=None if breached is None else conditions.number(breached.node),
        opened=open_rule(rule, version),
        names=tuple(dict.fromkeys((rule.id, rule.row, version.control, *version.accepts, *version.helped_by))),
        schedule=schedule,
        dating=datings.setdefault(dating, len(datings)),
    )


def _is_in_order(derivations: Sequence[Derivation]) -> bool:
    """Whether each fact is derived once and reads nothing that is derived after it."""
    left = [derivation.derived.key for derivation in derivations]
    if len(set(left)) < len(left):
        return False
    for place, derivation in enumerate(derivations):
        derived = derivation.derived
        if not {*derived.reads(), *derived.doubt_about}.isdisjoint(left[place:]):
            return False
    return True


def _answers_are_derived(packs: Sequence[RulePack], derived: set[str]) -> bool:
    asked: set[str] = set()
    for pack in packs:
        asked |= {result.fact for result in pack.results}
        asked |= _asked_later(pack.go_live)
        asked |= {pack.exposure.reads} if pack.exposure else set()
    return asked <= derived and derived.isdisjoint(pack.go_live.fact for pack in packs if pack.go_live)


def _asked_later(rule: GoLive | None) -> set[str]:
    return set() if rule is None else {rule.reads, *(fact for _, fact in rule.also)}
