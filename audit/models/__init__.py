"""The judgement's records: assessments, standings, findings, reports and runs."""

from audit.models.assessments import Assessment, FactSheetRecord, RulePackRecord, Standing
from audit.models.findings import RATING_MEANINGS, Finding, FindingArea, Rating, Response
from audit.models.reports import Report, ReportKind, ReportStatus
from audit.models.runs import ReassessmentRun
from audit.models.work import LeasedWork, WorkState

__all__ = [
    "RATING_MEANINGS",
    "Assessment",
    "FactSheetRecord",
    "Finding",
    "FindingArea",
    "LeasedWork",
    "Rating",
    "ReassessmentRun",
    "Report",
    "ReportKind",
    "ReportStatus",
    "Response",
    "RulePackRecord",
    "Standing",
    "WorkState",
]
