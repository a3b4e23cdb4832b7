"""The outcome of the law without explanations: what is open, and which missing facts stand behind it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from audit.engine.facts import Fact, FactSheet
from audit.engine.regulatory import LawOutcome, judge_regulation
from audit.engine.rules import RulePack
from audit.rulepacks.loader import load_directory
from tests.audit.rulepacks.small_pack import RULE, STRICT, TYPES, write_pack

NOVEMBER = date(2026, 11, 20)
PLACED = "all: [{fact: s.uses, is: true}, {fact: s.placed, before: 2026-01-01}]"
LATE = RULE.replace("toy.art_1.care", "toy.art_3.late").replace("T-1", "T-3")


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    """The toy law with two more duties, which alone ask for the day on which the system was placed."""
    placed = LATE.replace("{fact: toy.roles, has: user}", f"{{{PLACED}}}")
    again = placed.replace("art_3.late", "art_4.later").replace("T-3", "T-4")
    rules = {"care.yaml": RULE, "make.yaml": STRICT, "placed.yaml": placed, "placed_again.yaml": again}
    return load_directory(write_pack(Path(tmp_path_factory.mktemp("packs")), rules=rules), TYPES)


def judge(toy: RulePack, sheet: FactSheet) -> LawOutcome:
    return judge_regulation(sheet, {}, [toy], NOVEMBER).outcome()


def test_each_open_answer_names_its_facts_in_the_order_in_which_the_pack_asks_for_them(toy: RulePack) -> None:
    assert judge(toy, {}).missing.answers == (
        ("class", ("s.stage", "s.fields", "s.danger")),
        ("roles", ("s.builds", "s.named", "s.uses")),
    )


def test_an_idea_asks_for_the_class_it_will_have_in_service(toy: RulePack) -> None:
    sheet = {"s.stage": Fact("idea"), "s.builds": Fact(False), "s.uses": Fact(False), "s.danger": Fact("great")}
    assert judge(toy, sheet).missing.answers == (("class_on_go_live", ("s.fields",)),)


def test_a_fact_that_decides_no_answer_counts_the_duties_that_wait_for_it(toy: RulePack) -> None:
    # The use decides a role, so that it is not counted with the two duties that ask for it and for the day.
    assert judge(toy, {}).missing.duties == (("s.placed", 2),)
    assert judge(toy, {"s.uses": Fact(False)}).missing.duties == ()


def test_the_facts_behind_open_duties_are_asked_in_the_order_of_the_pack(toy: RulePack) -> None:
    sheet = {"s.stage": Fact("live"), "s.danger": Fact("none"), "s.builds": Fact(False)}
    found = judge(toy, sheet)
    assert [entry.id for entry in found.undetermined] == ["T-1", "T-3", "T-4"]
    assert found.asked == ("s.uses", "s.placed")


def test_an_open_obligation_is_one_object_for_all_systems(toy: RulePack) -> None:
    first, second = judge(toy, {}), judge(toy, {"s.uses": Fact(True)})
    assert {id(entry) for entry in second.undetermined} <= {id(entry) for entry in first.undetermined}
