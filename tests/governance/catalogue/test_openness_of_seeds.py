"""The dossiers of the catalogue, judged by the openness evaluators, give what is known of the seeds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.engine.facts import JsonValue
from audit.engine.openness import OpennessResult
from audit.licences.dossiers import judge_dossier, load_openness_tables, parse_dossier
from governance.catalogue.reading import read_catalogue
from governance.choices import ComponentKind

CATALOGUE = read_catalogue().components
SOFTWARE = [key for key, entry in CATALOGUE.items() if entry.kind in (ComponentKind.LIBRARY, ComponentKind.FRAMEWORK)]


def openness_of(key: str) -> OpennessResult:
    entry = CATALOGUE[key]
    raw: dict[str, JsonValue] = {
        "id": entry.id,
        "hosted_only": entry.is_hosted_only,
        "software": key in SOFTWARE,
        "license": {"distribution": {"name": entry.licence.raw}} if key in SOFTWARE else {},
        "claims": [
            {"by": claim.by, "says": claim.says, "where": claim.where, "on": str(claim.on or "")}
            for claim in entry.claims
        ],
        "components": [
            {"name": part, "license": row.licence_raw or None, "availability": row.availability.value}
            for part, row in entry.artefacts.items()
        ],
    }
    if entry.index is not None:
        raw |= {"osai": {**entry.index.dimensions}, "types": [*entry.index.types]}
    return judge_dossier(parse_dossier(raw))


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("gpt-4", "closed"),
        ("gemini", "closed"),
        ("claude", "closed"),
        ("bard", "closed"),
        ("llama-2-70b", "restricted_weights"),  # a licence with a user threshold and a use policy: never open source
        ("clip-vit-l-14", "open_weights"),  # MIT weights; training code and data were never released
        ("mistral-7b-v0-1", "open_weights"),  # Apache-2.0 weights; data and training code closed
        ("gpt-neox-20b", "open_source"),
        ("gpt-neo-2-7b", "undetermined"),  # all is published; a person has to confirm the data, part of which went
    ],
)
def test_the_status_word_is_that_of_the_seeds(key: str, status: str) -> None:
    assert openness_of(key).status.value == status


@pytest.mark.parametrize("key", [key for key in SOFTWARE if key != "lightgbm"])
def test_software_is_open_source_by_its_licence(key: str) -> None:
    result = openness_of(key)
    assert result.status.value == "open_source"
    assert result.mof_strict is None, "the framework judges models"


def test_software_whose_licence_is_not_in_its_metadata_is_undetermined() -> None:
    assert openness_of("lightgbm").status.value == "undetermined"


def test_the_classes_of_the_model_openness_framework_are_those_of_the_seeds() -> None:
    neox, neo = openness_of("gpt-neox-20b").mof_strict, openness_of("gpt-neo-2-7b").mof_strict
    assert neox is not None
    assert neo is not None
    progress = neox.to_json()["progress"]
    assert neox.level == 3
    assert isinstance(progress, dict)
    assert progress["2"] == pytest.approx(90.0), "only the evaluation data are missing for class II"
    assert neo.level == 0
    progress = neo.to_json()["progress"]
    assert isinstance(progress, dict)
    assert progress["3"] == pytest.approx(100 / 3), "published, but many parts carry no licence"


def test_only_a_vendors_own_claim_is_open_washing() -> None:
    assert openness_of("gpt-4").open_washing is False, "a third party said so"
    assert openness_of("gpt-4").contradictions, "and is contradicted"
    assert openness_of("llama-2-70b").open_washing is True, "its publisher says open, its licence is not"


@pytest.mark.parametrize(
    ("key", "points"),
    [
        ("gpt-oss-120b", 5 + 1 * 0.5),  # five dimensions open, one partly open
        ("llama-3-3-70b", 0 + 5 * 0.5),
        ("olmo-3-1-32b", 11 + 1 * 0.5),
    ],
)
def test_the_index_score_is_the_mean_of_its_twelve_dimensions(key: str, points: float) -> None:
    assert openness_of(key).osai_score == pytest.approx(points / 12, abs=1e-9)


def test_the_dimensions_of_the_catalogue_are_those_of_the_present_set_and_none_is_missing() -> None:
    tables = load_openness_tables()
    judged = {key: entry.index for key, entry in CATALOGUE.items() if entry.index is not None}
    assert len(judged) == 17
    for key, index in judged.items():
        assert index.set_from.isoformat() == tables.dimensions_from, key
        assert set(index.dimensions) == {each.id for each in tables.dimensions}, key
        assert openness_of(key).osai_unanswered == (), key


def test_scores_are_those_of_the_index_where_its_data_are_at_hand(shared_data: Path) -> None:
    listed = json.loads((shared_data / "osai/osai_models_39.json").read_text(encoding="utf-8"))["models"]
    score_of = {entry["file"]: entry["score"] for entry in listed}
    compared = 0
    for key, entry in CATALOGUE.items():
        file = entry.index.source.rsplit(":", 1)[-1] if entry.index else ""
        if file in score_of:
            compared += 1
            assert openness_of(key).osai_score == pytest.approx(score_of[file], abs=1e-9), key
    assert compared >= 3
