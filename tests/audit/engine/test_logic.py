"""Three-valued logic against its truth tables and against every completion of the unknowns."""

from __future__ import annotations

from itertools import product

import pytest

from audit.engine.logic import Possible, Truth, agree, conjoin, count_at_least, disjoin, narrow, negate

TRUTHS: tuple[Truth, ...] = (True, False, None)


def completions(values: tuple[Truth, ...]) -> list[tuple[bool, ...]]:
    return list(product(*[(True, False) if value is None else (value,) for value in values]))


def common(results: set[bool]) -> Truth:
    return results.pop() if len(results) == 1 else None


@pytest.mark.parametrize(("value", "expected"), [(True, False), (False, True), (None, None)])
def test_negation_has_kleenes_table(value: Truth, expected: Truth) -> None:
    assert negate(value) is expected


@pytest.mark.parametrize("values", list(product(TRUTHS, repeat=3)))
def test_and_or_say_what_every_completion_agrees_on(values: tuple[Truth, ...]) -> None:
    assert conjoin(values) is common({all(one) for one in completions(values)})
    assert disjoin(values) is common({any(one) for one in completions(values)})


@pytest.mark.parametrize("values", list(product(TRUTHS, repeat=3)))
@pytest.mark.parametrize("needed", [1, 2, 3])
def test_counting_says_what_every_completion_agrees_on(values: tuple[Truth, ...], needed: int) -> None:
    assert count_at_least(needed, values) is common({sum(one) >= needed for one in completions(values)})


def test_an_empty_all_holds_and_an_empty_any_does_not() -> None:
    assert conjoin([]) is True
    assert disjoin([]) is False


def test_values_that_differ_in_the_verdict_leave_it_open() -> None:
    assert agree([1, 5], lambda value: value == 5) is None
    assert agree([5], lambda value: value == 5) is True
    assert agree([1, 2], lambda value: value == 5) is False


def test_one_value_left_is_a_value_and_two_are_possible() -> None:
    assert narrow({"a"}) == "a"
    assert narrow({"a", "b"}) == Possible(frozenset({"a", "b"}))
