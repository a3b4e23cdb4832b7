"""The rows of a report are read in a fixed number of queries, and only those that were there at its assessment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Assessment, FactSheetRecord, Finding, OutcomeRecord, PackSetRecord, Report
from audit.reports.records import read_records
from audit.reports.view import build_report_view
from governance.models import AISystem, DataFlow, Evidence, LegalEntity, Vendor, VendorDependency
from tests.audit.reports.example_result import RESULT

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 11, 20)


@pytest.fixture
def system() -> AISystem:
    bank = LegalEntity.objects.create(name="Aldermoor Bank", country="NO")
    return AISystem.objects.create(
        reference="SYS-1",
        name="Chatbot",
        legal_entity=bank,
        purpose="Answers.",
        owner="Head",
        stage="on_market_or_in_service",
    )


def assess(system: AISystem, day: date = AS_OF) -> Assessment:
    sheet, _ = FactSheetRecord.objects.get_or_create(
        sha256="1" * 64, defaults={"content": {"facts": {"role.uses": True}}}
    )
    outcome, _ = OutcomeRecord.objects.get_or_create(sha256="3" * 64, defaults={"content": RESULT})
    packs, _ = PackSetRecord.objects.get_or_create(sha256="2" * 64, defaults={"content": {}})
    return Assessment.objects.create(
        system=system,
        as_of=day,
        fact_sheet=sheet,
        pack_set=packs,
        engine="1.0",
        outcome_record=outcome,
        outcome_sha256=outcome.sha256,
        trigger="test",
    )


def report(system: AISystem, assessment: Assessment, version: int = 1, sha256: str = "") -> Report:
    return Report.objects.create(
        number="OB-2026-0001",
        version=version,
        system=system,
        assessment=assessment,
        as_of=assessment.as_of,
        sha256=sha256,
    )


def add_rows(system: AISystem, number: int) -> None:
    """Add ``number`` rows of each kind."""
    for at in range(number):
        vendor = Vendor.objects.create(name=f"Vendor {number}-{at}", country="US")
        VendorDependency.objects.create(system=system, vendor=vendor, service="hosting")
        DataFlow.objects.create(system=system, from_name="Us", to_name=vendor.name, to_role="processor", data="text")
        Evidence.objects.create(
            reference=f"EV-{number}-{at}",
            title="Contract",
            kind="contract",
            vendor=vendor,
            grade="verified",
            issued_on=AS_OF,
        )


def test_more_rows_cost_no_more_queries(system: AISystem) -> None:
    made = report(system, assess(system))
    add_rows(system, 1)
    with CaptureQueriesContext(connection) as few:
        build_report_view(report_id=made.pk)
    add_rows(system, 12)
    with CaptureQueriesContext(connection) as many:
        build_report_view(report_id=made.pk)
    assert len(many) == len(few)
    assert len(few) <= 18


def test_evidence_of_vendors_is_found_once_each(system: AISystem) -> None:
    made = report(system, assess(system))
    add_rows(system, 3)
    assert [each.reference for each in read_records(made.pk).evidence] == ["EV-3-0", "EV-3-1", "EV-3-2"]


def test_a_finding_of_a_later_assessment_does_not_enter_an_earlier_report(system: AISystem) -> None:
    first = assess(system)
    later = assess(system, AS_OF + timedelta(days=1))
    for assessment, key in ((first, "old"), (later, "new")):
        Finding.objects.create(
            system=system,
            key=key,
            area="lock_in",
            rating="low",
            title=key,
            condition="-",
            criterion="-",
            opened_on=AS_OF,
            opened_by=assessment,
            last_seen_by=assessment,
        )
    assert [finding.key for finding in read_records(report(system, first).pk).findings] == ["old"]


def test_the_comparison_is_with_the_last_report_that_was_made(system: AISystem) -> None:
    first, second = assess(system), assess(system, AS_OF + timedelta(days=1))
    report(system, first, sha256="4" * 64)
    never_made = report(system, second, version=2)
    assert read_records(never_made.pk).previous == first
    third = assess(system, AS_OF + timedelta(days=2))
    assert read_records(report(system, third, version=3).pk).previous == first
