"""Every place at which a stated result differs from the computed one is named, with both values."""

from __future__ import annotations

from typing import Any

import pytest

from audit.rulepacks.recomputing import find_differences, recompute


def named(stated: Any, computed: Any) -> list[str]:
    return list(find_differences(stated, computed, ""))


def test_equal_values_differ_nowhere_whatever_the_order_of_keys() -> None:
    assert named({"a": [1, {"b": None}], "c": 2.0}, {"c": 2.0, "a": [1, {"b": None}]}) == []


def test_a_duty_is_named_by_its_id() -> None:
    stated = {"duties": [{"id": "AIA-9", "outcome": "satisfied"}]}
    computed = {"duties": [{"id": "AIA-9", "outcome": "undetermined"}]}
    assert named(stated, computed) == [
        "duties[AIA-9].outcome: the report says 'satisfied', computed 'undetermined'",
    ]


def test_a_key_that_only_one_side_has_is_named_with_its_side() -> None:
    assert named({"a": 1}, {"b": 1}) == ["a: stands only in the result", "b: stands only in the computation"]


def test_a_list_of_another_length_is_one_difference() -> None:
    assert named([1, 2], [1]) == [": the report says [1, 2], computed [1]"]


def test_yes_is_not_one() -> None:
    """In Python ``True == 1``; in a fact sheet they are different answers."""
    assert named({"a": True}, {"a": 1}) == ["a: the report says True, computed 1"]


def test_another_engine_is_named_instead_of_computing_with_this_one() -> None:
    embedded = {"fact-sheet.json": {}, "rule-packs.json": {}, "fact-types.json": {}, "result.json": {"engine": "7.3"}}
    with pytest.raises(ValueError, match=r"made by engine 7\.3, this is .*verify it with the version of Openbook"):
        recompute(embedded)
