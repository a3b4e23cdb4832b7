"""The generated function decides as the closures do, and as Kleene's logic read part by part."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.engine.expressions import (
    DECODE,
    All,
    AnyOf,
    AtLeast,
    Atom,
    FactRef,
    Node,
    Not,
    compile_condition,
    generate,
)
from audit.engine.expressions.nodes import Operand
from audit.engine.logic import (
    UNKNOWN,
    Datum,
    Members,
    Possible,
    Scalar,
    Truth,
    conjoin,
    count_at_least,
    disjoin,
    negate,
)

DAYS = (date(2026, 8, 1), date(2026, 8, 2), date(2027, 12, 2))
LETTERS = ("a", "b", "c")


def subsets() -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(LETTERS))


def scalars(key: str, values: st.SearchStrategy[Operand], operators: tuple[str, ...]) -> st.SearchStrategy[Atom]:
    return st.builds(
        lambda operator, operand, derived: Atom(key, operator, operand, derived, is_list=False),
        st.sampled_from(operators),
        values,
        st.booleans(),
    )


def lists(key: str, *, derived: bool) -> st.SearchStrategy[Atom]:
    def build(operator: str, wanted: frozenset[str], yes: bool) -> Atom:
        operand = yes if operator == "is_empty" else min(wanted) if operator == "has" and wanted else wanted
        return Atom(key, operator, operand, derived, is_list=True)

    operators = st.sampled_from(("has", "has_any", "subset_of", "is_empty"))
    return st.builds(build, operators, subsets().filter(bool), st.booleans())


ATOMS = st.one_of(
    scalars("yes", st.booleans(), ("is",)),
    scalars("letter", st.sampled_from(LETTERS), ("equals", "not_equals")),
    scalars("letter", subsets().filter(bool), ("in", "not_in")),
    scalars("letter", st.booleans(), ("is_none",)),
    scalars("number", st.integers(-2, 2), ("gt", "gte", "lt", "lte")),
    scalars("day", st.sampled_from(DAYS), ("before", "on_or_after")),
    st.builds(lambda operator: Atom("day", operator, FactRef("other_day"), False, False), st.sampled_from(("before",))),
    st.builds(lambda known: Atom("letter", "known", known, False, False), st.booleans()),
    lists("answered", derived=False),
    lists("derived", derived=True),
)
NODES: st.SearchStrategy[Node] = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, max_size=4).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=4).map(tuple)),
        st.builds(AtLeast, st.integers(1, 3), st.lists(inner, min_size=1, max_size=4).map(tuple)),
    ),
    max_leaves=12,
)


def open_or(values: st.SearchStrategy[Scalar]) -> st.SearchStrategy[Datum]:
    several = st.frozensets(st.one_of(values, st.none()), min_size=2, max_size=3).map(Possible)
    return st.one_of(values, st.none(), st.just(UNKNOWN), several)


MEMBERS = st.builds(lambda certain, more: Members(certain, certain | more), subsets(), subsets())
SHEETS: st.SearchStrategy[dict[str, Datum]] = st.fixed_dictionaries(
    {},
    optional={
        "yes": open_or(st.booleans()),
        "letter": open_or(st.sampled_from(LETTERS)),
        "number": open_or(st.integers(-2, 2)),
        "day": open_or(st.sampled_from(DAYS)),
        "other_day": open_or(st.sampled_from(DAYS)),
        "answered": st.one_of(subsets(), st.none(), st.just(UNKNOWN)),
        "derived": st.one_of(MEMBERS, st.just(UNKNOWN)),
    },
)


def interpret(node: Node, values: dict[str, Datum]) -> Truth:
    """The condition read part by part, each part to the end."""
    if isinstance(node, Not):
        return negate(interpret(node.part, values))
    if isinstance(node, Atom):
        return compile_condition(node).decide(values)
    truths = [interpret(part, values) for part in node.parts]
    if isinstance(node, AtLeast):
        return count_at_least(node.count, truths)
    return conjoin(truths) if isinstance(node, All) else disjoin(truths)


@given(nodes=st.lists(NODES, max_size=4), values=SHEETS)
def test_generated_compiled_and_interpreted_agree(nodes: list[Node], values: dict[str, Datum]) -> None:
    generated = [DECODE[code] for code in generate(nodes)(values)]
    assert generated == [compile_condition(node).decide(values) for node in nodes]
    assert generated == [interpret(node, values) for node in nodes]


def test_nothing_to_decide_gives_nothing() -> None:
    assert generate([])({}) == ()


@pytest.mark.parametrize("text", ["'''); import os #", "{fact}", "f0 = 1\n", '"'])
def test_a_text_of_a_pack_stays_a_value_and_never_becomes_code(text: str) -> None:
    decide = generate([Atom(text, "equals", text, False, False)])
    assert [decide({text: text}), decide({text: "other"}), decide({})] == [(3,), (0,), (1,)]


def test_a_deep_condition_is_no_harder_than_a_flat_one() -> None:
    node: Node = Atom("yes", "is", True, False, False)
    for _ in range(40):
        node = Not(All((node, Atom("yes", "is", True, False, False))))
    assert DECODE[generate([node])({"yes": True})[0]] is compile_condition(node).decide({"yes": True})
