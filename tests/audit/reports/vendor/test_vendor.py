"""The vendor report: the whole group and all that hangs on it, by whatever reason, and the file whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from audit.models import Assessment, Report
from audit.reports.kinds import build_printable
from audit.reports.render import render_pdf
from audit.reports.request import ReportRequestError
from audit.reports.vendor.hanging import read_group
from audit.reports.vendor.records import read_records
from audit.reports.vendor.terms import notice_day
from audit.reports.vendor.view import PARTS, build_view
from audit.rulepacks.recomputing import recompute
from audit.services.assessing import assess_now
from audit.services.reporting import request_report
from governance.models import AISystem, Subcontractor, Vendor, VendorDependency
from tests.audit.reports.standards import list_failures, read_embedded, read_text
from tests.audit.scenes import TODAY, contract, make_own_model, make_vendor, make_vendor_chatbot, offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def top() -> Vendor:
    """A group of two: a holding, and the vendor of a critical chatbot below it, with a host offer that ends."""
    holding = make_vendor(name="Holding")
    chatbot, component, vendor = make_vendor_chatbot(business_function="Payments")
    AISystem.objects.filter(pk=chatbot.pk).update(is_critical_function=True)
    Vendor.objects.filter(pk=vendor.pk).update(ultimate_parent=holding, parent_status="named")
    offer(
        component, vendor, role="host", retires_on=date(2027, 3, 1), price_in=2, price_out=8, unit="USD per 1M tokens"
    )
    assess_now(system_id=chatbot.pk, as_of=TODAY, requested_by="ada")
    return holding


def ask(vendor: Vendor, **more: Any) -> Report:
    return request_report(
        **{
            "kind": "vendor", "organisation_id": vendor.pk, "status": "final", "requested_by": "ada", "as_of": TODAY,
            **more,
        }
    )  # fmt: skip # one request, one place


def test_a_company_below_gives_the_report_on_its_whole_group(top: Vendor) -> None:
    below = Vendor.objects.get(ultimate_parent=top)
    report = ask(below)
    assert report.organisation_id == top.pk
    assert ask(top).pk == report.pk
    assert report.subject == "Holding"


def test_a_company_on_which_nothing_hangs_is_refused() -> None:
    make_own_model()
    with pytest.raises(ReportRequestError, match="No system that is not withdrawn hangs on Nobody"):
        ask(make_vendor(name="Nobody"))
    with pytest.raises(ReportRequestError, match="needs the organisation"):
        request_report(kind="vendor", status="final", requested_by="ada", as_of=TODAY)


def test_a_report_of_a_day_that_is_over_says_that_the_facts_are_later(top: Vendor) -> None:
    report = ask(top)
    made = datetime(2026, 11, 20, 9, tzinfo=UTC)
    Assessment.objects.update(created_at=made)
    report.requested_at, report.as_of = made, date(2026, 5, 1)
    assert build_view(read_records(report)).frame.subtitle == (
        "as of 1 May 2026, on facts recorded to 20 November 2026 and law adopted by 1 May 2026"
    )


def test_each_reason_to_hang_on_the_group_is_told(top: Vendor) -> None:
    below = Vendor.objects.get(ultimate_parent=top)
    chatbot = AISystem.objects.get()
    other, _, elsewhere = make_vendor_chatbot()
    dependency = VendorDependency.objects.get(system=other)
    Subcontractor.objects.create(dependency=dependency, vendor=below, rank=2, country="US")
    reasons = read_group(top.pk, TODAY).reasons
    assert set(reasons[chatbot.pk]) >= {("contract", below.name), ("runs", below.name), ("publishes", below.name)}
    assert reasons[other.pk] == (("sub_contractor", below.name),)
    assert read_group(elsewhere.pk, TODAY).reasons.keys() == {other.pk}


def test_notice_is_counted_back_from_the_end_and_unknown_without_a_day(top: Vendor) -> None:
    agreed = VendorDependency(end_on=date(2027, 6, 30), notice_days=90)
    # 30 June less 90 days: 30 days of June, 31 of May, 29 of April lead to 1 April.
    assert notice_day(agreed) == date(2027, 4, 1)
    assert notice_day(VendorDependency(end_on=date(2027, 6, 30))) is None
    assert notice_day(VendorDependency(notice_days=90)) is None


def test_a_notice_that_passed_is_marked_only_where_the_contract_renews(top: Vendor) -> None:
    VendorDependency.objects.update(end_on=date(2026, 12, 1), notice_days=30, auto_renewal=True)
    assert [row.is_late for row in build_view(read_records(ask(top))).terms.contracts] == [True]
    VendorDependency.objects.update(auto_renewal=False)
    assert [row.is_late for row in build_view(read_records(ask(top))).terms.contracts] == [False]


def test_what_can_still_be_noticed_stands_first(top: Vendor) -> None:
    vendor, system = Vendor.objects.get(ultimate_parent=top), AISystem.objects.get()
    VendorDependency.objects.all().delete()
    for name, end_on in (("passed", date(2026, 12, 1)), ("unknown", None), ("ahead", date(2027, 6, 1))):
        contract(system, vendor, contract_reference=name, end_on=end_on, notice_days=30)
    rows = build_view(read_records(ask(top))).terms.contracts
    assert [row.reference for row in rows] == ["ahead", "unknown", "passed"]


def test_many_days_are_counted_by_the_month_and_the_past_stands_together(top: Vendor) -> None:
    vendor, system = Vendor.objects.get(ultimate_parent=top), AISystem.objects.get()
    VendorDependency.objects.all().delete()
    for month in range(1, 13):
        contract(system, vendor, end_on=date(2028, month, 15), notice_days=None)
        contract(system, vendor, end_on=date(2025, month, 15), notice_days=None)
    drawing = build_view(read_records(ask(top))).terms.drawing
    # The twelve that are past are one mark on their last day; of the months ahead as many as the line holds.
    assert drawing.count("<circle") == 8
    assert "15 Dec 2025: twelve contracts end" in drawing
    assert "15 Jan 2028: one contract ends" in drawing
    assert "15 Aug 2028" not in drawing


def test_a_change_of_terms_makes_another_version_and_nothing_else_does(top: Vendor) -> None:
    first = ask(top)
    assert ask(top).pk == first.pk
    VendorDependency.objects.update(notice_days=45)
    second = ask(top)
    assert (second.number, second.version) == (first.number, first.version + 1)


def test_the_file_meets_both_standards_and_tells_what_hangs_on_the_group(top: Vendor) -> None:
    vendor = Vendor.objects.get(ultimate_parent=top)
    contract(AISystem.objects.get(), vendor, contract_reference="C-7", annual_cost=1200, annual_cost_currency="EUR")
    pdf = render_pdf(build_printable(ask(top, status="draft")))
    assert list_failures(pdf) == []
    text = read_text(pdf)
    places = [text.rindex(f"{part.number} {part.title}") for part in PARTS if part.number]
    assert places == sorted(places)
    for words in ("Holding", "C-7", "1,200 EUR", "2.00 in, 8.00 out; USD per 1M tokens", "1 Mar 2027", "Payments"):
        assert words in text, words
    embedded = read_embedded(pdf)
    assert recompute(embedded) == []
    assert embedded["vendor.json"]["top"] == "Holding"
    assert embedded["stress.json"]["systems_surely_hit"] == 1
    assert {each["reference"] for each in embedded["vendor.json"]["contracts"]} >= {"C-7"}
