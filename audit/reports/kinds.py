"""The kinds of report: for each what builds its view, what it is made of, and what it must be asked for with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils import translation

from audit.engine.assess import ENGINE_VERSION
from audit.engine.canonical import hash_canonical
from audit.engine.facts import JsonValue
from audit.models import Report, ReportKind
from audit.reports import system_content
from audit.reports.change import asking as change
from audit.reports.change.view import build_change_view
from audit.reports.document import PrintableReport
from audit.reports.ingredients import FRAME, hash_ingredients
from audit.reports.memo import asking as memo
from audit.reports.memo.view import build_memo_view
from audit.reports.portfolio import asking as portfolio
from audit.reports.portfolio.view import build_portfolio_view
from audit.reports.request import ReportRequestError
from audit.reports.vendor import asking as vendor
from audit.reports.vendor.view import build_vendor_view
from audit.reports.view import build_report_view
from governance.vocabulary import VOCABULARY_FILE


def _leave_as_is(_report: Report) -> None:
    """Nothing has to be looked up for this kind."""


@dataclass(frozen=True, slots=True)
class ReportType:
    """One kind of report.

    ``prepare`` refuses a request that names too little with ``ReportRequestError``, and puts on the row what has to be
    looked up now to make the same report later. ``describe_content`` gives all that goes into it beside what stands on
    the row itself. ``told_apart_by`` are the parameters that make another document of the same subject, rather than
    another version.
    """

    kind: ReportKind
    title: str
    build_view: Callable[[Report], PrintableReport]
    describe_content: Callable[[Report], JsonValue]
    prepare: Callable[[Report], None] = _leave_as_is
    template: str = FRAME
    told_apart_by: tuple[str, ...] = ()


REPORT_TYPES: Final[Mapping[str, ReportType]] = {
    each.kind: each
    for each in (
        ReportType(
            ReportKind.SYSTEM_AUDIT,
            "AI system audit report",
            build_view=lambda report: build_report_view(report_id=report.pk),
            describe_content=system_content.describe_content,
            prepare=system_content.prepare,
        ),
        ReportType(
            ReportKind.PORTFOLIO,
            "AI portfolio report",
            build_view=build_portfolio_view,
            describe_content=portfolio.describe_content,
            prepare=portfolio.prepare,
        ),
        ReportType(
            ReportKind.VENDOR,
            "Vendor report",
            build_view=build_vendor_view,
            describe_content=vendor.describe_content,
            prepare=vendor.prepare,
        ),
        ReportType(
            ReportKind.DECISION_MEMO,
            "Decision memo",
            build_view=build_memo_view,
            describe_content=memo.describe_content,
            prepare=memo.prepare,
        ),
        ReportType(
            ReportKind.CHANGE,
            "Change report",
            build_view=build_change_view,
            describe_content=change.describe_content,
            prepare=change.prepare,
            told_apart_by=("from",),
        ),
    )
}


def find_type(kind: str) -> ReportType:
    """Give the kind's entry. Raises ``ReportRequestError`` for a kind that cannot be made."""
    found = REPORT_TYPES.get(kind)
    if found is None:
        raise ReportRequestError(f"There is no report of the kind “{kind}”; there are {', '.join(REPORT_TYPES)}.")
    return found


def build_printable(report: Report) -> PrintableReport:
    """Give the view of a report in its language, whatever its kind."""
    with translation.override(report.language):
        return find_type(report.kind).build_view(report)


def compute_content_key(report: Report) -> str:
    """SHA-256 of all that goes into a report, saved or not: the same content is not made again.

    What it is made with counts too: a corrected translation, another template or font gives another file.
    """
    content: dict[str, JsonValue] = {
        "kind": report.kind,
        "status": report.status,
        "language": report.language,
        "as_of": report.as_of.isoformat(),
        "system": report.system_id,
        "organisation": report.organisation_id,
        "parameters": report.parameters,
        "engine": ENGINE_VERSION,
        "vocabulary": _hash_vocabulary(),
        "made_with": hash_ingredients(report.language),
        "content": find_type(report.kind).describe_content(report),
    }
    return hash_canonical(content)


def name_series(report: Report) -> str:
    """What the report is a version of: kind, subject, what tells documents of this subject apart, and language."""
    subject = [("system", report.system_id), ("organisation", report.organisation_id)]
    told_apart = [(name, report.parameters.get(name)) for name in find_type(report.kind).told_apart_by]
    named = ",".join(f"{name}:{value}" for name, value in (*subject, *told_apart) if value is not None)
    return "/".join(part for part in (report.kind, named, report.language) if part)


@lru_cache(maxsize=1)
def _hash_vocabulary() -> str:
    """The questions and labels that are printed."""
    return hashlib.sha256(VOCABULARY_FILE.read_bytes()).hexdigest()
