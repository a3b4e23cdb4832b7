"""What moved, in words: what was, what is and why; many duties that moved alike stand together."""

from __future__ import annotations

import pytest
from django.utils import translation

from audit.engine.facts import JsonValue
from audit.models import Rating
from audit.services.news.changes import rate_change
from audit.services.news.wording import group_changes, name_because, name_value, tell_change


def duty(number: int, after: JsonValue = None) -> dict[str, JsonValue]:
    return {
        "part": "regulatory", "item": f"duty:rule_{number}", "title": f"Duty {number}", "before": {"outcome": "open"},
        "after": after, "causes": ["fact"], "facts": [], "rating": "low",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("item", "value", "words"),
    [
        ("aia_class", "high_risk_annex_iii", "high-risk (Annex III)"),
        ("aia_class", None, "not decided"),
        ("band", "very_high", "very high"),
        ("annex_iii_points", [], "none"),
        ("grandfathered_art_111_2", True, "yes"),
        ("exit_time_days", {"low": 40, "high": 210}, "40 to 210"),
        ("duty:x", {"outcome": "open"}, "not known whether it applies"),
        ("duty:x", {"outcome": "undetermined"}, "applies, nothing recorded"),
        ("duty:x", {"outcome": "not_yet_in_force", "applies_from": "2027-12-02"}, "to come, from 2 Dec 2027"),
        ("duty:x", None, "not a duty of this system"),
        ("high_risk_duties_from", "2027-12-02", "2 Dec 2027"),
        ("low", 41.0, "41"),
        ("high", 58.25, "58.2"),
    ],
)
def test_values_are_told_in_words(item: str, value: JsonValue, words: str) -> None:
    assert name_value(item, value) == words


@pytest.mark.parametrize(
    ("item", "value", "words"),
    [
        ("aia_class", "high_risk_annex_iii", "Hochrisiko (Anhang III)"),
        ("aia_roles", ["provider", "deployer"], "Anbieter, Betreiber"),
        ("band", "very_high", "sehr hoch"),
        ("exit_time_days", {"low": 40, "high": 210}, "40 bis 210"),
        ("duty:x", {"outcome": "not_yet_in_force", "applies_from": "2027-12-02"}, "künftig, ab 02.12.2027"),
    ],
)
def test_values_are_told_in_german(item: str, value: JsonValue, words: str) -> None:
    with translation.override("de"):
        assert name_value(item, value) == words


@pytest.mark.parametrize(
    ("item", "after", "rating"),
    [
        ("aia_class", "prohibited", Rating.VERY_HIGH),
        ("aia_class", "high_risk_annex_iii", Rating.HIGH),
        ("aia_class", None, Rating.MODERATE),  # what is no longer decided is not good news
        ("aia_class", "minimal", Rating.MODERATE),
        (
            "duty:nobody.knows",
            {"outcome": "not_satisfied"},
            Rating.HIGH,
        ),  # a severity not known is no light one
        ("duty:nobody.knows", {"outcome": "open"}, Rating.MODERATE),
        ("duty:nobody.knows", {"outcome": "satisfied"}, Rating.LOW),
        ("band", "very_high", Rating.HIGH),
        ("low", 41.0, Rating.LOW),
    ],
)
def test_a_change_is_as_grave_as_what_became_of_it(item: str, after: JsonValue, rating: Rating) -> None:
    assert rate_change(item, after) == rating


def test_a_change_names_its_causes_and_the_questions_of_its_facts() -> None:
    told = tell_change({**duty(1), "causes": ["fact", "law"], "facts": ["ict.critical_function", "AIA-4"]})
    assert told["because"] == "a fact and the law"
    assert told["by"] == ["Does it support a critical or important function?", "AIA-4"]


@pytest.mark.parametrize(
    ("worst", "told"),
    [("2026-08-17", "17 Aug 2026 at worst, 24 Oct 2026 at best"), ("2026-10-24", "24 Oct 2026")],
)
def test_from_when_an_exit_has_too_little_time_is_told_by_days(worst: str, told: str) -> None:
    assert name_value("orderly_short_from", {"at_worst": worst, "at_best": "2026-10-24"}) == told


def test_four_duties_that_moved_alike_stand_together_and_three_do_not() -> None:
    assert [row["says"] for row in group_changes([duty(number) for number in range(4)])] == ["4 duties"]
    assert len(group_changes([duty(number) for number in range(3)])) == 3
    one_other = [*(duty(number) for number in range(4)), duty(5, {"outcome": "satisfied"})]
    assert [row["is"] for row in group_changes(one_other)] == ["not a duty of this system", "met"]
    [together] = group_changes([duty(number) for number in range(4)])
    assert together["names"] == ["Duty 0", "Duty 1", "Duty 2", "Duty 3"]


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ("fact", "a fact"),
        ("fact: AIA-4", "a fact: AIA-4"),
        ("fact and law", "a fact and the law"),
        ("law: eu_ai_act; method: engine 1.0 to 1.1", "the law: eu_ai_act; the method: engine 1.0 to 1.1"),
        ("the day", "the day"),
    ],
)
def test_what_closed_a_finding_is_told_in_words(stored: str, told: str) -> None:
    assert name_because(stored) == told
