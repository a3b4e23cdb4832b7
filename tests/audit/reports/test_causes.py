"""Each line of a report has the causes of what it shows, and no others; where nothing was compared they are unknown."""

from __future__ import annotations

from datetime import date

import pytest

from audit.engine.assess import ENGINE_VERSION
from audit.engine.diff import REGULATORY, Cause, Change
from audit.models import Assessment
from audit.reports.causes import (
    CLASS,
    LOCK_IN,
    Causes,
    compare_assessments,
    duty_item,
    find_causes,
    find_causes_of_unmet,
    say_causes,
)


def duty(rule: str, before: str, after: str, *causes: Cause) -> Change:
    return Change(REGULATORY, f"duty:{rule}", {"outcome": before}, {"outcome": after}, causes, ())


COMPARED = (
    Change("lock_in", "low", 1.0, 2.0, (Cause.METHOD,), ()),
    Change("lock_in", "high", 3.0, 4.0, (Cause.METHOD, Cause.FACT), ()),
    Change("lock_in", "exit_time_days", None, None, (Cause.LAW,), ()),
    duty("a", "satisfied", "not_satisfied", Cause.FACT),
    duty("b", "undetermined", "satisfied", Cause.METHOD),
)


def test_a_line_has_the_causes_of_the_items_it_shows_once_and_in_the_engines_order() -> None:
    assert find_causes(COMPARED, LOCK_IN) == (Cause.FACT, Cause.METHOD)
    assert find_causes(COMPARED, duty_item("b")) == (Cause.METHOD,)
    assert find_causes(COMPARED, CLASS) == ()


def test_the_number_of_duties_not_met_moves_by_those_that_are_or_were_not_met() -> None:
    assert find_causes_of_unmet(COMPARED) == (Cause.FACT,)
    assert find_causes_of_unmet((duty("a", "not_satisfied", "satisfied", Cause.LAW), *COMPARED)) == (
        Cause.FACT,
        Cause.LAW,
    )


def test_what_another_engine_judged_is_not_compared_and_its_causes_are_not_known() -> None:
    now = Assessment(as_of=date(2026, 11, 20), engine=ENGINE_VERSION)
    compared = compare_assessments(Assessment(as_of=date(2026, 1, 1), engine="0.9"), now)
    assert compared is None
    assert find_causes(compared, CLASS) is None
    assert find_causes_of_unmet(compared) is None


@pytest.mark.parametrize(
    ("causes", "words"),
    [((Cause.FACT, Cause.LAW), "fact and law"), ((), "passing of time"), (None, "not known")],
)
def test_causes_in_words(causes: Causes, words: str) -> None:
    assert say_causes(causes) == words
