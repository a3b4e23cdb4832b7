"""The dossiers of the catalogue, judged by the openness evaluators, give what is known of the seeds."""

from __future__ import annotations

import pytest

from audit.engine.facts import JsonValue
from audit.engine.openness import OpennessResult
from audit.licences.dossiers import judge_dossier, parse_dossier
from governance.catalogue.reading import read_catalogue
from governance.catalogue.schema import ComponentEntry
from governance.choices import ComponentKind

CATALOGUE = read_catalogue().components
SOFTWARE = [key for key, entry in CATALOGUE.items() if entry.kind in (ComponentKind.LIBRARY, ComponentKind.FRAMEWORK)]


def index_dimensions(entry: ComponentEntry) -> JsonValue:
    for detail in entry.details:
        if detail.topic == "European Open Source AI Index" and isinstance(detail.value, dict):
            return detail.value["dims"]
    return None


def openness_of(key: str) -> OpennessResult:
    entry = CATALOGUE[key]
    dimensions = index_dimensions(entry)
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
    if dimensions:
        raw |= {"osai": dimensions, "types": ["text"]}
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


@pytest.mark.parametrize("key", [key for key, entry in CATALOGUE.items() if index_dimensions(entry)])
def test_the_stated_index_score_is_the_one_that_its_dimensions_give(key: str) -> None:
    stated = next(fact.value for fact in CATALOGUE[key].facts if fact.key == "open.osai_score")
    assert openness_of(key).osai_score == pytest.approx(stated, abs=1e-9)
