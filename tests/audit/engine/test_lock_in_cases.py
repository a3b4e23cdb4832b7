"""Lock-in on worked cases: six known models in their order, and what a practitioner would check first."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
import yaml

from audit.engine.facts import JsonValue, parse_sheet
from audit.engine.lock_in import LockInResult, judge_lock_in
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS
from tests.audit.engine.sheets import AS_OF, as_plain

CASES = RULEPACKS / "lock_in" / "cases"
MODEL = load_packs([]).lock_in


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return content


SEEDS = read("seed_systems.yaml")
PRACTICE = read("practice.yaml")


def judge(facts: dict[str, Any]) -> LockInResult:
    raw = {key: _as_json(value) for key, value in facts.items()}
    return judge_lock_in(parse_sheet(raw, fact_types()), MODEL, AS_OF)


def _as_json(value: Any) -> JsonValue:
    if isinstance(value, dict):
        return {key: _as_json(part) for key, part in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def judge_seed(name: str, **changes: Any) -> LockInResult:
    facts = next(system["facts"] for system in SEEDS["systems"] if system["id"] == name)
    return judge({**SEEDS["common"], **facts, **changes})


def judge_practice(name: str) -> LockInResult:
    case = next(case for case in PRACTICE["cases"] if case["id"] == name)
    facts = {**PRACTICE["common"], **case["facts"]}
    if case.get("no_vendor"):
        facts |= {key: {"not_applicable": "there is no vendor"} for key in PRACTICE["no_vendor"]}
    verified = {
        key: value if isinstance(value, dict) else {"value": value, "grade": "verified"} for key, value in facts.items()
    }
    return judge({key: value for key, value in verified.items() if key not in case.get("unknown", [])})


def test_the_seed_systems_come_out_in_their_order() -> None:
    levels = {system["id"]: judge_seed(system["id"]).score for system in SEEDS["systems"]}
    order = ["GPT-4", "Gemini", "Claude", "Llama-2", "Mistral-7B", "GPT-NeoX-20B"]
    for end in ("low", "high"):
        ends = [getattr(levels[name], end) for name in order]
        assert all(left >= right for left, right in pairwise(ends)), ends
        assert ends[2] > ends[3] > ends[4], "Claude > Llama 2 > Mistral-7B are strict"


def test_gpt_4_is_past_its_horizon_and_has_no_host_left() -> None:
    result = judge_seed("GPT-4")
    # 2026-10-23 is 28 days before 2026-11-20; 30 days of transition are guaranteed.
    assert result.orderly_margin is not None
    assert (result.orderly_margin.bound.days, result.orderly_margin.transition) == (-28, 30)
    assert result.orderly_margin.high == 2 - result.exit_time.low
    other_host = next(option for option in result.options if option.way.name == "same_model_other_host")
    assert other_host.is_open is False


@pytest.mark.parametrize("hosts", [0, 1, 5, 40])
def test_hosts_do_not_enter_where_we_can_run_it_ourselves(hosts: int) -> None:
    with_hosts = judge_seed("Mistral-7B", **{"lock.independent_hosts": hosts}).score
    assert (with_hosts.low, with_hosts.high) == (
        judge_seed("Mistral-7B").score.low,
        judge_seed("Mistral-7B").score.high,
    )


@pytest.mark.parametrize(
    "change",
    [{"lock.weights_obtainable": False}, {"lock.licence_terms": "forbids_us"}, {"lock.inference_code_open": False}],
)
def test_hosts_enter_as_soon_as_one_condition_of_running_it_ourselves_fails(change: dict[str, Any]) -> None:
    few = judge_seed("Mistral-7B", **change, **{"lock.independent_hosts": 1}).score
    many = judge_seed("Mistral-7B", **change, **{"lock.independent_hosts": 5}).score
    assert few.low > many.low


@pytest.mark.parametrize("case", PRACTICE["cases"], ids=lambda case: str(case["id"]))
def test_a_practitioners_case(case: dict[str, Any]) -> None:
    result, expect = judge_practice(case["id"]), case["expect"]
    plain = as_plain(result)
    if "band" in expect:
        assert plain["band"] == expect["band"], case["says"]
    if "above" in expect:
        assert result.score.low > judge_practice(expect["above"]).score.high, case["says"]
    for group in plain["groups"]:
        if group["group"] in expect.get("zero", []):
            assert group["high"] == 0, group
    ways = {option["option"]: option["open"] for option in plain["options"]}
    assert [name for name in expect.get("open", []) if ways[name] is not True] == []
    assert [name for name in expect.get("blocked", []) if ways[name] is not False] == []
    assert all(option["blocked_by"] for option in plain["options"] if option["open"] is False)


@pytest.mark.parametrize(
    "case", [case for case in PRACTICE["cases"] if "orderly" in case["expect"]], ids=lambda c: c["id"]
)
def test_the_bound_of_a_practitioners_case(case: dict[str, Any]) -> None:
    plain, expected = as_plain(judge_practice(case["id"])), case["expect"]["orderly"]
    if expected == "none":
        assert plain["orderly_margin_days"] is None
        return
    assert plain["orderly_bound"]["fact"] == expected["bound"], case["says"]
    assert plain["orderly_bound"]["days"] == expected["days"], case["says"]
    transition = 30  # exit_transition_days of the common facts
    assert plain["orderly_margin_days"] == {
        "low": expected["days"] + transition - plain["exit_time_days"]["high"],
        "high": expected["days"] + transition - plain["exit_time_days"]["low"],
    }
    if case["expect"].get("no_notice_day"):
        assert "notice_by" not in [day["what"] for day in plain["dates"]]


def test_model_questions_are_not_asked_of_a_feature() -> None:
    missing = as_plain(judge({"lock.replace_object": "feature"}))["missing_facts"]
    model_facts = {"lock.weights_obtainable", "lock.inference_code_open", "lock.independent_hosts"}
    assert not model_facts & set(missing)
    assert "lock.feature_can_be_disabled" in missing
    assert model_facts <= set(as_plain(judge({"lock.replace_object": "model"}))["missing_facts"])


def test_what_does_not_enter_is_named_with_its_reason() -> None:
    plain = as_plain(judge_practice("in_house_model"))
    reasons = {entry["fact"]: entry["reason"] for entry in plain["not_applicable"]}
    assert reasons["contract.notice_days"] == "there is no vendor"
    assert "product" in reasons["lock.feature_can_be_disabled"]
    assert all(reasons.values())


def test_contradictions_are_reported_and_each_fact_counts_as_stated() -> None:
    apart = {**SEEDS["common"], **SEEDS["systems"][5]["facts"]}
    contradictory = judge({**apart, "lock.weights_obtainable": False})
    assert [conflict.facts for conflict in contradictory.conflicts] == [("lock.access_mode", "lock.weights_obtainable")]
    assert contradictory.score.low > judge(apart).score.low, "the worse of the two is not argued away"


def judge_other_host(**facts: Any) -> dict[str, Any]:
    named = {key.replace("__", "."): value for key, value in facts.items()}
    options = as_plain(judge({"lock.replace_object": "model", **named}))["options"]
    found: dict[str, Any] = next(each for each in options if each["option"] == "same_model_other_host")
    return found


def test_a_way_out_that_is_not_decided_asks_for_what_is_not_known() -> None:
    # One company runs it: enough if we run it ourselves today, none but the present one if we do not.
    option = judge_other_host(lock__independent_hosts=1)
    assert (option["open"], option["missing_facts"]) == (None, ["lock.access_mode"])
    option = judge_other_host()
    assert option["missing_facts"] == ["lock.independent_hosts", "lock.access_mode"]


def test_a_way_out_that_no_answer_opens_is_blocked_and_asks_nothing() -> None:
    option = judge_other_host(lock__independent_hosts=0)
    assert (option["open"], option["missing_facts"]) == (False, [])
    assert {blocked["fact"] for blocked in option["blocked_by"]} == {"lock.independent_hosts"}
    assert judge_other_host(lock__independent_hosts=2)["open"] is True
