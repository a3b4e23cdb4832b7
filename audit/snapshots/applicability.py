"""Which questions apply to a system: the vocabulary's own conditions, decided by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from audit.engine.expressions import Condition, ConditionParser, compile_condition, facts_of
from audit.engine.facts import Fact, FactSheet
from audit.engine.logic import Truth
from audit.engine.regulatory import derive_facts
from audit.rulepacks.facts import fact_types
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
