"""The judgement's records: assessments, standings, findings, reports and runs."""

from audit.models.assessments import (
    Assessment,
    FactSheetRecord,
    OutcomeRecord,
    PackSetRecord,
    RulePackRecord,
    Standing,
)
from audit.models.deliveries import Channel, Delivery, Scope, Subscription, ToldCause
from audit.models.findings import RATING_MEANINGS, Finding, FindingArea, FindingsDigest, Rating, Response
from audit.models.grounds import FunctionGround, Ground, GroundLedger, SystemGround
from audit.models.movements import Escalation, Movement
from audit.models.reminders import Reminder, WatchedKind
from audit.models.reports import Report, ReportKind, ReportStatus, SigningCertificate
from audit.models.runs import UNFINISHED, Hold, ReassessmentRun, RunChunk
from audit.models.scenarios import Scenario, ScenarioOutcome, ScenarioPart
from audit.models.stress import StressRecord
from audit.models.tags import TaggedFact, TaggedSheet
from audit.models.work import Heartbeat, LeasedWork, WorkState

__all__ = [
    "RATING_MEANINGS",
    "UNFINISHED",
    "Assessment",
    "Channel",
    "Delivery",
    "Escalation",
    "FactSheetRecord",
    "Finding",
    "FindingArea",
    "FindingsDigest",
    "FunctionGround",
    "Ground",
    "GroundLedger",
    "Heartbeat",
    "Hold",
    "LeasedWork",
    "Movement",
    "OutcomeRecord",
    "PackSetRecord",
    "Rating",
    "ReassessmentRun",
    "Reminder",
    "Report",
    "ReportKind",
    "ReportStatus",
    "Response",
    "RulePackRecord",
    "RunChunk",
    "Scenario",
    "ScenarioOutcome",
    "ScenarioPart",
    "Scope",
    "SigningCertificate",
    "Standing",
    "StressRecord",
    "Subscription",
    "SystemGround",
    "TaggedFact",
    "TaggedSheet",
    "ToldCause",
    "WatchedKind",
    "WorkState",
]
