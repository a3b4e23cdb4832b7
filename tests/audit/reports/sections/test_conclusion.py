"""The conclusion says what the outcome says: the finding first, never more, never advice."""

from __future__ import annotations

from typing import Any

from audit.reports.outcome import read_outcome
from audit.reports.sections.conclusion import build_conclusion, point
from tests.audit.reports.example import make_empty_records, make_records
from tests.audit.reports.example_result import RESULT


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
