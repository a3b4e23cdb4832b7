"""What a list says beside the class: what it rests on, what it becomes, when its duties start, and what comes next."""

from __future__ import annotations

from datetime import date
from typing import Any

from audit.views.classing import class_notes, class_word, next_step

TODAY = date(2026, 11, 20)


def row(aia_class: str, **columns: Any) -> dict[str, Any]:
    return {"aia_class": aia_class, "as_of": TODAY, "next_date_on": None, "next_date_what": "", **columns}


def test_a_system_in_the_laboratory_shows_what_it_becomes() -> None:
    # Art. 2(8) keeps it outside until go-live; credit scoring is point 5(b) of Annex III.
    seen = row("out_of_scope", class_on_go_live="high_risk_annex_iii", go_live_points="5b")
    assert class_word(seen).text == "outside the Act"
    assert class_notes(seen) == ["once in service: high-risk, 5(b)"]


def test_a_class_that_stays_the_same_in_service_is_not_told_twice() -> None:
    seen = row(
        "high_risk_annex_iii",
        class_on_go_live="high_risk_annex_iii",
        annex_iii_points="4a",
        high_risk_from=date(2027, 12, 2),
    )
    assert class_notes(seen) == ["Annex III 4(a)", "duties start 2 Dec 2027"]


def test_duties_that_have_started_are_told_so() -> None:
    seen = row("high_risk_annex_iii", annex_iii_points="4a", high_risk_from=TODAY)
    assert class_notes(seen)[-1] == "duties since 20 Nov 2026"


def test_a_grandfathered_system_is_spared_until_it_changes() -> None:
    seen = row("high_risk_annex_iii", annex_iii_points="5b", is_grandfathered=True)
    assert class_notes(seen) == ["Annex III 5(b)", "spared until a significant change (Art. 111(2))"]


def test_a_prohibited_practice_is_to_stop_before_any_notice_is_given() -> None:
    seen = row(
        "prohibited",
        art_5_points="5(1)(f)",
        next_date_on=date(2027, 3, 4),
        next_date_what="Last day to give notice",
    )
    assert class_notes(seen) == ["Art. 5(1)(f)"]
    step = next_step(seen)
    assert step is not None
    assert (step.is_now, step.on) == (True, None)
    assert "Art. 5(1)(f)" in step.what


def test_what_is_prohibited_soon_has_its_last_day() -> None:
    # The amending regulation prohibits it from 2 December 2026.
    step = next_step(row("prohibited_from_2026_12_02", next_date_on=date(2026, 11, 25)))
    assert step is not None
    assert step.on == date(2026, 12, 2)


def test_an_undecided_class_names_what_is_possible_or_counts_it() -> None:
    few = row("", possible_classes="high_risk_annex_iii,annex_iii_filtered")
    assert class_notes(few) == ["high-risk (Annex III) or filtered out of Annex III"]
    many = row("", possible_classes="prohibited,high_risk_annex_iii,annex_iii_filtered,transparency,minimal")
    assert class_notes(many) == ["5 classes are possible"]
    assert next_step(many) is None
