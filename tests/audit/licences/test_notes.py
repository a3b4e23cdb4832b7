"""What a note beside a table says of a model's weights; each expectation is what its words say to a reader."""

from __future__ import annotations

import pytest

from audit.licences import read_licence
from audit.licences.notes import find_licence_of_weights, find_weights


@pytest.mark.parametrize(
    ("note", "obtainable"),
    [
        ("Apache 2.0 for weights", True),
        ("weights and code: https://example.org/a", True),
        ("https://huggingface.co/example/model-7b", True),
        ("https://example.org/blob/main/MODEL_LICENSE", True),
        ("code and weights, unclear license", True),  # what is unclear is the licence, not whether they are there
        ("Model weights not released, training code is Apache 2.0", False),
        ("no weights, no license. training code here", False),
        ("we have decided not to release the trained model", False),
        ("available through the API", False),
        ("https://huggingface.co/datasets/example/data", None),  # data only
        ("training code: https://example.org/a", None),
        ("weights released. Update: no weights any more", None),  # says both
        ("", None),
    ],
)
def test_a_note_tells_whether_the_weights_can_be_had(note: str, obtainable: bool | None) -> None:
    assert find_weights(note, is_code_published=True) is obtainable


def test_a_bare_licence_is_the_weights_only_where_no_code_was_published() -> None:
    assert find_weights("Apache 2.0", is_code_published=False) is True
    assert find_weights("Apache 2.0", is_code_published=True) is None
    assert find_weights("MIT for code", is_code_published=False) is None
    assert find_weights("code for the environment, but not for training, MIT", is_code_published=False) is None


@pytest.mark.parametrize(
    ("note", "is_open"),
    [
        ("Apache 2.0 for weights\ncode: GPL", True),
        ("non-commercial for weights\ntraining code (MIT)", False),
        ("Llama 2 license for weights, Apache for code", False),
        ("MIT license\n(although probably under the Llama 2 license too)", False),
    ],
)
def test_the_licence_of_the_weights_is_the_most_restricting_that_the_note_names(note: str, is_open: bool) -> None:
    text = find_licence_of_weights(note)
    assert text is not None
    assert read_licence(text).is_open is is_open


def test_a_licence_of_the_code_is_not_taken_for_the_weights() -> None:
    assert find_licence_of_weights("code is Apache 2.0: https://example.org/a") is None
