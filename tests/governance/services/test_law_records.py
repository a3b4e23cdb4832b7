"""A form of the law from its beginning to its next version: what is refused, with all that is wrong at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from governance.models import AuditEvent, FundamentalRightsAssessment
from governance.selectors.law_records import RecordKind, read_record_state, read_record_states
from governance.services.law_records import (
    RecordError,
    discard_draft,
    finalise_record,
    find_date_problems,
    save_record,
    start_record,
)
from tests.audit.scenes import TODAY, make_system
from tests.governance.law_scenes import DONE, FRIA, REVIEW, make_dpia, make_fria, make_not_high_risk, make_receipt

pytestmark = pytest.mark.django_db


def begin(kind: RecordKind = RecordKind.FRIA, **columns: Any) -> Any:
    record = start_record(kind=kind, system_id=make_system().pk, actor="officer")
    for name, value in columns.items():
        setattr(record, name, value)
    return record


def columns_refused(record: Any, *, final: bool = False) -> list[str]:
    with pytest.raises(RecordError) as wrong:
        (finalise_record if final else save_record)(record=record, actor="officer", today=TODAY)
    return [problem.column for problem in wrong.value.problems]


def test_a_form_begins_as_an_empty_first_draft_and_is_recorded() -> None:
    record = begin()
    assert (record.version, record.status, record.processes) == (1, "draft", "")
    event = AuditEvent.objects.get(object_type="fundamentalrightsassessment")
    assert (event.action, event.actor, event.system_id) == ("added", "officer", record.system_id)


def test_beginning_again_gives_the_same_draft() -> None:
    record = begin()
    assert start_record(kind=RecordKind.FRIA, system_id=record.system_id, actor="other").pk == record.pk


def test_an_incomplete_form_cannot_be_final_and_all_that_is_missing_is_told_at_once() -> None:
    record = begin(**{**FRIA, "risks": "", "complaints": "", "performed_by": ""})
    assert columns_refused(record, final=True) == ["performed_by", "risks", "complaints"]
    assert FundamentalRightsAssessment.objects.get().status == "draft"


def test_what_is_missing_names_the_provision() -> None:
    record = begin(**{**FRIA, "risks": ""})
    with pytest.raises(RecordError) as wrong:
        finalise_record(record=record, actor="officer", today=TODAY)
    assert str(wrong.value) == "risks: AI Act Art. 27(1)(d) asks for the risks of harm to them."


def test_a_complete_form_becomes_final_and_says_by_whom() -> None:
    record = begin(**FRIA)
    finalise_record(record=record, actor="officer", today=TODAY)
    record.refresh_from_db()
    assert (record.status, record.finalised_on, record.finalised_by) == ("final", TODAY, "officer")


def test_a_final_content_stays_and_only_what_follows_may_be_added() -> None:
    record = make_fria(make_system())
    record.risks = "None."
    assert columns_refused(record) == ["risks"]
    record.refresh_from_db()
    record.notified_on, record.notified_to = TODAY, "Bundesnetzagentur"
    assert save_record(record=record, actor="officer", today=TODAY) is not None


def test_a_final_form_cannot_become_a_draft_again_or_be_deleted() -> None:
    record = make_fria(make_system())
    with pytest.raises(RecordError):
        discard_draft(record=record, actor="officer")
    record.status = "draft"
    assert columns_refused(record) == ["status"]


def test_a_draft_can_be_discarded_and_stays_in_the_history() -> None:
    record = begin()
    discard_draft(record=record, actor="officer")
    assert not FundamentalRightsAssessment.objects.exists()
    assert AuditEvent.objects.filter(action="deleted").count() == 1


def test_the_next_review_moves_only_with_a_review() -> None:
    record = make_fria(make_system())
    record.review_due_on = REVIEW + timedelta(days=365)
    assert columns_refused(record) == ["reviewed_on"]
    record.reviewed_on = TODAY
    save_record(record=record, actor="officer", today=TODAY)


def test_the_next_version_takes_the_content_and_none_of_the_dates() -> None:
    first = make_fria(make_system(), notified_on=DONE, notified_to="Bundesnetzagentur")
    second = start_record(kind=RecordKind.FRIA, system_id=first.system_id, actor="officer")
    assert isinstance(second, FundamentalRightsAssessment)
    assert (second.version, second.status, second.risks) == (2, "draft", first.risks)
    assert (second.performed_on, second.review_due_on, second.notified_on) == (None, None, None)


def test_a_registration_goes_on_with_the_next_version() -> None:
    # Art. 49(2) registers the system, not the version of the assessment.
    first = make_not_high_risk(make_system(), registered_on=DONE, registration_number="EU-17")
    second: Any = start_record(kind=RecordKind.NOT_HIGH_RISK, system_id=first.system_id, actor="officer")
    assert (second.registered_on, second.registration_number) == (DONE, "EU-17")


def test_two_drafts_of_one_system_cannot_be() -> None:
    record = begin()
    with pytest.raises(IntegrityError), transaction.atomic():
        FundamentalRightsAssessment.objects.create(system=record.system, version=2)


@pytest.mark.parametrize("column", ["performed_on", "notified_on", "reviewed_on"])
def test_what_has_not_happened_yet_cannot_be_entered(column: str) -> None:
    record = begin()
    setattr(record, column, TODAY + timedelta(days=1))
    assert column in [problem.column for problem in find_date_problems(record, TODAY)]


@pytest.mark.parametrize(
    ("columns", "wrong"),
    [
        ({"review_due_on": DONE}, "review_due_on"),  # on the same day nothing is reviewed
        ({"notified_on": DONE - timedelta(days=1), "notified_to": "BNetzA"}, "notified_on"),  # results come first
        ({"notified_on": DONE}, "notified_to"),
        ({"notified_to": "BNetzA"}, "notified_on"),
        ({"is_exempt_from_notice": True}, "exemption_reason"),  # Art. 46(1) is a decision of the authority
    ],
)
def test_days_in_the_wrong_order_and_halves_are_refused(columns: dict[str, Any], wrong: str) -> None:
    assert columns_refused(begin(**{**FRIA, **columns})) == [wrong]


def test_a_reference_counts_once_the_assessment_referred_to_is_final_and_complete() -> None:
    system = make_system()
    elsewhere = {"a": {"in": "dpia", "section": "2"}}
    draft = make_dpia(system, status="draft")
    fria = make_fria(system, processes="", elsewhere=elsewhere, dpia=draft)
    assert "draft" in read_record_state(fria).elements[0].gaps[0].missing
    draft.status, draft.risks = "final", ""
    draft.save()
    assert "six of seven" in read_record_state(fria).elements[0].gaps[0].missing
    draft.risks = "Debts become known."
    draft.save()
    assert read_record_state(fria).is_complete


def test_what_is_lent_lasts_no_longer_than_its_lender() -> None:
    system = make_system()
    dpia = make_dpia(system, review_due_on=date(2027, 3, 1))
    fria = make_fria(system, processes="", elsewhere={"a": {"in": "dpia", "section": "2"}}, dpia=dpia)
    assert read_record_state(fria).counts_until == date(2027, 3, 1)  # before the own review in November
    fria.processes = "Own words."
    fria.save()
    assert read_record_state(fria).counts_until == REVIEW


def test_an_earlier_assessment_of_a_similar_case_needs_the_likeness_said_and_no_further_chain() -> None:
    first, second = make_fria(make_system()), make_system()
    elsewhere = {letter: {"in": "earlier", "section": f"({letter})"} for letter in "abcdef"}
    texts = ["processes", "period", "frequency", "affected", "risks", "provider_information", "oversight", "measures"]
    blank = dict.fromkeys([*texts, "governance", "complaints"], "")
    reusing = make_fria(second, **blank, elsewhere=elsewhere, earlier=first)
    assert not read_record_state(reusing).is_complete
    reusing.why_similar = "The same score for the same people in the sister bank."
    reusing.save()
    assert read_record_state(reusing).is_complete
    chained = make_fria(make_system(), **blank, elsewhere=elsewhere, earlier=reusing, why_similar="The same again.")
    assert not read_record_state(chained).is_complete


def test_evidence_counts_until_the_last_of_it_expires() -> None:
    fria = make_fria(make_system())
    fria.evidence.set([make_receipt(date(2027, 1, 1)), make_receipt(date(2027, 2, 1), 2)])
    assert read_record_state(fria).counts_until == date(2027, 2, 1)
    fria.evidence.add(make_receipt(None, 3))  # does not expire: the review is next
    assert read_record_state(fria).counts_until == REVIEW


def test_many_systems_cost_as_many_queries_as_one(django_assert_num_queries: Any) -> None:
    systems = [make_system() for _ in range(3)]
    for system in systems:
        make_fria(system)
        make_dpia(system)
        make_not_high_risk(system)
    for some in (systems[:1], systems):
        with django_assert_num_queries(6):  # one for each form and one for the evidence of each
            read_record_states([system.pk for system in some])
