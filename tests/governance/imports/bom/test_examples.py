"""The specification's own examples of bills with models are read without a problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.imports.bom.problems import UnreadableBillError
from governance.imports.bom.reading import read_bill
from tests.governance.imports.bom.bills import try_out


@pytest.fixture
def examples(shared_data: Path) -> Path:
    folder = shared_data / "mlbom-cyclonedx"
    if not folder.is_dir():
        pytest.skip("the examples of CycloneDX are not in ../shared/data/mlbom-cyclonedx")
    return folder


def test_the_example_of_a_model_card(examples: Path) -> None:
    run = try_out((examples / "valid-machine-learning-1.6.json").read_bytes())
    assert run.problems == ()
    (model,) = run.planned
    assert (model.label, model.kind.value, model.vendor) == ("CompVis/stable-diffusion 1.4", "model", "Acme Inc")
    assert run.source.on is None
    said = {str(each["topic"]): each["value"] for each in model.details}
    assert said["learning"] == "supervised"
    assert said["data sets it was trained and tested on"] == [
        "Training Data (public, https://example.com/path/to/dataset)"
    ]
    assert [(part.part, part.availability.value) for part in model.parts] == [
        ("Model card", "unknown"),
        ("Datasets", "unknown"),
    ]


def test_the_example_of_energy(examples: Path) -> None:
    run = try_out((examples / "valid-machine-learning-considerations-env-1.6.json").read_bytes())
    assert run.problems == ()
    (model,) = run.planned
    assert (model.label, model.vendor) == ("meta-llama/Llama-2-7b", "meta")
    said = {str(each["topic"]): each["value"] for each in model.details}
    assert (said["energy, training"], said["CO2, training"]) == ("0.4 kWh", "31.22 tCO2eq")
    assert said["supplier"] == "Hugging Face"
    # Its address is given and its licence is not: no more is known of its parameters.
    assert (model.parts[0].part, model.parts[0].availability.value) == ("Model parameters (Final)", "unknown")


def test_an_older_bill_is_refused_and_its_services_are_read_once_it_is_newer(examples: Path) -> None:
    content = (examples / "bom.json").read_bytes()
    with pytest.raises(UnreadableBillError, match=r"CycloneDX 1\.4"):
        read_bill(content)
    run = try_out(content.replace(b'"specVersion": "1.4"', b'"specVersion": "1.6"'))
    assert run.problems == ()
    assert {each.kind.value for each in run.planned} == {"service"}
    gateway = next(each for each in run.planned if each.name == "com.example/API Gateway")
    said = {str(each["topic"]): each["value"] for each in gateway.details}
    assert (said["asks for authentication"], said["crosses a trust boundary"]) == (False, True)
    assert gateway.vendor == "Acme Inc"
