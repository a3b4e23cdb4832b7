"""What is written otherwise than the door has it is refused: passed over, it would open what is closed."""

from __future__ import annotations

from typing import Any

import pytest

from audit.engine.facts import FactSheetError
from audit.licences.dossiers import parse_dossier

WEIGHTS = "Model parameters (Final)"


@pytest.mark.parametrize(
    ("raw", "key", "says"),
    [
        ({"Hosted_Only": True}, "Hosted_Only", "it is written hosted_only"),
        ({"hostedonly": True}, "hostedonly", "it is written hosted_only"),
        ({"in-house": True}, "in-house", "it is written in_house"),
        ({"is_software": True}, "is_software", "it is written software"),
        ({"global_license": {"distribution": "MIT"}}, "global_license", "it is written license"),
        # Left aside, the word would make the weights available: listed means available.
        (
            {"components": [{"name": WEIGHTS, "availablity": "unavailable"}]},
            "components[0].availablity",
            "it is written availability",
        ),
        ({"components": [{"name": WEIGHTS, "Licence": "gemma"}]}, "components[0].Licence", "it is written license"),
        # Read as no licence of its own, it would fall back to that of the whole.
        (
            {"components": [{"name": WEIGHTS, "license": {"id": "gemma"}}], "license": "MIT"},
            "components[0].license",
            "expected the licence as text",
        ),
    ],
)
def test_a_key_written_otherwise_is_refused_with_the_right_one(raw: dict[str, Any], key: str, says: str) -> None:
    with pytest.raises(FactSheetError) as refused:
        parse_dossier({"id": "x", **raw})
    assert [(problem.key, says in problem.message) for problem in refused.value.problems] == [(key, True)]


def test_keys_that_describe_the_model_otherwise_are_left_aside() -> None:
    described: dict[str, Any] = {
        "name": "Model",
        "type": "language",
        "version": "1",
        "license": "MIT",
        "global_license": {},
        "origin": "",
    }
    assert parse_dossier({"id": "x", **described}).licences == {"distribution": "MIT"}
