"""Which elements of a form are there: each provision's list, one entry left out at a time."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.choices import FilterCondition
from governance.models import DataProtectionAssessment, FundamentalRightsAssessment, NotHighRiskAssessment
from governance.models.law.elements import is_given, judge_elements, tell_completeness
from governance.vocabulary import load_vocabulary
from tests.governance.law_scenes import DPIA, FRIA, NOT_HIGH_RISK

# Which element goes with which entry, read in Art. 27(1)(a) to (f).
OF_ART_27 = {
    "processes": "(a)",
    "period": "(b)",
    "frequency": "(b)",
    "affected": "(c)",
    "risks": "(d)",
    "provider_information": "(d)",  # "taking into account the information given by the provider pursuant to Article 13"
    "oversight": "(e)",
    "measures": "(f)",
    "governance": "(f)",  # "including the arrangements for internal governance and complaint mechanisms"
    "complaints": "(f)",
}
# GDPR Art. 35(7)(a) to (d), 35(2), 35(9) and 36(1).
OF_ART_35 = {
    "operations": "(a)",
    "purposes": "(a)",
    "rests_on_legitimate_interest": "(a)",
    "necessity": "(b)",
    "risks": "(c)",
    "measures": "(d)",
    "has_dpo": "Art. 35(2)",
    "dpo_advice": "Art. 35(2)",
    "dpo_advised_on": "Art. 35(2)",
    "views_sought": "Art. 35(9)",
    "views": "Art. 35(9)",
}
OF_ART_6 = {
    "annex_points": "the listed use",
    "intended_purpose": "the listed use",
    "conditions": "the condition",
    "condition_reason": "the condition",
    "materially_influences": "no significant risk",
    "risk_reason": "no significant risk",
    "profiles_people": "no profiling",
    "profiling_reason": "no profiling",
    "document_reference": "the document",
}


def missing_in(model: Any, content: dict[str, Any]) -> list[str]:
    return [state.element.mark for state in judge_elements(model.ELEMENTS, content) if not state.is_complete]


@pytest.mark.parametrize(
    ("model", "content", "count"),
    [
        (FundamentalRightsAssessment, FRIA, "six of six elements"),
        (DataProtectionAssessment, DPIA, "seven of seven elements"),
        (NotHighRiskAssessment, NOT_HIGH_RISK, "five of five elements"),
    ],
)
def test_a_whole_form_lacks_nothing(model: Any, content: dict[str, Any], count: str) -> None:
    assert missing_in(model, content) == []
    assert tell_completeness(judge_elements(model.ELEMENTS, content)) == count


@pytest.mark.parametrize(
    ("model", "content", "column", "mark"),
    [(FundamentalRightsAssessment, FRIA, *pair) for pair in OF_ART_27.items()]
    + [(DataProtectionAssessment, DPIA, *pair) for pair in OF_ART_35.items()]
    + [(NotHighRiskAssessment, NOT_HIGH_RISK, *pair) for pair in OF_ART_6.items()],
)
def test_without_one_entry_its_element_is_missing_and_no_other(
    model: Any, content: dict[str, Any], column: str, mark: str
) -> None:
    blank: Any = "" if isinstance(content[column], str) else [] if isinstance(content[column], list) else None
    assert missing_in(model, {**content, column: blank}) == [mark]


def test_one_missing_element_is_named_in_words() -> None:
    states = judge_elements(FundamentalRightsAssessment.ELEMENTS, {**FRIA, "risks": "  "})
    assert tell_completeness(states) == "five of six: (d) is missing"


def test_an_empty_form_has_none_of_six() -> None:
    states = judge_elements(FundamentalRightsAssessment.ELEMENTS, {})
    assert tell_completeness(states) == "none of six is there yet: (a), (b), (c), (d), (e) and (f) are missing"


def test_a_legitimate_interest_is_asked_for_only_where_it_is_the_basis() -> None:
    # Art. 35(7)(a): "including, where applicable, the legitimate interest pursued by the controller"
    resting = {**DPIA, "rests_on_legitimate_interest": True}
    assert missing_in(DataProtectionAssessment, resting) == ["(a)"]
    assert missing_in(DataProtectionAssessment, {**resting, "legitimate_interest": "To avoid defaults."}) == []


def test_the_officer_s_advice_is_asked_for_where_there_is_one() -> None:
    # Art. 35(2): "where designated"
    without = {**DPIA, "has_dpo": False, "dpo_advice": "", "dpo_advised_on": None}
    assert missing_in(DataProtectionAssessment, without) == []


def test_a_risk_that_stays_high_goes_to_the_authority_first() -> None:
    # Art. 36(1)
    high = {**DPIA, "residual_risk": "high"}
    assert missing_in(DataProtectionAssessment, high) == ["Art. 36"]
    consulted = {"consulted_on": "2026-10-01", "consulted_authority": "BfDI"}
    assert missing_in(DataProtectionAssessment, {**high, **consulted}) == []


def test_an_unknown_residual_risk_leaves_open_whether_to_consult() -> None:
    assert missing_in(DataProtectionAssessment, {**DPIA, "residual_risk": ""}) == ["(d)", "Art. 36"]


@pytest.mark.parametrize(
    ("column", "mark"), [("profiles_people", "no profiling"), ("materially_influences", "no significant risk")]
)
def test_profiling_or_material_influence_defeats_every_condition(column: str, mark: str) -> None:
    # Art. 6(3), third and first subparagraph
    assert missing_in(NotHighRiskAssessment, {**NOT_HIGH_RISK, column: True}) == [mark]


def test_condition_c_asks_for_proper_human_review() -> None:
    # Art. 6(3)(c): "not meant to replace or influence the … human assessment, without proper human review"
    deviating = {**NOT_HIGH_RISK, "conditions": ["preparatory", "detects_deviation"]}
    assert missing_in(NotHighRiskAssessment, deviating) == ["the condition"]
    assert missing_in(NotHighRiskAssessment, {**deviating, "human_review": "A second clerk reads it."}) == []


@pytest.mark.parametrize("source", ["dpia", "earlier", "provider"])
def test_an_element_may_stand_in_another_assessment_that_can_be_relied_on(source: str) -> None:
    # Art. 27(4) and 27(2)
    referring = {**FRIA, "processes": "", "elsewhere": {"a": {"in": source, "section": "3.2"}}}
    states = judge_elements(FundamentalRightsAssessment.ELEMENTS, referring, {source: ""})
    assert states[0].is_complete
    assert states[0].elsewhere == f"{source}: 3.2"


@pytest.mark.parametrize(
    ("reference", "entry"),
    [
        ("a final one", {"in": "dpia", "section": "3.2"}),  # it cannot be relied on, for this reason
        ("", {"in": "dpia", "section": " "}),  # nobody can find it there
    ],
)
def test_an_element_that_refers_to_nothing_usable_is_missing(reference: str, entry: dict[str, str]) -> None:
    referring = {**FRIA, "processes": "", "elsewhere": {"a": entry}}
    states = judge_elements(FundamentalRightsAssessment.ELEMENTS, referring, {"dpia": reference})
    assert [state.element.mark for state in states if not state.is_complete] == ["(a)"]


def test_own_words_need_no_other_assessment() -> None:
    referring = {**FRIA, "elsewhere": {"a": {"in": "dpia", "section": "3.2"}}}
    assert missing_in(FundamentalRightsAssessment, referring) == []


@given(st.dictionaries(st.sampled_from(sorted(FRIA)), st.sampled_from(["", "said"])))
def test_filling_in_more_never_makes_a_form_less_complete(content: dict[str, Any]) -> None:
    before = set(missing_in(FundamentalRightsAssessment, content))
    for column in FRIA:
        assert set(missing_in(FundamentalRightsAssessment, {**content, column: FRIA[column]})) <= before


@pytest.mark.parametrize(("value", "given_"), [("", False), (" \n", False), ("x", True), (None, False), (False, True)])
def test_blank_and_unknown_are_nothing_and_no_is_an_answer(value: object, given_: bool) -> None:
    assert is_given(value) is given_


def test_the_conditions_are_those_of_the_questionnaire() -> None:
    asked = [choice.value for choice in load_vocabulary().facts["sys.filter_condition"].choices]
    assert asked == ["none", *FilterCondition.values]
