"""Days of the law in the daily run: a duty that turns makes the systems due that it concerns."""

from __future__ import annotations

from datetime import date

import pytest

from audit.models import Standing
from audit.services.assessing import assess_now
from audit.services.due import find_due
from audit.services.turning import list_turned, name_daily_run
from tests.audit.scenes import make_system

NCII = date(2026, 12, 2)  # Art. 113(a): points (ba) and (bb) of Art. 5(1) apply from this day


def test_a_day_on_which_the_law_turns_names_the_duties() -> None:
    said = name_daily_run(NCII)
    assert said.startswith("schedule: the law turns for ")
    assert "AIA-5-NCII" in said
    assert name_daily_run(date(2026, 12, 1)) == "schedule"


@pytest.mark.parametrize(("day", "is_seen"), [(date(2026, 12, 1), False), (NCII, True), (date(2026, 12, 16), True)])
def test_a_turn_is_seen_from_its_day_on_for_two_weeks(day: date, is_seen: bool) -> None:
    assert ("AIA-5-NCII" in {turn.id for turn in list_turned(day)}) is is_seen


def test_a_turn_longer_ago_is_left_to_the_day_until_which_an_outcome_holds() -> None:
    assert "AIA-5-NCII" not in {turn.id for turn in list_turned(date(2026, 12, 17))}


@pytest.mark.django_db
def test_a_system_is_due_on_the_day_its_duty_turns_and_not_before() -> None:
    """Even if its outcome was thought to hold longer."""
    system = make_system()
    assess_now(system_id=system.pk, as_of=date(2026, 11, 20), requested_by="test")
    Standing.objects.filter(system=system).update(valid_until=None, next_date_on=NCII)
    assert find_due(as_of=date(2026, 12, 1)) == []
    assert find_due(as_of=NCII) == [system.pk]
    assess_now(system_id=system.pk, as_of=NCII, requested_by="test")
    assert find_due(as_of=NCII) == []
