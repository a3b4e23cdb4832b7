"""Overdue findings: since which day, at which level, and once at each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from audit.models import Escalation, Finding
from audit.services.news.escalating import measure_overdue, raise_escalations
from tests.audit.scenes import TODAY, make_vendor_chatbot
from tests.audit.services.news.scene import run, set_transfer

LEVELS = (1, 14, 30)


@pytest.mark.parametrize(
    ("due_on", "accepted_until", "expected"),
    [
        (None, None, None),
        (TODAY, None, None),  # the day counts to its end
        (TODAY - timedelta(days=1), None, (1, 1)),
        (TODAY - timedelta(days=13), None, (13, 1)),
        (TODAY - timedelta(days=14), None, (14, 2)),
        (TODAY - timedelta(days=400), None, (400, 3)),
        (TODAY - timedelta(days=400), TODAY, None),  # the risk is accepted to the end of that day
        (TODAY - timedelta(days=400), TODAY - timedelta(days=1), (1, 1)),  # and overdue from the next on
        (None, TODAY - timedelta(days=2), (2, 1)),
        (TODAY + timedelta(days=5), TODAY - timedelta(days=2), None),  # there is time until its own day
    ],
)
def test_a_finding_is_overdue_once_its_days_have_passed(
    due_on: date | None, accepted_until: date | None, expected: tuple[int, int] | None
) -> None:
    found = measure_overdue(due_on=due_on, accepted_until=accepted_until, as_of=TODAY, levels=LEVELS)
    assert (found and (found.days, found.level)) == expected


@pytest.fixture
def finding(db: None) -> Finding:
    system = make_vendor_chatbot()[0]
    set_transfer(system, "none")
    run()
    Finding.objects.update(due_on=None)
    made = Finding.objects.get(key="data:transfer_without_tool")
    made.due_on = TODAY
    made.save(update_fields=["due_on"])
    return made


def levels_on(*days: int) -> list[list[int]]:
    return [[row.level for row in raise_escalations(as_of=TODAY + timedelta(days=day))] for day in days]


def test_each_level_is_raised_once(finding: Finding) -> None:
    assert levels_on(0, 1, 2, 13, 14, 15, 30, 31) == [[], [1], [], [], [2], [], [3], []]


def test_after_days_on_which_nothing_ran_only_the_highest_level_is_raised(finding: Finding) -> None:
    assert levels_on(20, 21) == [[2], []]


def test_another_day_begins_anew(finding: Finding) -> None:
    assert levels_on(1) == [[1]]
    Finding.objects.filter(pk=finding.pk).update(due_on=TODAY + timedelta(days=10))
    assert levels_on(5, 11) == [[], [1]]
    assert set(Escalation.objects.values_list("since", flat=True)) == {TODAY, TODAY + timedelta(days=10)}


def test_a_closed_finding_escalates_no_more_and_one_opened_again_begins_anew(finding: Finding) -> None:
    assert levels_on(1) == [[1]]
    Finding.objects.filter(pk=finding.pk).update(closed_on=TODAY)
    assert levels_on(14) == [[]]
    Finding.objects.filter(pk=finding.pk).update(closed_on=None, times_opened=2)
    assert levels_on(14, 15) == [[2], []]


def test_raising_twice_at_once_leaves_one_row(finding: Finding) -> None:
    day = TODAY + timedelta(days=1)
    [row] = raise_escalations(as_of=day)
    Escalation.objects.bulk_create(
        [Escalation(finding=finding, times_opened=1, since=row.since, level=1, raised_on=day)], ignore_conflicts=True
    )
    assert Escalation.objects.count() == 1
