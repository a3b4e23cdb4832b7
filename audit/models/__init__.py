"""The judgement's records: assessments, standings, findings, reports and runs."""

from audit.models.assessments import Assessment, FactSheetRecord, RulePackRecord, Standing
from audit.models.findings import RATING_MEANINGS, Finding, FindingArea, Rating, Response
from audit.models.reminders import Reminder, WatchedKind
from audit.models.reports import Report, ReportKind, ReportStatus, SigningCertificate
from audit.models.runs import UNFINISHED, Hold, ReassessmentRun, RunChunk
from audit.models.stress import StressRecord
from audit.models.work import LeasedWork, WorkState

__all__ = [
    "RATING_MEANINGS",
    "UNFINISHED",
    "Assessment",
    "FactSheetRecord",
    "Finding",
    "FindingArea",
    "Hold",
    "LeasedWork",
    "Rating",
    "ReassessmentRun",
    "Reminder",
    "Report",
    "ReportKind",
    "ReportStatus",
    "Response",
    "RulePackRecord",
    "RunChunk",
    "SigningCertificate",
    "Standing",
    "StressRecord",
    "WatchedKind",
    "WorkState",
]
