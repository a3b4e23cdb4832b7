"""Which conditions become findings: derived from a snapshot and an outcome alone, without the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from audit.engine.facts import JsonValue
from audit.engine.regulatory import LawMissing, LawOutcome
from audit.models import Rating
from audit.reports.outcome import read_outcome
from audit.services.conditions import Case, FindingDraft, derive_findings, first_watched_day, list_asked
from audit.services.conditions.drafts import join_words, key_part
from audit.snapshots import Content, Snapshot
from audit.snapshots.concentration import HiddenRoot
from audit.snapshots.observations import (
    Claim,
    ExitTest,
    Gap,
    Guarantee,
    Observations,
    Renaming,
    Retirement,
    StaleEvidence,
    Term,
    Transfer,
)
from audit.snapshots.sheets import Conflict
from audit.snapshots.values import RawFact
from governance.vocabulary import load_vocabulary

TODAY = date(2026, 11, 20)
NOTHING = Observations((), (), (), (), (), (), (), (), ())


def case_of(
    result: dict[str, Any] | None = None, *, facts: dict[str, Any] | None = None, critical: bool = False, **seen: Any
) -> Case:
    decided: dict[str, Any] = {"regulatory": {"aia_class": "minimal"}}
    content = Content((), (), {key: {"value": value} for key, value in (facts or {}).items()})
    snapshot = Snapshot(1, "SYS-001", TODAY, content, (), lambda: replace(NOTHING, **seen))
    return Case(snapshot, read_outcome(decided | (result or {})), is_critical=critical, is_in_service=True)


def only(case: Case) -> FindingDraft:
    [draft] = derive_findings(case)
    return draft


def duty(**fields: Any) -> dict[str, Any]:
    known = {
        "id": "AIA-4",
        "rule": "eu_ai_act.art_4.ai_literacy",
        "title": "AI literacy",
        "severity": "high",
        "citation": "Regulation (EU) 2024/1689, Art. 4",
        "outcome": "undetermined",
        "in_force": True,
        "applies_from": "2025-02-02",
    }
    return {"regulatory": {"aia_class": "minimal", "duties": [known | fields]}}


def test_a_system_with_nothing_wrong_has_no_finding() -> None:
    assert derive_findings(case_of()) == []
    assert derive_findings(case_of(duty(outcome="satisfied"))) == []


def test_a_duty_that_is_not_in_force_yet_is_no_finding() -> None:
    assert derive_findings(case_of(duty(outcome="not_yet_in_force", in_force=False))) == []


def test_a_duty_without_a_record_weighs_less_than_one_that_is_not_met() -> None:
    unshown = only(case_of(duty()))
    unmet = only(case_of(duty(outcome="not_satisfied", control={"status": "partly"})))
    assert (unshown.rating, unmet.rating) == (Rating.MODERATE, Rating.HIGH)
    assert unshown.key == unmet.key == "duty:eu_ai_act.art_4.ai_literacy"
    assert unmet.criterion.endswith("Art. 4")
    assert unmet.condition == "The control is entered as partly met. It applies since 2 February 2025."


def test_the_country_of_a_transfer_is_named_in_english_whatever_language_is_active() -> None:
    with translation.override("de"):
        draft = only(case_of(transfers=(Transfer("Annotators", "DE", "calls", "none"),)))
    assert draft.condition == "calls to Annotators, country Germany, tool none."


def test_each_contradiction_is_called_by_what_it_is_about() -> None:
    """Forty-five findings once stood under one title; a reader could not tell them apart."""
    stated = (RawFact(True, "contract"), RawFact(False, "audit file 3"))
    case = case_of()
    keys = ("trans.subprocessors_listed", "contract.auto_renewal")
    conflicts = tuple(Conflict(key, stated, stated[0]) for key in keys)
    drafts = derive_findings(replace(case, snapshot=replace(case.snapshot, conflicts=conflicts)))
    questions = [load_vocabulary().facts[key].question for key in keys]
    titles = {draft.title for draft in drafts}
    assert titles == {f"Sources contradict each other: {question}" for question in questions}
    told = next(draft.condition for draft in drafts if draft.key.endswith("subprocessors_listed"))
    assert told == f"{questions[0]} yes (contract); no (audit file 3)."


def test_a_third_source_makes_no_other_finding_of_a_contradiction() -> None:
    """A row, an answer and the catalogue may all speak of a fact; a title that counts them would have to be right."""
    sources = (RawFact(True, "contract"), RawFact(False, "audit file 3"), RawFact(None, "catalogue"))
    case = case_of()

    def drafted(many: int) -> FindingDraft:
        conflict = Conflict("trans.subprocessors_listed", sources[:many], sources[0])
        return only(replace(case, snapshot=replace(case.snapshot, conflicts=(conflict,))))

    two, three = drafted(2), drafted(3)
    assert three.condition.endswith("yes (contract); no (audit file 3); none (catalogue).")
    assert (two.key, two.title) == (three.key, three.title)
    assert two.key == "register:contradiction:trans.subprocessors_listed", "as it is stored since its first day"
    assert "two" not in three.title.lower()


def test_guidance_that_is_not_followed_is_not_told_as_a_breach_of_law() -> None:
    """PRA SS1/23 says what a supervisor expects; Regulation (EU) 2024/1689 binds."""
    not_met = {"outcome": "not_satisfied", "control": {"status": "not_met"}}
    law = only(case_of(duty(**not_met)))
    guidance = only(case_of(duty(rule="uk.ss1_23.model_risk", **not_met)))
    assert law.effect == "The organisation does not meet a duty that is in force."
    assert guidance.effect == "What the rule asks for is not done. It is not adopted law."


def test_every_severity_of_the_rules_has_its_rating_and_an_unknown_one_is_not_light() -> None:
    ratings = {
        severity: only(case_of(duty(severity=severity, outcome="not_satisfied", control={"status": "not_met"}))).rating
        for severity in ("critical", "high", "medium", "low", "grave")
    }
    assert ratings == {
        "critical": Rating.VERY_HIGH,
        "high": Rating.HIGH,
        "medium": Rating.MODERATE,
        "low": Rating.LOW,
        "grave": Rating.HIGH,
    }


def test_a_control_whose_evidence_has_expired_says_so() -> None:
    control = {"status": "met", "expires_on": "2026-10-01"}
    finding = only(case_of(duty(outcome="not_satisfied", control=control)))
    assert "counts no more since 1 October 2026" in finding.condition
    assert finding.recommendation == "Renew the evidence."


def test_that_a_duty_did_not_apply_by_evidence_that_has_expired_says_so() -> None:
    control = {"status": "not_applicable", "expires_on": "2026-10-01"}
    finding = only(case_of(duty(outcome="undetermined", control=control)))
    assert finding.rating == Rating.MODERATE
    assert finding.condition.startswith("What was recorded on this duty counts no more.")
    assert (finding.cause, finding.recommendation) == ("The evidence has expired.", "Renew the evidence.")


@pytest.mark.parametrize(
    "control",
    [{}, {"control": {"status": "met", "expires_on": "2030-01-01"}}, {"control": {"status": "not_applicable"}}],
)
def test_of_a_prohibited_practice_no_paper_is_asked_for(control: dict[str, JsonValue]) -> None:
    banned = {"id": "AIA-5", "rule": "eu_ai_act.art_5.prohibited_practice", "severity": "critical"}
    finding = only(case_of(duty(**banned, **control, outcome="not_satisfied")))
    assert finding.rating == Rating.VERY_HIGH
    assert finding.condition.startswith("By what is recorded the practice has not ended.")
    assert finding.recommendation == "End the practice, or correct the answers if they are wrong."


def test_an_undecided_class_weighs_by_what_is_still_possible() -> None:
    grave = {"regulatory": {"aia_class": None, "possible_classes": ["prohibited", "minimal"]}}
    harmless = {"regulatory": {"aia_class": None, "possible_classes": ["transparency", "minimal"]}}
    assert only(case_of(grave)).rating == Rating.HIGH
    assert only(case_of(harmless)).rating == Rating.LOW


def test_an_undecided_class_lists_the_questions_that_decide_it_and_no_others() -> None:
    deciding, other = ("sys.profiling", "sys.materially_influences"), "org.size"
    answers: dict[str, JsonValue] = {"aia_class": None}
    law = law_of(answers, LawMissing((("class", deciding), ("roles", ("role.uses",))), ((other, 1),)))
    assert list_asked(law) == deciding
    undecided = {"aia_class": None, "possible_classes": ["high_risk_annex_iii", "annex_iii_filtered"]}
    found = only(replace(case_of({"regulatory": undecided}), asked=list_asked(law)))
    questions = [load_vocabulary().facts[key].question for key in deciding]
    assert found.cause == f"Not answered yet: {questions[0]} {questions[1]}"


def test_where_nothing_is_said_to_decide_the_class_all_that_is_missing_is_asked() -> None:
    law = law_of({"aia_class": None}, LawMissing((("roles", ("role.uses",)),), (("org.size", 2),)))
    assert list_asked(law) == ("role.uses", "org.size")


def test_once_the_class_is_decided_the_questions_of_open_duties_are_asked() -> None:
    law = law_of({"aia_class": "minimal"}, LawMissing((), (("org.size", 2),)))._replace(asked=("org.size",))
    assert list_asked(law) == ("org.size",)


def law_of(answers: dict[str, JsonValue], missing: LawMissing) -> LawOutcome:
    return LawOutcome(answers, (), (), missing, None, (), None, ())


def test_a_duty_of_the_legal_entity_is_no_finding_of_its_systems() -> None:
    of_entity = duty(outcome="not_satisfied", scope="entity", control={"status": "not_met"})
    assert list(derive_findings(case_of(of_entity))) == []
    assert list(derive_findings(case_of(duty(outcome="undetermined", scope="entity")))) == []


def retirement(on: date, *more: date) -> Retirement:
    return Retirement("GPT-4 0613", "OpenAI", on, (on, *more), "deprecations page")


@pytest.mark.parametrize(
    ("day", "critical", "rating"),
    [
        (date(2026, 10, 23), False, Rating.VERY_HIGH),  # past: there is no way to go on with it
        (TODAY, False, Rating.VERY_HIGH),  # the first day without service
        (date(2026, 11, 21), False, Rating.MODERATE),
        (date(2026, 10, 23), True, Rating.VERY_HIGH),
        (date(2027, 5, 19), False, Rating.MODERATE),  # 180 days ahead
    ],
)
def test_a_retired_version_weighs_more_than_one_that_will_be_and_more_for_a_critical_function(
    day: date, critical: bool, rating: Rating
) -> None:
    assert only(case_of(critical=critical, retirements=(retirement(day),))).rating == rating


def test_a_retirement_far_ahead_is_watched_and_no_finding_yet() -> None:
    case = case_of(retirements=(retirement(date(2027, 5, 20)),))  # 181 days ahead
    assert derive_findings(case) == []
    assert first_watched_day(case) == date(2026, 11, 21)


def test_both_days_are_named_where_sources_disagree() -> None:
    finding = only(case_of(retirements=(retirement(date(2026, 12, 1), date(2027, 3, 1)),)))
    assert "Sources disagree: 1 December 2026, 1 March 2027." in finding.condition


def term(end_on: date, notice_on: date | None, *, renews: bool | None = False) -> Term:
    return Term("contract C-1 with Host", end_on, notice_on, renews)


def test_a_contract_that_ended_while_the_system_is_in_service_is_a_finding() -> None:
    assert only(case_of(terms=(term(TODAY, None),))).title == "In use without a contract in force"
    assert derive_findings(case_of(terms=(term(TODAY, None, renews=True),))) == []


@pytest.mark.parametrize(
    ("notice_on", "rating"),
    [
        (date(2027, 2, 18), "low"),  # 90 days ahead
        (date(2027, 2, 19), ""),
        (date(2026, 12, 20), "moderate"),  # 30 days ahead
        (TODAY, "moderate"),  # the last day still counts
        (date(2026, 11, 19), ""),  # passed, and the contract ends by itself
    ],
)
def test_the_notice_day_comes_into_sight_ninety_days_before(notice_on: date, rating: str) -> None:
    drafts = derive_findings(case_of(terms=(term(date(2027, 6, 30), notice_on),)))
    assert [str(draft.rating) for draft in drafts] == ([rating] if rating else [])


def test_a_margin_below_zero_at_its_worst_is_a_finding_and_surely_below_weighs_more() -> None:
    perhaps = case_of({"lock_in": {"orderly_margin_days": {"low": -30, "high": 140}}})
    surely = case_of({"lock_in": {"orderly_margin_days": {"low": -300, "high": -1}}})
    assert (only(perhaps).rating, only(surely).rating) == (Rating.LOW, Rating.MODERATE)
    assert derive_findings(case_of({"lock_in": {"orderly_margin_days": {"low": 0, "high": 10}}})) == []


def test_a_claim_by_a_third_party_is_a_contradicted_source_and_not_open_washing() -> None:
    claim = Claim("GPT-4", "third_party", "an open source model", "a blog")
    finding = only(case_of(facts={"open.status": "closed"}, claims=(claim,)))
    assert (finding.key, finding.rating) == ("openness:contradicted_source", Rating.LOW)
    assert derive_findings(case_of(facts={"open.status": "open_source"}, claims=(claim,))) == []
    washing = only(case_of(facts={"open.status": "closed", "open.washing": True}))
    assert (washing.key, washing.rating) == ("openness:washing", Rating.MODERATE)


@pytest.mark.parametrize(
    ("says", "is_found"),
    [
        ("fully open", True),
        ("openly available to all", True),
        ("not an open source project", False),  # it denies what the words by themselves would claim
        ("open weights", False),  # claims no more than the weights
    ],
)
def test_what_counts_as_an_open_claim_is_what_the_dossier_takes_for_one(says: str, is_found: bool) -> None:
    claim = Claim("GPT-4", "third_party", says, "a blog")
    drafts = derive_findings(case_of(facts={"open.status": "closed"}, claims=(claim,)))
    assert [draft.key for draft in drafts] == (["openness:contradicted_source"] if is_found else [])


def test_a_transfer_known_to_have_no_tool_weighs_more_than_an_unknown_one() -> None:
    def rating_of(tool: str) -> Rating:
        return only(case_of(transfers=(Transfer("Annotators", "PH", "calls", tool),))).rating

    assert (rating_of("none"), rating_of("unknown")) == (Rating.HIGH, Rating.MODERATE)


def test_everything_else_that_the_rows_show_is_a_finding_of_its_own() -> None:
    case = case_of(
        renamings=(Renaming("Bard", "Gemini", date(2024, 2, 8)),),
        undisclosed_chains=("contract C-1 with Host",),
        unstated_retention=("Host",),
        stale_evidence=(StaleEvidence("EV-7", date(2026, 10, 1), ("trans.model_card",)),),
        gaps=(Gap("no_data_flow", "No data flow is entered.", "Enter it."),),
    )
    assert {draft.key for draft in derive_findings(case)} == {
        "register:renamed:bard",
        "data:subprocessors_unknown",
        "data:retention_unknown",
        "register:evidence_expired:ev-7",
        "register:gap:no_data_flow",
    }


def test_the_gravest_stands_first() -> None:
    case = case_of(
        {"regulatory": {"aia_class": "prohibited", "art_5_points": ["1f"]}},
        gaps=(Gap("no_data_flow", "No data flow is entered.", "Enter it."),),
    )
    assert [draft.rating for draft in derive_findings(case)] == [Rating.VERY_HIGH, Rating.LOW]


def test_no_finding_says_that_anything_is_compliant_or_leaves_a_part_empty() -> None:
    case = case_of(
        duty(),
        facts={"open.washing": True, "data.vendor_trains_on_data": True, "data.personal": True},
        retirements=(retirement(date(2026, 10, 23)),),
        terms=(term(date(2027, 6, 30), date(2026, 12, 1), renews=True),),
        transfers=(Transfer("Host", "", "chat", "unknown"),),
    )
    for draft in derive_findings(case):
        texts = (draft.title, draft.condition, draft.criterion, draft.cause, draft.effect, draft.recommendation)
        assert all(text.strip() for text in texts), draft.key
        assert "complian" not in " ".join(texts).casefold()


def test_keys_are_plain_and_lists_are_sentences() -> None:
    assert key_part("Contract C-1 with Näme & Söhne!") == "contract-c-1-with-n-me-s-hne"
    assert join_words(["a"]) == "a"
    assert join_words(["a", "b", "c"]) == "a, b and c"
    assert join_words([str(number) for number in range(9)]) == "0, 1, 2, 3, 4, 5 and 3 more"


class TestLeaving:
    """What time and chains make of a way out (facts/lock_in.yaml)."""

    @pytest.mark.parametrize(
        ("tested_on", "title"),
        [
            (date(2026, 1, 20), ""),  # a year is over on 20 January 2027, 61 days ahead
            (date(2026, 1, 19), "The exit test counts until 19 January 2027"),
            (date(2025, 11, 21), "The exit test counts until 21 November 2026"),
            (date(2025, 11, 20), "The exit test no longer counts"),
            (date(2024, 5, 1), "The exit test no longer counts"),
        ],
    )
    def test_an_exit_test_ages_after_twelve_months(self, tested_on: date, title: str) -> None:
        ages = tested_on.replace(year=tested_on.year + 1)
        case = case_of(tests=(ExitTest("contract C-1 with Lab", tested_on, ages),))
        assert [draft.title for draft in derive_findings(case)] == ([title] if title else [])
        assert {draft.key for draft in derive_findings(case)} <= {"lock_in:exit_test:contract-c-1-with-lab"}

    @pytest.mark.parametrize(
        ("until", "title"),
        [
            (date(2027, 2, 19), ""),  # 91 days ahead
            (date(2027, 2, 18), "The price is guaranteed until 18 February 2027"),
            (TODAY, "The price is no longer guaranteed since 20 November 2026"),
        ],
    )
    def test_the_end_of_a_price_guarantee_comes_into_sight_ninety_days_before(self, until: date, title: str) -> None:
        case = case_of(guarantees=(Guarantee("contract C-1 with Lab", until),))
        assert [draft.title for draft in derive_findings(case)] == ([title] if title else [])
        assert {draft.key for draft in derive_findings(case)} <= {"lock_in:price:contract-c-1-with-lab"}

    def test_a_hidden_root_is_a_finding_and_neither_independence_nor_doubt_is(self) -> None:
        root = HiddenRoot(("Model at Azure", "Other model"), ("Microsoft",), True, None)
        found = only(case_of(root=root, critical=True))
        assert (found.key, found.rating) == ("lock_in:hidden_root", Rating.MODERATE)
        assert found.condition == "Model at Azure and Other model: all end at Microsoft."
        for known in (False, None):
            assert derive_findings(case_of(root=root._replace(is_hidden=known))) == []

    def test_a_margin_bounded_by_a_day_says_since_when_it_is_too_short(self) -> None:
        dates = [
            {"what": "margin_short_at_worst", "on": "2026-08-17"},
            {"what": "margin_short_at_best", "on": "2026-10-24"},
        ]
        margins = {"orderly_margin_days": {"low": -96, "high": -28}, "dates": dates}
        found = only(case_of({"lock_in": margins}))
        # 28 days short at best on 20 November: zero was left on 23 October, and the day after it was short by one.
        assert found.title == "Too little time for an orderly exit since 24 October 2026"
        assert "true since 17 August 2026, even at best since 24 October 2026" in found.condition
        running = only(case_of({"lock_in": {"orderly_margin_days": {"low": -9, "high": -9}}}))
        assert running.title == "Short by 9 days for an orderly exit"
        assert "the vendor's notice runs along" in running.condition

    def test_only_what_each_day_makes_worse_says_since_when(self) -> None:
        dates = [
            {"what": "margin_short_at_worst", "on": "2026-08-17"},
            {"what": "margin_short_at_best", "on": "2027-04-04"},
        ]
        margins = {"orderly_margin_days": {"low": -96, "high": 134}, "dates": dates}
        found = only(case_of({"lock_in": margins}))
        assert (found.title, found.rating) == (
            "Time for an orderly exit may be too short since 17 August 2026",
            Rating.LOW,
        )
        assert "true since 17 August 2026, even at best from 4 April 2027" in found.condition

    def test_a_margin_that_turns_short_within_ninety_days_is_said_before(self) -> None:
        def case(low: int, on: str) -> Case:
            dates = [{"what": "margin_short_at_worst", "on": on}, {"what": "margin_short_at_best", "on": "2027-06-01"}]
            return case_of({"lock_in": {"orderly_margin_days": {"low": low, "high": 192}, "dates": dates}})

        found = only(case(59, "2027-01-19"))
        assert (found.key, found.rating) == ("lock_in:orderly_margin", Rating.LOW)
        assert found.title == "Time for an orderly exit may be too short from 19 January 2027"
        assert derive_findings(case(91, "2027-02-20")) == []

    def test_the_next_look_is_due_when_one_of_these_comes_into_sight(self) -> None:
        test = ExitTest("C", date(2026, 6, 1), date(2027, 6, 1))
        assert first_watched_day(case_of(tests=(test,))) == date(2027, 4, 2)  # 60 days before
        guarantee = Guarantee("C", date(2027, 6, 1))
        assert first_watched_day(case_of(guarantees=(guarantee,))) == date(2027, 3, 3)  # 90 days before
