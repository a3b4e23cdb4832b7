"""Whether the order of a portfolio rests on the weights."""

import pytest

from audit.engine.facts import Fact, Grade
from audit.portfolio.sensitivity import measure_robustness, read_robustness
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.services.assessing import assess_now
from tests.audit.engine.sheets import AS_OF, extreme_sheet
from tests.audit.engine.test_lock_in_cases import SEEDS, judge_seed
from tests.audit.scenes import TODAY, make_own_model, make_vendor_chatbot


def test_best_and_worst_keep_their_places_whatever_the_weights() -> None:
    packs = load_packs()
    keys = packs.lock_in.score.keys | packs.transparency.score.keys
    sheets = {"best": extreme_sheet(keys, worst=False), "worst": extreme_sheet(keys, worst=True)}
    measured = measure_robustness(sheets, packs, AS_OF)
    assert measured.lock_in.survives
    assert measured.transparency.survives
    assert "stays the same" in measured.lock_in.line


def test_two_systems_that_are_close_for_different_reasons_do_not() -> None:
    # All assets lost: 10 points. No weights to hold (6) behind a vendor's interface (0.7 of 5): 9.5 points.
    # With access a fifth heavier that is 11.4 of 104, against 10 of 104: the second overtakes the first.
    packs = load_packs()
    best = extreme_sheet(packs.lock_in.score.keys, worst=False)
    best["lock.replace_object"] = Fact("model", Grade.VERIFIED)
    choices = fact_types()["lock.assets_at_vendor"].choices
    assets = best | {
        "lock.assets_at_vendor": Fact(tuple(sorted(choices)), Grade.VERIFIED),
        "lock.assets_exportable": Fact((), Grade.VERIFIED),
    }
    access = best | {
        "lock.weights_obtainable": Fact(value=False, grade=Grade.VERIFIED),
        "lock.access_mode": Fact("vendor_api", Grade.VERIFIED),
    }
    measured = measure_robustness({"assets": assets, "access": access}, packs, AS_OF)
    assert not measured.lock_in.survives
    moved = {(shift.group, shift.factor) for shift in measured.lock_in.shifts if shift.overtaken}
    assert moved == {("access", 1.2), ("assets", 0.8)}


def test_the_seed_systems_keep_theirs() -> None:
    sheets = {system["id"]: judge_seed(system["id"]).sheet for system in SEEDS["systems"]}
    assert measure_robustness(sheets, load_packs(), AS_OF).lock_in.survives


@pytest.mark.django_db
def test_the_register_is_measured_by_its_latest_assessments() -> None:
    chatbot, own = make_vendor_chatbot()[0], make_own_model()[0]
    make_vendor_chatbot(stage="withdrawn")
    assert read_robustness(TODAY).lock_in.systems == 0
    for system in (chatbot, own):
        assess_now(system_id=system.pk, as_of=TODAY, requested_by="test")
    measured = read_robustness(TODAY)
    assert measured.to_json()["systems"] == 2
    assert measured.lock_in.line
