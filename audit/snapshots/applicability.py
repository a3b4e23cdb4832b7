"""Which questions apply to a system: the vocabulary's own conditions, decided by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from audit.engine.expressions import Condition, ConditionParser, compile_condition, facts_of
from audit.engine.facts import Fact, FactSheet
from audit.engine.logic import Truth
from audit.engine.regulatory import derive_facts
from audit.rulepacks.facts import fact_types
from audit.snapshots.finishing import Finished, Memo, finish
from audit.snapshots.values import RawFact
from governance.vocabulary import load_vocabulary


@lru_cache(maxsize=1)
def asking_conditions() -> Mapping[str, Condition]:
    """The compiled ``asked_if`` of every fact that has one; raises ``ValueError`` naming all that cannot be read."""
    parser = ConditionParser(fact_types(), allow_known=True)
    conditions: dict[str, Condition] = {}
    for key, fact in load_vocabulary().facts.items():
        if fact.asked_if is None or fact.source == "derived":
            continue
        node = parser.parse(fact.asked_if, f"{key}.asked_if")
        if node is not None:
            conditions[key] = compile_condition(node)
    if parser.problems:
        raise ValueError("; ".join(f"{path}: {message}" for path, message in parser.problems))
    return conditions


def mark_inapplicable(sheet: FactSheet, as_of: date) -> dict[str, Fact]:
    """The sheet with a reason for every fact that certainly does not apply and that nobody has stated.

    A condition may hang on a fact that does not apply itself; so this repeats until nothing is added.
    """
    vocabulary = load_vocabulary().facts
    marked = dict(sheet)
    while True:
        values = derive_facts(marked, (), as_of).values
        added = {
            key: Fact(None, not_applicable=vocabulary[key].otherwise)
            for key, condition in asking_conditions().items()
            if key not in marked and condition.decide(values) is False
        }
        if not added:
            return marked
        marked.update(added)


def is_asked(key: str, sheet: FactSheet, as_of: date) -> Truth:
    """Whether the fact applies on what is known so far; None while that is open."""
    condition = asking_conditions().get(key)
    return True if condition is None else condition.decide(derive_facts(sheet, (), as_of).values)


def facts_before(key: str) -> tuple[str, ...]:
    """The facts that decide whether this one applies, in the order of its condition."""
    condition = asking_conditions().get(key)
    return () if condition is None else tuple(dict.fromkeys(facts_of(condition.node)))


Stated: TypeAlias = "dict[str, Finished | None]"
"""Every key of the vocabulary, in order, with the fact that is stated, or none."""


class _Group:
    """The questions whose conditions read the same facts."""

    def __init__(self, reads: tuple[str, ...], conditions: Mapping[str, Condition], as_of: date) -> None:
        self.reads = reads
        self._conditions = conditions
        self._as_of = as_of
        self._closed: Memo[tuple[Finished | None, ...], Mapping[str, Finished]] = Memo(2_000)

    def close(self, stated: Stated) -> Mapping[str, Finished]:
        """The reason for each of them that certainly does not apply; the conditions read nothing but these facts."""
        read = tuple([stated[key] for key in self.reads])
        closed = self._closed.get(read)
        if closed is None:
            known = {key: one.fact for key, one in zip(self.reads, read, strict=True) if one is not None and one.fact}
            values = derive_facts(known, (), self._as_of).values
            reasons = finish_reasons()
            fallen = {key: reasons[key] for key, asked in self._conditions.items() if asked.decide(values) is False}
            closed = self._closed.keep(read, fallen)
        return closed


class Applicability:
    """Marks what does not apply on a day as ``mark_inapplicable`` does, looking only at what has moved."""

    def __init__(self, as_of: date) -> None:
        keys = fact_types()
        conditions: dict[tuple[str, ...], dict[str, Condition]] = {}
        for key, condition in asking_conditions().items():
            reads = tuple(sorted(each for each in set(facts_of(condition.node)) if each in keys))
            conditions.setdefault(reads, {})[key] = condition
        self._groups = [_Group(reads, asked, as_of) for reads, asked in conditions.items()]
        self._read_by: dict[str, list[_Group]] = {}
        for group in self._groups:
            for key in group.reads:
                self._read_by.setdefault(key, []).append(group)

    def fill(self, stated: Stated) -> None:
        """Put the reason in the place of every fact that certainly does not apply and that nobody has stated."""
        groups, read_by = self._groups, self._read_by
        while groups:
            closed: dict[str, Finished] = {}
            for group in groups:
                closed.update(group.close(stated))
            moved: list[_Group] = []
            for key, reason in closed.items():
                if stated[key] is None:
                    stated[key] = reason
                    if key in read_by:
                        moved += read_by[key]
            groups = list(dict.fromkeys(moved))


@lru_cache(maxsize=4)
def applicability_on(as_of: date) -> Applicability:
    """What is known of a day; a run has one."""
    return Applicability(as_of)


@lru_cache(maxsize=1)
def finish_reasons() -> Mapping[str, Finished]:
    """Each question that may not apply, marked so."""
    vocabulary = load_vocabulary().facts
    return {key: finish(key, RawFact(not_applicable=vocabulary[key].otherwise)) for key in asking_conditions()}
