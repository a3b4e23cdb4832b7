"""The view of a portfolio report: all that is printed, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from audit.models import Report
from audit.reports.contents import list_parts
from audit.reports.frame import FramedReport, build_frame, find_cut_off, tell_days
from audit.reports.many import build_evidence
from audit.reports.portfolio import (
    calendar,
    changes,
    conclusion,
    dependence,
    files,
    found,
    judging,
    population,
    stressing,
)
from audit.reports.portfolio.records import PortfolioRecords, read_records
from audit.reports.sections.front import Entry
from audit.reports.wording import long_day, number, say

PARTS: Final = list_parts(
    "reports/portfolio",
    ("cover", "Cover"),
    ("control", "Document control"),
    ("conclusion", "Conclusion, and what could not be concluded"),
    ("scope", "Objectives, scope and cut-off"),
    ("method", "Method"),
    ("limits", "Limitations and reliance"),
    ("population", "Population and coverage"),
    ("judgements", "The three judgements"),
    ("findings", "Findings"),
    ("concentration", "Concentration and hidden roots"),
    ("calendar", "Duties calendar"),
    ("stress", "Stress scenarios"),
    ("changes", "Changes since the last report"),
    ("signature", "Evidence and signature page"),
)


@dataclass(frozen=True)
class PortfolioView(FramedReport):
    """The fourteen parts."""

    conclusion: conclusion.Conclusion
    population: population.Population
    judging: judging.Judging
    found: found.Found
    dependence: dependence.Dependence
    calendar: calendar.Calendar
    stressing: stressing.Stressing
    changes: changes.Changes
    as_of: str
    adopted: str


def build_portfolio_view(report: Report) -> PortfolioView:
    """Give the view of one portfolio report, in the active language."""
    return build_view(read_records(report))


def build_view(records: PortfolioRecords) -> PortfolioView:
    """Give the view of records already read."""
    report = records.report
    attachments = build_evidence(report, records.file, records.packs, files.build_files(records))
    entities = sorted({line.entity for line in records.lines})
    author = entities[0] if len(entities) == 1 else say("{number} legal entities", number=number(len(entities)))
    cut_off = find_cut_off(report, records.judged_on)
    frame = build_frame(
        report,
        title=gettext("AI portfolio report"),
        subject=gettext("All AI systems in use"),
        author=author,
        subtitle=tell_days(records.as_of, cut_off),
        entries=[
            Entry(gettext("Systems"), number(len(records.lines) + len(records.unassessed))),
            Entry(gettext("Legal entities"), ", ".join(entities[:4]) + (" …" if len(entities) > 4 else "")),
        ],
        parts=PARTS,
        packs=records.packs,
        attachments=attachments,
        is_fictional=any(line.is_fictional for line in records.lines),
    )
    return PortfolioView(
        frame=frame,
        conclusion=conclusion.build_conclusion(records),
        population=population.build_population(records),
        judging=judging.build_judging(records),
        found=found.build_found(records.findings, records.as_of),
        dependence=dependence.build_dependence(records),
        calendar=calendar.build_calendar(records),
        stressing=stressing.build_stressing(records),
        changes=changes.build_changes(records),
        as_of=long_day(records.as_of),
        adopted=long_day(min(records.as_of, cut_off)),
    )
