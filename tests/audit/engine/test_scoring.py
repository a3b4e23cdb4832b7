"""How a value becomes a risk, how evidence widens it, and how parts are weighed and rounded."""

import pytest

from audit.engine.facts import Fact, Grade, Value
from audit.engine.scoring.explain import list_drivers, rank_missing
from audit.engine.scoring.scales import LineScale, ListScale, Scale, StepScale, TableScale
from audit.engine.scoring.terms import Condition, ScoreModel, Term
from audit.engine.scoring.totals import band_of, label_of, score
from audit.rulepacks import load_packs

LOCK_IN = load_packs([]).lock_in.score
WIDENING = {Grade.VERIFIED: 0.0, Grade.DOCUMENTED: 0.1, Grade.SELF_DECLARED: 0.2, Grade.VENDOR_CLAIMED: 0.3}
YES_NO = TableScale({True: 0.0, False: 1.0})
LETTERS = ListScale({"a": 0.5, "b": 0.3, "c": 0.2})


def model_of(*terms: Term, rescales: bool = False) -> ScoreModel:
    weights: dict[str, float] = {}
    for term in terms:
        weights[term.group] = weights.get(term.group, 0.0) + term.points
    return ScoreModel("test", "1", terms, weights, WIDENING, rescales)


def term(key: str, points: float, scale: Scale = YES_NO, **more: object) -> Term:
    return Term(key, "all", points, scale, "because", **more)  # type: ignore[arg-type] # the keywords are Term's own


@pytest.mark.parametrize(
    ("scale", "value", "risk"),
    [
        (StepScale((0, 1, 3), (1.0, 0.5, 0.0)), 0, 1.0),
        (StepScale((0, 1, 3), (1.0, 0.5, 0.0)), 2, 0.5),
        (StepScale((0, 1, 3), (1.0, 0.5, 0.0)), 99, 0.0),
        (StepScale((0, 1, 3), (1.0, 0.5, 0.0)), None, 1.0),  # known to be none is 0
        (StepScale((0, 1, 3), (1.0, 0.5, 0.0)), -5, 1.0),  # below the first step is the first step
        (LineScale(((0, 0.0), (0.5, 0.8), (1, 1.0))), 0.25, 0.4),
        (LineScale(((0, 0.0), (0.5, 0.8), (1, 1.0))), 7, 1.0),
        (ListScale({"a": 0.7, "b": 0.3}), ("b",), 0.3),
        (ListScale({"a": 0.7, "b": 0.3}), (), 0.0),
        (ListScale({"a": 0.7, "b": 0.3}, more_is_better=True), ("a",), 0.3),
    ],
)
def test_a_scale_gives_the_risk_written_for_the_value(scale: Scale, value: Value, risk: float) -> None:
    assert scale.risk(value) == pytest.approx(risk)


@pytest.mark.parametrize(
    ("grade", "high"),
    [(Grade.VERIFIED, 40.0), (Grade.DOCUMENTED, 46.0), (Grade.SELF_DECLARED, 52.0), (Grade.VENDOR_CLAIMED, 58.0)],
)
def test_evidence_widens_the_high_end_by_its_share_of_the_way_to_the_worst(grade: Grade, high: float) -> None:
    # A risk of 0.4 lies 0.6 from the worst: 0, 0.1, 0.2 and 0.3 of that are added.
    model = model_of(term("x", 100, TableScale({"good": 0.0, "middling": 0.4, "bad": 1.0})))
    result = score(model, {"x": Fact("middling", grade)})
    assert (result.low, result.high) == (40.0, high)


def test_a_null_that_says_nothing_is_unknown() -> None:
    result = score(model_of(term("x", 100)), {"x": Fact(None)})
    assert (result.low, result.high, result.coverage) == (0.0, 100.0, 0.0)


@pytest.mark.parametrize(
    ("held", "freed", "low"),
    [
        (("a", "b"), ("a",), 30.0),
        (("a", "b"), (), 80.0),
        (("a",), ("a", "b", "c"), 0.0),  # what can be taken out beyond what is held makes nothing better or worse
        ((), (), 0.0),
    ],
)
def test_one_list_less_another_is_weighed_by_what_is_left(
    held: tuple[str, ...], freed: tuple[str, ...], low: float
) -> None:
    sheet = {"held": Fact(held, Grade.VERIFIED), "freed": Fact(freed, Grade.VERIFIED)}
    result = score(model_of(term("held", 100, LETTERS, minus="freed")), sheet)
    assert (result.low, result.high) == (low, low)


def test_an_empty_list_is_the_best_value_whatever_can_be_taken_out() -> None:
    model = model_of(term("held", 100, LETTERS, minus="freed"))
    for freed in ({}, {"freed": Fact((), Grade.VENDOR_CLAIMED)}, {"freed": Fact(("a",), Grade.SELF_DECLARED)}):
        result = score(model, {"held": Fact((), Grade.VERIFIED), **freed})
        assert (result.low, result.high, result.coverage) == (0.0, 0.0, 1.0)


def test_each_list_widens_only_what_it_could_still_hide() -> None:
    model = model_of(term("held", 100, LETTERS, minus="freed"))
    # Self-declared to hold a alone, verified that nothing comes out: b and c (0.5) may be held too, 0.2 of that.
    result = score(model, {"held": Fact(("a",)), "freed": Fact((), Grade.VERIFIED)})
    assert (result.low, result.high) == (50.0, 60.0)


def test_an_undecided_gate_keeps_the_good_end_and_the_bad_one() -> None:
    gate = Condition((("own", frozenset({True})),))
    model = model_of(term("hosts", 100, YES_NO, unless=gate))
    known = {"hosts": Fact(value=False, grade=Grade.VERIFIED)}
    assert (score(model, known).low, score(model, known).high) == (0.0, 100.0)
    held = score(model, {**known, "own": Fact(value=True)})
    assert (held.low, held.high) == (0.0, 0.0)
    not_held = score(model, {**known, "own": Fact(value=False)})
    assert (not_held.low, not_held.high) == (100.0, 100.0)


@pytest.mark.parametrize(
    ("high", "band"),
    [(0, "low"), (24.9, "low"), (25, "moderate"), (49.9, "moderate"), (50, "high"), (74.9, "high"), (75, "very_high")],
)
def test_the_band_is_that_of_the_unfavourable_end(high: float, band: str) -> None:
    assert band_of(high) == band


@pytest.mark.parametrize(
    ("low", "high", "label"),
    [
        (30, 45, "moderate"),
        (30, 70, "high"),  # two bands
        (10, 60, "not yet assessed, up to high"),  # three
        (0, 100, "not yet assessed, up to very high"),
    ],
)
def test_an_interval_over_more_than_two_bands_is_not_yet_assessed(low: float, high: float, label: str) -> None:
    assert label_of(low, high) == label


def test_the_band_belongs_to_the_figure_that_is_printed() -> None:
    # 24.96 is printed as 25.0, so it is moderate.
    result = score(
        model_of(term("x", 24.96), term("y", 75.04)),
        {"x": Fact(False, Grade.VERIFIED), "y": Fact(True, Grade.VERIFIED)},
    )
    assert (result.high, result.band) == (25.0, "moderate")


def test_thirds_are_rounded_so_that_the_drivers_still_add_up() -> None:
    thirds = [term(key, 100 / 3) for key in "xyz"]
    result = score(model_of(*thirds), {key: Fact(False, Grade.VERIFIED) for key in "xyz"})
    assert [driver.high for driver in list_drivers(result)] == [334, 333, 333], "in tenths; the sum is 1,000"


def test_the_missing_facts_are_ranked_by_how_much_they_would_narrow() -> None:
    result = score(model_of(term("small", 10), term("large", 60), term("known", 30)), {"known": Fact(True)})
    assert rank_missing(result) == (("large", 60.0), ("small", 10.0))


def test_a_fact_that_only_opens_others_is_ranked_by_what_it_opens() -> None:
    gate = Condition((("target", frozenset({"model"})),))
    model = model_of(term("weights", 100, YES_NO, only_when=gate))
    ranked = dict(rank_missing(score(model, {"weights": Fact(False, Grade.VERIFIED)})))
    assert ranked == {"target": 100.0}, "either answer decides the whole"


def test_the_weights_of_the_lock_in_model_are_those_of_its_groups() -> None:
    assert LOCK_IN.weights == {
        "access": 20.0,
        "substitutes": 15.0,
        "coupling": 15.0,
        "assets": 10.0,
        "contract": 15.0,
        "readiness": 15.0,
        "concentration": 10.0,
    }
    assert sum(each.points for each in LOCK_IN.terms) == pytest.approx(100)
    assert all(each.why for each in LOCK_IN.terms)
