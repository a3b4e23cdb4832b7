"""Watched days counted by the database are those that are read one by one, and a page reads its own days alone."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import WatchedKind
from audit.portfolio import days
from audit.portfolio.dated import read_dated
from audit.portfolio.days import DayFilters, WatchedDays, find_days
from audit.portfolio.watch import Watched, list_watched
from governance.models import AISystem, VendorDependency
from governance.services.registering import save_row
from tests.audit.scenes import TODAY, contract, make_system, make_vendor, make_vendor_chatbot, offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(db: None) -> list[Watched]:
    """Contracts and uses whose days fall on few days, so that many fall together; some of withdrawn systems."""
    stream = random.Random(11)
    vendors = [make_vendor(name=name) for name in ("Ash", "Elm")]

    def choose(*days: int) -> date | None:
        day = stream.choice([None, *days])
        return None if day is None else TODAY + timedelta(days=day)

    for number in range(40):
        system = make_system(stage="withdrawn" if number % 9 == 0 else "on_market_or_in_service")
        for place, vendor in enumerate(vendors):
            contract(
                system,
                vendor,
                contract_reference=stream.choice(["", f"C-{place}"]),
                end_on=choose(-3, 10, 12, 40),
                notice_days=stream.choice([None, 0, 2, 30]),
                auto_renewal=stream.choice([None, True]),
                exit_tested_on=choose(-400, -360, -300),
                exit_test_kind=stream.choice(["", "technical", "tabletop"]),
                price_guaranteed_until=choose(10, 12),
            )
    for left in (None, 12, 40):
        component = make_vendor_chatbot()[0].uses.get().component
        if left is not None and component.vendor is not None:
            offer(component, component.vendor, retires_on=TODAY + timedelta(days=left), source="list")
            offer(component, vendors[0], retires_on=TODAY + timedelta(days=1), source="other host")
    return list_watched(read_dated())


def test_the_counts_are_those_of_the_days_read_one_by_one(many: list[Watched]) -> None:
    assert {each.what for each in many} == set(WatchedKind), "each kind is put to the test"
    expected = Counter((each.on, each.what) for each in many)
    assert WatchedDays(DayFilters(date.min)).counts == expected
    system_id = next(each.system_id for each in many if each.on >= TODAY)
    for filters in (
        DayFilters(TODAY),
        DayFilters(date.min, TODAY + timedelta(days=12)),
        DayFilters(TODAY, what="notice_by"),
        DayFilters(date.min, system_id=system_id),
    ):
        kept = [
            each
            for each in many
            if each.on >= filters.since
            and (filters.until is None or each.on < filters.until)
            and filters.what in ("", each.what.value)
            and filters.system_id in (None, each.system_id)
        ]
        found = WatchedDays(filters)
        assert 0 < len(kept) < len(many)
        assert found.counts == Counter((each.on, each.what) for each in kept)
        assert found.totals == Counter(each.on for each in kept)
        assert found.read(found.totals) == kept


def test_of_some_days_only_their_rows_are_read(many: list[Watched]) -> None:
    counted = WatchedDays(DayFilters(date.min))
    for on in counted.totals:
        assert counted.read([on]) == [each for each in many if each.on == on]
    assert counted.read([]) == []
    on = TODAY + timedelta(days=40)
    with CaptureQueriesContext(connection) as queries:
        found = counted.read([on])
    assert len(queries) <= 2, "the catalogue and the counts are not read again"
    ends = [each for each in found if each.what is WatchedKind.CONTRACT_END]
    assert len(ends) == VendorDependency.objects.filter(end_on=on).exclude(system__stage="withdrawn").count()


def test_what_changes_is_counted_at_once(many: list[Watched]) -> None:
    AISystem.objects.filter(pk=many[-1].system_id).update(stage="withdrawn")
    VendorDependency.objects.filter(end_on=TODAY + timedelta(days=10)).update(end_on=TODAY + timedelta(days=11))
    now = list_watched(read_dated())
    assert now != many
    assert WatchedDays(DayFilters(date.min)).counts == Counter((each.on, each.what) for each in now)


def test_the_days_of_some_places_are_found_with_the_place_of_the_first() -> None:
    first, second, third = (TODAY + timedelta(days=days) for days in (1, 2, 3))
    totals = {third: 2, first: 3, second: 1}
    assert find_days(totals, 0, 2) == ([first], 0)
    assert find_days(totals, 2, 4) == ([first, second], 0)
    assert find_days(totals, 3, 4) == ([second], 3)
    assert find_days(totals, 4, 99) == ([third], 4)
    assert find_days(totals, 6, 99) == ([], 0)
    assert find_days({}, 0, 5) == ([], 0)


def test_in_a_large_register_they_are_counted_once_for_each_state_of_it(
    many: list[Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.selectors.register.MADE_ANEW", 0)
    days._kept.forget()

    def count() -> tuple[Counter[tuple[date, WatchedKind]], bool]:
        with CaptureQueriesContext(connection) as queries:
            found = Counter(WatchedDays(DayFilters(date.min)).counts)
        return found, any("COUNT(" in query["sql"] and "GROUP BY" in query["sql"] for query in queries)

    assert count() == (Counter((each.on, each.what) for each in many), True)
    assert count()[1] is False
    contract_row = VendorDependency.objects.exclude(end_on=None).exclude(system__stage="withdrawn")[0]
    contract_row.end_on = TODAY + timedelta(days=77)
    save_row(instance=contract_row, actor="ana")
    found, is_counted = count()
    assert is_counted
    assert found[TODAY + timedelta(days=77), WatchedKind.CONTRACT_END] == 1
    assert found == Counter((each.on, each.what) for each in list_watched(read_dated()))
    system_id = contract_row.system_id
    assert WatchedDays(DayFilters(date.min, system_id=system_id)).counts != found, "one system's are kept apart"
    days._kept.forget()
