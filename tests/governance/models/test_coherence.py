"""Rows that cannot be right are refused with a message that says what would be, and nothing is saved."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from governance.models import DataFlow, HostOffer, Subcontractor, SystemComponent, VendorDependency
from tests.audit.scenes import contract, flow, make_component, make_entity, make_system, make_vendor, offer, use

pytestmark = pytest.mark.django_db


def messages_of(row: models.Model) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as wrong:
        row.full_clean()
    return wrong.value.message_dict


def arrangement(**columns: Any) -> VendorDependency:
    return VendorDependency(
        **{"system": make_system(), "vendor": make_vendor(), "service": "Runs it.", "exit_test_phases": [], **columns}
    )


def test_a_notice_longer_than_the_term_is_refused_with_both_figures() -> None:
    # 2026-01-01 to 2027-01-01 are 365 days.
    row = arrangement(start_on=date(2026, 1, 1), end_on=date(2027, 1, 1), notice_days=366)
    message = messages_of(row)["notice_days"][0]
    assert "366 days" in message
    assert "365 days" in message
    assert "(1 Jan 2026 to 1 Jan 2027)" in message


@pytest.mark.parametrize("term", [{"end_on": date(2027, 1, 1)}, {"start_on": date(2026, 1, 1)}, {}])
def test_a_notice_is_only_measured_against_a_term_that_is_known(term: dict[str, date]) -> None:
    arrangement(notice_days=4000, **term).full_clean()


def test_a_notice_as_long_as_the_term_can_be_right() -> None:
    arrangement(start_on=date(2026, 1, 1), end_on=date(2027, 1, 1), notice_days=365).full_clean()


@pytest.mark.parametrize("shared", ["name", "lei"])
def test_a_company_cannot_depend_on_itself(shared: str) -> None:
    lei = "999900NORDLICHTAI005"
    entity = make_entity(lei=lei)
    vendor = make_vendor(name=entity.name) if shared == "name" else make_vendor(lei=lei)
    row = arrangement(system=make_system(legal_entity=entity), vendor=vendor)
    assert "cannot depend on itself" in messages_of(row)["vendor"][0]


def test_a_price_cannot_be_guaranteed_until_before_the_start() -> None:
    row = arrangement(start_on=date(2026, 1, 1), price_guaranteed_until=date(2026, 1, 1))
    assert "until 1 Jan 2026, but the contract starts 1 Jan 2026" in messages_of(row)["price_guaranteed_until"][0]


def test_negative_prices_costs_and_volumes_are_refused() -> None:
    component, vendor = make_component(), make_vendor()
    priced = HostOffer(component=component, company=vendor, role="host", price_in=Decimal("-0.5"))
    assert "A price cannot be negative." in messages_of(priced)["__all__"]
    assert (
        "A cost cannot be negative." in messages_of(arrangement(annual_cost=-1, annual_cost_currency="EUR"))["__all__"]
    )
    used = SystemComponent(system=make_system(), component=component, yearly_volume_in=-1)
    assert "A volume cannot be negative." in messages_of(used)["__all__"]


def test_a_cost_needs_its_currency() -> None:
    assert "Name the currency of the cost, for example EUR." in messages_of(arrangement(annual_cost=100))["__all__"]
    assert "annual_cost_currency" in messages_of(arrangement(annual_cost=100, annual_cost_currency="euro"))


def test_the_database_refuses_a_negative_price_on_its_own() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        offer(make_component(), make_vendor(), price_in=Decimal(-1))
    assert not HostOffer.objects.exists()


def test_a_vendor_is_not_its_own_sub_contractor() -> None:
    dependency = contract(make_system(), make_vendor())
    row = Subcontractor(dependency=dependency, vendor=dependency.vendor, rank=2)
    assert "a chain cannot lead back to it" in messages_of(row)["vendor"][0]
    Subcontractor(dependency=dependency, vendor=make_vendor(), rank=2).full_clean()


def test_parents_that_loop_are_refused_with_the_loop() -> None:
    top = make_vendor(name="Top")
    below = make_vendor(name="Below", parent_status="named", ultimate_parent=top)
    top.parent_status, top.ultimate_parent = "named", below
    assert "loops: Top → Below → Top" in messages_of(top)["ultimate_parent"][0]


def test_a_parent_with_a_parent_would_make_two_ultimate_ones() -> None:
    top = make_vendor(name="Top")
    middle = make_vendor(name="Middle", parent_status="named", ultimate_parent=top)
    bottom = make_vendor(name="Bottom")
    bottom.parent_status, bottom.ultimate_parent = "named", middle
    assert "Two ultimate parents: Middle stands below Top" in messages_of(bottom)["ultimate_parent"][0]
    bottom.ultimate_parent = top
    bottom.full_clean()


def test_parents_that_loop_already_do_not_hang_the_check() -> None:
    one, two = make_vendor(name="One"), make_vendor(name="Two")
    for row, parent in ((one, two), (two, one)):
        type(row).objects.filter(pk=row.pk).update(parent_status="named", ultimate_parent=parent)
    new = make_vendor(name="New")
    one.refresh_from_db()
    new.parent_status, new.ultimate_parent = "named", one
    assert "Two ultimate parents" in messages_of(new)["ultimate_parent"][0]


def test_steps_of_a_data_flow_neither_loop_nor_follow_another_system() -> None:
    system = make_system()
    first = flow(system, to_name="Host")
    second = flow(system, after=first)
    first.after = second
    assert "The chain loops" in messages_of(first)["after"][0]
    elsewhere = DataFlow(system=make_system(), after=second, from_name="a", to_name="b", to_role="processor", data="x")
    assert "another system" in messages_of(elsewhere)["after"][0]


def test_a_component_in_use_with_its_volume_is_right() -> None:
    row = use(make_system(), make_component(), yearly_volume_in=Decimal("12.5"), yearly_volume_out=0)
    row.full_clean()
