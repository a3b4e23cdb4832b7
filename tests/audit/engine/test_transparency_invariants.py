"""The invariants of the transparency risk, over all of its facts and audiences (facts/transparency.yaml)."""

import json
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given

from audit.engine.facts import Fact, Grade
from audit.engine.scoring.totals import Score
from audit.engine.transparency import TransparencyResult, judge_transparency
from audit.rulepacks import load_packs
from tests.audit.engine.sheets import (
    AS_OF,
    Sheet,
    as_plain,
    each_learned,
    each_worsened,
    extreme_sheet,
    picks,
    sheets,
    verify_all,
)

MODEL = load_packs([]).transparency
KEYS = MODEL.score.keys


def judge(sheet: Sheet) -> TransparencyResult:
    return judge_transparency(sheet, MODEL, AS_OF)


def everyone(result: TransparencyResult) -> list[Score]:
    return [result.score, *result.by_audience.values()]


@given(sheets(KEYS), picks())
def test_a_worse_fact_never_lowers_an_end_for_anyone(sheet: Sheet, pick: Random) -> None:
    for key, better, worse in each_worsened(sheet, KEYS, pick):
        for before, after in zip(everyone(judge(better)), everyone(judge(worse)), strict=True):
            assert after.low >= before.low, key
            assert after.high >= before.high, key


@given(sheets(KEYS), picks())
def test_learning_a_fact_never_widens_for_anyone(sheet: Sheet, pick: Random) -> None:
    earlier = everyone(judge(sheet))
    for key, learned in each_learned(sheet, KEYS, pick):
        for before, after in zip(earlier, everyone(judge(learned)), strict=True):
            assert before.low <= after.low <= after.high <= before.high, key


def test_nothing_known_is_the_whole_range_for_everyone() -> None:
    result = as_plain(judge({}))
    for each in (result, *result["by_audience"].values()):
        assert (each["low"], each["high"], each["band"], each["coverage"]) == (0.0, 100.0, "very_high", 0.0)


def test_everything_best_and_verified_is_below_ten() -> None:
    assert judge(extreme_sheet(KEYS, worst=False)).score.high < 10


def test_everything_worst_is_above_ninety() -> None:
    assert judge(extreme_sheet(KEYS, worst=True)).score.low > 90


@given(sheets(KEYS, least=len(KEYS)))
def test_everything_known_and_verified_is_a_point(sheet: Sheet) -> None:
    result = judge(verify_all(sheet)).score
    assert result.low == result.high
    assert result.coverage == 1.0


@pytest.mark.parametrize("status", ["open_weights", "restricted_weights"])
def test_open_weights_alone_are_never_a_low_risk(status: str) -> None:
    # FMTI December 2025: 31 and 18 of 100 for two publishers whose weights are public.
    weights_only = {"open.status": Fact(status, Grade.VERIFIED)}
    others_worst = {**extreme_sheet(KEYS, worst=True), **weights_only}
    assert judge(weights_only).score.band == "very_high"
    assert judge(others_worst).score.low > 69, "at least the 69 points that the index found missing at the better one"


def test_the_best_artefacts_without_anything_else_are_not_a_low_risk() -> None:
    artefacts = {key for key in KEYS if key.startswith("open.")} | {"trans.training_data_disclosed"}
    sheet = {**extreme_sheet(KEYS, worst=True), **extreme_sheet(artefacts, worst=False)}
    assert judge(sheet).score.low == 75.0, "the artefacts are a quarter of the whole"


@given(sheets(KEYS))
def test_the_parts_add_up_to_the_whole(sheet: Sheet) -> None:
    result = as_plain(judge(sheet))
    for end in ("low", "high"):
        assert round(sum(driver[f"points_{end}"] for driver in result["drivers"]), 6) == result[end]
        for each in (result, *result["by_audience"].values()):
            assert round(sum(group[end] for group in each["groups"]), 6) == each[end]


def test_what_does_not_apply_leaves_its_group_and_the_rest_is_rescaled() -> None:
    # An in-house model: MOF and OSAI do not apply. Of the artefacts' 25 points, 8 of 25 weigh the status,
    # 4 + 4 leave, so the status has 8 of the remaining 17; in_house has a risk of 0.1.
    no_dossier = Fact(None, not_applicable="our own model")
    sheet = {
        **extreme_sheet(KEYS, worst=False),
        "open.status": Fact("in_house", Grade.VERIFIED),
        "open.mof_class": no_dossier,
        "open.osai_score": no_dossier,
    }
    assert judge(sheet).score.high == round(25 * 8 / 17 * 0.1, 1)


def test_a_group_without_a_fact_leaves_the_whole() -> None:
    # Without the oversight group (15) the artefacts weigh 25 of 85.
    worst_artefacts = {key for key in KEYS if key.startswith("open.")} | {"trans.training_data_disclosed"}
    oversight = {"trans.independent_audit", "trans.audit_right", "trans.incident_disclosure"}
    sheet = {
        **extreme_sheet(KEYS, worst=False),
        **extreme_sheet(worst_artefacts, worst=True),
        **{key: Fact(None, not_applicable="there is no vendor") for key in oversight},
    }
    assert judge(sheet).score.low == round(100 * 25 / 85, 1)


def test_where_no_fact_applies_nothing_is_judged_and_that_is_no_low_risk() -> None:
    # Every group leaves and nothing is left to be rescaled: the whole range stands, as it does where nothing is known.
    result = as_plain(judge({key: Fact(None, not_applicable="a table of points") for key in KEYS}))
    for each in (result, *result["by_audience"].values()):
        assert (each["low"], each["high"], each["band"], each["coverage"]) == (0.0, 100.0, "very_high", 0.0)
        assert each["label"] == "not assessed, as no fact applies"
        assert each["groups"] == []
    assert result["drivers"] == []
    assert result["missing_facts"] == [], "no answer is missing"
    assert {entry["fact"] for entry in result["not_applicable"]} == KEYS


def test_an_audience_for_which_no_fact_applies_is_not_judged() -> None:
    # Nobody outside is concerned and no vendor states anything: what we ourselves can see is judged all the same.
    theirs = {term.key for term in MODEL.score.terms if "people" in term.audience}
    sheet = {**extreme_sheet(KEYS, worst=False), **{key: Fact(None, not_applicable="none") for key in theirs}}
    result = as_plain(judge(sheet))
    people = result["by_audience"]["people"]
    assert (people["low"], people["high"], people["band"], people["coverage"]) == (0.0, 100.0, "very_high", 0.0)
    assert (result["high"], result["by_audience"]["us"]["high"]) == (0.0, 0.0)


def test_one_fact_that_applies_is_judged() -> None:
    sheet = {key: Fact(None, not_applicable="none") for key in KEYS}
    told = judge({**sheet, "trans.people_told": Fact(value=True, grade=Grade.VERIFIED)}).score
    assert (told.low, told.high, told.band, told.coverage) == (0.0, 0.0, "low", 1.0)
    unknown = judge({key: fact for key, fact in sheet.items() if key != "trans.people_told"}).score
    assert (unknown.low, unknown.high, unknown.coverage) == (0.0, 100.0, 0.0)


@given(sheets(KEYS))
def test_no_group_weighs_less_than_it_adds(sheet: Sheet) -> None:
    result = as_plain(judge(sheet))
    for each in (result, *result["by_audience"].values()):
        for group in each["groups"]:
            # A driver's low end and what lies between its ends are each a tenth at most from what they are exactly, so
            # that all drivers together make the whole; the weight is rounded to tenths.
            drivers = sum(term.group == group["group"] for term in MODEL.score.terms)
            assert group["high"] <= group["weight"] + 0.05 + 0.2 * drivers
        assert abs(sum(group["weight"] for group in each["groups"]) - 100) <= 0.3 or not each["groups"]


def test_a_group_that_leaves_is_not_listed_as_one_of_no_risk() -> None:
    # Without the oversight group (15 of 100) the artefacts weigh 25 of 85; all of them at their worst are all of that.
    oversight = {"trans.independent_audit", "trans.audit_right", "trans.incident_disclosure"}
    sheet = {**extreme_sheet(KEYS, worst=True), **{key: Fact(None, not_applicable="no vendor") for key in oversight}}
    groups = {group["group"]: group for group in as_plain(judge(sheet))["groups"]}
    assert groups["artefacts"] == {"group": "artefacts", "weight": 29.4, "low": 29.4, "high": 29.4}
    assert "oversight" not in groups


def test_an_audience_counts_only_the_facts_it_can_use() -> None:
    people_only = {"trans.people_told": Fact(value=False, grade=Grade.VERIFIED)}
    by_audience = judge({**extreme_sheet(KEYS, worst=False), **people_only}).by_audience
    assert by_audience["us"].high == 0.0
    assert by_audience["supervisor"].high == 0.0
    assert by_audience["people"].low > 0.0


@given(sheets(KEYS))
def test_the_same_facts_in_any_order_give_the_same_bytes(sheet: Sheet) -> None:
    turned = dict(reversed(sheet.items()))
    assert json.dumps(judge(sheet).to_json()) == json.dumps(judge(turned).to_json())


def test_evidence_counts_until_the_day_before_it_expires_and_the_result_says_until_when() -> None:
    last_day, expiry = AS_OF, AS_OF + timedelta(days=1)
    told = Fact(value=True, grade=Grade.VERIFIED, expires_on=expiry)
    sheet = {**extreme_sheet(KEYS, worst=True), "trans.model_card": told}
    before = judge_transparency(sheet, MODEL, last_day)
    after = judge_transparency(sheet, MODEL, expiry)
    assert before.valid_until == expiry
    # The card is worth the same at both ends while it counts; then the bad end is as if there were none.
    assert before.score.high < after.score.high
    assert after.score.low == before.score.low, "unknown again: the good end stays where it was"
    assert after.score.high == judge(extreme_sheet(KEYS, worst=True)).score.high


@given(sheets(KEYS))
def test_expired_evidence_is_unknown(sheet: Sheet) -> None:
    expired = {key: Fact(fact.value, fact.grade, expires_on=AS_OF) for key, fact in sheet.items()}
    assert as_plain(judge(expired)) == as_plain(judge({}))
