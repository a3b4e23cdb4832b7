"""A snapshot says what the rows tell, and nothing else."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.engine.assess import assess
from audit.engine.facts import parse_sheet
from audit.portfolio import figures
from audit.portfolio.figures import read_figures
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.snapshots import Snapshot, build_fact_sheet, build_fact_sheets
from audit.snapshots.reading import QUERIES_FOR_A_CHUNK
from governance.models import ComponentArtefact, ControlStatus, EvaluationRecord, Evidence, Subcontractor
from governance.vocabulary import load_vocabulary
from tests.audit.scenes import (
    TODAY,
    catalogue_fact,
    contract,
    flow,
    make_component,
    make_entity,
    make_own_model,
    make_system,
    make_vendor,
    make_vendor_chatbot,
    offer,
    use,
)

pytestmark = pytest.mark.django_db


def sheet_of(system: Any, as_of: date = TODAY) -> Snapshot:
    return build_fact_sheet(system.id, as_of, concentration=read_figures(as_of))


def value_of(snapshot: Snapshot, key: str) -> Any:
    """The value of a fact; the reason in angle brackets if it does not apply; "unknown" if it is not there."""
    entry: Any = snapshot.facts.get(key)
    if entry is None:
        return "unknown"
    return f"<{entry['not_applicable']}>" if "not_applicable" in entry else entry["value"]


def test_a_system_without_rows_tells_only_its_columns_and_its_entity() -> None:
    snapshot = sheet_of(make_system(legal_entity=make_entity(country="DE")))
    # stage: a column; entity country DE: established in the EU. Everything else is unknown, never false.
    applying = {key for key, fact in snapshot.facts.items() if isinstance(fact, dict) and "value" in fact}
    assert applying == {"sys.stage", "org.countries", "org.eu_established"}
    # Whoever is established in the EU is not asked whether it targets it from outside (GDPR Art. 3(2)).
    assert set(snapshot.facts) - applying == {"gdpr.targets_eu"}


def test_the_first_day_is_none_before_service_and_unknown_in_service_without_a_day() -> None:
    assert value_of(sheet_of(make_system(stage="lab_testing")), "sys.first_placed_date") is None
    assert value_of(sheet_of(make_system()), "sys.first_placed_date") == "unknown"
    in_service = make_system(in_service_on=date(2025, 1, 2))
    assert value_of(sheet_of(in_service), "sys.first_placed_date") == "2025-01-02"


def test_an_earlier_first_use_by_others_is_the_more_exact_answer_and_no_contradiction() -> None:
    system = make_system(in_service_on=date(2025, 1, 2), answers={"sys.first_placed_date": {"value": "2024-05-01"}})
    assert value_of(sheet_of(system), "sys.first_placed_date") == "2024-05-01"
    later = make_system(in_service_on=date(2025, 1, 2), answers={"sys.first_placed_date": {"value": "2026-05-01"}})
    snapshot = sheet_of(later)
    assert value_of(snapshot, "sys.first_placed_date") == "2025-01-02"
    assert [conflict.key for conflict in snapshot.conflicts] == ["sys.first_placed_date"]


def test_the_same_rows_give_the_same_bytes_and_a_change_gives_others() -> None:
    system, _, _ = make_vendor_chatbot()
    first, second = sheet_of(system), sheet_of(system)
    assert first.sha256 == second.sha256
    assert json.dumps(first.content) == json.dumps(second.content)
    system.is_critical_function = True
    system.save()
    assert sheet_of(system).sha256 != first.sha256


def test_many_systems_cost_as_many_queries_as_one() -> None:
    ids = [make_vendor_chatbot()[0].id for _ in range(5)]
    with CaptureQueriesContext(connection) as one:
        list(build_fact_sheets(ids[:1], TODAY, concentration=read_figures(TODAY)))
    with CaptureQueriesContext(connection) as five:
        list(build_fact_sheets(ids, TODAY, concentration=read_figures(TODAY)))
    assert len(one) == len(five) == QUERIES_FOR_A_CHUNK + figures.QUERIES + figures.QUERIES_FOR_ALTERNATIVES


def test_chunks_do_not_change_the_sheets() -> None:
    ids = [make_vendor_chatbot()[0].id for _ in range(3)]
    measured = read_figures(TODAY)
    whole = [snapshot.sha256 for snapshot in build_fact_sheets(ids, TODAY, concentration=measured)]
    assert [snapshot.sha256 for snapshot in build_fact_sheets(ids, TODAY, concentration=measured, chunk=2)] == whole


def test_our_own_model_needs_no_vendor_and_says_why() -> None:
    snapshot = sheet_of(make_own_model()[0])
    assert value_of(snapshot, "open.status") == "in_house"
    for key in ("open.mof_class", "contract.notice_days", "lock.independent_hosts", "trans.audit_right"):
        assert value_of(snapshot, key).startswith("<"), key
    assert value_of(snapshot, "ict.third_party_service") is False
    assert value_of(snapshot, "lock.access_mode") == "self_hosted"


@pytest.mark.parametrize(
    ("answers", "is_open"),
    [
        ({}, True),
        ({"role.supplies_to_others": True}, True),
        ({"role.supplies_to_others": False}, True),  # serving our own customers is not supplying it, but may be a cloud
        ({"ict.org_is_dps_provider": True}, True),
        ({"role.supplies_to_others": False, "ict.org_is_dps_provider": True}, True),
        ({"role.supplies_to_others": True, "ict.org_is_dps_provider": False}, True),
        ({"role.supplies_to_others": False, "ict.org_is_dps_provider": False}, False),
    ],
)
def test_that_no_vendor_serves_us_does_not_tell_that_we_serve_nobody(answers: dict[str, Any], is_open: bool) -> None:
    """Art. 2(8) of the Data Act asks whether a service is provided to a customer, not where we have it from."""
    told = value_of(sheet_of(make_own_model(answers=answers)[0]), "ict.data_processing_service")
    assert (told == "unknown") is is_open
    assert is_open or told == "<no vendor provides it, and we offer it to nobody>"


@pytest.mark.parametrize("answers", [{"role.supplies_to_others": True}, {"ict.org_is_dps_provider": True}])
def test_a_model_of_our_own_that_we_offer_may_owe_the_switching_duties_of_a_cloud(answers: dict[str, Any]) -> None:
    system = make_own_model(answers=answers)[0]
    sheet = parse_sheet(sheet_of(system).facts, fact_types())
    judged = assess("own", sheet, {}, load_packs(), TODAY).regulatory
    open_rules = {entry.id for entry in judged.undetermined}
    assert {"DA-23", "DA-25", "DA-26", "DA-28", "DA-29", "DA-30"} <= open_rules, open_rules


def test_a_vendor_service_without_a_contract_entry_stays_unknown() -> None:
    system = make_system()
    use(system, make_component(vendor=make_vendor()), run_mode="vendor_api")
    snapshot = sheet_of(system)
    assert value_of(snapshot, "contract.notice_days") == "unknown"
    assert "no_contract" in {gap.key for gap in snapshot.observations.gaps}


def test_a_self_hosted_model_that_cannot_be_shown_to_be_free_may_have_a_contract() -> None:
    system = make_system()
    use(system, make_component(vendor=make_vendor()), run_mode="self_hosted")
    assert value_of(sheet_of(system), "contract.notice_days") == "unknown"
    free = make_system()
    public = make_component(vendor=make_vendor(), facts=[catalogue_fact("model.weights_public", value=True)])
    use(free, public, run_mode="self_hosted")
    assert value_of(sheet_of(free), "contract.notice_days").startswith("<no vendor serves it")


class TestSeveralContracts:
    def test_the_longer_notice_the_earlier_end_and_the_heavier_charge_count(self) -> None:
        system = make_system()
        one = {"notice_days": 30, "end_on": date(2027, 6, 30), "switching_charge": "penalty", "price_cap": True}
        other = {"notice_days": 90, "end_on": date(2028, 1, 31), "switching_charge": "none", "price_cap": True}
        contract(system, make_vendor(), **one)
        contract(system, make_vendor(), **other)
        snapshot = sheet_of(system)
        assert value_of(snapshot, "contract.notice_days") == 90
        assert value_of(snapshot, "contract.end_date") == "2027-06-30"
        assert value_of(snapshot, "contract.switching_charge") == "penalty"
        assert value_of(snapshot, "contract.price_cap") is True

    def test_an_unknown_one_leaves_the_whole_unknown_unless_the_worst_is_there(self) -> None:
        system = make_system()
        contract(system, make_vendor(), auto_renewal=True, price_cap=True, notice_days=30)
        contract(system, make_vendor())
        snapshot = sheet_of(system)
        assert value_of(snapshot, "contract.auto_renewal") is True  # nothing is worse than that
        assert value_of(snapshot, "contract.price_cap") == "unknown"  # the other may have none
        assert value_of(snapshot, "contract.notice_days") == "unknown"  # the other may ask for more

    def test_an_open_ended_contract_does_not_hide_the_end_of_another(self) -> None:
        system = make_system()
        contract(system, make_vendor(), is_open_ended=True)
        contract(system, make_vendor(), end_on=date(2027, 1, 31))
        assert value_of(sheet_of(system), "contract.end_date") == "2027-01-31"

    def test_only_clauses_that_all_contracts_have_count(self) -> None:
        system = make_system()
        contract(system, make_vendor(), clauses=["audit_rights", "locations"])
        contract(system, make_vendor(), clauses=["locations"])
        snapshot = sheet_of(system)
        assert value_of(snapshot, "ict.contract_clauses") == ["locations"]
        assert value_of(snapshot, "trans.audit_right") is False

    def test_a_vendor_whose_exit_was_never_tested_decides_over_one_that_was(self) -> None:
        system = make_system()
        tested = {"exit_tested": True, "exit_tested_on": date(2026, 3, 1), "exit_test_kind": "technical"}
        contract(system, make_vendor(), **tested, exit_test_phases=["port"], exit_tested_days=10.0)
        first = sheet_of(system)
        # A technical test of 1 March 2026 counts until 1 March 2027.
        assert value_of(first, "ict.exit_tested") is True
        entry: Any = first.facts["ict.exit_tested"]
        assert entry["expires_on"] == "2027-03-01"
        assert value_of(first, "exit.test_phases") == ["port"]
        contract(system, make_vendor(), exit_tested=False)
        second = sheet_of(system)
        assert value_of(second, "exit.tested_on") is None
        assert value_of(second, "ict.exit_tested") is False
        assert value_of(second, "exit.test_kind").startswith("<")


class TestHosts:
    def test_only_companies_that_truly_run_it_on_the_day_count_and_a_group_counts_once(self) -> None:
        system, component, vendor = make_vendor_chatbot()
        group = make_vendor()
        daughter = make_vendor(parent_status="named", ultimate_parent=group)
        offer(component, vendor)
        offer(component, group)
        offer(component, daughter)
        offer(component, make_vendor(), role="gateway")
        offer(component, make_vendor(), role="reseller")
        offer(component, make_vendor(), offered_until=TODAY)  # half-open: no longer on the day
        offer(component, make_vendor(), offered_from=date(2027, 1, 1))
        snapshot = sheet_of(system)
        # The publisher and one group; that changes on 1 January 2027, when another host begins.
        entry: Any = snapshot.facts["lock.independent_hosts"]
        assert (entry["value"], entry["expires_on"]) == (2, "2027-01-01")

    def test_we_are_not_a_host_of_our_own(self) -> None:
        system, component, _ = make_vendor_chatbot()
        offer(component, make_vendor(name=system.legal_entity.name))
        assert value_of(sheet_of(system), "lock.independent_hosts") == 0

    def test_of_two_announced_ends_the_earlier_counts_and_both_are_kept(self) -> None:
        system, component, vendor = make_vendor_chatbot()
        offer(component, vendor, retires_on=date(2027, 3, 1), source="deprecations page")
        offer(component, vendor, retires_on=date(2027, 1, 1), source="mail to customers")
        offer(component, make_vendor(), retires_on=date(2026, 12, 1))  # another host's end is not ours
        snapshot = sheet_of(system)
        assert value_of(snapshot, "horizon.retirement_date") == "2027-01-01"
        assert snapshot.observations.retirements[0].stated == (date(2027, 1, 1), date(2027, 3, 1))

    def test_an_offer_without_an_end_does_not_tell_that_none_is_announced(self) -> None:
        system, component, vendor = make_vendor_chatbot()
        offer(component, vendor)
        assert value_of(sheet_of(system), "horizon.retirement_date") == "unknown"


class TestComponents:
    def test_the_worst_of_several_models_counts_and_is_named(self) -> None:
        system = make_system()
        open_one = make_component(name="Open one", facts=[catalogue_fact("lock.weights_obtainable", value=True)])
        closed = make_component(name="Closed one", facts=[catalogue_fact("lock.weights_obtainable", value=False)])
        use(system, open_one, run_mode="self_hosted")
        use(system, closed, run_mode="vendor_api")
        snapshot = sheet_of(system)
        entry: Any = snapshot.facts["lock.weights_obtainable"]
        assert entry["value"] is False
        assert "Closed one" in entry["source"]
        assert value_of(snapshot, "lock.access_mode") == "vendor_api"

    def test_facts_about_the_model_are_those_of_the_general_purpose_one(self) -> None:
        system = make_system()
        facts = [catalogue_fact("model.is_gpai", value=True), catalogue_fact("model.weights_public", value=True)]
        use(system, make_component(facts=facts), run_mode="self_hosted")
        own_scorer = make_component(facts=[catalogue_fact("model.is_gpai", value=False)])
        use(system, own_scorer, run_mode="self_hosted")
        snapshot = sheet_of(system)
        assert value_of(snapshot, "model.is_gpai") is True
        assert value_of(snapshot, "model.weights_public") is True

    def test_a_substitute_counts_for_twelve_months_after_it_passed(self) -> None:
        system, _, _ = make_vendor_chatbot()
        for day, result, is_substitute in (
            (date(2026, 2, 1), "passed", True),
            (date(2025, 11, 20), "passed", True),  # twelve months ago to the day: no longer within
            (date(2026, 2, 1), "failed", True),
            (date(2026, 2, 1), "passed", False),
        ):
            EvaluationRecord.objects.create(
                component=make_component(),
                system=system,
                purpose="chat",
                evaluated_by="Model validation",
                evaluated_on=day,
                result=result,
                is_substitute=is_substitute,
            )
        entry: Any = sheet_of(system).facts["lock.equivalent_models_passed"]
        assert (entry["value"], entry["expires_on"]) == (1, "2027-02-01")


class TestFlows:
    def test_a_flow_with_an_unknown_country_leaves_the_countries_unknown(self) -> None:
        system, _, _ = make_vendor_chatbot()
        assert value_of(sheet_of(system), "data.transfer_countries") == ["US"]
        flow(system, to_country="", has_personal_data=True)
        assert value_of(sheet_of(system), "data.transfer_countries") == "unknown"

    def test_data_that_are_not_personal_are_no_transfer(self) -> None:
        system = make_system()
        flow(system, to_country="US", has_personal_data=False, training_use="no")
        snapshot = sheet_of(system)
        assert value_of(snapshot, "data.transfer_countries") == []
        assert value_of(snapshot, "data.transfer_tools") == []
        assert value_of(snapshot, "data.personal") is False
        assert value_of(snapshot, "data.vendor_trains_on_data") is False

    def test_not_needed_outside_the_eea_counts_as_no_tool(self) -> None:
        system = make_system()
        flow(system, to_country="US", has_personal_data=True, transfer_tool="not_needed")
        assert value_of(sheet_of(system), "data.transfer_tools") == ["none"]

    def test_training_unless_we_object_means_that_the_vendor_may(self) -> None:
        system = make_system()
        flow(system, to_country="DE", training_use="opt_out")
        assert value_of(sheet_of(system), "data.vendor_trains_on_data") is True

    def test_an_empty_retention_does_not_tell_that_nothing_is_stated(self) -> None:
        system, _, _ = make_vendor_chatbot()
        assert value_of(sheet_of(system), "trans.retention_stated") == "unknown"
        assert value_of(sheet_of(system), "trans.training_use_stated") is True


class TestPrecedence:
    def test_a_row_beats_an_answer_and_the_contradiction_is_kept(self) -> None:
        system, _, _ = make_vendor_chatbot(answers={"ict.critical_function": {"value": True}})
        snapshot = sheet_of(system)
        assert value_of(snapshot, "ict.critical_function") is False
        assert [conflict.key for conflict in snapshot.conflicts] == ["ict.critical_function"]

    def test_a_scored_fact_in_dispute_is_judged_at_the_worse(self) -> None:
        facts = [catalogue_fact("trans.model_card", value=False)]
        system = make_system(answers={"trans.model_card": {"value": True}})
        use(system, make_component(facts=facts), run_mode="vendor_api")
        assert value_of(sheet_of(system), "trans.model_card") is False

    def test_an_answer_to_a_question_that_is_gone_is_left_out(self) -> None:
        assert "old.question" not in sheet_of(make_system(answers={"old.question": {"value": True}})).facts

    def test_what_the_law_concludes_is_never_taken_from_answers(self) -> None:
        assert "aia.class" not in sheet_of(make_system(answers={"aia.class": {"value": "minimal"}})).facts


class TestEvidence:
    def test_evidence_gives_grade_and_expiry(self) -> None:
        system = make_system(answers={"trans.decision_logged": {"value": True}})
        Evidence.objects.create(
            reference="EV-1",
            title="Log sample",
            kind="record",
            system=system,
            grade="verified",
            issued_on=date(2026, 1, 1),
            expires_on=date(2027, 1, 1),
            supports=["trans.decision_logged", "trans.people_told"],
        )
        facts: Any = sheet_of(system).facts
        assert facts["trans.decision_logged"]["grade"] == "verified"
        assert facts["trans.decision_logged"]["expires_on"] == "2027-01-01"
        assert "trans.people_told" not in facts  # evidence supports a fact; it does not state one

    def test_the_better_evidence_in_date_counts_and_expired_alone_leaves_its_expiry(self) -> None:
        system = make_system(answers={"trans.decision_logged": {"value": True}})
        common = {"title": "x", "kind": "record", "system": system, "issued_on": date(2025, 1, 1)}
        supports = ["trans.decision_logged"]
        Evidence.objects.create(
            reference="EV-1", grade="verified", expires_on=date(2026, 1, 1), supports=supports, **common
        )
        facts: Any = sheet_of(system).facts
        assert facts["trans.decision_logged"]["expires_on"] == "2026-01-01"
        assert facts["trans.decision_logged"]["grade"] == "self_declared"
        Evidence.objects.create(reference="EV-2", grade="documented_by_third_party", supports=supports, **common)
        facts = sheet_of(system).facts
        assert facts["trans.decision_logged"]["grade"] == "documented_by_third_party"
        assert "expires_on" not in facts["trans.decision_logged"]
        assert sheet_of(system).observations.stale_evidence[0].reference == "EV-1"

    def test_a_control_of_the_system_beats_one_of_its_entity_and_expires_with_its_evidence(self) -> None:
        system = make_system()
        for holder, status in (({"legal_entity": system.legal_entity}, "met"), ({"system": system}, "partly")):
            control = ControlStatus.objects.create(
                obligation="eu_ai_act.art_4.ai_literacy", status=status, recorded_on=date(2026, 1, 1), **holder
            )
        control.evidence.add(
            Evidence.objects.create(
                reference="EV-9",
                title="Training record",
                kind="record",
                system=system,
                grade="verified",
                issued_on=date(2026, 1, 1),
                expires_on=date(2027, 5, 1),
            )
        )
        entry: Any = sheet_of(system).controls["eu_ai_act.art_4.ai_literacy"]
        assert (entry["status"], entry["grade"], entry["expires_on"]) == ("partly", "verified", "2027-05-01")


class TestConcentration:
    def test_the_share_counts_functions_on_one_ultimate_parent(self) -> None:
        parent = make_vendor()
        daughter = make_vendor(parent_status="named", ultimate_parent=parent)
        systems = []
        for function, vendor in (("Payments", parent), ("Lending", daughter), ("Search", make_vendor())):
            system = make_system(business_function=function, is_critical_function=True)
            use(system, make_component(vendor=vendor), run_mode="vendor_api")
            contract(system, vendor, subcontractors_known=True)
            systems.append(system)
        # Two of three critical functions hang on the same parent.
        assert value_of(sheet_of(systems[0]), "conc.critical_share") == pytest.approx(2 / 3, abs=1e-4)
        assert value_of(sheet_of(systems[0]), "ict.critical_contracts_same_provider") == 1
        assert value_of(sheet_of(systems[2]), "ict.critical_contracts_same_provider") == 0

    def test_one_unknown_parent_leaves_the_share_unknown(self) -> None:
        system = make_system(business_function="Payments", is_critical_function=True)
        use(system, make_component(), run_mode="self_hosted")
        contract(system, make_vendor(parent_status="unknown"), subcontractors_known=True)
        # The only critical function there is: whoever the parent may be, all of them rest on it.
        assert value_of(sheet_of(system), "conc.critical_share") == 1.0
        other, vendor = make_system(business_function="Search", is_critical_function=True), make_vendor()
        use(other, make_component(vendor=vendor), run_mode="vendor_api")
        contract(other, vendor, subcontractors_known=True)
        # Half of them, or all: the unknown parent may be the other system's vendor.
        assert value_of(sheet_of(system), "conc.critical_share") == "unknown"
        assert value_of(sheet_of(other), "conc.critical_share") == "unknown"

    def test_what_is_open_leaves_the_share_unknown_only_where_it_could_change_it(self) -> None:
        vendor = make_vendor()
        payments = make_system(business_function="Payments", is_critical_function=True)
        use(payments, make_component(vendor=vendor), run_mode="vendor_api")
        contract(payments, vendor, subcontractors_known=True)
        assert value_of(sheet_of(payments), "conc.critical_share") == 1.0
        # The same function again, on a company of an unknown group: it is counted already, whatever the group.
        again = make_system(business_function="Payments", is_critical_function=True)
        use(again, make_component(), run_mode="self_hosted")
        contract(again, make_vendor(parent_status="unknown"), subcontractors_known=True)
        assert value_of(sheet_of(payments), "conc.critical_share") == 1.0
        # Another function that may or may not be critical: 1 of 1, or 1 of 2.
        use(make_system(business_function="Search"), make_component(), run_mode="self_hosted")
        assert value_of(sheet_of(payments), "conc.critical_share") == "unknown"

    def test_an_alternative_of_the_same_group_is_a_hidden_root(self) -> None:
        system, _, vendor = make_vendor_chatbot()
        record = {"system": system, "purpose": "chat", "evaluated_by": "us", "evaluated_on": date(2026, 6, 1)}
        passed = {"result": "passed", "is_substitute": True}
        daughter = make_vendor(parent_status="named", ultimate_parent=vendor)
        EvaluationRecord.objects.create(component=make_component(vendor=daughter), **record, **passed)
        assert value_of(sheet_of(system), "conc.hidden_root") is True
        independent, host = make_component(vendor=make_vendor()), make_vendor()
        EvaluationRecord.objects.create(component=independent, **record, **passed)
        assert value_of(sheet_of(system), "conc.hidden_root") == "unknown", "nobody is known to run the other model"
        offer(independent, host, offered_until=date(2027, 3, 1))
        found = sheet_of(system)
        assert value_of(found, "conc.hidden_root") is False
        # The offer ends before the evaluations of June are a year old.
        entry: Any = found.facts["conc.hidden_root"]
        assert entry["expires_on"] == "2027-03-01"

    def test_another_host_of_the_same_model_leads_back_to_its_publisher(self) -> None:
        system, component, vendor = make_vendor_chatbot()
        offer(component, vendor)
        offer(component, make_vendor())
        assert value_of(sheet_of(system), "conc.hidden_root") is True, "its weights cannot be held"


def test_every_fact_that_rows_tell_is_derived_so_that_nothing_is_asked_twice() -> None:
    from_rows = {fact.key for fact in load_vocabulary().facts.values() if fact.source == "row"}
    entity_keys = {key for key in from_rows if load_vocabulary().facts[key].scope == "entity"}
    told = {"org.countries", "org.eu_established"}
    system, component, vendor = make_vendor_chatbot()
    system.is_critical_function = True
    system.business_function = "Payments"
    system.save()
    dependency = contract(
        system,
        vendor,
        is_ict_service=True,
        ict_service_type="S16",
        is_data_processing_service=True,
        end_on=date(2027, 6, 30),
        notice_days=90,
        vendor_notice_days=30,
        auto_renewal=True,
        termination_for_convenience=False,
        exit_transition_days=30,
        switching_charge="none",
        minimum_commitment_months=0,
        price_cap=False,
        clauses=[],
        substitutability="medium",
        subcontracting_permitted=True,
        subcontractors_known=True,
        exit_plan=True,
        exit_tested=True,
        exit_tested_on=date(2026, 5, 1),
        exit_test_kind="technical",
        exit_test_phases=["port"],
        exit_tested_target="Another model",
        exit_tested_days=12.0,
        fallback="manual",
        fallback_activation_days=1.0,
        tolerable_outage_days=2.0,
        skills_in_house=True,
        validation_days=20.0,
    )
    system.dependencies.exclude(id=dependency.id).delete()
    Subcontractor.objects.create(dependency=dependency, vendor=make_vendor())
    substitute = make_component(vendor=make_vendor())
    offer(substitute, make_vendor())
    EvaluationRecord.objects.create(
        component=substitute,
        system=system,
        purpose="chat",
        evaluated_by="us",
        evaluated_on=date(2026, 6, 1),
        result="passed",
        is_substitute=True,
    )
    snapshot = sheet_of(system)
    missing = from_rows - (entity_keys - told) - snapshot.facts.keys()
    assert not missing
    # What the entity's form asks is taken over from there.
    answered = make_system(legal_entity=make_entity(answers={"org.size": {"value": "large"}}))
    assert value_of(sheet_of(answered), "org.size") == "large"
    assert component.id


class TestOpenness:
    def test_nothing_entered_is_not_called_closed(self) -> None:
        system = make_system()
        use(system, make_component(), run_mode="vendor_api")
        assert value_of(sheet_of(system), "open.status") == "unknown"

    def test_the_least_open_of_several_models_decides_and_is_named(self) -> None:
        system = make_system()
        free = make_component(name="Free one")
        for part, licence in (("Model parameters (Final)", "Apache-2.0"), ("Model card", "CC-BY-4.0")):
            ComponentArtefact.objects.create(component=free, part=part, availability="available", licence_raw=licence)
        for part in ("Training code", "Datasets"):
            ComponentArtefact.objects.create(component=free, part=part, availability="unavailable")
        use(system, free, run_mode="self_hosted")
        # Open weights, training data and code withheld: "hybrid: open weights" by facts/openness §4.
        assert value_of(sheet_of(system), "open.status") == "open_weights"
        use(system, make_component(name="Closed one", is_hosted_only=True), run_mode="vendor_api")
        entry: Any = sheet_of(system).facts["open.status"]
        assert entry["value"] == "closed"
        assert "Closed one" in entry["source"]

    def test_software_has_a_status_by_its_licence_and_no_class_of_the_framework(self) -> None:
        system = make_system()
        use(system, make_component(kind="library", licence_raw="BSD-3-Clause"), run_mode="self_hosted")
        snapshot = sheet_of(system)
        assert value_of(snapshot, "open.status") == "open_source"
        assert value_of(snapshot, "open.mof_class").startswith("<software")

    def test_a_makers_own_claim_of_openness_is_held_against_the_dossier(self) -> None:
        claim = {"by": "vendor", "says": "open source", "where": "its site", "on": "2026-01-01"}
        system = make_system()
        use(system, make_component(is_hosted_only=True, claims=[claim]), run_mode="vendor_api")
        assert value_of(sheet_of(system), "open.washing") is True
        other = make_system()
        theirs = {**claim, "by": "third_party"}
        use(other, make_component(is_hosted_only=True, claims=[theirs]), run_mode="vendor_api")
        assert value_of(sheet_of(other), "open.washing") is False
