"""The registry of kinds: each has what it needs, and the key of a report changes with all that goes into it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import get_template

from audit.models import Report
from audit.reports import kinds
from audit.reports.kinds import REPORT_TYPES, ReportType, compute_content_key, find_type, name_series
from audit.reports.request import ReportRequestError
from governance.models import Vendor


@pytest.fixture(autouse=True)
def change(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind whose content is always the same, so that the row alone makes the difference."""
    entry = ReportType("change", "Change report", lambda _: None, lambda _: "c", told_apart_by=("from",))  # type: ignore[arg-type, return-value] # never built here
    monkeypatch.setitem(REPORT_TYPES, "change", entry)


def ask(**columns: Any) -> Report:
    return Report(**{"kind": "change", "status": "final", "as_of": date(2026, 11, 20), **columns})


def test_every_kind_has_a_template_for_each_of_its_parts() -> None:
    for kind, entry in REPORT_TYPES.items():
        assert entry.kind == kind
        assert entry.title
        get_template(entry.template)


@pytest.mark.parametrize(
    "column",
    [
        {"status": "draft"},
        {"language": "de"},
        {"as_of": date(2026, 11, 21)},
        {"system_id": 7},
        {"organisation_id": 7},
        {"parameters": {"from": "2026-01-01"}},
    ],
    ids=lambda column: next(iter(column)),
)
def test_each_column_of_the_request_makes_another_content(column: dict[str, Any]) -> None:
    assert compute_content_key(ask(**column)) != compute_content_key(ask())


def test_another_vocabulary_or_engine_makes_another_content(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {compute_content_key(ask())}
    monkeypatch.setattr(kinds, "_hash_vocabulary", lambda: "another")
    keys.add(compute_content_key(ask()))
    monkeypatch.setattr(kinds, "ENGINE_VERSION", "9.9")
    keys.add(compute_content_key(ask()))
    assert len(keys) == 3


def test_the_order_of_the_parameters_makes_no_difference() -> None:
    assert compute_content_key(ask(parameters={"from": "a", "to": "b"})) == compute_content_key(
        ask(parameters={"to": "b", "from": "a"})
    )


def test_versions_are_of_one_kind_subject_and_language() -> None:
    assert name_series(ask(system_id=14, language="en")) == "change/system:14/en"
    assert name_series(ask(system_id=14, language="de")) == "change/system:14/de"
    assert name_series(ask(language="en")) == "change/en"
    # Another first day is another document, another last day (not told apart here) another version.
    assert name_series(ask(parameters={"from": "2026-01-01", "to": "x"})) == "change/from:2026-01-01/en"


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(ReportRequestError, match="system_audit"):
        find_type("horoscope")


@pytest.mark.django_db
def test_the_database_refuses_a_report_without_its_subject() -> None:
    for columns in ({"kind": "system_audit"}, {"kind": "vendor"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ask(number="OB-2026-0001", **columns).save()
    vendor = Vendor.objects.create(name="Top")
    report = ask(number="OB-2026-0001", kind="vendor", organisation=vendor)
    report.save()
    assert report.subject == "Top"
    assert ask(kind="portfolio").subject == "Portfolio"
