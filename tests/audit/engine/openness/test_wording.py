"""The sentences on one dossier say what the result says, no more."""

from __future__ import annotations

from typing import Any

from audit.engine.openness import describe_openness
from audit.licences.dossiers import judge_dossier, parse_dossier


def sentences_of(**raw: Any) -> dict[str, str]:
    return dict(describe_openness(judge_dossier(parse_dossier({"id": "x", **raw}))))


def test_a_restricted_model_that_its_maker_calls_open_is_told_so_with_what_does_not_fit() -> None:
    told = sentences_of(
        components=[{"name": "Model parameters (Final)", "license": "Llama 2 Community License"}],
        claims=[{"by": "vendor", "says": "open source", "where": "its blog"}],
    )
    assert told["Status"].startswith("hybrid: restricted weights. ")
    assert told["Open-washing"].startswith("Yes")
    assert told["Contradiction"].startswith("its blog: ")
    # None of the six parts of class III is open under an open licence: the parameters are listed, not open.
    assert told["Model Openness Framework"].startswith("no class reached; 0 % of what class III asks for")


def test_a_class_that_unknown_parts_could_still_reach_is_not_called_missed() -> None:
    told = sentences_of(components=[{"name": "Model card", "license": "MIT", "availability": "unknown"}])
    assert "no class reached" in told["Model Openness Framework"], "five other parts of class III are missing for good"
    names = ("Model architecture", "Model parameters (Final)", "Evaluation results", "Data card", "Technical report")
    parts = [{"name": name, "license": "MIT"} for name in names]
    told = sentences_of(components=[*parts, {"name": "Model card", "availability": "unknown"}])
    assert told["Model Openness Framework"].startswith("Not decided")


def test_licences_that_count_only_once_understood_are_named() -> None:
    told = sentences_of(components=[{"name": "Model card", "license": "Apache 2.0"}])
    assert "Model card" in told["Read literally"]
    assert "Read literally" not in sentences_of(components=[{"name": "Model card", "license": "Apache-2.0"}])


def test_software_says_why_the_framework_does_not_apply() -> None:
    told = sentences_of(software=True, license="BSD-3-Clause")
    assert told["Model Openness Framework"].startswith("Does not apply: ")
    assert told["Status"].startswith("open source. ")


def test_what_is_undetermined_names_what_would_decide_it() -> None:
    told = sentences_of(components=[{"name": "Model parameters (Final)", "availability": "unknown"}])
    assert "Model parameters (Final)" in told["Not known"]
