"""The demonstration bank is fictional and says so, is loaded once, and comes out as the law has it."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from audit.engine.assess import assess
from audit.engine.facts import JsonValue, parse_controls, parse_sheet
from audit.portfolio.figures import read_figures
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.snapshots import Snapshot, build_fact_sheets
from governance.demo.schema import DemoError, merge_answers, read_bank, read_systems
from governance.models import (
    AISystem,
    AuditEvent,
    Component,
    DataFlow,
    Evidence,
    LegalEntity,
    Vendor,
    VendorDependency,
)
from governance.selectors.law_records import RecordKind, read_record_states

pytestmark = pytest.mark.django_db
EXPECTED = yaml.safe_load(Path(__file__).with_name("expected.yaml").read_text(encoding="utf-8"))
TODAY = date.fromisoformat(EXPECTED["as_of"])
JUDGED = ("aia_class", "aia_roles", "annex_iii_points", "grandfathered_art_111_2", "high_risk_duties_from")


def snapshots() -> dict[str, Snapshot]:
    references = dict(AISystem.objects.values_list("id", "reference"))
    return {
        references[found.system_id]: found
        for found in build_fact_sheets(sorted(references), TODAY, concentration=read_figures(TODAY))
    }


def judged(snapshot: Snapshot) -> dict[str, Any]:
    sheet = parse_sheet(snapshot.facts, fact_types())
    return assess("demo", sheet, parse_controls(snapshot.controls), load_packs(), TODAY).to_json()


def fact_of(snapshot: Snapshot, key: str) -> dict[str, JsonValue]:
    entry = snapshot.facts.get(key)
    return entry if isinstance(entry, dict) else {}


def plain(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value


def test_without_the_catalogue_it_names_what_is_missing_and_saves_nothing() -> None:
    with pytest.raises(CommandError, match="load the catalogue first"):
        call_command("load_demo")
    assert not AISystem.objects.exists()
    assert not LegalEntity.objects.exists()


@pytest.mark.usefixtures("stored_demonstration")
def test_every_system_has_the_class_the_roles_and_the_points_that_the_law_gives_it() -> None:
    results = {reference: judged(found)["regulatory"] for reference, found in snapshots().items()}
    wrong = [
        f"{reference} {key}: expected {expected[key]}, got {results[reference][key]}; {expected['why']}"
        for reference, expected in EXPECTED["systems"].items()
        for key in (*JUDGED, "class_on_go_live", "scope_rule")
        if key in expected and plain(results[reference][key]) != plain(expected[key])
    ]
    assert wrong == []
    assert {result["gpai_class"] for result in results.values()} == {"none"}, "the bank publishes no model"


@pytest.mark.usefixtures("stored_demonstration")
def test_the_undetermined_system_names_what_is_missing() -> None:
    result = judged(snapshots()["AB-002"])["regulatory"]
    # The engine may list more classes than are possible, never fewer.
    assert set(EXPECTED["systems"]["AB-002"]["possible_classes"]) <= set(result["possible_classes"])
    assert result["missing_facts"][:2] == EXPECTED["systems"]["AB-002"]["missing"]
    others = {reference for reference, found in snapshots().items() if judged(found)["regulatory"]["aia_class"] is None}
    assert others == {"AB-002"}


@pytest.mark.usefixtures("stored_demonstration")
def test_duties_have_their_day_and_the_outcome_that_the_controls_give() -> None:
    results = {reference: judged(found)["regulatory"] for reference, found in snapshots().items()}
    duties = {
        (reference, duty["id"]): (duty["applies_from"], duty["outcome"])
        for reference, result in results.items()
        for duty in result["duties"]
    }
    for row in EXPECTED["duties"]:
        assert duties.get((row["system"], row["id"])) == (row["applies_from"], row["outcome"]), row["why"]
    for row in EXPECTED["absent"]:
        assert (row["system"], row["id"]) not in duties, row["why"]


@pytest.mark.usefixtures("stored_demonstration")
def test_our_own_models_are_in_house_and_need_no_contract() -> None:
    in_house = {key for key, expected in EXPECTED["systems"].items() if expected["status"] == ["in_house"]}
    found = snapshots()
    assert {key for key in found if fact_of(found[key], "open.status").get("value") == "in_house"} == in_house
    assert all("not_applicable" in fact_of(found[key], "contract.notice_days") for key in in_house)


@pytest.mark.usefixtures("stored_demonstration")
def test_what_the_rows_show_beside_the_facts() -> None:
    found = snapshots()
    [renaming] = found["AB-007"].observations.renamings
    assert (renaming.renamed_to, renaming.renamed_on) == ("Gemini", date(2024, 2, 8))
    [end] = found["AB-002"].observations.retirements
    assert end.retires_on == date(2026, 10, 23), "OpenAI's own day; Azure's earlier one is not ours"
    [term] = found["AB-009"].observations.terms
    assert term.notice_on == date(2026, 12, 16), "30 days before 2027-01-15"
    [notice] = [term.notice_on for term in found["AB-015"].observations.terms]
    assert notice == date(2026, 12, 1), "30 days before 2026-12-31, within two weeks"
    assert {row.reference for row in found["AB-012"].observations.stale_evidence} == {"EV-121"}
    assert any(
        transfer.country == "PH" and transfer.tool == "none" for transfer in found["AB-006"].observations.transfers
    )
    assert found["AB-009"].observations.transfers[0].tool == "unknown"
    assert found["AB-007"].observations.gaps, "the leftover assistant has neither contract nor data flow"


@pytest.mark.usefixtures("stored_demonstration")
def test_hosts_and_substitutes_are_counted_from_the_rows() -> None:
    found = snapshots()
    counted = {key: fact_of(found[key], "lock.independent_hosts")["value"] for key in ("AB-002", "AB-008", "AB-010")}
    # GPT-4 is retired everywhere; Gemini is run by Google alone. For contract review the model has three hosts,
    # the cloud service it is reached through only one, and the worst component decides.
    assert counted == {"AB-002": 0, "AB-008": 1, "AB-010": 1}
    assert fact_of(found["AB-003"], "lock.equivalent_models_passed")["value"] == 1
    assert fact_of(found["AB-002"], "lock.equivalent_models_passed")["value"] == 0, "passed in part is not passed"


@pytest.mark.usefixtures("stored_demonstration")
def test_all_is_fictional_and_says_so() -> None:
    assert all(system.is_fictional for system in AISystem.objects.all())
    assert all(entity.is_fictional and "(fictional)" in entity.name for entity in LegalEntity.objects.all())
    assert all("(fictional)" in vendor.name for vendor in Vendor.objects.filter(is_fictional=True))
    own = Component.objects.filter(own_work_of__isnull=False) | Component.objects.filter(vendor__is_fictional=True)
    assert own.count() == 6
    assert all("(fictional)" in component.name for component in own)
    assert all("(fictional)" in evidence.title for evidence in Evidence.objects.exclude(reference="EV-041"))


@pytest.mark.usefixtures("stored_demonstration")
def test_each_of_the_fifteen_seed_systems_is_in_use_once_at_least() -> None:
    seeds = {
        *("gpt-neo-2-7b", "gpt-neox-20b", "clip-vit-l-14", "gpt-4", "gemini", "llama-2-70b", "claude", "bard"),
        *("mistral-7b-v0-1", "hf-transformers", "tensorflow", "pytorch", "scikit-learn", "opencv", "apache-spark"),
    }
    used = set(Component.objects.filter(uses__isnull=False).values_list("key", flat=True))
    assert seeds <= used
    assert AISystem.objects.count() == 15


@pytest.mark.usefixtures("stored_demonstration")
def test_there_is_something_to_find() -> None:
    soon = VendorDependency.objects.filter(end_on__range=(TODAY, date(2027, 2, 28)))
    assert soon.count() >= 4, "contracts that end soon"
    assert Evidence.objects.filter(expires_on__lte=TODAY).count() == 2
    assert Evidence.objects.filter(expires_on__range=(TODAY, date(2026, 12, 31))).count() >= 3
    assert DataFlow.objects.filter(transfer_tool="unknown").exists()
    assert VendorDependency.objects.filter(subcontractors_known=False).exists()


@pytest.mark.usefixtures("stored_demonstration")
def test_a_second_load_changes_nothing_and_leaves_what_people_changed() -> None:
    AISystem.objects.filter(reference="AB-003").update(purpose="Ours now.")
    before = AuditEvent.objects.count()
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert "0 systems added, 15 there already" in out.getvalue()
    assert AuditEvent.objects.count() == before
    assert AISystem.objects.get(reference="AB-003").purpose == "Ours now."


def test_an_unknown_set_of_answers_is_a_named_error() -> None:
    system = read_systems()[0].model_copy(update={"answer_sets": ["usual"]})
    with pytest.raises(DemoError, match="AB-001: there is no set of answers called 'usual'"):
        merge_answers(read_bank(), system)


def test_a_systems_own_answers_come_on_top_of_its_sets() -> None:
    bank, [first, *_] = read_bank(), read_systems()
    merged = merge_answers(bank, first.model_copy(update={"answers": {"sys.ai_definition": "unclear"}}))
    assert merged["sys.ai_definition"] == "unclear"
    assert merged["role.uses"] is True


@pytest.mark.usefixtures("stored_demonstration")
def test_the_loan_score_has_a_final_impact_assessment_and_a_draft_that_lacks_one_element() -> None:
    system = AISystem.objects.get(reference="AB-001")
    states = {state.kind: state for state in read_record_states([system.pk])[system.pk]}
    assert states[RecordKind.DPIA].counts_on(TODAY)
    assert states[RecordKind.FRIA].completeness == "five of six: (d) is missing"
    [snapshot] = [found for reference, found in snapshots().items() if reference == "AB-001"]
    control: Any = snapshot.controls["gdpr.art_35.impact_assessment"]
    assert (control["status"], control["expires_on"]) == ("met", "2026-12-01")
