"""An assessment is stored once for the same input, findings live across assessments, and no change is lost."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.test.utils import CaptureQueriesContext
from kombu.exceptions import OperationalError as BrokerError

from audit.models import Assessment, FactSheetRecord, Finding, OutcomeRecord, RulePackRecord, Standing, WorkState
from audit.rulepacks.yaml_files import hash_content
from audit.services.assessing import (
    AssessmentFailedError,
    SystemBusyError,
    assess_claimed,
    assess_now,
    request_assessment,
)
from audit.services.leasing import LeaseLostError, ask_for, claim
from audit.services.marking import mark_dirty
from audit.snapshots import sight_systems
from governance.models import AISystem, ControlStatus
from tests.audit.scenes import TODAY, contract, make_component, make_own_model, make_system, make_vendor_chatbot, use

pytestmark = pytest.mark.django_db

QUERIES_FOR_ONE_SYSTEM = 55
"""What one assessment cost when it was last looked at; more needs a reason. The last one writes the digest of open
findings, which is no column of the standing any more, so that runs write less.
"""


def assess(system: AISystem, as_of: date = TODAY) -> Assessment:
    return assess_now(system_id=system.id, as_of=as_of, requested_by="ada")


def test_the_result_is_stored_with_its_facts_its_packs_and_its_hashes() -> None:
    system, _, _ = make_vendor_chatbot()
    assessment = assess(system)
    assert assessment.result["id"] == system.reference
    assert assessment.result["as_of"] == "2026-11-20"
    for content, sha256 in (
        (assessment.outcome, assessment.outcome_sha256),
        (assessment.result, assessment.result_sha256),
    ):
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert sha256 == hashlib.sha256(canonical.encode()).hexdigest()
    sheet = json.dumps(assessment.fact_sheet.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert assessment.fact_sheet.sha256 == hashlib.sha256(sheet.encode()).hexdigest()
    kept = {record.sha256: record for record in RulePackRecord.objects.all()}
    for stamped in assessment.packs.values():
        sha256 = stamped.partition("+sha256:")[2]
        assert hash_content(kept[sha256].content) == sha256  # the kept pack is the one that was hashed


def test_running_twice_stores_once() -> None:
    system, _, _ = make_vendor_chatbot()
    first, second = assess(system), assess(system)
    assert first.id == second.id
    assert Assessment.objects.count() == FactSheetRecord.objects.count() == 1
    opened = Finding.objects.count()
    assert opened > 0
    assert set(Finding.objects.values_list("times_opened", flat=True)) == {1}


def test_systems_with_the_same_facts_share_one_sheet() -> None:
    entity = make_system().legal_entity
    systems = [make_system(legal_entity=entity) for _ in range(2)]
    assert assess(systems[0]).fact_sheet_id == assess(systems[1]).fact_sheet_id


def test_the_same_outcome_on_two_days_is_stored_once_and_another_one_beside_it() -> None:
    chatbot, own = make_vendor_chatbot()[0], make_own_model()[0]
    first, second = assess(chatbot), assess(chatbot, TODAY + timedelta(days=1))
    # No date of this system lies between the two days, and an outcome does not name its own.
    assert first.id != second.id
    assert first.outcome_record_id == second.outcome_record_id
    assert first.outcome == second.outcome
    assert first.outcome["id"] == chatbot.reference
    assert (first.result["as_of"], second.result["as_of"]) == ("2026-11-20", "2026-11-21")
    other = assess(own)
    assert other.outcome["id"] == own.reference
    hashes = {first.outcome_sha256, other.outcome_sha256}
    assert sorted(OutcomeRecord.objects.values_list("sha256", flat=True)) == sorted(hashes)
    assert len(hashes) == 2


def test_the_standing_is_the_latest_outcome_in_columns() -> None:
    system, _, _ = make_vendor_chatbot()
    assessment = assess(system)
    standing = Standing.objects.get(system=system)
    result: Any = assessment.result
    assert standing.assessment_id == assessment.id
    assert (standing.lock_in_low, standing.lock_in_high) == (result["lock_in"]["low"], result["lock_in"]["high"])
    assert standing.transparency_band == result["transparency"]["band"]
    assert (standing.aia_class, standing.state, standing.is_dirty) == ("", WorkState.DONE, False)
    assert standing.open_findings == Finding.objects.filter(system=system, closed_on=None).count()
    assert standing.completeness is not None
    assert 0 < standing.completeness < 1


def test_an_assessment_of_an_earlier_day_is_stored_and_leaves_standing_and_findings_alone() -> None:
    system, _, _ = make_vendor_chatbot()
    latest = assess(system)
    opened = set(Finding.objects.values_list("key", "opened_on"))
    earlier = assess(system, date(2026, 5, 1))
    assert Standing.objects.get(system=system).assessment_id == latest.id
    assert earlier.id != latest.id
    assert set(Finding.objects.values_list("key", "opened_on")) == opened


def test_a_change_during_the_assessment_is_assessed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    system, _, _ = make_vendor_chatbot()

    def change_meanwhile(*args: Any, **kwargs: Any) -> Any:
        snapshots = list(sight_systems(*args, **kwargs))
        mark_dirty(kind="aisystem", ids=[system.id])
        return snapshots

    monkeypatch.setattr("audit.services.assessing.sight_systems", change_meanwhile)
    assess(system)
    standing = Standing.objects.get(system=system)
    assert (standing.is_dirty, standing.state) == (True, WorkState.QUEUED)
    monkeypatch.undo()
    assess(system)
    standing.refresh_from_db()
    assert (standing.is_dirty, standing.state) == (False, WorkState.DONE)


def test_a_worker_that_lost_its_lease_stores_nothing() -> None:
    system, _, _ = make_vendor_chatbot()
    Standing.objects.create(system=system)
    rows = Standing.objects.filter(system=system)
    ask_for(rows, requested_by="ada")
    claim(rows)
    with pytest.raises(LeaseLostError):
        assess_claimed(system_ids=[system.id], as_of=TODAY, requested_by="ada", lease_token="not-the-holder")
    assert not Assessment.objects.exists()


def test_one_live_run_for_each_system() -> None:
    system, _, _ = make_vendor_chatbot()
    Standing.objects.create(system=system)
    rows = Standing.objects.filter(system=system)
    ask_for(rows, requested_by="ada")
    claim(rows)
    with pytest.raises(SystemBusyError):
        assess(system)


def test_facts_that_do_not_fit_fail_with_all_of_them_named_and_do_not_stop_others() -> None:
    poison = make_system(answers={"sys.profiling": {"value": "perhaps"}, "sys.evaluates": {"value": "cats"}})
    sound = make_system()
    for system in (poison, sound):
        Standing.objects.create(system=system)
    rows = Standing.objects.all()
    ask_for(rows, requested_by="ada")
    done = assess_claimed(system_ids=[poison.id, sound.id], as_of=TODAY, requested_by="ada", lease_token=claim(rows))
    assert [one.assessment_id is None for one in done] == [True, False]
    failed = Standing.objects.get(system=poison)
    assert failed.state == WorkState.FAILED
    assert "sys.profiling" in failed.error
    assert "sys.evaluates" in failed.error
    with pytest.raises(AssessmentFailedError, match=r"sys\.profiling"):
        assess(poison)


def test_a_system_that_does_not_exist_is_said_so() -> None:
    with pytest.raises(ObjectDoesNotExist):
        assess_now(system_id=1_000_000, as_of=TODAY, requested_by="ada")


def test_what_one_assessment_costs_in_queries() -> None:
    system, _, _ = make_vendor_chatbot()
    assess(make_own_model()[0])  # so that the packs are kept already
    with CaptureQueriesContext(connection) as queries:
        assess(system)
    assert len(queries) <= QUERIES_FOR_ONE_SYSTEM


class TestRequests:
    def test_a_request_is_a_row_and_a_message_after_the_commit(
        self, sent: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
    ) -> None:
        system = make_system()
        with django_capture_on_commit_callbacks(execute=True):
            assert request_assessment(system_ids=[system.id], requested_by="ada") == 1
            assert sent == []
        assert sent == [("audit.tasks.assess_system", system.id)]
        standing = Standing.objects.get(system=system)
        assert (standing.state, standing.requested_by) == (WorkState.QUEUED, "ada")

    def test_a_broker_that_is_down_does_not_fail_the_request(
        self, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
    ) -> None:
        def refuse(*_args: Any, **_options: Any) -> None:
            raise BrokerError("connection refused")

        monkeypatch.setattr("audit.services.sending.current_app.send_task", refuse)
        system = make_system()
        with django_capture_on_commit_callbacks(execute=True):
            request_assessment(system_ids=[system.id], requested_by="ada")
        assert Standing.objects.get(system=system).state == WorkState.QUEUED


class TestFindings:
    def test_a_finding_closes_with_the_fact_that_changed_and_opens_again(self) -> None:
        component = make_component(name="Bard", renamed_to="Gemini", renamed_on=date(2024, 2, 8))
        system = make_system()
        using = use(system, component, run_mode="vendor_api")
        assess(system)
        finding = Finding.objects.get(system=system, key="register:renamed:bard")
        assert finding.recommendation == "Re-register as Gemini."
        finding.owner = "Ada"
        finding.save()
        using.delete()
        use(system, make_component(name="Gemini"), run_mode="other_host")
        assess(system, date(2026, 11, 21))
        finding.refresh_from_db()
        assert finding.closed_on == date(2026, 11, 21)
        assert "lock.access_mode" in finding.closed_because
        use(system, component, run_mode="vendor_api")
        assess(system, date(2026, 11, 22))
        finding.refresh_from_db()
        assert Finding.objects.filter(pk=finding.pk, closed_on=None).exists()
        assert finding.times_opened == 2
        assert (finding.opened_on, finding.owner) == (date(2026, 11, 22), "Ada")

    def test_a_duty_that_is_met_closes_its_finding_and_names_the_control(self) -> None:
        system = make_system(
            in_service_on=date(2025, 1, 1),
            answers={
                key: {"value": value}
                for key, value in {
                    "sys.ai_definition": "yes",
                    "sys.placed_in_eu": True,
                    "sys.output_used_in_eu": True,
                    "sys.sole_scientific_research": False,
                    "sys.exclusively_military": False,
                    "sys.personal_use_only": False,
                    "sys.foss_licence": False,
                    "role.uses": True,
                    "data.personal": True,
                    "data.controller": True,
                }.items()
            },
        )
        assess(system)
        key = "duty:gdpr.art_6.lawful_basis"
        assert Finding.objects.get(system=system, key=key).closed_on is None
        ControlStatus.objects.create(
            system=system,
            obligation="gdpr.art_6.lawful_basis",
            status="met",
            recorded_on=date(2026, 11, 1),
        )
        system.answers = {**system.answers, "trans.model_card": {"value": True}}  # moves something else
        system.save()
        assess(system, date(2026, 11, 21))
        closed = Finding.objects.get(system=system, key=key)
        assert closed.closed_on == date(2026, 11, 21)
        assert closed.closed_because == "fact: gdpr.art_6.lawful_basis"

    def test_the_notice_day_is_a_window_and_not_one_day(self) -> None:
        system, _, _ = make_vendor_chatbot()
        system.dependencies.all().delete()
        vendor_contract = contract(
            system, make_vendor_chatbot()[2], end_on=date(2027, 3, 31), notice_days=90, auto_renewal=True
        )
        # Notice counts until 31 March 2027 minus 90 days: 31 December 2026.
        key = f"lock_in:notice:contract-{vendor_contract.contract_reference.lower()}-with-"

        def rating_on(day: date) -> str:
            assess(system, day)
            open_ones = Finding.objects.filter(system=system, key__startswith=key, closed_on=None)
            return open_ones.get().rating if open_ones else ""

        assert rating_on(date(2026, 10, 1)) == ""  # 91 days before
        assert Standing.objects.get(system=system).valid_until == date(2026, 10, 2)
        assert rating_on(date(2026, 10, 2)) == "low"
        assert rating_on(date(2026, 12, 20)) == "moderate"
        assert rating_on(date(2026, 12, 31)) == "moderate"
        assert rating_on(date(2027, 1, 5)) == "moderate"  # passed, and it renews by itself
        assert Finding.objects.get(key__startswith=key).title == "The day to give notice has passed"

    def test_a_prohibited_practice_is_the_gravest_finding(self) -> None:
        answers = {
            "sys.ai_definition": "yes",
            "sys.prohibited_practices": ["social_scoring"],
            "sys.sole_scientific_research": False,
            "sys.exclusively_military": False,
            "sys.personal_use_only": False,
            "sys.placed_in_eu": True,
            "sys.output_used_in_eu": True,
            "sys.foss_licence": False,
            "role.uses": True,
        }
        system = make_system(
            in_service_on=date(2025, 1, 1), answers={key: {"value": value} for key, value in answers.items()}
        )
        assess(system)
        finding = Finding.objects.get(system=system, key="class:prohibited")
        assert finding.rating == "very_high"
        assert "Art. 5" in finding.criterion
