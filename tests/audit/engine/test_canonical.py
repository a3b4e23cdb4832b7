"""The canonical text of a value does not depend on where the value was kept."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.engine.canonical import hash_canonical, to_canonical_json, write_out
from audit.engine.facts import JsonValue

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def kept_as_decimals(value: JsonValue) -> JsonValue:
    """What PostgreSQL's jsonb gives back: numbers as decimal text without an exponent."""
    text = json.dumps(value, allow_nan=False)
    kept: JsonValue = json.loads(text, parse_float=lambda number: json.loads(format(Decimal(number), "f")))
    return kept


@given(plain)
def test_a_value_that_was_kept_in_postgresql_has_the_same_text(value: JsonValue) -> None:
    assert to_canonical_json(kept_as_decimals(value)) == to_canonical_json(value)


@given(plain)
def test_writing_out_twice_changes_nothing_more(value: JsonValue) -> None:
    assert write_out(write_out(value)) == write_out(value)


def test_the_training_compute_of_a_large_model_is_written_out() -> None:
    assert to_canonical_json({"b": 2.1e25, "a": [0.1, 1.0]}) == '{"a":[0.1,1.0],"b":21000000000000000000000000}'


def test_the_order_of_keys_does_not_count_and_that_of_lists_does() -> None:
    assert hash_canonical({"a": 1, "b": 2}) == hash_canonical({"b": 2, "a": 1})
    assert hash_canonical([1, 2]) != hash_canonical([2, 1])


def test_a_number_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_canonical_json(float("nan"))
