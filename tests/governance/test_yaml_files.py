"""Data files are read as they were meant: no key twice, and no text that its own comma cuts."""

from __future__ import annotations

import pytest
import yaml

from governance.yaml_files import read_yaml


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(yaml.YAMLError, match="the key 'a' stands 2 times"):
        read_yaml("a: 1\na: 2")


def test_a_text_in_braces_that_its_comma_cuts_is_refused_with_what_would_be_right() -> None:
    """YAML reads ``{says: One thing, yet another}`` as two keys."""
    with pytest.raises(yaml.YAMLError, match="“… yet another” stands alone: a text with a comma needs quotes"):
        read_yaml("- {says: One thing, yet another}")


def test_quotes_lists_and_nothing_keep_their_meaning() -> None:
    assert read_yaml("{says: 'One thing, yet another', of: [a, b c], none: }") == {
        "says": "One thing, yet another", "of": ["a", "b c"], "none": None,
    }  # fmt: skip # one mapping, one place
