"""The view of a vendor report: all that is printed, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from audit.models import Report
from audit.reports.contents import list_parts
from audit.reports.frame import FramedReport, build_frame, find_cut_off, tell_days
from audit.reports.many import build_evidence
from audit.reports.portfolio import found
from audit.reports.sections.front import Entry
from audit.reports.vendor import conclusion, files, holdings, leaving, terms
from audit.reports.vendor.records import VendorRecords, read_records
from audit.reports.wording import long_day, number, say

PARTS: Final = list_parts(
    "reports/vendor",
    ("cover", "Cover"),
    ("control", "Document control"),
    ("scope", "Objectives, scope and cut-off"),
    ("method", "Method and limitations"),
    ("group", "The group and what hangs on it"),
    ("contracts", "Contracts and the days that bind"),
    ("flows", "Data flows and countries"),
    ("chain", "Sub-contractors behind the contracts"),
    ("components", "Components: openness, price and retirement"),
    ("leaving", "If the group were gone: exit and time"),
    ("findings", "Findings"),
    ("signature", "Evidence and signature page"),
)


@dataclass(frozen=True)
class VendorView(FramedReport):
    """The twelve parts."""

    conclusion: conclusion.Conclusion
    holdings: holdings.Holdings
    terms: terms.Terms
    leaving: leaving.Leaving
    found: found.Found
    as_of: str


def build_vendor_view(report: Report) -> VendorView:
    """Give the view of one vendor report, in the active language."""
    return build_view(read_records(report))


def build_view(records: VendorRecords) -> VendorView:
    """Give the view of records already read."""
    attachments = build_evidence(records.report, records.gathered.file, records.packs, files.build_files(records))
    entities = sorted({line.entity for line in records.lines})
    author = entities[0] if len(entities) == 1 else say("{number} legal entities", number=number(len(entities)))
    day = long_day(records.as_of)
    frame = build_frame(
        records.report,
        title=gettext("AI vendor report"),
        subject=records.group.name,
        author=author,
        subtitle=tell_days(records.as_of, find_cut_off(records.report, records.gathered.judged_on)),
        entries=[
            Entry(gettext("Companies of the group"), number(len(records.companies))),
            Entry(gettext("Systems that hang on it"), number(len(records.group.reasons))),
        ],
        parts=PARTS,
        packs=records.packs,
        attachments=attachments,
        is_fictional=any(line.is_fictional for line in records.lines),
    )
    return VendorView(
        frame=frame,
        conclusion=conclusion.build_conclusion(records),
        holdings=holdings.build_holdings(records),
        terms=terms.build_terms(records),
        leaving=leaving.build_leaving(records),
        found=found.build_found(records.findings, records.as_of),
        as_of=day,
    )
