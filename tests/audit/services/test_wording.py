"""The hash of a wording: the same for equal judgements, another wherever anything moved that is worded from it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.engine.assess import SystemOutcome, assess
from audit.engine.facts import parse_controls, parse_sheet
from audit.engine.findings import Duty, Outcome
from audit.engine.lock_in import LockInOutcome
from audit.engine.regulatory import LawOutcome
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.services.wording import hash_wordings

FACTS: dict[str, Any] = {
    "sys.ai_definition": "yes",
    "sys.placed_in_eu": True,
    "role.uses": True,
    "data.personal": True,
    "data.controller": True,
    "contract.end_date": date(2027, 6, 30).isoformat(),
}


def hash_wording(outcome: SystemOutcome) -> str:
    return hash_wordings([outcome.gist()])[0]


def judge() -> SystemOutcome:
    sheet = parse_sheet({key: {"value": value, "grade": "self_declared"} for key, value in FACTS.items()}, fact_types())
    controls = parse_controls({"gdpr.art_6.lawful_basis": {"status": "met", "grade": "self_declared"}})
    return assess("SYS-1", sheet, controls, load_packs(), date(2026, 11, 20)).outcome()


def in_law(**moved: Any) -> SystemOutcome:
    judged = judge()
    return judged._replace(law=judged.law._replace(**moved))


def in_lock_in(**moved: Any) -> SystemOutcome:
    judged = judge()
    return judged._replace(lock_in=judged.lock_in._replace(**moved))


def in_transparency(**moved: Any) -> SystemOutcome:
    judged = judge()
    return judged._replace(transparency=judged.transparency._replace(**moved))


def law() -> LawOutcome:
    return judge().law


def duty(**moved: Any) -> dict[str, tuple[Duty, ...]]:
    first, *others = law().duties
    return {"duties": (first._replace(**moved), *others)}


def test_equal_judgements_of_other_objects_have_the_same_hash() -> None:
    assert hash_wording(judge()) == hash_wording(judge())


def test_the_day_of_the_judgement_is_not_part_of_it_but_what_has_passed_by_then_is() -> None:
    assert hash_wording(judge()._replace(as_of=date(2026, 11, 21))) == hash_wording(judge())
    assert hash_wording(judge()._replace(as_of=date(2027, 7, 1))) != hash_wording(judge())


def test_days_to_spare_that_are_counted_down_to_a_date_are_told_by_the_date() -> None:
    assert judge().lock_in.short_at_worst_from is not None
    assert hash_wording(in_lock_in(orderly=(1, 2))) == hash_wording(judge())


@pytest.mark.parametrize(
    "moved",
    [
        lambda: in_law(**duty(static={**law().duties[0].static, "title": "Called otherwise"})),
        lambda: in_law(**duty(static={**law().duties[0].static, "citation": "Another article"})),
        lambda: in_law(**duty(stages={"new systems": date(2027, 1, 1)})),
        lambda: in_law(**duty(helped_by=("another",))),
        lambda: in_law(duties=law().duties[1:]),
        lambda: in_law(undetermined=law().undetermined[1:]),
        lambda: in_law(
            undetermined=(law().undetermined[0]._replace(static={"title": "Other"}), *law().undetermined[1:])
        ),
        lambda: in_law(asked=law().asked[1:]),
        lambda: in_law(missing=law().missing._replace(answers=law().missing.answers[1:])),
        lambda: in_law(answers={**law().answers, "gpai_class": "of another kind"}),
        lambda: in_law(answers={**law().answers, "another": None}),
        lambda: in_law(missing=law().missing._replace(duties=(("sys.profiling", 99),))),
        lambda: in_law(past_review=("eu_ai_act",)),
        lambda: in_law(**duty(outcome=Outcome.NOT_SATISFIED)),
        lambda: in_law(band=None),
        lambda: in_law(valid_until=date(2030, 1, 1)),
        lambda: in_lock_in(exit_high=9_999),
        lambda: in_lock_in(orderly=(1, 2), short_at_worst_from=None),
        lambda: in_lock_in(sudden=(-1.0, 2.0)),
        lambda: in_lock_in(dates=()),
        lambda: in_lock_in(missing=()),
        lambda: in_lock_in(contradictions=("one against the other",)),
        lambda: in_lock_in(valid_until=date(2030, 1, 1)),
        lambda: in_lock_in(short_at_worst_from=date(2020, 1, 1)),
        lambda: in_lock_in(score=judge().lock_in.score._replace(label="otherwise")),
        lambda: in_transparency(score=judge().transparency.score._replace(label="otherwise")),
        lambda: in_transparency(missing=judge().transparency.missing[1:]),
        lambda: in_transparency(missing=judge().lock_in.missing),
        lambda: in_transparency(valid_until=date(2030, 1, 1)),
    ],
)
def test_whatever_is_worded_from_a_judgement_moves_it(moved: Any) -> None:
    other: SystemOutcome = moved()
    assert other != judge()
    assert hash_wording(other) != hash_wording(judge())


def test_the_order_of_what_is_open_is_not_part_of_it() -> None:
    """It is that of the packs, and is compared there (``audit.services.pack_sets``)."""
    assert hash_wording(in_law(asked=law().asked[::-1])) == hash_wording(judge())
    assert hash_wording(in_law(undetermined=law().undetermined[::-1])) == hash_wording(judge())


def test_every_part_of_a_judgement_is_known_to_the_wording() -> None:
    """A new part has to be put into the wording; then it is added here."""
    assert LawOutcome._fields == (
        *("answers", "duties", "undetermined", "missing", "band", "past_review", "valid_until", "asked"),
    )
    assert LockInOutcome._fields == (
        *("score", "exit_low", "exit_high", "orderly", "sudden", "short_at_worst_from", "short_at_best_from"),
        *("dates", "contradictions", "missing", "valid_until"),
    )
    assert Duty._fields == (
        *("id", "rule", "outcome", "applies_from", "in_force", "static", "stages", "possible_days", "control"),
        *("through", "helped_by"),
    )
