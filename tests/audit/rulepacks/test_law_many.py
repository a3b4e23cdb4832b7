"""Many systems judged at once come out as each of them judged alone, whatever the packs, the facts and the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.engine.facts import CONTROL_STATES, Control, Fact, FactSheet
from audit.engine.regulatory import LawOutcome, judge_many, judge_regulation
from audit.engine.rules import RulePack
from audit.rulepacks.cases import Case
from audit.rulepacks.facts import fact_types
from tests.audit.engine.sheets import AS_OF, any_fact
from tests.audit.rulepacks.small_pack import load_toy
from tests.audit.rulepacks.test_cases import CASES, packs

# Before the Acts, between their adoption and their days, on a day of change and after the last one.
DAYS = (AS_OF, *(date(*day) for day in ((2024, 1, 1), (2025, 2, 2), (2026, 7, 24), (2027, 12, 2), (2031, 1, 1))))
Controls = dict[str, Control]


@cache
def cases() -> list[tuple[Case, dict[str, Fact]]]:
    return [(case, case.sheet(fact_types())) for case in sorted(CASES, key=attrgetter("as_of"))]


@cache
def law_keys() -> list[str]:
    return sorted({key for _, sheet in cases() for key in sheet})


@cache
def control_names() -> list[str]:
    versions = [(rule, version) for pack in packs() for rule in pack.rules for version in rule.versions]
    names = {name for rule, one in versions for name in (rule.id, rule.row, one.control, *one.accepts, *one.helped_by)}
    return sorted(names - {""})


def judge_each(
    sheets: Sequence[FactSheet], controls: Sequence[Controls], law: Sequence[RulePack], as_of: date
) -> list[LawOutcome]:
    pairs = zip(sheets, controls, strict=True)
    return [judge_regulation(sheet, recorded, law, as_of).outcome() for sheet, recorded in pairs]


def check(sheets: Sequence[FactSheet], controls: Sequence[Controls], law: Sequence[RulePack], as_of: date) -> None:
    many, each = judge_many(sheets, controls, law, as_of), judge_each(sheets, controls, law, as_of)
    assert many == each
    assert [[*one.answers] for one in many] == [[*one.answers] for one in each]  # the keys in their order, too


def draw_expiry(pick: Random) -> date | None:
    return AS_OF + timedelta(days=pick.choice((-400, -1, 0, 1, 40, 400))) if pick.random() < 0.25 else None


def draw_sheet(pick: Random) -> dict[str, Fact]:
    """A worked case with some facts changed, some left out and some expired."""
    sheet = dict(pick.choice(cases())[1])
    for key in pick.sample(law_keys(), pick.randint(0, 20)):
        fact = any_fact(fact_types()[key], pick)
        sheet[key] = Fact(fact.value, fact.grade, draw_expiry(pick), not_applicable=fact.not_applicable)
    for key in pick.sample(sorted(sheet), pick.choice((0, 0, 1, 5, 20, len(sheet)))):
        del sheet[key]
    return sheet


def draw_controls(pick: Random) -> Controls:
    names = pick.sample(control_names(), pick.choice((0, 0, 1, 3, 40)))
    return {name: Control(pick.choice(CONTROL_STATES), expires_on=draw_expiry(pick)) for name in names}


def test_every_worked_case_comes_out_as_alone() -> None:
    for as_of, group in groupby(cases(), key=lambda entry: entry[0].as_of):
        sheets = [sheet for _, sheet in group]
        check(sheets, [{} for _ in sheets], packs(), as_of)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32), as_of=st.sampled_from(DAYS))
def test_any_systems_on_any_day_come_out_as_alone(seed: int, as_of: date) -> None:
    pick = Random(seed)
    sheets = [draw_sheet(pick) for _ in range(pick.choice((1, 20)))]
    check(sheets, [draw_controls(pick) for _ in sheets], packs(), as_of)


def test_no_system_gives_nothing() -> None:
    assert judge_many([], [], packs(), AS_OF) == []


def test_without_a_pack_nothing_is_said() -> None:
    check([{"role.uses": Fact(True)}], [{}], [], AS_OF)


def test_more_days_than_a_byte_can_number_come_out_as_alone() -> None:
    sheet = cases()[0][1]
    days = [AS_OF - timedelta(days=30 * back) for back in range(300)]
    sheets = [{**sheet, "sys.first_placed_date": Fact(day, expires_on=day + timedelta(days=900))} for day in days]
    check(sheets, [{} for _ in sheets], packs(), AS_OF)


def test_what_is_equal_is_one_object() -> None:
    sheet = cases()[-1][1]
    one, two = judge_many([sheet, dict(sheet)], [{}, {}], packs(), AS_OF)
    # What is missing differs from system to system: to look for the same would cost more than to say it again.
    shared = [name for name in one._fields if name != "missing"]
    assert all(getattr(one, name) is getattr(two, name) for name in shared)
    assert one.missing == two.missing


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    return load_toy(Path(tmp_path_factory.mktemp("packs")))


def test_an_idea_among_systems_in_use_is_asked_for_its_class_once_in_service(toy: RulePack) -> None:
    sheets: list[FactSheet] = [
        {"s.stage": Fact("idea"), "s.danger": Fact("great")},
        {"s.stage": Fact("live"), "s.danger": Fact("great")},
        {"s.stage": Fact("idea"), "s.fields": Fact(())},
        {},
    ]
    check(sheets, [{}] * 4, [toy], AS_OF)
    open_labels = [[label for label, _ in one.missing.answers] for one in judge_many(sheets, [{}] * 4, [toy], AS_OF)]
    assert open_labels == [["class_on_go_live", "roles"], ["class", "roles"], ["roles"], ["class", "roles"]]


def test_a_pack_that_reads_a_fact_before_it_is_derived_is_judged_one_by_one(toy: RulePack) -> None:
    """Read too early the fact is unknown, and known after: one truth a condition would not do."""
    backwards = replace(toy, derived=tuple(reversed(toy.derived)))
    check([{"s.builds": Fact(True), "s.named": Fact(True)}, {}], [{}, {}], [backwards], AS_OF)
