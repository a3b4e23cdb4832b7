"""Every change between two assessments has a cause: a fact, the law or the method (DESIGN §1)."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

from audit.engine.assess import assess
from audit.engine.diff import Cause, Change, Inputs, compare, list_items
from audit.engine.facts import Control, Fact, Grade
from audit.engine.scoring.terms import ScoreModel
from audit.rulepacks import load_packs
from tests.audit.engine.sheets import read_worked_case

PACKS = load_packs(["eu_ai_act"])
SHEET = {
    "lock.access_mode": Fact("vendor_api", Grade.VERIFIED),
    "lock.weights_obtainable": Fact(False, Grade.VERIFIED),
    "trans.model_card": Fact(True, Grade.VERIFIED, expires_on=date(2026, 12, 1)),
}
BEFORE = Inputs(SHEET, {}, PACKS, date(2026, 11, 20))


def find(changes: tuple[Change, ...], part: str, item: str) -> Change:
    return next(change for change in changes if (change.part, change.item) == (part, item))


def test_the_same_inputs_have_not_changed() -> None:
    assert compare(BEFORE, BEFORE) == ()


def test_what_is_compared_stands_in_the_result() -> None:
    assessment = assess("V01", read_worked_case("V01"), {}, PACKS, date(2026, 11, 20))
    result = assessment.to_json()
    law, compared = result["regulatory"], list_items(assessment)
    assert isinstance(law, dict)
    # Duties are compared one by one; what is missing, read otherwise or past review changes nothing by itself.
    left_out = {"duties", "undetermined", "missing_facts", "missing_details", "readings", "past_review"}
    answers = {item: value for (part, item), value in compared.items() if part == "regulatory" and "duty:" not in item}
    assert answers == {key: value for key, value in law.items() if key not in left_out}
    for part in ("lock_in", "transparency"):
        whole = result[part]
        assert isinstance(whole, dict)
        assert all(value == whole[item] for (other, item), value in compared.items() if other == part)


def test_a_changed_fact_is_named_as_the_cause() -> None:
    after = replace(BEFORE, sheet={**SHEET, "lock.access_mode": Fact("self_hosted", Grade.VERIFIED)})
    change = find(compare(BEFORE, after), "lock_in", "high")
    assert change.causes == (Cause.FACT,)
    assert change.facts == ("lock.access_mode",)
    # vendor_api to self_hosted: 5 of the 20 points of access, at a risk of 0.7 and 0.
    assert change.before == 100.0 - 5 * 0.3
    assert change.after == 95.0


def test_evidence_that_expired_is_a_changed_fact_though_nobody_touched_it() -> None:
    after = replace(BEFORE, as_of=date(2026, 12, 1))
    change = find(compare(BEFORE, after), "transparency", "high")
    assert (change.causes, change.facts) == ((Cause.FACT,), ("trans.model_card",))


def test_a_margin_that_shrinks_with_the_days_is_put_down_to_facts() -> None:
    bound = {**SHEET, "contract.end_date": Fact(date(2027, 6, 30), Grade.VERIFIED)}
    before = replace(BEFORE, sheet=bound)
    change = find(compare(before, replace(before, as_of=date(2026, 11, 25))), "lock_in", "orderly_margin_days")
    assert change.causes == (Cause.FACT,)


def test_another_weight_in_the_score_is_the_method() -> None:
    model = PACKS.lock_in.score
    heavier = replace_first_weight(model)
    after = replace(BEFORE, packs=replace(PACKS, lock_in=replace(PACKS.lock_in, score=heavier)))
    changes = compare(BEFORE, after)
    assert {change.part for change in changes} == {"lock_in"}
    assert {cause for change in changes for cause in change.causes} == {Cause.METHOD}


def replace_first_weight(model: ScoreModel) -> ScoreModel:
    first, second = model.terms[0], model.terms[1]
    shifted = (replace(first, points=first.points + 1), replace(second, points=second.points - 1))
    return replace(model, terms=(*shifted, *model.terms[2:]), weights=MappingProxyType(dict(model.weights)))


def judge_from(as_of: date, **more: Fact) -> Inputs:
    return Inputs({**read_worked_case("V01"), **more}, {}, PACKS, as_of)


def test_a_duty_that_starts_by_its_day_is_the_law() -> None:
    # Art. 9 binds providers of Annex III systems from 2027-12-02; loan scoring is one of them.
    changes = compare(judge_from(date(2027, 12, 1)), judge_from(date(2027, 12, 2)))
    duties = [change for change in changes if change.item.startswith("duty:eu_ai_act.art_9")]
    assert [(change.causes, change.facts) for change in duties] == [((Cause.LAW,), ())]


def test_a_class_that_follows_a_new_answer_is_a_fact_and_names_it() -> None:
    before = judge_from(date(2026, 11, 20))
    after = judge_from(date(2026, 11, 20), **{"sys.use_cases": Fact(("chatbot",))})
    change = find(compare(before, after), "regulatory", "aia_class")
    assert change.before == "high_risk_annex_iii"
    assert (change.causes, change.facts) == ((Cause.FACT,), ("sys.use_cases",))


def test_evidence_of_a_control_that_expires_is_a_fact() -> None:
    met = {"AIA-4": Control("met", Grade.VERIFIED, expires_on=date(2026, 12, 1))}
    before = replace(judge_from(date(2026, 11, 30)), controls=met)
    changes = compare(before, replace(before, as_of=date(2026, 12, 1)))
    duties = [change for change in changes if change.item.startswith("duty:eu_ai_act.art_4")]
    assert [change.causes for change in duties] == [(Cause.FACT,)]
    assert [change.facts for change in duties] == [("AIA-4",)]
