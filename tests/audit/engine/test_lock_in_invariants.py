"""The invariants of the lock-in level, over all of its facts and their interplay (facts/lock_in.yaml)."""

import json
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given

from audit.engine.facts import Fact, Grade
from audit.engine.lock_in import LockInResult, judge_lock_in
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
)

MODEL = load_packs([]).lock_in
# ict.exit_tested is derived from the test's day and kind; that it does not apply is told there as well.
KEYS = MODEL.reads - {"ict.exit_tested"}
TESTS = {"exit.tested_on", "exit.test_kind", "exit.test_phases", "exit.tested_days"}


def judge(sheet: Sheet) -> LockInResult:
    return judge_lock_in(sheet, MODEL, AS_OF)


@given(sheets(KEYS), picks())
def test_a_worse_fact_never_lowers_an_end(sheet: Sheet, pick: Random) -> None:
    for key, better, worse in each_worsened(sheet, KEYS, pick):
        before, after = judge(better).score, judge(worse).score
        assert after.low >= before.low, key
        assert after.high >= before.high, key


@given(sheets(KEYS), picks())
def test_learning_a_fact_never_widens(sheet: Sheet, pick: Random) -> None:
    before = judge(sheet).score
    for key, learned in each_learned(sheet, KEYS, pick):
        after = judge(learned).score
        assert before.low <= after.low <= after.high <= before.high, key


@given(sheets(KEYS), picks())
def test_learning_a_fact_never_widens_the_days_of_an_exit_but_for_what_a_test_measured(
    sheet: Sheet, pick: Random
) -> None:
    before = judge(sheet).exit_time
    for key, learned in each_learned(sheet, KEYS - TESTS, pick):
        after = judge(learned).exit_time
        if key != "exit.validation_days":  # as stated, whatever the estimate was
            assert before.low <= after.low <= after.high <= before.high, key


@given(sheets(KEYS), picks())
def test_a_fact_that_is_learned_raises_the_coverage_or_leaves_it(sheet: Sheet, pick: Random) -> None:
    before = judge(sheet).score
    for key, learned in each_learned(sheet, KEYS, pick):
        after = judge(learned).score
        if [part.applies for part in before.parts] == [part.applies for part in after.parts]:
            assert 0 <= before.coverage <= after.coverage <= 1, key


@given(sheets(KEYS))
def test_better_evidence_never_raises_an_end(sheet: Sheet) -> None:
    verified = {
        key: Fact(fact.value, Grade.VERIFIED, not_applicable=fact.not_applicable) for key, fact in sheet.items()
    }
    before, after = judge(sheet).score, judge(verified).score
    assert after.low == before.low
    assert after.high <= before.high


def test_nothing_known_is_the_whole_range() -> None:
    result = as_plain(judge({}))
    assert (result["low"], result["high"]) == (0.0, 100.0)
    assert (result["band"], result["coverage"]) == ("very_high", 0.0)
    assert result["label"] == "not yet assessed, up to very high"
    assert result["exit_time_days"] == {"low": 0, "high": 510}, "the sum of all phases' highs in lock_in.yaml"
    assert result["orderly_margin_days"] is None, "no bound known to exist is no margin, not a good one"
    assert result["sudden_margin_days"] is None


@pytest.mark.parametrize("target", ["feature", "product", "host", "model"])
def test_everything_best_and_verified_is_below_ten(target: str) -> None:
    assert judge(complete(worst=False, target=target)).score.high < 10


@pytest.mark.parametrize("target", ["host", "model"])
def test_everything_worst_is_above_ninety(target: str) -> None:
    assert judge(complete(worst=True, target=target)).score.low > 90


@given(sheets(KEYS, least=len(KEYS)))
def test_everything_known_and_verified_is_a_point(sheet: Sheet) -> None:
    verified = {
        key: Fact(fact.value, Grade.VERIFIED, not_applicable=fact.not_applicable) for key, fact in sheet.items()
    }
    if not verified["lock.replace_object"].applies:
        verified["lock.replace_object"] = Fact("model", Grade.VERIFIED)
    result = judge(verified).score
    assert result.low == result.high
    assert result.coverage == 1.0


@given(sheets(KEYS))
def test_the_parts_add_up_to_the_whole(sheet: Sheet) -> None:
    result = as_plain(judge(sheet))
    for end in ("low", "high"):
        assert round(sum(driver[f"points_{end}"] for driver in result["drivers"]), 6) == result[end]
        assert round(sum(group[end] for group in result["groups"]), 6) == result[end]
        assert sum(phase[end] for phase in result["exit_phases"]) == result["exit_time_days"][end]
    assert all(driver["points_low"] <= driver["points_high"] for driver in result["drivers"])


@given(sheets(KEYS))
def test_the_same_facts_in_any_order_give_the_same_bytes(sheet: Sheet) -> None:
    turned = dict(reversed(sheet.items()))
    assert json.dumps(as_plain(judge(sheet))) == json.dumps(as_plain(judge(turned)))


@given(sheets(KEYS))
def test_expired_evidence_is_unknown(sheet: Sheet) -> None:
    expired = {key: Fact(fact.value, fact.grade, expires_on=AS_OF) for key, fact in sheet.items()}
    assert as_plain(judge(expired)) == as_plain(judge({}))


@given(sheets(KEYS))
def test_each_missing_fact_is_unknown_and_named_once(sheet: Sheet) -> None:
    missing = as_plain(judge(sheet))["missing_facts"]
    assert len(missing) == len(set(missing))
    nothing_said = {key for key, fact in sheet.items() if fact.value is None}
    assert set(missing) <= (KEYS - set(sheet)) | nothing_said


def complete(*, worst: bool, target: str) -> Sheet:
    """Each fact at its extreme; those without a direction as their question suggests."""
    sheet = extreme_sheet(KEYS, worst=worst)
    sheet["lock.replace_object"] = Fact(target, Grade.VERIFIED)
    sheet["exit.tested_on"] = Fact(None if worst else AS_OF, Grade.VERIFIED)
    sheet["exit.test_kind"] = Fact("tabletop" if worst else "full_cutover", Grade.VERIFIED)
    return sheet


@given(sheets(KEYS), picks())
def test_time_alone_changes_nothing_before_the_day_that_is_named(sheet: Sheet, pick: Random) -> None:
    start = AS_OF + timedelta(days=pick.randint(-400, 400))
    until = judge_lock_in(sheet, MODEL, start).valid_until or date.max
    left = min((until - start).days, 900)
    for days in {left - 1, pick.randint(0, left - 1), min(1, left - 1)}:
        assert tell(sheet, start + timedelta(days=days)) == tell(sheet, start), (start, days)


def tell(sheet: Sheet, day: date) -> Any:
    """All that is told on a day but for the days that are counted down: of these, to which bound."""
    told = as_plain(judge_lock_in(sheet, MODEL, day))
    margin, bound = told.pop("orderly_margin_days"), told.pop("orderly_bound")
    is_short = margin and (margin["low"] < 0, margin["high"] < 0)
    return told, is_short, bound and (bound["fact"], bound["on"], bound["on"] or margin)
