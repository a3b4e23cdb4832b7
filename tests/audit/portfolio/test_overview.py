"""The overview is what concentration measures, and it is never that of an earlier register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from audit.portfolio import overview
from audit.portfolio.concentration import read_concentration
from audit.portfolio.overview import recall_overview
from audit.portfolio.reach import Axis
from audit.portfolio.tables import read_reliance_tables, read_tables
from governance.models import AISystem, Component, EvaluationRecord, Subcontractor, SystemComponent, Vendor
from governance.services.registering import delete_row, save_row
from tests.audit.pages_bank import make_bank
from tests.audit.scenes import TODAY, contract, make_system, make_vendor, make_vendor_chatbot, offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> dict[str, AISystem]:
    bank = make_bank()
    other = make_vendor(name="Other host")
    for number in range(3):
        system, *_ = make_vendor_chatbot()
        system.business_function = f"Function {number % 2}"
        system.is_critical_function = number == 0
        system.save()
        offer(system.uses.get().component, other)
        tried = make_vendor_chatbot()[0].uses.get().component
        for result, days in (("passed", 30), ("failed", 30), ("passed", 380), ("passed", -3)):
            EvaluationRecord.objects.create(
                system=system,
                component=tried,
                purpose=f"{result} {days}",
                evaluated_on=TODAY - timedelta(days=days),
                result=result,
                is_substitute=True,
            )
    chain = contract(system, other)
    Subcontractor.objects.create(dependency=chain, vendor=make_vendor(name="Deep"), rank=2)
    contract(make_system(stage="withdrawn"), other)
    return bank


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[date]]:
    """As of a large register: the days for which one was measured, in order."""
    monkeypatch.setattr("audit.selectors.register.MADE_ANEW", 0)
    overview._kept.forget()
    measured, measure = [], overview.read_overview

    def note(as_of: date) -> overview.Overview:
        measured.append(as_of)
        return measure(as_of)

    monkeypatch.setattr(overview, "read_overview", note)
    yield measured
    overview._kept.forget()


def told(found: overview.Overview) -> dict[str, Any]:
    """The overview as ``Concentration.to_json`` tells it."""
    return {
        "as_of": found.as_of.isoformat(),
        "systems": found.systems,
        "shares": {axis.value: [share.to_json() for share in found.shares[axis]] for axis in Axis},
        "roots": [roots.to_json() for roots in found.roots.at(range(len(found.roots)))],
        "flaws": [{"kind": flaw.kind, "says": flaw.says} for flaw in found.flaws],
    }


def test_it_is_what_concentration_measures_of_whole_rows(bank: dict[str, AISystem]) -> None:
    for day in (TODAY, TODAY + timedelta(days=200), TODAY + timedelta(days=340)):
        whole = read_concentration(day)
        assert told(recall_overview(day)) == whole.to_json()
        assert len(whole.roots) >= 3
        assert whole.flaws
    narrow = read_reliance_tables(TODAY)
    assert len(narrow.evaluations) < len(read_tables().evaluations)
    found = recall_overview(TODAY)
    order = {True: 0, None: 1, False: 2}
    expected = sorted(read_concentration(TODAY).roots, key=lambda each: (order[each.is_hidden], each.reference))
    assert [roots for roots, _name in found.roots[0 : len(found.roots)]] == expected
    assert found.roots.hidden == sum(1 for roots in expected if roots.is_hidden)


def change_contract() -> None:
    row = contract(make_vendor_chatbot()[0], make_vendor(name="New"))
    row.subcontractors_known = True
    save_row(instance=row, actor="ana")


def rename_system() -> None:
    system = AISystem.objects.order_by("pk").exclude(stage="withdrawn")[0]
    system.business_function, system.is_critical_function = "Another", True
    save_row(instance=system, actor="ana")


def withdraw_system() -> None:
    system = AISystem.objects.exclude(stage="withdrawn")[0]
    system.stage = "withdrawn"
    save_row(instance=system, actor="ana")


def move_vendor() -> None:
    vendor = Vendor.objects.get(name="Other host")
    vendor.country = "FR" if vendor.country != "FR" else "IE"
    save_row(instance=vendor, actor="ana")


def drop_use() -> None:
    delete_row(instance=SystemComponent.objects.order_by("pk")[0], actor="ana")


def drop_evaluation() -> None:
    delete_row(instance=EvaluationRecord.objects.filter(purpose="passed 30").order_by("pk")[0], actor="ana")


CHANGES = (change_contract, rename_system, withdraw_system, move_vendor, drop_use, drop_evaluation)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_whatever_changes_in_the_register_is_told_at_once(
    change: Any, bank: dict[str, AISystem], kept: list[date]
) -> None:
    before = told(recall_overview(TODAY))
    assert told(recall_overview(TODAY)) == before
    assert kept == [TODAY], "nothing changed: it is not measured again"
    change()
    now = told(recall_overview(TODAY))
    assert now == read_concentration(TODAY).to_json()
    assert now != before
    assert kept == [TODAY, TODAY]


def test_another_day_and_rows_added_without_an_event_are_measured(bank: dict[str, AISystem], kept: list[date]) -> None:
    recall_overview(TODAY)
    recall_overview(TODAY + timedelta(days=1))
    assert kept == [TODAY, TODAY + timedelta(days=1)]
    make_vendor_chatbot()  # as seed_portfolio adds them
    assert told(recall_overview(TODAY)) == read_concentration(TODAY).to_json()
    uses = SystemComponent.objects.count()
    SystemComponent.objects.bulk_create(
        [SystemComponent(system=make_system(), component=Component.objects.order_by("pk")[0], run_mode="vendor_api")]
    )
    assert SystemComponent.objects.count() == uses + 1
    assert told(recall_overview(TODAY)) == read_concentration(TODAY).to_json()


def test_what_was_taken_back_is_not_told(bank: dict[str, AISystem], kept: list[date]) -> None:
    before = told(recall_overview(TODAY))
    with transaction.atomic():
        move_vendor()
        assert told(recall_overview(TODAY)) != before
        transaction.set_rollback(True)
    assert told(recall_overview(TODAY)) == before == read_concentration(TODAY).to_json()
    rename_system()  # its event has the number of the one that was taken back
    assert told(recall_overview(TODAY)) == read_concentration(TODAY).to_json() != before


def test_a_small_register_is_measured_each_time(bank: dict[str, AISystem]) -> None:
    overview._kept.forget()
    recall_overview(TODAY)
    assert not overview._kept._made
