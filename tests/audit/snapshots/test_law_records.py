"""What forms of the law do to controls and facts on a day: met only if final, complete and in date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from audit.rulepacks import load_packs
from audit.rulepacks.loader import list_pack_ids
from audit.snapshots.law_records import SERVED
from governance.models import AISystem, ControlStatus
from tests.audit.scenes import TODAY, make_system, snapshot_of
from tests.governance.law_scenes import DONE, FRIA, REVIEW, make_dpia, make_fria, make_not_high_risk, make_receipt

NOTIFIED = {"notified_on": DONE, "notified_to": "Bundesnetzagentur"}
FRIA_RULE = "eu_ai_act.art_27.fundamental_rights_assessment"
DPIA_RULE = "gdpr.art_35.impact_assessment"
INFORMATION_RULE = "eu_ai_act.art_26_9.feed_the_dpia"
DOCUMENT_RULE = "eu_ai_act.art_6_4.document_conclusion"
REGISTER_RULE = "eu_ai_act.art_49_2.register_conclusion"


def controls_of(system: AISystem, as_of: date = TODAY) -> dict[str, Any]:
    return {**snapshot_of(system.pk, as_of).controls}


def record_by_hand(system: AISystem, obligation: str, status: str, **columns: Any) -> None:
    ControlStatus.objects.create(
        system=system, obligation=obligation, status=status, recorded_on=DONE, reason="Said so.", **columns
    )


def test_the_obligations_served_are_rules_of_the_packs_under_all_their_names() -> None:
    rules = {rule.id: rule for pack in load_packs(list_pack_ids()).regulatory for rule in pack.rules}
    for served in (each for group in SERVED.values() for each in group):
        assert rules[served.rule].row == served.row
        assert {version.control for version in rules[served.rule].versions} == {served.control}


@pytest.mark.django_db
class TestFundamentalRights:
    """AI Act Art. 27."""

    def test_complete_and_notified_it_is_met_until_its_review(self) -> None:
        system = make_system()
        make_fria(system, **NOTIFIED)
        control = controls_of(system)[FRIA_RULE]
        assert (control["status"], control["expires_on"]) == ("met", REVIEW.isoformat())
        assert "six of six elements" in control["source"]

    def test_complete_and_not_notified_it_is_met_in_part(self) -> None:
        # Art. 27(3): the results go to the market surveillance authority.
        system = make_system()
        make_fria(system)
        control = controls_of(system)[FRIA_RULE]
        assert control["status"] == "partly"
        assert "not notified (Art. 27(3))" in control["source"]

    def test_an_exemption_stands_for_the_notice(self) -> None:
        # Art. 27(3), second sentence, with 46(1)
        system = make_system()
        make_fria(system, is_exempt_from_notice=True, exemption_reason="Decision of 1 October 2026")
        assert controls_of(system)[FRIA_RULE]["status"] == "met"

    @pytest.mark.parametrize("missing", ["processes", "frequency", "affected", "risks", "oversight", "complaints"])
    def test_one_missing_element_is_never_met_even_if_final(self, missing: str) -> None:
        system = make_system()
        make_fria(system, **NOTIFIED, **{missing: ""})
        control = controls_of(system)[FRIA_RULE]
        assert control["status"] == "partly"
        assert "five of six" in control["source"]

    def test_a_complete_draft_is_not_met(self) -> None:
        system = make_system()
        draft = make_fria(system, status="draft", **NOTIFIED)
        type(draft).objects.update(created_at="2026-11-01T08:00:00Z")  # begun before the day that is judged
        assert controls_of(system)[FRIA_RULE]["status"] == "partly"

    def test_the_version_before_counts_until_the_next_is_final(self) -> None:
        system = make_system()
        make_fria(system, **NOTIFIED)
        make_fria(system, version=2, status="draft", risks="")
        assert controls_of(system)[FRIA_RULE]["status"] == "met"

    def test_the_newest_final_version_counts_alone(self) -> None:
        system = make_system()
        make_fria(system, **NOTIFIED)
        make_fria(system, version=2, performed_on=TODAY)  # not notified anew
        assert controls_of(system)[FRIA_RULE]["status"] == "partly"

    def test_before_the_day_it_was_finished_there_is_none(self) -> None:
        system = make_system()
        make_fria(system, **NOTIFIED)
        assert FRIA_RULE not in controls_of(system, DONE - timedelta(days=1))
        assert FRIA_RULE in controls_of(system, DONE)

    def test_evidence_that_expires_first_ends_it_on_that_day(self) -> None:
        system = make_system()
        make_fria(system, **NOTIFIED).evidence.add(make_receipt(date(2027, 1, 15)))
        control = controls_of(system)[FRIA_RULE]
        assert (control["grade"], control["expires_on"]) == ("verified", "2027-01-15")

    def test_where_a_control_was_recorded_by_hand_the_worse_counts_and_both_are_told(self) -> None:
        system = make_system()
        make_fria(system, **NOTIFIED)
        record_by_hand(system, "AIA-27", "not_met")
        control = controls_of(system)[FRIA_RULE]
        assert control["status"] == "not_met"
        assert "recorded by hand as “not met”" in control["source"]
        assert "six of six" in control["source"]

    def test_a_final_form_that_lacks_an_element_beats_met_by_hand(self) -> None:
        system = make_system()
        make_fria(system, **NOTIFIED, risks="")
        record_by_hand(system, FRIA_RULE, "met")
        assert controls_of(system)[FRIA_RULE]["status"] == "partly"

    def test_a_draft_says_nothing_against_what_was_recorded_by_hand(self) -> None:
        system = make_system()
        draft = make_fria(system, status="draft", **{name: "" for name in FRIA if isinstance(FRIA[name], str)})
        type(draft).objects.update(created_at="2026-11-01T08:00:00Z")
        record_by_hand(system, FRIA_RULE, "met")
        assert controls_of(system)[FRIA_RULE]["status"] == "met"


@pytest.mark.django_db
class TestDataProtection:
    """GDPR Art. 35 and 36."""

    def test_complete_it_meets_art_35_and_says_that_data_are_personal(self) -> None:
        system = make_system()
        make_dpia(system)
        snapshot = snapshot_of(system.pk, TODAY)
        control: Any = snapshot.controls[DPIA_RULE]
        fact: Any = snapshot.facts["data.personal"]
        assert control["status"] == "met"
        assert fact["value"] is True

    def test_the_provider_s_information_meets_its_own_duty_if_it_was_used(self) -> None:
        # AI Act Art. 26(9)
        system = make_system()
        dpia = make_dpia(system)
        assert INFORMATION_RULE not in controls_of(system)
        dpia.provider_information = "Instructions for use, version 4."
        dpia.save()
        assert controls_of(system)[INFORMATION_RULE]["status"] == "met"

    def test_a_risk_that_stays_high_without_consultation_is_not_met(self) -> None:
        system = make_system()
        make_dpia(system, residual_risk="high")
        assert controls_of(system)[DPIA_RULE]["status"] == "partly"


@pytest.mark.django_db
class TestNotHighRisk:
    """AI Act Art. 6(3), 6(4) and 49(2)."""

    def test_complete_it_documents_the_conclusion_and_is_not_registered_by_that(self) -> None:
        system = make_system()
        make_not_high_risk(system)
        controls = controls_of(system)
        assert controls[DOCUMENT_RULE]["status"] == "met"
        assert controls[REGISTER_RULE]["status"] == "not_met"

    def test_registered_both_duties_are_met(self) -> None:
        system = make_system()
        make_not_high_risk(system, registered_on=DONE, registration_number="EU-17")
        assert controls_of(system)[REGISTER_RULE]["status"] == "met"
        assert "EU-17" in controls_of(system)[REGISTER_RULE]["source"]

    def test_a_request_of_an_authority_waits_until_the_document_is_handed_over(self) -> None:
        # Art. 6(4), last sentence
        system = make_system()
        record = make_not_high_risk(system, requested_on=DONE, requested_by="Bundesnetzagentur")
        assert controls_of(system)[DOCUMENT_RULE]["status"] == "partly"
        record.provided_on = TODAY
        record.save()
        assert controls_of(system)[DOCUMENT_RULE]["status"] == "met"

    def test_its_statements_reach_the_fact_sheet(self) -> None:
        system = make_system()
        make_not_high_risk(system)
        facts: Any = snapshot_of(system.pk, TODAY).facts
        assert facts["sys.filter_condition"]["value"] == "narrow_procedural"
        assert facts["sys.profiling"]["value"] is False
        assert facts["sys.materially_influences"]["value"] is False
        assert facts["sys.profiling"]["expires_on"] == REVIEW.isoformat()

    @pytest.mark.parametrize("columns", [{"status": "draft"}, {"risk_reason": ""}, {"review_due_on": TODAY}])
    def test_a_draft_an_incomplete_or_an_overdue_one_states_nothing(self, columns: dict[str, Any]) -> None:
        system = make_system()
        make_not_high_risk(system, **columns)
        assert "sys.filter_condition" not in snapshot_of(system.pk, TODAY).facts

    @pytest.mark.parametrize(
        ("key", "answer"),
        [("sys.profiling", True), ("sys.materially_influences", True), ("sys.filter_condition", "none")],
    )
    def test_against_the_questionnaire_the_stricter_counts_and_the_conflict_shows(self, key: str, answer: Any) -> None:
        system = make_system(answers={key: {"value": answer}})
        make_not_high_risk(system)
        snapshot = snapshot_of(system.pk, TODAY)
        used: Any = snapshot.facts[key]
        assert used["value"] == answer
        assert [conflict.key for conflict in snapshot.conflicts] == [key]

    def test_of_several_grounds_the_one_of_the_questionnaire_is_no_conflict(self) -> None:
        system = make_system(answers={"sys.filter_condition": {"value": "preparatory"}})
        make_not_high_risk(system, conditions=["narrow_procedural", "preparatory"])
        assert snapshot_of(system.pk, TODAY).conflicts == ()
