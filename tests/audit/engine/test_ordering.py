"""Two versions of packs agree in order where what both of them name stands in the same order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.engine.regulatory import agree_in_order, list_order
from audit.rulepacks import load_packs


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (["a", "b", "c"], ["a", "b", "c"], True),
        (["a", "b", "c"], ["a", "x", "b", "c", "y"], True),
        (["a", "b", "c"], ["c"], True),
        (["a", "b"], ["x", "y"], True),
        (["a", "b", "c"], ["a", "c", "b"], False),
        (["a", "b"], ["b", "x", "a"], False),
    ],
)
def test_what_only_one_of_them_names_does_not_count(one: list[str], other: list[str], agree: bool) -> None:
    assert agree_in_order({"rules": one}, {"rules": other}) is agree
    assert agree_in_order({"rules": other}, {"rules": one}) is agree


def test_packs_of_which_nothing_is_known_do_not_agree() -> None:
    assert not agree_in_order({"rules": ["a"]}, {})
    assert not agree_in_order({}, {"rules": ["a"]})


def test_one_kind_in_another_order_is_enough() -> None:
    assert not agree_in_order({"rules": ["a", "b"], "facts": ["c", "d"]}, {"rules": ["a", "b"], "facts": ["d", "c"]})


def test_a_rule_more_keeps_the_order_and_two_that_change_places_do_not() -> None:
    packs = load_packs().regulatory
    first, *others = packs
    order = list_order(packs)
    fewer = list_order([replace(first, rules=first.rules[1:]), *others])
    turned = list_order([replace(first, rules=(first.rules[1], first.rules[0], *first.rules[2:])), *others])
    assert agree_in_order(order, fewer)
    assert not agree_in_order(order, turned)


def test_it_names_every_rule_every_answer_and_every_fact_behind_them() -> None:
    packs = load_packs().regulatory
    order = list_order(packs)
    assert len(order["rules"]) == sum(len(pack.rules) for pack in packs)
    assert {"eu_ai_act.aia_class", "eu_ai_act.class_on_go_live"} <= {*order["answers"]}
    assert {"sys.ai_definition", "data.personal"} <= {*order["facts"]}
