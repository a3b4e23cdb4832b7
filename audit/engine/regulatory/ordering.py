"""The order in which packs name rules, answers and facts, and whether that of two versions agrees.

The outcomes of systems list what is open in this order. Where two versions agree, what both of them list for a system
stands in the same order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from audit.engine.regulatory.outcome import order_facts
from audit.engine.rules import RulePack

PackOrder: TypeAlias = Mapping[str, Sequence[str]]
"""Lists of names by what they name."""


def list_order(packs: Sequence[RulePack]) -> dict[str, list[str]]:
    """The rules, the answers and the facts of packs, each in its order."""
    answers: list[str] = []
    for pack in packs:
        answers += [f"{pack.id}.{result.key}" for result in pack.results]
        answers += [f"{pack.id}.{pack.go_live.key}"] if pack.go_live else []
    return {
        "rules": [rule.id for pack in packs for rule in pack.rules],
        "answers": answers,
        "facts": [*order_facts(tuple(packs))],
    }


def agree_in_order(one: PackOrder, other: PackOrder) -> bool:
    """Whether what both name stands in the same order in both; two that name other kinds of things do not agree."""
    return one.keys() == other.keys() and all(_agree(names, other[kind]) for kind, names in one.items())


def _agree(one: Sequence[str], other: Sequence[str]) -> bool:
    both = {*one} & {*other}
    return [name for name in one if name in both] == [name for name in other if name in both]
