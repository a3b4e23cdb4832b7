"""Of several components the least open decides, and the fact sheet says which."""

from __future__ import annotations

from typing import Any

import pytest

from audit.portfolio.figures import read_figures
from audit.snapshots import build_fact_sheet
from audit.snapshots.openness import judge_component
from audit.snapshots.rows import ComponentRow
from governance.models import Component, ComponentArtefact
from tests.audit.scenes import TODAY, make_component, make_own_model, make_system, use

pytestmark = pytest.mark.django_db

CORE = ("Model parameters (Final)", "Training code", "Inference code", "Datasets")
CLASS_III = (
    "Model architecture",
    "Model parameters (Final)",
    "Evaluation results",
    "Model card",
    "Data card",
    "Technical report",
)


def make_model(name: str, licence: str, parts: tuple[str, ...] = CORE, grade: str = "", **columns: Any) -> Component:
    component = make_component(name=name, **columns)
    for part in (*CORE, *(each for each in parts if each not in CORE)):
        there = {"availability": "available", "licence_raw": licence} if part in parts else {}
        ComponentArtefact.objects.create(
            component=component, part=part, **({"availability": "unavailable"} | there), grade=grade
        )
    return component


def entry_of(system: Any, key: str) -> Any:
    return build_fact_sheet(system.id, TODAY, concentration=read_figures(TODAY)).facts.get(key)


def system_of(*components: Component) -> Any:
    system = make_system()
    for component in components:
        use(system, component, run_mode="self_hosted")
    return system


# The order of the status words is the vocabulary's: open source, in-house, open weights, restricted weights, closed.
def test_each_step_down_the_ladder_takes_over_as_the_one_that_decides() -> None:
    models = [
        ("open_source", make_model("Whole", "Apache-2.0")),
        ("open_weights", make_model("Weights", "MIT", CORE[:1])),
        ("restricted_weights", make_model("Bound", "Llama 3.1 Community License", CORE[:1])),
        ("closed", make_component(name="Served", is_hosted_only=True)),
    ]
    system = make_system()
    for status, model in models:
        use(system, model, run_mode="self_hosted")
        entry = entry_of(system, "open.status")
        assert entry["value"] == status
        assert model.name in entry["source"], "it says which one decides"


def test_the_order_in_which_components_are_entered_does_not_matter() -> None:
    one, other = make_model("Whole", "Apache-2.0"), make_model("Bound", "gemma", CORE[:1])
    assert entry_of(system_of(one, other), "open.status") == entry_of(system_of(other, one), "open.status")


def test_a_component_of_which_nothing_is_known_leaves_the_whole_unknown_until_the_worst_is_there() -> None:
    system = system_of(make_model("Whole", "Apache-2.0"), make_component(name="Blank"))
    assert entry_of(system, "open.status") is None
    use(system, make_component(name="Served", is_hosted_only=True), run_mode="vendor_api")
    # Nothing is less open than closed, so what the blank one is no longer matters.
    assert entry_of(system, "open.status")["value"] == "closed"


def test_an_open_library_beside_a_closed_model_does_not_count() -> None:
    library = make_component(name="Library", kind="library", licence_raw="MIT")
    assert entry_of(system_of(library), "open.status")["value"] == "open_source"
    system = system_of(library, make_component(name="Served", is_hosted_only=True))
    assert entry_of(system, "open.status")["value"] == "closed"
    assert "decides among" not in entry_of(system, "open.status")["source"], "one model, nothing to decide among"


def test_a_part_of_software_under_other_terms_closes_the_whole() -> None:
    library = make_component(name="Library", kind="library", licence_raw="Apache-2.0")
    part = {"component": library, "part": "Inference code", "availability": "available"}
    ComponentArtefact.objects.create(**part, licence_raw="Elastic License 2.0")
    assert entry_of(system_of(library), "open.status")["value"] == "closed"


def test_our_own_model_beside_a_bought_one_is_not_what_decides() -> None:
    system, _ = make_own_model()
    assert entry_of(system, "open.status")["value"] == "in_house"
    use(system, make_model("Bound", "gemma", CORE[:1]), run_mode="self_hosted")
    assert entry_of(system, "open.status")["value"] == "restricted_weights"
    # The framework does not apply to our own model; for the bought one it does, so the fact is that one's.
    assert "not_applicable" not in (entry_of(system, "open.mof_class") or {})


def test_the_lowest_class_of_the_framework_decides_and_is_named() -> None:
    every_part = dict.fromkeys(CLASS_III, "Apache-2.0")
    third = make_component(name="Third class")
    for part, licence in every_part.items():
        ComponentArtefact.objects.create(component=third, part=part, availability="available", licence_raw=licence)
    for part in ("Training code", "Inference code", "Evaluation code", "Evaluation data"):
        ComponentArtefact.objects.create(component=third, part=part, availability="unavailable")
    assert entry_of(system_of(third), "open.mof_class")["value"] == "III"
    none = make_model("No class", "gemma", CORE[:1])
    entry = entry_of(system_of(third, none), "open.mof_class")
    assert entry["value"] == "none"
    assert "No class" in entry["source"]


def test_a_model_that_is_only_served_reaches_no_class_whatever_else_is_unknown() -> None:
    """Class III asks for the final parameters; of what is only served nobody else has them."""
    assert entry_of(system_of(make_component(is_hosted_only=True)), "open.mof_class")["value"] == "none"


def test_what_the_registers_sources_say_differently_of_a_licence_is_a_contradiction_of_the_dossier() -> None:
    conflicts = [
        {"field": "licence of the parameters", "values": [{"value": "MIT", "source": "a catalogue"}]},
        {"field": "released_on", "values": [{"value": "2024", "source": "a"}, {"value": "2025", "source": "b"}]},
    ]
    component = make_component(name="Served", is_hosted_only=True, conflicts=conflicts)
    judged = judge_component(ComponentRow(*(getattr(component, name) for name in ComponentRow._fields)), ())
    assert judged is not None
    # Of the two only the one about a licence concerns openness.
    assert [(each.kind, each.about) for each in judged.contradictions] == [
        ("sources_disagree", "licence of the parameters")
    ]
    assert "MIT (a catalogue)" in judged.contradictions[0].says


def test_one_components_open_washing_is_the_systems() -> None:
    claim = {"by": "vendor", "says": "open source", "where": "its site", "on": "2026-01-01"}
    washed = make_model("Bound", "gemma", CORE[:1], claims=[claim])
    entry = entry_of(system_of(make_model("Whole", "Apache-2.0"), washed), "open.washing")
    assert entry["value"] is True
    assert "Bound" in entry["source"]


def test_the_poorest_evidence_of_the_deciding_dossier_grades_the_fact() -> None:
    system = system_of(make_model("Weights", "MIT", CORE[:1], grade="verified"))
    assert entry_of(system, "open.status")["grade"] == "verified"
    ungraded = system_of(make_model("Weights again", "MIT", CORE[:1]))
    assert entry_of(ungraded, "open.status").get("grade", "self_declared") == "self_declared"


@pytest.mark.parametrize(("judged", "status"), [(None, None), (True, "open_source"), (False, "open_weights")])
def test_where_the_data_are_closed_but_described_a_person_says_whether_that_is_enough(
    judged: bool | None, status: str | None
) -> None:
    # facts/openness, section 4: the data open, or described well enough to rebuild; a person confirms the last.
    parts = ("Model parameters (Final)", "Training code", "Inference code", "Data card")
    model = make_model("Described", "Apache-2.0", parts, has_data_information=judged)
    entry = entry_of(system_of(model), "open.status")
    assert (entry["value"] if entry else None) == status
