"""The condition language: what it accepts, what it refuses with which words, and that it means what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.engine.expressions import ConditionParser, Situation, compile_condition, prove
from audit.engine.facts import Fact, FactType, Grade, Kind
from audit.engine.logic import Datum, Members, Possible, Truth
from audit.engine.trace import FactRead

TYPES = {
    "a.yes": FactType("a.yes", Kind.BOOL),
    "a.kind": FactType("a.kind", Kind.ENUM, ("red", "blue", "green")),
    "a.list": FactType("a.list", Kind.ENUM_LIST, ("x", "y")),
    "a.number": FactType("a.number", Kind.INT),
    "a.day": FactType("a.day", Kind.DATE, nullable=True),
    "a.other_day": FactType("a.other_day", Kind.DATE, nullable=True),
}
DERIVED = {
    "d.class": FactType("d.class", Kind.ENUM, ("low", "middle", "high")),
    "d.list": FactType("d.list", Kind.ENUM_LIST, ("x", "y")),
    "d.day": FactType("d.day", Kind.DATE),
}
# All values of each fact that the comparisons below can tell apart; None is "known to be none".
DOMAIN: Mapping[str, tuple[Datum, ...]] = {
    "a.yes": (True, False, None),
    "a.kind": ("red", "blue", "green", None),
    "a.list": (frozenset(), frozenset("x"), frozenset("y"), frozenset("xy")),
    "a.number": (1, 2, 3, None),
    "a.day": (date(2026, 1, 1), date(2026, 2, 1), None),
    "a.other_day": (date(2026, 1, 1), date(2026, 3, 1), None),
}
ATOMS = (
    {"fact": "a.yes", "is": True},
    {"fact": "a.yes", "is": False},
    {"fact": "a.kind", "equals": "red"},
    {"fact": "a.kind", "not_equals": "red"},
    {"fact": "a.kind", "in": ["red", "blue"]},
    {"fact": "a.kind", "not_in": ["red", "blue"]},
    {"fact": "a.list", "has": "x"},
    {"fact": "a.list", "has_any": ["x", "y"]},
    {"fact": "a.list", "subset_of": ["x"]},
    {"fact": "a.list", "is_empty": True},
    {"fact": "a.list", "is_empty": False},
    {"fact": "a.number", "gt": 2},
    {"fact": "a.number", "gte": 2},
    {"fact": "a.number", "lt": 2},
    {"fact": "a.number", "lte": 2},
    {"fact": "a.day", "before": date(2026, 2, 1)},
    {"fact": "a.day", "on_or_after": {"fact": "a.other_day"}},
    {"fact": "a.day", "is_none": True},
)


def decide(raw: object, values: Mapping[str, Datum]) -> Truth:
    parser = ConditionParser(TYPES, DERIVED)
    node = parser.parse(raw, "when")
    assert node is not None, parser.problems
    return compile_condition(node).decide(values)


def problems_of(raw: object) -> list[tuple[str, str]]:
    parser = ConditionParser(TYPES, DERIVED)
    assert parser.parse(raw, "when") is None
    return parser.problems


@pytest.mark.parametrize(
    ("raw", "value", "expected"),
    [
        ({"fact": "a.yes", "is": False}, False, True),
        ({"fact": "a.kind", "not_equals": "red"}, "blue", True),
        ({"fact": "a.list", "subset_of": ["x"]}, frozenset("x"), True),
        ({"fact": "a.list", "subset_of": ["x"]}, frozenset("xy"), False),
        ({"fact": "a.list", "subset_of": ["x"]}, frozenset(), False),
        ({"fact": "a.number", "gt": 2}, 2, False),
        ({"fact": "a.number", "gte": 2}, 2, True),
        ({"fact": "a.day", "before": date(2026, 2, 1)}, date(2026, 1, 31), True),
        ({"fact": "a.day", "before": date(2026, 2, 1)}, date(2026, 2, 1), False),
        ({"fact": "a.day", "is_none": True}, None, True),
    ],
)
def test_each_operator_means_what_it_says(raw: dict[str, object], value: Datum, expected: bool) -> None:
    assert decide(raw, {str(raw["fact"]): value}) is expected


@pytest.mark.parametrize("raw", [atom for atom in ATOMS if "is_none" not in atom])
def test_no_comparison_with_none_holds(raw: dict[str, object]) -> None:
    assert decide(raw, {str(raw["fact"]): None}) is False


@pytest.mark.parametrize("raw", ATOMS)
def test_an_unknown_fact_leaves_every_comparison_open(raw: dict[str, object]) -> None:
    assert decide(raw, {}) is None


conditions = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"at_least": {"count": 2, "of": parts}}),
    ),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(raw=conditions, chosen=st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in DOMAIN.items()}))
def test_a_decided_condition_is_what_every_completion_gives(raw: object, chosen: dict[str, Datum]) -> None:
    truth = decide(raw, chosen)
    open_keys = [key for key in DOMAIN if key not in chosen][:3]
    closed = {**{key: values[0] for key, values in DOMAIN.items()}, **chosen}
    for values in product(*[DOMAIN[key] for key in open_keys]):
        complete = decide(raw, {**closed, **dict(zip(open_keys, values, strict=True))})
        assert complete is not None
        assert truth is None or truth is complete


def test_an_undecided_derived_choice_is_decided_where_all_that_is_possible_agrees() -> None:
    values = {"d.class": Possible(frozenset({"low", "middle"}))}
    assert decide({"fact": "d.class", "in": ["low", "middle"]}, values) is True
    assert decide({"fact": "d.class", "equals": "high"}, values) is False
    assert decide({"fact": "d.class", "equals": "low"}, values) is None


@pytest.mark.parametrize("some", [("low", "high"), ("low", "middle"), ("low", "middle", "high"), ("low", None)])
@pytest.mark.parametrize("wanted", [["low"], ["low", "high"], ["low", "middle", "high"], ["middle", "high"]])
def test_a_choice_still_open_is_judged_by_each_value_it_may_have(
    some: tuple[str | None, ...], wanted: list[str]
) -> None:
    verdicts = {value in wanted for value in some}  # None, known to be none, is among no choices
    expected = verdicts.pop() if len(verdicts) == 1 else None
    assert decide({"fact": "d.class", "in": wanted}, {"d.class": Possible(frozenset(some))}) is expected


def test_a_derived_list_tells_certain_members_from_possible_ones() -> None:
    values = {"d.list": Members(frozenset("x"), frozenset("xy"))}
    assert decide({"fact": "d.list", "has": "x"}, values) is True
    assert decide({"fact": "d.list", "has": "y"}, values) is None
    assert decide({"fact": "d.list", "is_empty": True}, values) is False
    assert decide({"fact": "d.list", "subset_of": ["x"]}, values) is None


def test_a_day_that_may_be_missing_leaves_a_comparison_open() -> None:
    values: dict[str, Datum] = {"a.day": date(2026, 1, 1), "d.day": Possible(frozenset({None, date(2027, 1, 1)}))}
    assert decide({"fact": "a.day", "before": {"fact": "d.day"}}, values) is None
    assert decide({"fact": "a.day", "before": {"fact": "d.day"}}, {**values, "a.day": None}) is False


def test_the_missing_facts_are_those_that_still_matter_with_the_opening_one_first() -> None:
    parser = ConditionParser(TYPES, DERIVED)
    node = parser.parse(
        {"all": [{"fact": "a.yes", "is": True}, {"fact": "a.kind", "equals": "red"}, {"fact": "a.number", "gt": 1}]},
        "when",
    )
    assert node is not None
    shares, keys = Situation({"a.number": 2}).waits_for(compile_condition(node))
    assert keys == ("a.yes", "a.kind")  # a.number is answered; a.yes stands first in the rule
    assert sum(shares.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("raw", "path", "part"),
    [
        ({"fact": "a.yess", "is": True}, "when", "did you mean a.yes"),
        ({"fact": "a.kind", "equals": "redd"}, "when", "did you mean red"),
        ({"fact": "a.kind", "equlas": "red"}, "when", "did you mean equals"),
        ({"fact": "a.yes", "equals": "red"}, "when", "use one of is"),
        ({"fact": "a.yes", "is": "yes"}, "when", "not true or false"),
        ({"fact": "a.number", "gt": "many"}, "when", "not a number"),
        ({"fact": "a.day", "before": "soon"}, "when", "YYYY-MM-DD"),
        ({"fact": "a.day", "before": {"fact": "a.kind"}}, "when", "a fact that is a date"),
        ({"fact": "a.kind", "in": "red"}, "when", "not a list"),
        ({"fact": "a.yes", "known": True}, "when", "may not be used in a rule"),
        ({"fact": "a.kind", "in": ["red"], "equals": "red"}, "when", "exactly one"),
        ({"all": []}, "when.all", "at least one condition"),
        ({"some": []}, "when", "exactly one of fact"),
        ("a.yes", "when", "not a condition"),
        (
            {"at_least": {"count": 0, "of": [{"fact": "a.yes", "is": True}]}},
            "when.at_least.count",
            "whole number from 1",
        ),
    ],
)
def test_a_wrong_condition_is_refused_with_place_and_remedy(raw: object, path: str, part: str) -> None:
    [(where, message)] = problems_of(raw)
    assert where == path
    assert part in message


def test_all_errors_of_a_condition_are_reported_at_once() -> None:
    found = problems_of({"any": [{"fact": "b", "is": True}, {"not": {"fact": "a.kind", "equals": "x"}}, {"all": "no"}]})
    assert [where for where, _ in found] == ["when.any[0]", "when.any[1].not", "when.any[2].all"]


def test_the_proof_names_each_fact_with_its_value_and_grade() -> None:
    parser = ConditionParser(TYPES, DERIVED)
    node = parser.parse({"all": [{"fact": "a.yes", "is": True}, {"fact": "a.kind", "equals": "red"}]}, "when")
    assert node is not None
    step = prove(compile_condition(node), {"a.yes": True}, {"a.yes": Fact(True, grade=Grade.VERIFIED)})
    first, second = step.parts
    assert (step.outcome, first.outcome, second.outcome) == (None, True, None)
    assert first.reads == (FactRead("a.yes", True, "known", grade="verified"),)
    assert second.reads == (FactRead("a.kind", {"possible": []}, "unknown"),)
    assert first.to_json()["says"] == "a.yes is true"


def test_two_days_that_wait_for_each_other_are_two_facts_to_ask_for() -> None:
    """A fact is awaited as one, whether it stands on the left of a comparison or on the right."""
    one = {"fact": "a.day", "before": {"fact": "a.other_day"}}
    two = {"fact": "a.other_day", "before": {"fact": "a.day"}}
    node = ConditionParser(TYPES, DERIVED).parse({"at_least": {"count": 1, "of": [one, two]}}, "")
    assert node is not None
    weights, keys = Situation({}).waits_for(compile_condition(node))
    assert keys == ("a.day", "a.other_day")
    assert [awaited.key for awaited in weights] == ["a.day", "a.other_day"]
