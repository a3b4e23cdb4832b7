"""Exit time, both margins, the days watched and how long a judgement stays valid (facts/lock_in.yaml)."""

from datetime import date, timedelta

import pytest

from audit.engine.facts import Fact, Grade, Value
from audit.engine.lock_in import LockInResult, judge_lock_in
from audit.engine.lock_in.exercises import ages_on
from audit.rulepacks import load_packs
from tests.audit.engine.sheets import AS_OF, as_plain, extreme_sheet

MODEL = load_packs([]).lock_in
WORST = {
    **extreme_sheet(MODEL.reads, worst=True),
    "lock.replace_object": Fact("model", Grade.VERIFIED),
    "exit.tested_on": Fact(None, Grade.VERIFIED),
}
WORST_DAYS = 60 + 90 + 120 + 90 + 120 + 30  # the highs of the six phases in lock_in.yaml


def judge(as_of: date = AS_OF, /, **changes: Value) -> LockInResult:
    facts = {key.replace("__", "."): Fact(value, Grade.VERIFIED) for key, value in changes.items()}
    return judge_lock_in({**WORST, **facts}, MODEL, as_of)


def test_the_worst_facts_bring_each_phase_to_its_high_end() -> None:
    assert judge().exit_time.high == WORST_DAYS
    # The validation's own figure is not known, so it may also take no time at all.
    assert judge().exit_time.low == WORST_DAYS - 120


def test_the_validation_counts_as_stated() -> None:
    result = judge(exit__validation_days=45.0)
    assert (result.exit_time.low, result.exit_time.high) == (WORST_DAYS - 120 + 45, WORST_DAYS - 120 + 45)


def test_nothing_is_left_to_choose_where_a_substitute_passed() -> None:
    phases = {phase.name: phase for phase in judge(lock__equivalent_models_passed=1).exit_time.phases}
    assert (phases["choose"].low, phases["choose"].high) == (0, 0)


def test_the_exit_of_each_answer_lies_within_the_days_while_it_is_open_what_would_be_replaced() -> None:
    # Weights and code can be had, all else of the group is at its worst. Of a model the group comes to 9 of 17 points
    # (access 5, terms 4); of a feature, where weights and code are not asked, to all 12 (access 5, terms 4, switch 3).
    facts = {
        **WORST,
        "lock.weights_obtainable": Fact(value=True, grade=Grade.VERIFIED),
        "lock.inference_code_open": Fact(value=True, grade=Grade.VERIFIED),
    }
    open_sheet = {key: fact for key, fact in facts.items() if key != "lock.replace_object"}
    before = judge_lock_in(open_sheet, MODEL, AS_OF).exit_time
    provision = {phase.name: (phase.low, phase.high) for phase in before.phases}["provision"]
    assert provision == (48, 90), "90 days at 9 of 17 for a model, and all of them for a feature"
    for answer in ("feature", "product", "host", "model"):
        after = judge_lock_in({**open_sheet, "lock.replace_object": Fact(answer)}, MODEL, AS_OF).exit_time
        assert before.low <= after.low <= after.high <= before.high, answer


TEST: dict[str, Value] = {
    "exit__tested_on": date(2026, 9, 1),
    "exit__test_phases": ("port", "provision"),
    "exit__tested_days": 21.0,
    "exit__validation_days": 45.0,
}


@pytest.mark.parametrize("kind", ["technical", "full_cutover"])
def test_a_test_replaces_the_phases_it_ran_and_only_those(kind: str) -> None:
    tested, untested = judge(**{**TEST, "exit__test_kind": kind}).exit_time, judge(exit__validation_days=45.0).exit_time
    names = {phase.name for phase in tested.phases}
    assert names == {"choose", "assets", "validate", "cut_over", "tested"}
    kept = {phase.name: phase.high for phase in untested.phases if phase.name in names - {"cut_over"}}
    assert {phase.name: phase.high for phase in tested.phases if phase.name in kept} == kept
    assert next(phase for phase in tested.phases if phase.name == "tested").high == 21


@pytest.mark.parametrize(
    "change",
    [
        {"exit__test_kind": "tabletop"},
        {"exit__test_kind": "technical", "exit__test_phases": ()},
        {"exit__test_kind": "technical", "exit__tested_on": None},
        {"exit__test_kind": "technical", "exit__tested_on": AS_OF + timedelta(days=1)},
    ],
    ids=["tabletop", "no phase was run", "no test has taken place", "it is still to come"],
)
def test_a_test_that_ran_nothing_replaces_nothing(change: dict[str, Value]) -> None:
    result = judge(**{**TEST, **change})
    assert {phase.name for phase in result.exit_time.phases} == {phase.name for phase in MODEL.phases}


def test_a_test_counts_from_its_day_on_and_until_then_nobody_is_asked_how_long_it_took() -> None:
    planned = {**TEST, "exit__test_kind": "technical", "exit__tested_on": AS_OF + timedelta(days=1)}
    before, after = judge(**planned), judge(AS_OF + timedelta(days=1), **planned)
    assert before.valid_until == AS_OF + timedelta(days=1)
    assert "tested" in {phase.name for phase in after.exit_time.phases}
    bare = {key: fact for key, fact in WORST.items() if key != "exit.tested_days"}
    bare["exit.tested_on"] = Fact(AS_OF + timedelta(days=1))
    asked = [
        [entry[0] for entry in judge_lock_in(bare, MODEL, day).outcome().missing]
        for day in (AS_OF, AS_OF + timedelta(days=1))
    ]
    assert ["exit.tested_days" in keys for keys in asked] == [False, True]


def test_a_test_outside_the_estimate_is_flagged_and_not_clipped() -> None:
    result = judge(**{**TEST, "exit__tested_days": 600.0, "exit__test_kind": "technical"})
    assert result.exit_time.high >= 600
    assert ("exit.tested_days",) in [conflict.facts for conflict in result.conflicts]


@pytest.mark.parametrize(
    ("tested_on", "kind", "counts"),
    [
        (date(2025, 11, 21), "technical", True),
        (date(2025, 11, 20), "technical", False),  # twelve months ago to the day: it has aged out
        (date(2026, 11, 20), "full_cutover", True),
        (date(2026, 11, 20), "tabletop", False),
        (date(2026, 11, 21), "technical", False),  # planned for tomorrow is not tested
        (None, "technical", False),
    ],
)
def test_an_exit_counts_as_tested_for_twelve_months(tested_on: date | None, kind: str, counts: bool) -> None:
    fact = judge(exit__tested_on=tested_on, exit__test_kind=kind).known["ict.exit_tested"]
    assert fact.value is counts


def test_an_exit_test_is_unknown_until_its_day_and_kind_are_known() -> None:
    nothing = judge_lock_in({"ict.exit_tested": Fact(value=True)}, MODEL, AS_OF)
    assert "ict.exit_tested" not in nothing.known, "tested, but nobody knows when: it may be years ago"
    assert "exit.tested_on" in as_plain(nothing)["missing_facts"]
    without_kind = judge_lock_in({"exit.tested_on": Fact(date(2026, 9, 1))}, MODEL, AS_OF)
    assert "exit.test_kind" in as_plain(without_kind)["missing_facts"]


def test_what_is_stated_about_the_test_is_compared_with_what_the_test_gives() -> None:
    stated = judge(ict__exit_tested=True)
    assert [conflict.facts[0] for conflict in stated.conflicts] == ["ict.exit_tested"]


def test_a_test_on_a_leap_day_ages_on_the_last_of_february() -> None:
    assert ages_on(date(2024, 2, 29)) == date(2025, 2, 28)


def test_the_nearest_bound_counts() -> None:
    result = judge(
        horizon__retirement_date=date(2027, 3, 1),
        contract__end_date=date(2027, 1, 31),
        contract__vendor_notice_days=90,
        contract__exit_transition_days=30,
        exit__validation_days=45.0,
    )
    margin = result.orderly_margin
    assert margin is not None
    # 2027-01-31 is 72 days after 2026-11-20, nearer than 90 days' notice and than 2027-03-01.
    assert (margin.bound.key, margin.bound.days) == ("contract.end_date", 72)
    assert margin.high == 72 + 30 - result.exit_time.low


def test_a_vendor_that_owes_no_notice_may_end_the_service_today() -> None:
    end = {"contract.end_date": Fact(AS_OF + timedelta(days=400), Grade.VERIFIED)}
    # Known to be none is a notice of 0 days, in a fixed term as well: the nearer bound counts.
    for none in (Fact(None, Grade.VERIFIED), Fact(0, Grade.VERIFIED)):
        margin = judge_lock_in({**end, "contract.vendor_notice_days": none}, MODEL, AS_OF).orderly_margin
        assert margin is not None
        assert (margin.bound.key, margin.bound.days, margin.high) == ("contract.vendor_notice_days", 0, 0)


def test_an_unknown_transition_is_no_transition() -> None:
    sheet = {"contract.end_date": Fact(AS_OF + timedelta(days=100), Grade.VERIFIED)}
    margin = judge_lock_in(sheet, MODEL, AS_OF).orderly_margin
    assert margin is not None
    assert (margin.low, margin.high) == (100 - 510, 100)


def test_the_sudden_margin_is_the_outage_we_bear_less_the_time_the_fallback_takes() -> None:
    result = judge(exit__fallback="manual", exit__tolerable_outage_days=5.0, exit__fallback_activation_days=7.5)
    assert result.sudden_margin == (-2.5, -2.5)


def test_without_a_fallback_the_outage_lasts_as_long_as_the_exit() -> None:
    result = judge(exit__fallback="none", exit__tolerable_outage_days=5.0, exit__validation_days=45.0)
    assert result.sudden_margin == (5 - result.exit_time.high, 5 - result.exit_time.low)


def test_the_last_day_of_notice_is_watched_and_ends_the_validity_the_day_after() -> None:
    result = judge(contract__end_date=date(2027, 3, 31), contract__notice_days=90)
    days = {day.what: day.on for day in result.watched_days}
    assert days["notice_by"] == date(2026, 12, 31), "90 days before 2027-03-31"
    assert result.valid_until == date(2027, 1, 1), "on 2026-12-31 notice can still be given"


@pytest.mark.parametrize(
    ("facts", "changes_on"),
    [
        ({"horizon.retirement_date": Fact(date(2027, 2, 1))}, date(2027, 2, 1)),
        ({"contract.end_date": Fact(date(2026, 12, 31))}, date(2026, 12, 31)),
        ({"exit.tested_on": Fact(date(2026, 1, 10)), "exit.test_kind": Fact("technical")}, date(2027, 1, 10)),
        ({"lock.access_mode": Fact("vendor_api", expires_on=date(2026, 11, 21))}, date(2026, 11, 21)),
        ({}, MODEL.review_by + timedelta(days=1)),
    ],
    ids=["retirement", "contract end", "exit test", "evidence", "review of the pack"],
)
def test_time_alone_changes_the_outcome_first_on(facts: dict[str, Fact], changes_on: date) -> None:
    result = judge_lock_in(facts, MODEL, AS_OF)
    assert result.valid_until == changes_on
    day_before = judge_lock_in(facts, MODEL, changes_on - timedelta(days=1))
    assert day_before.score.high == result.score.high


def test_the_outcome_holds_until_a_date_is_as_near_as_the_notice_that_bounds_before_it() -> None:
    # With 60 days' notice the margin stays the same until 60 days before the end; from then on it shrinks to the end.
    end = AS_OF + timedelta(days=100)
    for key in ("contract.end_date", "horizon.retirement_date"):
        sheet = {key: Fact(end, Grade.VERIFIED), "contract.vendor_notice_days": Fact(60, Grade.VERIFIED)}
        turn = end - timedelta(days=60)
        days = [judge_lock_in(sheet, MODEL, day) for day in (AS_OF, turn - timedelta(days=1), turn)]
        margins = [result.orderly_margin for result in days]
        bounds = [margin.bound.key for margin in margins if margin is not None]
        assert bounds == ["contract.vendor_notice_days", "contract.vendor_notice_days", key]
        assert [result.valid_until for result in days] == [turn, turn, end]
        assert judge_lock_in(sheet, MODEL, turn + timedelta(days=1)).orderly_margin != margins[2], "it shrinks"


def test_a_watched_day_changes_the_outcome_once_more_when_it_has_passed() -> None:
    tested = AS_OF - timedelta(days=10)
    sheet = {"exit.tested_on": Fact(tested), "exit.test_kind": Fact("technical")}
    ages = ages_on(tested)
    assert judge_lock_in(sheet, MODEL, ages - timedelta(days=1)).valid_until == ages
    on_the_day, after = judge_lock_in(sheet, MODEL, ages), judge_lock_in(sheet, MODEL, ages + timedelta(days=1))
    assert on_the_day.valid_until == ages + timedelta(days=1)
    passed = [as_plain(result)["dates"][-1]["passed"] for result in (on_the_day, after)]
    assert passed == [False, True]


def test_a_margin_that_turns_short_is_dated() -> None:
    # 100 days to the end, an exit of 0 to 510 days: short at worst already, at best from day 101 on.
    sheet = {"contract.end_date": Fact(AS_OF + timedelta(days=100), Grade.VERIFIED)}
    days = {day.what: day.on for day in judge_lock_in(sheet, MODEL, AS_OF).watched_days}
    assert days["margin_short_at_best"] == AS_OF + timedelta(days=101)
    assert days["margin_short_at_worst"] == AS_OF - timedelta(days=409)


def test_numbers_beyond_any_calendar_are_survived() -> None:
    huge = 10**400
    plain = as_plain(judge(contract__notice_days=huge, contract__vendor_notice_days=huge, exit__validation_days=1e308))
    assert plain["exit_time_days"]["high"] >= 10**7
