"""The view of a system audit report: all that is printed, frozen, without a row of the database in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.reports.attachments import Attachment, build_attachments
from audit.reports.contents import PARTS, Part
from audit.reports.document import moment_of
from audit.reports.records import ReportRecords, read_records
from audit.reports.sections import (
    basis,
    changes,
    closing,
    conclusion,
    conduct,
    duties,
    evidence,
    exposure,
    findings,
    flows,
    front,
    judgements,
    leaving,
    openness,
    reliance,
)


@dataclass(frozen=True, slots=True)
class ReportView:
    """The nineteen sections in order, and what the file itself carries: language, day and attachments."""

    kind: str
    language: str
    made_at: datetime
    cover: front.Cover
    control: front.Control
    conclusion: conclusion.Conclusion
    scope: basis.Scope
    criteria: basis.Criteria
    method: basis.Method
    reliance: reliance.Reliance
    judgements: judgements.Judgements
    openness: openness.Openness
    flows: flows.Flows
    leaving: leaving.Leaving
    findings: findings.Findings
    calendar: duties.Calendar
    exposure: exposure.ExposurePart
    changes: changes.Changes
    conduct: conduct.Conduct
    evidence: evidence.EvidenceIndex
    closing: closing.Closing
    attachments: tuple[Attachment, ...]

    @property
    def is_draft(self) -> bool:
        """Whether it carries the watermark, and no field to sign in."""
        return self.cover.is_draft

    @property
    def number(self) -> str:
        """The report's number."""
        return self.cover.number

    @property
    def title(self) -> str:
        """What kind of report it is."""
        return self.cover.title

    @property
    def subject(self) -> str:
        """The system, by name."""
        return self.cover.system

    @property
    def author(self) -> str:
        """The organisation that reports."""
        return self.cover.entity

    @property
    def description(self) -> str:
        """Number, version, status and day in one line."""
        return f"{self.cover.document_line}, {self.cover.subtitle}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The nineteen parts."""
        return PARTS


def build_report_view(*, report_id: int) -> ReportView:
    """Give the view of one report. Raises ``Report.DoesNotExist`` if there is no such row."""
    return build_view(read_records(report_id))


def build_view(records: ReportRecords) -> ReportView:
    """Give the view of records already read; asks the database nothing."""
    attachments = build_attachments(records)
    return ReportView(
        kind=records.report.kind,
        language=records.report.language or "en",
        made_at=moment_of(records.report),
        cover=front.build_cover(records),
        control=front.build_control(records),
        conclusion=conclusion.build_conclusion(records),
        scope=basis.build_scope(records),
        criteria=basis.build_criteria(records),
        method=basis.build_method(records),
        reliance=reliance.build_reliance(records),
        judgements=judgements.build_judgements(records),
        openness=openness.build_openness(records),
        flows=flows.build_flows(records),
        leaving=leaving.build_leaving(records),
        findings=findings.build_findings(records),
        calendar=duties.build_calendar(records),
        exposure=exposure.build_exposure(records),
        changes=changes.build_changes(records),
        conduct=conduct.build_conduct(records),
        evidence=evidence.build_evidence(records),
        closing=closing.build_closing(records, attachments),
        attachments=attachments,
    )
