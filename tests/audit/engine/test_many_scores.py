"""Judging many sheets at once gives what judging them one by one gives, to the last bit of every number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.engine.facts import Fact, FactSheet, Grade, parse_sheet
from audit.engine.lock_in import LockInModel, judge_lock_in, judge_lock_in_many
from audit.engine.lock_in.model import Phase
from audit.engine.scoring.blocks import cut_model
from audit.engine.transparency import TransparencyModel, judge_transparency, judge_transparency_many
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS
from tests.audit.engine.sheets import AS_OF, Sheet, any_fact, extreme_sheet, picks, read_worked_case

PACKS = load_packs([])
KEYS = sorted(PACKS.lock_in.reads | PACKS.transparency.score.keys)
# What a rescaling model does to gates, and what no order of the terms may change, the packs' own models do not show.
TERMS = PACKS.lock_in.score.terms
GATED = replace(PACKS.transparency, score=replace(PACKS.lock_in.score, rescales=True))
SHUFFLED = replace(
    PACKS.lock_in,
    score=replace(
        PACKS.lock_in.score,
        terms=(*TERMS[:14], *TERMS[14::2], *TERMS[15::2]),
        weights={**PACKS.lock_in.score.weights, "a group of no facts": 0.0},
    ),
    phases=(
        *(phase for phase in PACKS.lock_in.phases if phase.name not in ("port", "assets")),
        Phase("learn", 3, 9, "", "", None),
        Phase("linger", 2, 8, "a group of no facts", "", None),
        Phase("argue", 1, 5, "no such group", "exit.tolerable_outage_days", PACKS.lock_in.phases[0].done_when),
    ),
)
LOCK_IN = {"lock_in": PACKS.lock_in, "shuffled": SHUFFLED, "without phases": replace(PACKS.lock_in, phases=())}
TRANSPARENCY = {"transparency": PACKS.transparency, "gated": GATED}


class Asked(NamedTuple):
    """Sheets to be judged on a day."""

    sheets: Sequence[FactSheet]
    as_of: date


def tell_each(each: Iterable[object]) -> list[str]:
    # The text tells 1 from True and 1.0, and floats apart down to the last bit.
    return [repr(outcome) for outcome in each]


def check_lock_in(asked: Asked, model: LockInModel) -> None:
    many = judge_lock_in_many(asked.sheets, model, asked.as_of)
    assert tell_each(many) == tell_each(judge_lock_in(sheet, model, asked.as_of).outcome() for sheet in asked.sheets)


def check_transparency(asked: Asked, model: TransparencyModel) -> None:
    many = judge_transparency_many(asked.sheets, model, asked.as_of)
    alone = (judge_transparency(sheet, model, asked.as_of).outcome() for sheet in asked.sheets)
    assert tell_each(many) == tell_each(alone)


def check_all(asked: Asked) -> None:
    for lock_in in LOCK_IN.values():
        check_lock_in(asked, lock_in)
    for transparency in TRANSPARENCY.values():
        check_transparency(asked, transparency)


def any_sheets(pick: Random, how_many: int) -> list[Sheet]:
    """Sheets like those of a portfolio: facts are shared as objects, some expire or have expired, some are alone."""
    types = fact_types()
    shared = {key: [_with_expiry(any_fact(types[key], pick), pick) for _ in range(5)] for key in KEYS}
    drawn = []
    for _ in range(how_many):
        chosen = pick.sample(KEYS, pick.randint(0, len(KEYS)))
        drawn.append({key: pick.choice(shared[key]) for key in chosen})
        for key in pick.sample(chosen, len(chosen) // 8):
            drawn[-1][key] = _with_expiry(any_fact(types[key], pick), pick)
    return drawn


def _with_expiry(fact: Fact, pick: Random) -> Fact:
    days = pick.choice((None, None, None, -30, 0, 1, 200, 5000))
    return fact if days is None else replace(fact, expires_on=AS_OF + timedelta(days=days))


@settings(max_examples=8)
@given(picks(), st.sampled_from((0, 1, 2, 30)), st.sampled_from((-400, 0, 1, 150, 1500)))
def test_random_sheets_come_out_as_one_by_one(pick: Random, how_many: int, shift: int) -> None:
    check_all(Asked(any_sheets(pick, how_many), AS_OF + timedelta(days=shift)))


def test_the_worked_cases_come_out_as_one_by_one() -> None:
    cases = [read_worked_case(case) for case in ("V01", "V03", "V06", "V07", "V12")]
    check_all(Asked([*cases, *_read_seed_systems()], AS_OF))


def _read_seed_systems() -> list[Sheet]:
    seeds = yaml.safe_load((RULEPACKS / "lock_in" / "cases" / "seed_systems.yaml").read_text(encoding="utf-8"))
    stated = [{**seeds["common"], **system["facts"]} for system in seeds["systems"]]
    plain = [
        {key: value.isoformat() if isinstance(value, date) else value for key, value in each.items()} for each in stated
    ]
    return [parse_sheet(each, fact_types()) for each in plain]


def test_the_ends_of_the_scales_come_out_as_one_by_one() -> None:
    ends = [extreme_sheet(KEYS, worst=worst, grade=grade) for worst in (True, False) for grade in Grade]
    check_all(Asked([{}, *ends, {}], AS_OF))


def test_where_no_fact_applies_all_come_out_as_one_by_one() -> None:
    nothing: Sheet = {key: Fact(None, not_applicable="no vendor") for key in KEYS}
    one_left = [{other: fact for other, fact in nothing.items() if other != key} for key in KEYS]
    check_all(Asked([nothing, *one_left, {}, nothing], AS_OF))
    [outcome] = judge_transparency_many([nothing], PACKS.transparency, AS_OF)
    assert outcome.score.band == "very_high"


def test_days_that_no_calendar_reaches_come_out_as_one_by_one() -> None:
    last, many = Fact(date.max), Fact(10**12)
    term = {"contract.end_date": last, "horizon.retirement_date": last, "exit.tested_on": Fact(date.max)}
    far = {**term, "contract.notice_days": Fact(-5), "contract.exit_transition_days": many}
    check_all(Asked([term, far, {**far, "contract.notice_days": many}], AS_OF))


def test_a_test_of_phases_that_the_model_does_not_have_replaces_nothing() -> None:
    test = {"exit.test_kind": Fact("technical"), "exit.tested_days": Fact(500), "exit.tested_on": Fact(AS_OF)}
    phases = (("port",), ("assets", "port"), ("choose", "port"), ())
    check_all(Asked([{**test, "exit.test_phases": Fact(names)} for names in phases], AS_OF))


def test_a_test_that_is_to_come_comes_out_as_one_by_one() -> None:
    test = {"exit.test_kind": Fact("technical"), "exit.tested_days": Fact(500), "exit.test_phases": Fact(("port",))}
    days = [Fact(AS_OF + timedelta(days=days)) for days in (-1, 0, 1, 2)]
    sheets: list[FactSheet] = [{**test, "exit.tested_on": day} for day in days]
    sheets += [{"exit.tested_on": day} for day in days]
    for shift in (0, 1, 2, 0):
        check_all(Asked(sheets, AS_OF + timedelta(days=shift)))


def test_what_is_missing_is_told_apart_by_what_the_sudden_margin_waits_for() -> None:
    # Where nothing takes over, no one asks how long the fallback takes: the days of the exit count instead.
    sheets = [{"exit.tolerable_outage_days": Fact(5), "exit.fallback": Fact(name)} for name in ("none", "rules")]
    assert "exit.fallback_activation_days" not in _keys_missing(sheets[0])
    assert "exit.fallback_activation_days" in _keys_missing(sheets[1])
    check_all(Asked([*sheets, *reversed(sheets)], AS_OF))


def test_what_is_missing_is_told_apart_by_whether_a_test_took_place() -> None:
    # A test of long ago counts as little as none, yet its phases and days are still asked for.
    sheets = [{"exit.tested_on": Fact(day)} for day in (None, date(2020, 1, 1))]
    assert "exit.tested_days" not in _keys_missing(sheets[0])
    assert "exit.tested_days" in _keys_missing(sheets[1])
    check_all(Asked([*sheets, *reversed(sheets)], AS_OF))


def _keys_missing(sheet: Sheet) -> set[str]:
    [outcome] = judge_lock_in_many([sheet], PACKS.lock_in, AS_OF)
    return {key for key, _, _ in outcome.missing}


def test_values_that_are_equal_and_not_the_same_are_told_apart() -> None:
    # 0 == 0.0 == -0.0 == False, and 1 == True: whoever comes first must not speak for the others.
    values = (False, 0, 0.0, -0.0, True, 1, 1.0, None)
    keys = ("exit.tolerable_outage_days", "exit.fallback_activation_days", "conc.critical_share", "ict.exit_plan")
    sheets = [{key: Fact(value) for key in keys} for value in values]
    nothing_takes_over = [{**sheet, "exit.fallback": Fact("none")} for sheet in sheets]
    check_all(Asked([*sheets, *nothing_takes_over, *reversed(sheets)], AS_OF))


def test_a_call_after_others_is_not_led_astray_by_them() -> None:
    # The facts of the first sheets are gone by then; other objects may have taken their identities.
    for seed in range(4):
        asked = Asked(any_sheets(Random(seed), 6), AS_OF)
        check_lock_in(asked, PACKS.lock_in)
        check_transparency(asked, PACKS.transparency)


@pytest.mark.parametrize("judge", [judge_lock_in_many, judge_transparency_many])
def test_no_sheets_give_no_outcomes(judge: Callable[..., list[object]]) -> None:
    assert judge([], PACKS.lock_in, AS_OF) == []


@pytest.mark.parametrize("model", [PACKS.lock_in.score, SHUFFLED.score, PACKS.transparency.score])
def test_no_fact_is_read_in_two_blocks_and_no_term_is_lost(model: object) -> None:
    assert isinstance(model, type(PACKS.lock_in.score))
    cuts = cut_model(model)
    keys = [key for cut in cuts for key in cut.keys]
    assert sorted(keys) == sorted(model.keys), "each fact in one block"
    assert tuple(term for cut in cuts for term in cut.model.terms) == model.terms
    groups = [name for cut in cuts for name in cut.model.weights]
    assert len(groups) == len(set(groups)), "each group in one block"
