"""The judgement's records: assessments, standings, findings, reports and runs."""

from audit.models.assessments import Assessment, FactSheetRecord, RulePackRecord, Standing
from audit.models.findings import RATING_MEANINGS, Finding, FindingArea, Rating, Response
from audit.models.reminders import Reminder, WatchedKind
from audit.models.reports import Report, ReportKind, ReportStatus, SigningCertificate
from audit.models.runs import ReassessmentRun
from audit.models.stress import StressRecord
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
    "Reminder",
    "Report",
    "ReportKind",
    "ReportStatus",
    "Response",
    "RulePackRecord",
    "SigningCertificate",
    "Standing",
    "StressRecord",
    "WatchedKind",
    "WorkState",
]
