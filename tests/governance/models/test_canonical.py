"""The canonical text of a value is what json writes of it with sorted keys: what was hashed once stays verifiable."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.models.canonical import canonical_text

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@settings(max_examples=25)  # it says little more with more, and CI is short of time
@given(VALUES)
def test_it_is_what_json_writes_with_sorted_keys_and_reads_as_the_same_value(value: object) -> None:
    text = canonical_text(value)
    assert text == json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert json.loads(text) == value


def test_what_json_does_not_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        canonical_text({"owner": {1}})
