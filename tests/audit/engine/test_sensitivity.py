"""Whether a portfolio's order survives each weight moved by a fifth (facts/lock_in.yaml)."""

import pytest

from audit.engine.facts import Fact, Grade
from audit.engine.scoring.scales import LineScale
from audit.engine.scoring.sensitivity import measure_sensitivity
from audit.engine.scoring.terms import ScoreModel, Term
from audit.engine.scoring.totals import Score, score
from tests.audit.engine.test_lock_in_cases import SEEDS, judge_seed

LINE = LineScale(((0, 0.0), (1, 1.0)))
MODEL = ScoreModel(
    "test",
    "1",
    (Term("x", "left", 50, LINE, "because"), Term("y", "right", 50, LINE, "because")),
    {"left": 50.0, "right": 50.0},
    dict.fromkeys(Grade, 0.0),
    rescales=False,
)


def place(x: float, y: float) -> Score:
    return score(MODEL, {"x": Fact(x, Grade.VERIFIED), "y": Fact(y, Grade.VERIFIED)})


def test_an_order_that_holds_in_every_group_survives() -> None:
    outcome = measure_sensitivity({"a": place(0.2, 0.2), "b": place(0.4, 0.6), "c": place(0.9, 0.9)})
    assert outcome.survives
    assert "stays the same" in outcome.line


def test_a_close_order_that_rests_on_one_group_does_not_survive_and_names_the_pair() -> None:
    # a: 50*1 + 0 = 50; b: 0 + 50*0.95 = 47.5. With left at 40 of 90, a has 44.4 and b 52.8.
    outcome = measure_sensitivity({"a": place(1.0, 0.0), "b": place(0.0, 0.95)})
    assert not outcome.survives
    left_down = next(shift for shift in outcome.shifts if (shift.group, shift.factor) == ("left", 0.8))
    assert (left_down.overtaken, left_down.example) == (1, ("b", "a"))
    assert "b comes above a" in outcome.line


def test_equal_figures_are_in_no_order_that_could_be_lost() -> None:
    assert measure_sensitivity({"a": place(1.0, 0.0), "b": place(0.0, 1.0)}).survives


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_systems_have_no_order(count: int) -> None:
    outcome = measure_sensitivity({str(number): place(0.5, 0.5) for number in range(count)})
    assert outcome.survives
    assert "no order to test" in outcome.line


def test_the_seed_systems_keep_their_order() -> None:
    outcome = measure_sensitivity({system["id"]: judge_seed(system["id"]).score for system in SEEDS["systems"]})
    assert outcome.survives, outcome.line
