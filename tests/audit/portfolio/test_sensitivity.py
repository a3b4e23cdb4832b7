"""Whether the order of a portfolio rests on the weights."""

import pytest

from audit.engine.facts import Fact, Grade
from audit.models import Standing
from audit.portfolio.sensitivity import _draw_ids, measure_robustness, read_robustness
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.services.assessing import assess_now
from governance.models import AISystem
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


@pytest.mark.django_db
def test_of_a_large_portfolio_some_are_drawn_all_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # Read one and judged one by one, 100,000 sheets took 43 seconds, of every process that showed the page.
    monkeypatch.setattr("audit.portfolio.sensitivity.MOST_COMPARED", 4)
    first, *others = [make_vendor_chatbot()[0] for _ in range(12)]
    assess_now(system_id=first.pk, as_of=TODAY, requested_by="test")
    sheet = Standing.objects.get(system=first).assessment
    for system in others:
        Standing.objects.update_or_create(system=system, defaults={"assessment": sheet, "as_of": TODAY})
    measured = read_robustness(TODAY)
    assert measured.is_drawn
    assert 1 <= measured.lock_in.systems <= 4
    AISystem.objects.filter(pk__gt=others[1].pk).update(stage="withdrawn")
    measured = read_robustness(TODAY)
    assert not measured.is_drawn
    assert measured.lock_in.systems == 3


@pytest.mark.parametrize("block", [1, 8, 64])
def test_of_each_block_of_ids_one_is_drawn(block: int) -> None:
    drawn = [*_draw_ids(128, 128 + 1023, block)]
    assert [number // block for number in drawn] == [*range(128 // block, (128 + 1023) // block + 1)]
    assert block == 1 or len({number % block for number in drawn}) > 2, "not always the same place: lists have rhythms"
