"""Which questions are asked follows from the facts alone; no database is needed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.engine.facts import parse_sheet
from audit.portfolio.questions import Purpose, Questionnaire, ask
from audit.rulepacks.cases import read_defaults
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS
from audit.snapshots.applicability import is_asked, mark_inapplicable

DAY = date(2026, 11, 20)


def questions_for(**facts: Any) -> Questionnaire:
    return ask("x", sheet_of(facts), DAY)


def sheet_of(facts: dict[str, Any]) -> Any:
    return parse_sheet({key.replace("__", "."): value for key, value in facts.items()}, fact_types())


def test_with_nothing_known_the_class_is_asked_for_first() -> None:
    questionnaire = questions_for()
    assert questionnaire.open[0].purpose == Purpose.CLASS
    purposes = [question.purpose for question in questionnaire.open]
    assert purposes == sorted(purposes)
    assert questionnaire.completeness == 0


def test_a_system_outside_the_act_is_asked_nothing_more_about_its_class() -> None:
    # Art. 2(3): used only for military purposes, the Act does not apply, whatever else it does.
    questionnaire = questions_for(sys__exclusively_military=True)
    assert questionnaire.assessment.regulatory.answers["aia_class"] == "out_of_scope"
    assert not [question for question in questionnaire.open if question.purpose == Purpose.CLASS]


def test_a_section_is_opened_by_its_first_question() -> None:
    # Which products a credit score serves is asked only once it is known that credit is scored.
    before = {question.key for question in questions_for().open}
    assert "sys.use_cases" in before
    assert "sys.credit_product" not in before
    after = {question.key for question in questions_for(sys__use_cases=["creditworthiness"]).open}
    assert "sys.credit_product" in after


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        # Art. 5(1)(g): prohibited by its letter; whether the police's own categorising is left out is disputed.
        (
            {"role.uses": True, "sys.biometric": ["categorisation"], "sys.biocat_attributes": ["race_ethnicity"]},
            "org.law_enforcement",
        ),
        # Art. 111(4) speaks of systems placed on the market, and this one may be in-house.
        (
            {
                "role.develops": "own",
                "role.own_brand": True,
                "role.uses": True,
                "sys.generates": ["text"],
                "sys.first_placed_date": "2026-07-01",
            },
            "role.supplies_to_others",
        ),
    ],
)
def test_what_a_disputed_reading_hangs_on_is_asked_last_and_counts_for_nothing(facts: dict[str, Any], key: str) -> None:
    known: dict[str, Any] = {**read_defaults(RULEPACKS / "eu_ai_act"), **facts}
    del known[key]
    questionnaire = ask("x", parse_sheet(known, fact_types()), DAY)
    assert key not in {missing.key for missing in questionnaire.assessment.regulatory.missing}
    assert [question.key for question in questionnaire.open if question.purpose == Purpose.READINGS] == [key]
    assert questionnaire.open[-1].key == key
    both = [ask("x", parse_sheet({**known, key: answer}, fact_types()), DAY) for answer in (True, False)]
    assert {one.assessment.regulatory.answers["aia_class"] for one in both} == {
        questionnaire.assessment.regulatory.answers["aia_class"]
    }
    told = [bool(one.assessment.regulatory.readings) for one in both]
    assert sorted(told) == [False, True]


def test_what_certainly_does_not_apply_has_its_reason_from_the_vocabulary() -> None:
    marked = mark_inapplicable(sheet_of({"data__personal": False}), DAY)
    assert marked["data.special_categories"].not_applicable == "no personal data are processed"
    assert is_asked("data.special_categories", sheet_of({}), DAY) is None
    assert is_asked("data.special_categories", sheet_of({"data__personal": True}), DAY) is True


def test_a_fact_that_was_stated_is_not_overruled() -> None:
    stated = sheet_of({"data__personal": False, "data__special_categories": ["health"]})
    assert mark_inapplicable(stated, DAY)["data.special_categories"].value == ("health",)


def test_facts_of_contracts_and_components_are_asked_elsewhere() -> None:
    questionnaire = questions_for()
    elsewhere = {question.key for question in questionnaire.elsewhere}
    assert {"model.is_gpai", "exit.fallback"} <= elsewhere
    assert not elsewhere & {question.key for question in questionnaire.open}


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "sys.ai_definition": st.sampled_from(["yes", "no"]),
        "sys.use_cases": st.sampled_from([["none_listed"], ["creditworthiness"], ["recruitment_selection"]]),
        "sys.prohibited_practices": st.just([]),
        "sys.biometric": st.sampled_from([[], ["emotion"]]),
        "sys.annex_i_product": st.just("none"),
        "sys.placed_in_eu": st.booleans(),
        "data.personal": st.booleans(),
        "role.uses": st.booleans(),
    },
)


@given(FACTS)
def test_no_question_is_asked_twice_and_none_that_is_answered(facts: dict[str, Any]) -> None:
    questionnaire = ask("x", parse_sheet(facts, fact_types()), DAY)
    keys = [question.key for question in (*questionnaire.open, *questionnaire.elsewhere)]
    assert len(keys) == len(set(keys))
    assert not set(keys) & {entry.fact.key for entry in (*questionnaire.answered, *questionnaire.inapplicable)}


@given(FACTS)
def test_while_the_class_is_open_there_is_a_question_that_decides_it(facts: dict[str, Any]) -> None:
    questionnaire = ask("x", parse_sheet(facts, fact_types()), DAY)
    if questionnaire.assessment.regulatory.answers["aia_class"] is None:
        asked = (*questionnaire.open, *questionnaire.elsewhere)
        assert any(question.purpose == Purpose.CLASS for question in asked)
