"""Findings are found page by page in the order of an index, however many there are."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection

from audit.models import Finding, FindingArea, Rating, Response
from audit.selectors import FindingFilters, list_findings
from audit.services.assessing import assess_now
from audit.views.paging import turn_to
from tests.audit.scenes import TODAY, make_vendor_chatbot

pytestmark = pytest.mark.django_db
GRAVEST_FIRST = [Rating.VERY_HIGH, Rating.HIGH, Rating.MODERATE, Rating.LOW]


def make_findings() -> None:
    """Findings of all ratings, areas, days and responses, some of them closed, and none that an assessment left."""
    system = make_vendor_chatbot()[0]
    assess_now(system_id=system.pk, as_of=TODAY, requested_by="test")
    assessment = Finding.objects.all()[0].opened_by
    Finding.objects.all().delete()
    Finding.objects.bulk_create(
        Finding(
            system=system,
            key=f"test:{number}",
            title=f"Finding {number}",
            area=FindingArea.values[number % 5],
            rating=Rating.values[number * 7 % 4],
            opened_on=TODAY - timedelta(days=number * 13 % 40),
            opened_by=assessment,
            closed_on=TODAY if number % 6 == 0 else None,
            response=Response.AGREE if number % 8 == 1 else "",
            due_on=TODAY + timedelta(days=number % 9 - 4) if number % 3 else None,
            **(_accepted(TODAY + timedelta(days=number % 5 - 2)) if number % 4 == 1 else {}),
        )
        for number in range(97)
    )


def _accepted(until: date) -> dict[str, object]:
    return {"accepted_until": until, "accepted_by": "a", "acceptance_confirmed_by": "b"}


def list_expected(filters: FindingFilters) -> list[int]:
    """The same by going through all of them, one by one."""
    passing = [row for row in Finding.objects.all() if _passes(row, filters)]
    passing.sort(key=lambda row: (GRAVEST_FIRST.index(Rating(row.rating)), row.opened_on, row.pk))
    return [row.pk for row in passing]


def _passes(row: Finding, filters: FindingFilters) -> bool:
    accepted, due = row.accepted_until, row.due_on
    is_overdue = not (accepted and accepted >= TODAY) and (due < TODAY if due else bool(accepted and accepted < TODAY))
    is_of_state = {
        "open": row.closed_on is None,
        "closed": row.closed_on is not None,
        "answered": row.closed_on is None and row.response != "",
        "unanswered": row.closed_on is None and row.response == "",
        "overdue": row.closed_on is None and is_overdue,
    }[filters.state]
    narrowed = filters.rating in ("", row.rating) and filters.area in ("", row.area) and filters.words in row.title
    return is_of_state and narrowed


def every_filter() -> Iterator[FindingFilters]:
    """Every state, alone and narrowed."""
    for state in ("open", "closed", "answered", "unanswered", "overdue"):
        yield FindingFilters(state=state)
        yield FindingFilters(state=state, rating=Rating.HIGH)
        yield FindingFilters(state=state, area=FindingArea.LOCK_IN)
        yield FindingFilters(state=state, area=FindingArea.TRANSPARENCY)
        yield FindingFilters(state=state, words="Finding 1")


@pytest.mark.parametrize("most_named", [0, 2_000])
def test_pages_hold_each_finding_once_the_gravest_and_oldest_first(
    most_named: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.selectors.findings._MOST_NAMED", most_named)
    make_findings()
    assert len([filters for filters in every_filter() if list_expected(filters)]) > 20
    for filters in every_filter():
        expected, found = list_expected(filters), list_findings(filters, as_of=TODAY)
        assert len(found) == len(expected)
        shown = []
        for number in range(1, max(-(-len(expected) // 10), 1) + 1):
            page = turn_to(found, str(number), per_page=10)
            shown += [row["id"] for row in page.object_list]
            assert page.has_next == (number * 10 < len(expected))
        assert shown == expected, filters


def test_a_page_beyond_the_last_is_the_last() -> None:
    make_findings()
    found = list_findings(FindingFilters(), as_of=TODAY)
    last = -(-len(found) // 10)
    assert turn_to(found, "999", per_page=10).number == last
    assert turn_to(found, "no number", per_page=10).number == 1
    assert turn_to(found, "0", per_page=10).number == 1
    assert turn_to(list_findings(FindingFilters(words="nowhere"), as_of=TODAY), "7", per_page=10).object_list == []


def test_what_is_beyond_some_thousands_is_said_and_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    make_findings()
    found = list_findings(FindingFilters(), as_of=TODAY)
    assert turn_to(found, "1", per_page=10).total == str(len(found))
    monkeypatch.setattr("audit.views.paging.MOST_COUNTED", 30)
    assert found.count_up_to(30) == 31
    page = turn_to(found, "2", per_page=10)
    assert (page.start_index, page.end_index, page.total) == (11, 20, "more than 30")
    assert turn_to(found, "999", per_page=10).total == str(len(found)), "on the last page it is known"


@pytest.mark.parametrize("state", ["open", "closed", "answered", "unanswered"])
def test_the_list_is_read_from_its_index_alone(state: str) -> None:
    # At 1.1 million findings the first page took 0.66 s, and the last one 2.1 s.
    rows = list_findings(FindingFilters(state=state, area="data"), as_of=TODAY).rows.filter(rating="high")
    plan = rows.order_by("opened_on", "id").values_list("id")[:50].explain()
    index = "finding_closed" if state == "closed" else "finding_open"
    if connection.vendor == "sqlite":
        assert f"USING COVERING INDEX {index}" in plan
        assert "TEMP B-TREE" not in plan


def test_what_is_overdue_is_found_by_its_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.selectors.findings._MOST_NAMED", -1)
    plan = list_findings(FindingFilters(state="overdue"), as_of=TODAY).rows.values_list("id").explain()
    if connection.vendor == "sqlite":
        assert "finding_due" in plan
        assert "finding_accepted" in plan
