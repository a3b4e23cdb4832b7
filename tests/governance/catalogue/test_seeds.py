"""The fifteen systems that the source articles name, each as it must stand on 2026-11-20."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import JsonValue

from governance.catalogue.reading import read_catalogue
from governance.catalogue.schema import ComponentEntry
from governance.choices import Availability, HostRole

TODAY = date(2026, 11, 20)
SOFTWARE = ["hf-transformers", "tensorflow", "pytorch", "scikit-learn", "opencv", "apache-spark"]
MODELS = [
    "gpt-neo-2-7b",
    "gpt-neox-20b",
    "clip-vit-l-14",
    "gpt-4",
    "gemini",
    "llama-2-70b",
    "claude",
    "mistral-7b-v0-1",
]
CATALOGUE = read_catalogue()


def component(key: str) -> ComponentEntry:
    return CATALOGUE.components[key]


def fact(key: str, name: str) -> JsonValue:
    return next((entry.value for entry in component(key).facts if entry.key == name), "not told")


def hosts_on(key: str, day: date) -> set[str]:
    """Companies that truly run it on the day: hosts only, none that ended before."""
    return {
        host.company
        for host in component(key).hosts
        if host.role is HostRole.HOST
        and (host.retires_on is None or day < host.retires_on)
        and (host.offered_until is None or day < host.offered_until)
    }


def test_there_are_fifty_components_and_the_fifteen_seeds_among_them() -> None:
    assert len(CATALOGUE.components) == 50
    assert set(SOFTWARE) | set(MODELS) | {"bard"} <= set(CATALOGUE.components)


@pytest.mark.parametrize("key", SOFTWARE)
def test_software_is_open_source_by_licence_and_has_no_dossier_of_a_model(key: str) -> None:
    assert "osi_approved" in component(key).licence.flags
    assert component(key).artefacts == {}
    assert any(detail.topic == "governance" for detail in component(key).details)


def test_licences_of_the_software_are_those_of_their_packages() -> None:
    assert {key: component(key).licence.spdx for key in SOFTWARE if key != "pytorch"} == {
        "hf-transformers": "Apache-2.0",
        "tensorflow": "Apache-2.0",
        "scikit-learn": "BSD-3-Clause",
        "opencv": "Apache-2.0",
        "apache-spark": "Apache-2.0",
    }
    # PyTorch bundles parts: its package names BSD-3-Clause together with the licences of what it carries.
    assert "BSD-3-Clause" in component("pytorch").licence.spdx


@pytest.mark.parametrize(("key", "held"), [("gpt-4", False), ("gemini", False), ("claude", False)])
def test_closed_models_cannot_be_held(key: str, held: bool) -> None:
    assert fact(key, "lock.weights_obtainable") is held
    assert fact(key, "lock.inference_code_open") is False, "nobody can run weights that nobody has"
    assert component(key).is_hosted_only


@pytest.mark.parametrize("key", ["gpt-neo-2-7b", "gpt-neox-20b", "clip-vit-l-14", "llama-2-70b", "mistral-7b-v0-1"])
def test_published_weights_can_be_held_and_run_with_open_software(key: str) -> None:
    assert fact(key, "lock.weights_obtainable") is True
    assert fact(key, "lock.inference_code_open") is True


def test_gpt_neo_shows_that_its_sources_disagree_on_the_licence() -> None:
    conflict = next(c for c in component("gpt-neo-2-7b").conflicts if c.field == "licence of the weights")
    assert {"MIT", "Apache-2.0"} <= {opinion.value for opinion in conflict.values}


def test_clip_keeps_its_training_code_and_data_to_itself() -> None:
    parts = component("clip-vit-l-14").artefacts
    assert parts["Training code"].availability is Availability.UNAVAILABLE
    assert parts["Datasets"].availability is Availability.UNAVAILABLE
    assert parts["Model parameters (Final)"].licence == "MIT"


def test_gpt_4_is_retired_at_each_of_its_hosts_on_a_day_of_its_own() -> None:
    ends = {host.company: host.retires_on for host in component("gpt-4").hosts if host.role is HostRole.HOST}
    assert ends == {"OpenAI": date(2026, 10, 23), "Microsoft": date(2025, 6, 6)}
    assert hosts_on("gpt-4", TODAY) == set()
    assert hosts_on("gpt-4", date(2026, 10, 22)) == {"OpenAI"}


def test_that_openai_is_a_prime_example_of_open_source_is_a_third_partys_claim() -> None:
    claims = component("gpt-4").claims
    assert [claim.by for claim in claims] == ["third_party"], "the vendor does not say so: no open-washing"


def test_hosts_are_counted_for_the_very_version() -> None:
    assert hosts_on("gemini", TODAY) == {"Google"}, "one true host, the others resell"
    assert hosts_on("claude", TODAY) == {"Anthropic", "Amazon Web Services", "Google"}, "Foundry is run by Anthropic"
    assert len(hosts_on("llama-2-70b", TODAY)) == 1
    assert hosts_on("mistral-7b-v0-1", TODAY) == {"Cloudflare"}, "one large host ended it on 2025-11-13"
    assert hosts_on("mistral-7b-v0-1", date(2025, 11, 12)) >= {"Together AI", "Cloudflare"}
    assert hosts_on("gpt-neox-20b", TODAY) == set()


def test_gemini_has_resellers_that_are_no_hosts() -> None:
    resellers = {host.company for host in component("gemini").hosts if host.role is HostRole.RESELLER}
    assert resellers
    assert "Google" not in resellers


def test_llama_2_is_never_open_source() -> None:
    flags = {flag.partition(":")[0] for flag in component("llama-2-70b").licence.flags}
    assert {"user_threshold", "acceptable_use_policy", "output_restriction"} <= flags
    assert "osi_approved" not in flags
    assert fact("llama-2-70b", "model.foss_licence") is False
    restrictions = fact("llama-2-70b", "model.licence_restrictions")
    assert isinstance(restrictions, list)
    assert {"user_threshold", "field_of_use"} <= set(restrictions)


def test_claude_flags_the_catalogues_that_give_its_parameters_an_open_licence() -> None:
    conflict = next(c for c in component("claude").conflicts if c.field == "licence of the parameters")
    assert any(opinion.value.startswith("MIT") for opinion in conflict.values)
    assert component("claude").licence.flags == ["closed"]


def test_bard_goes_on_as_gemini() -> None:
    renamed = component("bard").renamed
    assert renamed is not None
    assert (renamed.to, renamed.on_day) == ("Gemini", date(2024, 2, 8))


def test_mistral_publishes_weights_but_neither_data_nor_training_code() -> None:
    parts = component("mistral-7b-v0-1").artefacts
    assert component("mistral-7b-v0-1").licence.spdx == "Apache-2.0"
    assert parts["Datasets"].availability is Availability.UNAVAILABLE
    assert parts["Training code"].availability is Availability.UNAVAILABLE


def test_models_far_from_general_use_are_not_called_general_purpose() -> None:
    # CLIP generates nothing; GPT-Neo was trained with 7.9e21 operations, the indication begins at 1e23.
    assert fact("clip-vit-l-14", "model.is_gpai") is False
    assert fact("gpt-neo-2-7b", "model.is_gpai") is False
    assert fact("gpt-4", "model.is_gpai") is True
    assert fact("mistral-7b-v0-1", "model.is_gpai") == "not told", "its training compute was never published"


def test_nothing_rests_on_memory_and_every_vendor_has_a_trade_name_only_or_a_source() -> None:
    for entry in CATALOGUE.components.values():
        for said in (*entry.facts, *entry.hosts, *entry.details):
            assert said.source != "memory"
            assert said.on or said.read_on, f"{entry.id}: {said} has neither a day nor a day of reading"
    assert CATALOGUE.vendors["Hugging Face"].legal_name is None, "its registered name was found in no source"
