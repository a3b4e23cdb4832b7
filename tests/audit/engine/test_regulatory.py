"""The regulatory judgement on a made-up law, where each expectation can be read off its few rules."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from audit.engine.facts import Control, Fact, FactSheet, JsonValue, parse_sheet
from audit.engine.findings import Outcome
from audit.engine.regulatory import RegulatoryResult, judge_regulation, prove_regulation
from audit.engine.rules import RulePack
from audit.rulepacks.loader import load_directory
from tests.audit.rulepacks.small_pack import RULE, TYPES, load_toy, write_pack
from tests.audit.rulepacks.small_pack import STRICT as MAKE_WELL

NOVEMBER = date(2026, 11, 20)
STRICT: FactSheet = {
    "s.uses": Fact(True),
    "s.builds": Fact(True),
    "s.named": Fact(True),
    "s.danger": Fact("great"),
    "s.fields": Fact(("work",)),
    "s.stage": Fact("live"),
}


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    return load_toy(Path(tmp_path_factory.mktemp("packs")))


def judge(toy: RulePack, sheet: FactSheet, as_of: date = NOVEMBER, **controls: Control) -> RegulatoryResult:
    return judge_regulation(sheet, {name.replace("_", "-"): one for name, one in controls.items()}, [toy], as_of)


def outcome(result: RegulatoryResult, row: str) -> Outcome | None:
    return next((duty.outcome for duty in result.duties if duty.id == row), None)


def test_a_duty_stands_in_the_list_from_adoption_whatever_its_day(toy: RulePack) -> None:
    assert outcome(judge(toy, STRICT, date(2026, 1, 31)), "T-1") is None
    assert outcome(judge(toy, STRICT, date(2026, 2, 1)), "T-1") is Outcome.NOT_YET_IN_FORCE


def test_as_of_a_past_day_the_version_then_adopted_counts(toy: RulePack) -> None:
    [before] = [duty for duty in judge(toy, STRICT, date(2026, 7, 31)).duties if duty.id == "T-1"]
    [after] = [duty for duty in judge(toy, STRICT, date(2026, 8, 1)).duties if duty.id == "T-1"]
    assert (before.applies_from, after.applies_from) == (date(2026, 10, 1), date(2026, 12, 1))


def test_a_change_of_law_leaves_the_assessment_of_an_earlier_day_as_it_was(toy: RulePack, tmp_path: Path) -> None:
    first_version = RULE.partition("  - adopted_from: 2026-08-01")[0].replace("    adopted_until: 2026-08-01\n", "")
    closing = RULE[RULE.index("verified_on") :]
    folder = write_pack(tmp_path, rules={"care.yaml": first_version + closing, "make.yaml": MAKE_WELL})
    before_the_change = load_directory(folder, TYPES)
    for as_of in (date(2026, 3, 1), date(2026, 7, 31)):
        assert judge(before_the_change, STRICT, as_of).to_json() == judge(toy, STRICT, as_of).to_json()
    assert judge(before_the_change, STRICT).to_json() != judge(toy, STRICT).to_json()


def test_a_class_is_only_there_from_its_adoption(toy: RulePack) -> None:
    assert judge(toy, STRICT, date(2026, 5, 31)).to_json()["aia_class"] == "light"
    assert judge(toy, STRICT, date(2026, 6, 1)).to_json()["aia_class"] == "strict"


def test_without_a_control_a_duty_in_force_is_undetermined(toy: RulePack) -> None:
    assert outcome(judge(toy, STRICT, date(2026, 12, 1)), "T-1") is Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        (Control("met"), Outcome.SATISFIED),
        (Control("met", expires_on=date(2026, 12, 2)), Outcome.SATISFIED),
        (Control("met", expires_on=date(2026, 12, 1)), Outcome.NOT_SATISFIED),
        (Control("partly"), Outcome.NOT_SATISFIED),
        (Control("not_met"), Outcome.NOT_SATISFIED),
        (Control("not_applicable"), Outcome.NOT_APPLICABLE),
        (Control("not_applicable", expires_on=date(2026, 12, 2)), Outcome.NOT_APPLICABLE),
        # What showed that it does not apply has expired: nothing is known again, and never that it still holds.
        (Control("not_applicable", expires_on=date(2026, 12, 1)), Outcome.UNDETERMINED),
    ],
)
def test_a_control_counts_while_its_evidence_does(toy: RulePack, control: Control, expected: Outcome) -> None:
    assert outcome(judge(toy, STRICT, date(2026, 12, 1), T_1=control), "T-1") is expected


@pytest.mark.parametrize("name", ["toy.art_1.care", "T-1", "care"])
def test_a_control_is_found_by_rule_row_or_its_own_name(toy: RulePack, name: str) -> None:
    result = judge_regulation(STRICT, {name: Control("met")}, [toy], date(2026, 12, 1))
    assert outcome(result, "T-1") is Outcome.SATISFIED


@pytest.mark.parametrize("other", [Control("not_met"), Control("partly")])
@pytest.mark.parametrize("names", list(permutations(["T-1", "toy.art_1.care", "care"], 2)))
def test_of_two_records_that_differ_the_worse_counts(toy: RulePack, names: tuple[str, str], other: Control) -> None:
    """A control's name belongs to one rule alone (test_control_names), so that a record under it is one of the rule."""
    recorded = dict(zip(names, (Control("met"), other), strict=True))
    result = judge_regulation(STRICT, recorded, [toy], date(2026, 12, 1))
    assert outcome(result, "T-1") is Outcome.NOT_SATISFIED


@pytest.mark.parametrize("name", ["toy.art_1.care", "care"])
def test_of_two_records_the_one_that_has_not_expired_counts(toy: RulePack, name: str) -> None:
    recorded = {name: Control("met", expires_on=date(2026, 11, 30)), "T-1": Control("met")}
    result = judge_regulation(STRICT, recorded, [toy], date(2026, 12, 1))
    assert outcome(result, "T-1") is Outcome.SATISFIED


@pytest.mark.parametrize(("day", "is_known"), [(date(2026, 11, 30), True), (date(2026, 12, 1), False)])
def test_that_a_fact_does_not_apply_counts_while_its_evidence_does(toy: RulePack, day: date, is_known: bool) -> None:
    reason: dict[str, JsonValue] = {"not_applicable": "nobody is named", "expires_on": "2026-12-01"}
    sheet = {**STRICT, **parse_sheet({"s.named": reason}, TYPES)}
    assert judge_regulation(sheet, {}, [toy], day).to_json()["missing_facts"] == ([] if is_known else ["s.named"])


def test_a_met_control_does_not_bring_a_duty_forward(toy: RulePack) -> None:
    assert outcome(judge(toy, STRICT, T_1=Control("met")), "T-1") is Outcome.NOT_YET_IN_FORCE


def test_a_derived_day_is_the_day_of_the_class(toy: RulePack) -> None:
    [duty] = [duty for duty in judge(toy, STRICT).duties if duty.id == "T-2"]
    assert duty.applies_from == date(2027, 3, 1)


def test_an_open_condition_is_only_among_the_undetermined_with_its_missing_facts(toy: RulePack) -> None:
    sheet = {key: fact for key, fact in STRICT.items() if key != "s.named"}
    result = judge(toy, sheet)
    assert outcome(result, "T-2") is None
    assert [(entry.id, entry.missing_facts) for entry in result.undetermined] == [("T-2", ("s.named",))]


def test_an_answer_that_does_not_fit_leaves_the_role_open_and_is_asked_again(toy: RulePack) -> None:
    answers = judge(toy, {**STRICT, "s.named": Fact(False)}).to_json()
    assert answers["aia_roles"] is None
    assert answers["possible_roles"] == ["maker", "user"]
    assert answers["missing_facts"] == ["s.named"]


def test_nothing_known_leaves_every_class_possible(toy: RulePack) -> None:
    answers = judge(toy, {}).to_json()
    assert answers["aia_class"] is None
    assert answers["possible_classes"] == ["outside", "strict", "light"]


def test_the_facts_of_the_class_are_asked_before_those_of_the_roles(toy: RulePack) -> None:
    missing = [fact.key for fact in judge(toy, {}).missing]
    assert missing == ["s.stage", "s.fields", "s.danger", "s.uses", "s.builds", "s.named"]


def test_a_fact_that_can_change_nothing_any_more_is_not_asked(toy: RulePack) -> None:
    missing = [fact.key for fact in judge(toy, {"s.fields": Fact(())}).missing]
    assert "s.danger" not in missing


def test_before_go_live_the_class_once_in_service_stands_beside(toy: RulePack) -> None:
    answers = judge(toy, {**STRICT, "s.stage": Fact("idea")}).to_json()
    assert (answers["aia_class"], answers["class_on_go_live"]) == ("outside", "strict")


def test_before_go_live_the_open_class_once_in_service_is_asked_for(toy: RulePack) -> None:
    result = judge(toy, {"s.stage": Fact("idea"), "s.fields": Fact(("work",))})
    assert result.to_json()["class_on_go_live"] is None
    assert result.missing[0].key == "s.danger"
    assert result.missing[0].decides[0] == "class_on_go_live"


def test_expired_evidence_makes_a_fact_unknown_again(toy: RulePack) -> None:
    sheet = {**STRICT, "s.danger": Fact("great", expires_on=NOVEMBER)}
    assert judge(toy, sheet).to_json()["possible_classes"] == ["strict", "light"]
    assert judge(toy, sheet, date(2026, 11, 19)).to_json()["aia_class"] == "strict"


def test_a_fact_that_does_not_apply_meets_no_comparison(toy: RulePack) -> None:
    sheet = {**STRICT, "s.danger": Fact(None, not_applicable="there is no machine")}
    assert judge(toy, sheet).to_json()["aia_class"] == "light"


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2026, 5, 1), date(2026, 6, 1)),  # the class is adopted
        (date(2026, 6, 1), date(2026, 8, 1)),  # the second version is adopted
        (date(2026, 8, 1), date(2026, 12, 1)),  # the duty of care starts
        (date(2026, 12, 1), date(2027, 1, 2)),  # the pack is past its review
        (date(2027, 1, 2), date(2027, 3, 1)),  # the maker's duty starts
        (date(2027, 3, 1), None),
    ],
)
def test_a_result_is_valid_until_time_alone_could_change_it(toy: RulePack, as_of: date, expected: date | None) -> None:
    assert judge(toy, STRICT, as_of).valid_until == expected


def test_expiring_evidence_ends_the_validity(toy: RulePack) -> None:
    sheet = {**STRICT, "s.uses": Fact(True, expires_on=date(2026, 11, 25))}
    assert judge(toy, sheet).valid_until == date(2026, 11, 25)
    assert judge(toy, STRICT, T_1=Control("met", expires_on=date(2026, 11, 22))).valid_until == date(2026, 11, 22)


def test_results_of_a_pack_past_review_say_so(toy: RulePack) -> None:
    assert judge(toy, STRICT, date(2027, 1, 1)).to_json()["past_review"] == []
    assert judge(toy, STRICT, date(2027, 1, 2)).to_json()["past_review"] == ["toy"]


def test_the_proof_gives_every_derived_fact_and_rule_with_its_version(toy: RulePack) -> None:
    proof = prove_regulation(STRICT, [toy], NOVEMBER)["toy"]
    assert isinstance(proof, dict)
    rules, derived = proof["rules"], proof["derived"]
    assert isinstance(rules, dict)
    assert isinstance(derived, dict)
    care = rules["toy.art_1.care"]
    assert isinstance(care, dict)
    assert care["version_adopted_from"] == "2026-08-01"
    maker = derived["toy.maker"]
    assert isinstance(maker, dict)
    assert maker["value"] is True
