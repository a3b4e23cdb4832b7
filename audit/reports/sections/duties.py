"""Section 15: the duties calendar, as a line of time and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from audit.reports.figures import Moment, timeline
from audit.reports.figures.calendar import State
from audit.reports.outcome import Duty, OpenDuty
from audit.reports.records import ReportRecords
from audit.reports.sections.judgements import SCALE
from audit.reports.wording import OUTCOMES, count, short_day

_SHOWN = 90
_ROLES = {
    "provider": "provider",
    "deployer": "deployer",
    "gpai_provider": "provider of the model",
}


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty with its day and outcome."""

    id: str
    title: str
    citation: str
    addressee: str
    day: str
    outcome: str
    is_open: bool
    note: str


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A question, and the duties of which it is not known whether they apply until it is answered."""

    question: str
    duties: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The duties in force, to come and ended, and those that may apply."""

    drawing: str
    in_force: tuple[DutyRow, ...]
    coming: tuple[DutyRow, ...]
    ended: tuple[DutyRow, ...]
    undetermined: tuple[OpenRow, ...]
    left_out: int


def build_calendar(records: ReportRecords) -> Calendar:
    """Build section 15; what exceeds the cap of the tables stands in the attachment alone."""
    regulation, as_of = records.outcome.regulation, records.assessment.as_of
    duties = sorted(regulation.duties, key=lambda duty: (duty.applies_from or _first_stage(duty) or as_of, duty.id))
    shown = duties[:_SHOWN]
    undetermined = regulation.undetermined[:_SHOWN]
    return Calendar(
        drawing=_drawing(records),
        in_force=tuple(_row(duty, as_of) for duty in shown if duty.in_force and duty.outcome != "repealed"),
        coming=tuple(_row(duty, as_of) for duty in shown if not duty.in_force and duty.outcome != "repealed"),
        ended=tuple(_row(duty, as_of) for duty in shown if duty.outcome == "repealed"),
        undetermined=_by_question(records, undetermined),
        left_out=len(duties) - len(shown) + len(regulation.undetermined) - len(undetermined),
    )


def _by_question(records: ReportRecords, duties: Sequence[OpenDuty]) -> tuple[OpenRow, ...]:
    """Put the duties that wait for the same answer together, in the order of the duties."""
    waiting: dict[str, list[str]] = {}
    for duty in duties:
        question = records.question(duty.missing[0]) if duty.missing else "not told by the assessment"
        waiting.setdefault(question, []).append(f"{duty.title} ({duty.citation})" if duty.citation else duty.title)
    return tuple(OpenRow(question, "; ".join(named)) for question, named in waiting.items())


def _first_stage(duty: Duty) -> date | None:
    return min((day for _, day in duty.stages), default=None)


def _row(duty: Duty, as_of: date) -> DutyRow:
    day = short_day(duty.applies_from) if duty.applies_from else ""
    if duty.stages:
        day = "; ".join(f"{short_day(on)} ({label.replace('_', ' ')})" for label, on in duty.stages)
    notes = []
    if duty.other_reading:
        notes.append(f"another reading: {short_day(duty.other_reading)}")
    if duty.control_expires_on and duty.control_expires_on <= as_of:
        notes.append(f"evidence expired on {short_day(duty.control_expires_on)}")
    if duty.confidence and duty.confidence != "high":
        notes.append(f"confidence in the rule: {duty.confidence}")
    outcome = OUTCOMES.get(duty.outcome, duty.outcome)
    if duty.outcome == "undetermined":
        notes.append("no control recorded")
    return DutyRow(
        id=duty.id,
        title=duty.title,
        citation=duty.citation,
        addressee=_ROLES.get(duty.addressee, duty.addressee.replace("_", " ")),
        day=day or "not known",
        outcome=outcome,
        is_open=duty.outcome in {"not_satisfied", "undetermined"},
        note="; ".join(notes),
    )


def _drawing(records: ReportRecords) -> str:
    as_of = records.assessment.as_of
    by_day: dict[tuple[date, State], list[Duty]] = {}
    for duty in records.outcome.regulation.duties:
        days = [day for _, day in duty.stages] or ([duty.applies_from] if duty.applies_from else [])
        for day in days:
            by_day.setdefault((day, "past" if day <= as_of else "coming"), []).append(duty)
    moments = [Moment(day, _label(duties), state) for (day, state), duties in by_day.items()]
    moments += _dates_of_records(records)
    return timeline(moments, as_of=as_of, title="Duties calendar", scale=SCALE)


def _label(duties: list[Duty]) -> str:
    if len(duties) == 1:
        return duties[0].title
    return f"{count(len(duties), 'duty', 'duties')}: {', '.join(sorted({duty.id for duty in duties}))}"


def _dates_of_records(records: ReportRecords) -> list[Moment]:
    """Give the days that are not law but bind all the same: retirement of the model, contract ends."""
    as_of = records.assessment.as_of
    days = [
        (dependency.end_on, f"contract with {dependency.vendor.name} ends")
        for dependency in records.dependencies
        if dependency.end_on
    ]
    hosts = {use.host_id or use.component.vendor_id for use in records.uses}
    days += [
        (offer.retires_on, f"{offer.company.name} retires {offer.model_id or offer.component}")
        for offer in records.offers
        if offer.retires_on and offer.company_id in hosts
    ]
    return [Moment(day, label, "past" if day <= as_of else "coming") for day, label in sorted(set(days))]
