"""The conclusion says what the outcome says: the finding first, never more, never advice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from audit.engine.scoring.totals import NOT_JUDGED
from audit.reports.outcome import read_outcome
from audit.reports.sections.basis import build_scope
from audit.reports.sections.conclusion import build_conclusion, point
from audit.reports.sections.duties import build_calendar
from audit.reports.sections.findings import build_findings
from audit.reports.sections.front import build_cover
from audit.reports.sections.judgements import build_judgements
from audit.views.conclusion import answer_first
from tests.audit.reports.example import make_empty_records, make_records
from tests.audit.reports.example_result import RESULT, duty


def concluded(**regulatory: Any) -> str:
    """Give the whole conclusion of the example with another regulatory part."""
    result = {**RESULT, "regulatory": {**RESULT["regulatory"], **regulatory}}
    conclusion = build_conclusion(make_records(outcome=read_outcome(result)))
    return " ".join([conclusion.lead, *conclusion.law, *conclusion.leaving, *conclusion.seeing, *conclusion.findings])


def test_what_weighs_most_comes_first_then_what_is_not_satisfied() -> None:
    # The retired model is rated very high, the unmet duty high.
    assert build_conclusion(make_records()).lead.startswith(
        "The model is past its retirement. "
        "One duty in force is not satisfied: Tell people that they talk to a machine (AI Act Art. 50(1))."
    )


def test_an_undecided_class_names_what_is_still_possible_and_the_answer_that_decides_it() -> None:
    conclusion = build_conclusion(make_records())
    assert "“High-risk (Annex III)” or “Duties of transparency” is possible" in conclusion.lead
    assert conclusion.first_question is not None
    assert conclusion.first_question.question == "For which credit products is it used?"
    assert conclusion.first_question.effect == "decides the class and whether one duty applies"


def test_a_score_that_nothing_was_judged_for_is_placed_nowhere() -> None:
    nothing = {"low": 0.0, "high": 100.0, "band": "very_high", "label": NOT_JUDGED, "coverage": 0.0}
    conclusion = build_conclusion(make_records(outcome=read_outcome({**RESULT, "transparency": nothing})))
    assert conclusion.seeing == ("Transparency risk has not been assessed.",)
    assert "Lock-in lies between 58 and 81 of 100" in conclusion.lead
    assert "Transparency" not in conclusion.lead
    assert "transparency risk" not in conclusion.lead


def test_a_decided_class_is_named() -> None:
    told = concluded(aia_class="minimal", possible_classes=["minimal"], duties=[])
    assert "is in the class “Minimal” of the EU AI Act" in told
    assert "cannot be classed" not in told


def test_a_system_before_go_live_is_told_its_class_once_in_service() -> None:
    told = concluded(aia_class="out_of_scope", class_on_go_live="high_risk_annex_iii")
    assert "Once in service, the same facts put it in the class “High-risk (Annex III)”." in told


def test_the_unfavourable_end_gives_the_band_and_the_words_say_so() -> None:
    lead = build_conclusion(make_records()).lead
    assert "lock-in lies between 58 and 81 of 100 (very high)" in lead.lower()
    assert "each band is that of the unfavourable end" in lead


def test_an_exit_that_takes_longer_than_there_is_time_is_told_in_days() -> None:
    assert "An orderly exit is short by 28 to 198 days." in build_conclusion(make_records()).lead


def test_unknown_is_never_told_as_good() -> None:
    conclusion = build_conclusion(make_empty_records())
    assert conclusion.lead == (
        "The system has not been classed under the EU AI Act. "
        "Neither lock-in nor transparency has been assessed. No finding is open."
    )
    assert "not complete" in conclusion.nothing_open
    assert (
        conclusion.leaving[1] == "No bound on the time there is for an orderly exit is known; that is not a good sign."
    )


def test_nothing_open_is_claimed_only_of_a_complete_judgement() -> None:
    decided = {**RESULT, "regulatory": {**RESULT["regulatory"], "aia_class": "minimal"}}
    assert build_conclusion(make_records(outcome=read_outcome(decided))).nothing_open.startswith("Nothing:")


def test_no_advice_is_given() -> None:
    told = concluded().lower()
    for word in ("should", "must ", "we recommend", "compliant"):
        assert word not in told


def test_a_point_of_annex_iii_is_written_as_the_law_does() -> None:
    assert [point(value) for value in ("5b", "1a", "3")] == ["5(b)", "1(a)", "3"]


def entity_duty(outcome: str, number: int) -> dict[str, Any]:
    """Give a duty in force that binds the legal entity as a whole."""
    title, citation = f"Duty {number} of the bank", f"DORA Art. {number}"
    return {**duty(f"X-{number}", title, citation, "2025-01-17", outcome), "scope": "entity"}


def test_an_unmet_duty_of_the_legal_entity_stands_on_page_one_and_all_duties_in_force_add_up() -> None:
    duties = [*RESULT["regulatory"]["duties"], entity_duty("not_satisfied", 28), entity_duty("satisfied", 8)]
    records = make_records(outcome=read_outcome({**RESULT, "regulatory": {**RESULT["regulatory"], "duties": duties}}))
    conclusion = build_conclusion(records)
    unmet = "One duty of the legal entity as a whole is not satisfied: Duty 28 of the bank (DORA Art. 28)."
    assert unmet in conclusion.lead
    assert unmet in conclusion.law
    # Four rows of the calendar are in force: two of the system and two of the bank.
    assert len(build_calendar(records).in_force) == 4
    assert "Two duties are in force: one satisfied and one not satisfied." in conclusion.law
    told = "Two more bind the legal entity as a whole and are judged on its own sheet"
    assert f"{told}: one satisfied and one not satisfied." in conclusion.law
    notes = [row.note for row in build_calendar(records).in_force if row.id.startswith("X-")]
    assert notes == ["of the legal entity as a whole"] * 2


@pytest.mark.parametrize(
    ("possible", "tag"),
    [
        (["out_of_scope", "prohibited"], "prohibited practice, if the Act applies"),
        (["prohibited", "prohibited_from_2026_12_02"], "prohibited practice, if the Act applies"),
        (["prohibited", "minimal"], "1 duty in force not satisfied"),
        (["out_of_scope"], "1 duty in force not satisfied"),
    ],
)
def test_what_only_its_scope_keeps_from_being_prohibited_is_tagged_so(possible: list[str], tag: str) -> None:
    result = {**RESULT, "regulatory": {**RESULT["regulatory"], "possible_classes": possible}}
    assert build_judgements(make_records(outcome=read_outcome(result))).law_tag == tag


def test_all_wanted_answers_are_counted_though_the_most_decisive_alone_are_listed() -> None:
    wanted = [f"lock.fact_{number}" for number in range(1, 21)]
    details = [{"key": key, "narrows": 3.0, "decides": ["level"]} for key in wanted]
    lock_in = {**RESULT["lock_in"], "missing_facts": wanted, "missing_details": details}
    conclusion = build_conclusion(make_records(outcome=read_outcome({**RESULT, "lock_in": lock_in})))
    # Twenty of lock-in, one of the law, one of transparency; five of lock-in are listed.
    assert conclusion.wanted.startswith("22 answers are wanted")
    assert len(conclusion.open_questions) == 7
    assert conclusion.further.startswith("15 further answers are wanted")


def test_an_answer_whose_support_has_expired_is_not_told_as_none() -> None:
    # The register says yes, the evidence ran out on 30 September 2026; the engine counts the fact as unknown.
    driver = {"fact": "trans.people_told", "group": "decisions", "points_low": 0.0, "points_high": 7.1, "value": None}
    transparency = {**RESULT["transparency"], "drivers": [{**driver, "grade": ""}]}
    records = make_records(outcome=read_outcome({**RESULT, "transparency": transparency}))
    (row,) = build_judgements(records).transparency.drivers
    assert row.answer == "expired, counted as unknown"


def test_a_system_that_was_withdrawn_is_told_so_first() -> None:
    records = make_records()
    records.system.stage, records.system.withdrawn_on = "withdrawn", date(2026, 6, 30)
    lead = build_conclusion(records).lead
    assert lead.startswith("The system was withdrawn on 30 June 2026; what follows is judged by the facts recorded")


def test_of_many_possible_classes_section_3_names_all_and_page_one_their_number() -> None:
    possible = ["out_of_scope", "prohibited", "high_risk_annex_iii", "minimal"]
    result = {**RESULT, "regulatory": {**RESULT["regulatory"], "possible_classes": possible}}
    records = make_records(outcome=read_outcome(result))
    conclusion = build_conclusion(records)
    assert "“High-risk (Annex III)” or “Minimal” is possible" in " ".join(conclusion.law)
    assert "on the recorded facts four classes are possible." in conclusion.lead
    assert build_judgements(records).law.endswith("on the recorded facts four classes are possible.")


def test_a_report_of_a_day_in_the_past_says_which_facts_and_findings_are_in_it() -> None:
    # Made on 20 November 2026 as of 1 May 2026: the register is that of November, the law that of May.
    records = make_records()
    records.assessment.as_of, records.assessment.created_at = date(2026, 5, 1), datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert build_cover(records).subtitle == (
        "assessed as of 1 May 2026, on facts recorded to 20 November 2026 and law adopted by 1 May 2026"
    )
    cut_off = {entry.name: entry.value for entry in build_scope(records).cut_off}
    assert cut_off["Law"].startswith("as adopted by 1 May 2026;")
    assert cut_off["Facts"] == "recorded in the register up to the assessment of 20 November 2026"
    # The model was found to be retired in November; on 1 May it was not.
    assert "past its retirement" not in build_conclusion(records).lead
    later = build_findings(records).later
    assert later == "The findings are those of 20 November 2026. Opened after the as-of day: 2 of 2."


def test_a_report_of_a_day_to_come_claims_no_law_that_nobody_can_know() -> None:
    records = make_records()
    records.assessment.as_of, records.assessment.created_at = date(2027, 12, 2), datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert build_cover(records).subtitle == (
        "assessed as of 2 December 2027, on facts recorded to 20 November 2026 and law adopted by 20 November 2026"
    )
    assert build_findings(records).later == ""


def test_duties_that_may_apply_are_parted_as_the_findings_part_them() -> None:
    undetermined = [{"id": f"X-{at}", "title": "Duty", "citation": "DORA Art. 1"} for at in range(5)]
    for duty_of_bank in undetermined[:2]:
        duty_of_bank["scope"] = "entity"
    told = "Whether five others apply is open, two of them of the legal entity as a whole."
    assert told in concluded(undetermined=undetermined)
    assert "Whether three others apply is open." in concluded(undetermined=undetermined[2:])


@pytest.mark.parametrize("decided", ["", "minimal"])
def test_page_one_and_the_page_of_the_system_ask_for_the_same_answer_first(decided: str) -> None:
    # The class is open: its question comes first. Once it is decided, the fact that narrows a score most does.
    result = {**RESULT, "regulatory": {**RESULT["regulatory"], "aia_class": decided}}
    records = make_records(outcome=read_outcome(result))
    on_the_page = answer_first(records.outcome)
    assert on_the_page is not None
    first = build_conclusion(records).first_question
    assert first is not None
    expected = "What takes over if it stops today?" if decided else "For which credit products is it used?"
    assert (first.question, records.question(on_the_page[0])) == (expected, expected)
    if decided:
        assert first.effect == "would narrow lock-in by six points"
