"""Which questions apply to a system: the vocabulary's own conditions, decided by the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


Stated: TypeAlias = Mapping[str, Finished]
_Read: TypeAlias = "Finished | tuple[Finished | None, ...] | None"


class _Group:
    """The questions whose conditions read the same facts, and which of them fell away by what these were."""

    def __init__(self, reads: tuple[str, ...], conditions: Mapping[str, Condition], as_of: date) -> None:
        self.reads = reads
        self.fallen: Memo[_Read, Stated] = Memo(5_000)
        self._conditions = conditions
        self._as_of = as_of

    def decide(self, read: _Read) -> Stated:
        """The reason for each question that certainly does not apply; the conditions read nothing but these facts."""
        fallen = self.fallen.get(read)
        return self._decide_common(read) if fallen is None else fallen

    def _decide_common(self, read: _Read) -> Stated:
        """The same by the facts as they are stated of other systems, too: conditions do not read their evidence."""
        given = tuple(map(self._find_common, read if isinstance(read, tuple) else (read,)))
        read = given if len(given) > 1 else given[0]
        fallen = self.fallen.get(read)
        if fallen is None:
            known = {key: one.fact for key, one in zip(self.reads, given, strict=True) if one is not None and one.fact}
            values = derive_facts(known, (), self._as_of).values
            reasons = finish_reasons()
            closed = {key: reasons[key] for key, asked in self._conditions.items() if asked.decide(values) is False}
            fallen = self.fallen.keep(read, closed)
        return fallen

    def _find_common(self, read: Finished | None) -> Finished | None:
        if read is None or read.base is None or read.fact is None:
            return read
        return read.base if read.fact.is_current(self._as_of) else None


class Applicability:
    """Marks what does not apply on a day as ``mark_inapplicable`` does, looking only at what has moved."""

    def __init__(self, as_of: date) -> None:
        keys = fact_types()
        conditions: dict[tuple[str, ...], dict[str, Condition]] = {}
        for key, condition in asking_conditions().items():
            reads = tuple(sorted(each for each in set(facts_of(condition.node)) if each in keys))
            conditions.setdefault(reads, {})[key] = condition
        groups = [_Group(reads, asked, as_of) for reads, asked in conditions.items()]
        of_one = {group.reads[0]: group for group in groups if len(group.reads) == 1}
        self._of_one = [*of_one.items()]
        self._read_alone = [*of_one]
        self._fallen = [group.fallen for group in of_one.values()]
        self._of_more = [group for group in groups if len(group.reads) != 1]
        # Facts that conditions read and that may themselves not apply: only they can close more questions.
        links = {key: reason for key, reason in finish_reasons().items() if any(key in one.reads for one in groups)}
        self._links = [*links]
        self._closed_by = {key: of_one[key].decide(reason) for key, reason in links.items() if key in of_one}
        self._linked = {key: [group for group in self._of_more if key in group.reads] for key in links}

    def find_closed(self, stated: Stated) -> Stated:
        """The reason for every fact that certainly does not apply; also of one that is stated, which then counts."""
        get = stated.get
        fallen = [*map(Memo.get, self._fallen, map(get, self._read_alone))]
        if None in fallen:
            for place, some in enumerate(fallen):
                if some is None:
                    key, group = self._of_one[place]
                    fallen[place] = group.decide(get(key))
        closed: dict[str, Finished] = {}
        for some in filter(None, fallen):
            closed.update(some)
        for group in self._of_more:
            closed.update(group.decide(tuple(map(get, group.reads))))
        moved = [key for key in self._links if key in closed and key not in stated]
        while moved:
            moved = self._go_on(stated, closed, moved)
        return closed

    def _go_on(self, stated: Stated, closed: dict[str, Finished], moved: Sequence[str]) -> list[str]:
        """What nobody stated and does not apply may close more questions; gives those of them that may again."""
        found: dict[str, Finished] = {}
        for key in moved:
            if key in self._closed_by:
                found.update(self._closed_by[key])
            for group in self._linked[key]:
                found.update(group.decide(tuple([stated.get(each) or closed.get(each) for each in group.reads])))
        if not found:
            return []
        again = [key for key in self._links if key in found and key not in closed and key not in stated]
        closed.update(found)
        return again


@lru_cache(maxsize=4)
def applicability_on(as_of: date) -> Applicability:
    """What is known of a day; a run has one."""
    return Applicability(as_of)


@lru_cache(maxsize=1)
def finish_reasons() -> Mapping[str, Finished]:
    """Each question that may not apply, marked so."""
    vocabulary = load_vocabulary().facts
    return {key: finish(key, RawFact(not_applicable=vocabulary[key].otherwise)) for key in asking_conditions()}
