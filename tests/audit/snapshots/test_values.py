"""How several statements become one: the worst counts, the unknown stays unknown, and more knowledge only narrows."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.engine.facts import JsonValue
from audit.snapshots.assembly import settle
from audit.snapshots.values import Maybe, RawFact, direction_of, take_worst

CHARGES = ("none", "cost_based", "penalty")
VALUES: Final[dict[str, st.SearchStrategy[JsonValue]]] = {
    "contract.switching_charge": st.sampled_from(CHARGES),
    "contract.notice_days": st.integers(0, 400),
    "contract.exit_transition_days": st.integers(0, 400),
    "contract.price_cap": st.booleans(),
    "contract.auto_renewal": st.booleans(),
    "contract.end_date": st.dates().map(lambda day: day.isoformat()) | st.none(),
    "exit.tested_on": st.dates().map(lambda day: day.isoformat()) | st.none(),
    "ict.contract_clauses": st.lists(st.sampled_from(["audit_rights", "locations", "tlpt"]), unique=True).map(list),
    "model.is_gpai": st.booleans(),
}
NOT_APPLICABLE = RawFact(not_applicable="no vendor")


@st.composite
def several(draw: st.DrawFn) -> tuple[str, list[Maybe]]:
    """A fact's key, and what up to five contracts or components say of it."""
    key = draw(st.sampled_from(sorted(VALUES)))
    stated = VALUES[key].map(lambda value: RawFact(value, "row"))
    return key, draw(st.lists(stated | st.none() | st.just(NOT_APPLICABLE), min_size=1, max_size=5))


def value_of(fact: Maybe) -> object:
    return "unknown" if fact is None else fact.not_applicable or fact.value


@given(several(), st.data())
def test_the_order_does_not_count(case: tuple[str, list[Maybe]], data: st.DataObject) -> None:
    key, found = case
    shuffled = data.draw(st.permutations(found))
    assert value_of(take_worst(key, shuffled)) == value_of(take_worst(key, found))


@given(several(), st.data())
def test_learning_what_was_unknown_never_changes_what_was_concluded(
    case: tuple[str, list[Maybe]], data: st.DataObject
) -> None:
    key, found = case
    before = take_worst(key, found)
    if before is None or before.not_applicable:
        return
    learned = [RawFact(data.draw(VALUES[key])) if fact is None else fact for fact in found]
    assert value_of(take_worst(key, learned)) == value_of(before)


@given(several())
def test_the_result_is_at_least_as_bad_as_each_statement(case: tuple[str, list[Maybe]]) -> None:
    key, found = case
    direction = direction_of(key)
    result = take_worst(key, found)
    if result is None or result.not_applicable or direction.is_list:
        return
    known = [fact.value for fact in found if fact is not None and not fact.not_applicable]
    if direction.worse == "earlier":  # a term that never ends is no earlier end
        known = [value for value in known if value is not None] or known
    assert all(direction.rank(result.value) >= direction.rank(value) for value in known)


@given(several())
def test_what_does_not_apply_to_some_stays_out_and_applies_to_none_only_if_to_none(
    case: tuple[str, list[Maybe]],
) -> None:
    key, found = case
    applying = [fact for fact in found if fact is None or not fact.not_applicable]
    expected = take_worst(key, applying) if applying else NOT_APPLICABLE
    assert value_of(take_worst(key, found)) == value_of(expected)


@pytest.mark.parametrize(
    ("key", "values", "worst"),
    [
        ("contract.switching_charge", ["none", "penalty", "cost_based"], "penalty"),
        ("contract.notice_days", [30, 90], 90),
        ("contract.vendor_notice_days", [30, 90], 30),
        ("contract.exit_transition_days", [30, 90], 30),
        ("contract.end_date", [None, "2027-01-01", "2026-12-31"], "2026-12-31"),
        ("exit.tested_on", ["2026-01-01", "2025-01-01"], "2025-01-01"),
        ("exit.tested_on", ["2026-01-01", None], None),
        ("lock.access_mode", ["self_hosted", "vendor_api"], "vendor_api"),
        ("model.licence_restrictions", [["user_threshold"], ["non_commercial"]], ["non_commercial", "user_threshold"]),
        ("ict.contract_clauses", [["locations"], ["audit_rights", "locations"]], ["locations"]),
    ],
)
def test_which_of_several_counts(key: str, values: list[JsonValue], worst: JsonValue) -> None:
    assert value_of(take_worst(key, [RawFact(value) for value in values])) == worst


def test_of_equal_values_the_poorer_support_counts() -> None:
    found = [RawFact(value=True, grade="verified"), RawFact(value=True, grade="vendor_claimed")]
    combined = take_worst("contract.price_cap", found)
    assert combined is not None
    assert combined.grade == "vendor_claimed"


ROW, ANSWER, CATALOGUE = (RawFact(value=True, source=source) for source in ("row", "answer", "catalogue"))


def test_a_row_beats_an_answer_and_an_answer_the_catalogue() -> None:
    denied = RawFact(value=False, source="catalogue")
    assert settle("ict.critical_function", ROW, None, None) == (ROW, None)
    used, conflict = settle("ict.critical_function", ROW, RawFact(value=False, source="answer"), None)
    assert used == ROW
    assert conflict is not None
    assert [fact.source for fact in conflict.stated] == ["row", "answer"]
    used, conflict = settle("ict.non_production", None, ANSWER, denied)
    assert used == ANSWER
    assert conflict is not None


def test_what_does_not_apply_by_the_rows_cannot_be_answered_away() -> None:
    assert settle("contract.price_cap", NOT_APPLICABLE, ANSWER, None) == (NOT_APPLICABLE, None)


def test_sources_that_agree_are_no_contradiction_and_the_better_support_counts() -> None:
    verified = RawFact(value=True, source="catalogue", grade="verified")
    assert settle("trans.model_card", None, ANSWER, verified) == (verified, None)
