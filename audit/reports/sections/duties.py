"""Section 15: the duties calendar, as a line of time and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, pgettext

from audit.portfolio.duties_calendar import CalendarEntry, DutyState, by_number
from audit.reports.citations import cite
from audit.reports.dated import arrange_outcome
from audit.reports.figures import Moment, timeline
from audit.reports.figures.calendar import State
from audit.reports.outcome import Duty, OpenDuty
from audit.reports.records import ReportRecords
from audit.reports.sections.judgements import SCALE
from audit.reports.stored import told
from audit.reports.wording import outcome_word, say, say_count, short_day
from governance.models import HostOffer

_SHOWN = 90
_NAMED_ON_THE_LINE = 3
_IN_A_ROW = 12
"""So many duties that wait for one answer stand in a row; a row does not break, and more would leave a page empty."""


def addressee_word(addressees: str) -> str:
    """Give whom a duty binds, in words, as the rule pack names them."""
    return ", ".join(
        gettext("provider of the model") if each == "gpai_provider" else gettext(each.replace("_", " "))
        for each in addressees.split(", ")
    )


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
    duties = sorted(
        regulation.duties, key=lambda duty: (duty.applies_from or _first_stage(duty) or as_of, by_number(duty.id))
    )
    shown = duties[:_SHOWN]
    entries = arrange_outcome(regulation.duties, as_of)
    states = {state: {entry.rule for entry in entries if entry.state is state} for state in DutyState}
    in_force, ended = states[DutyState.IN_FORCE], states[DutyState.ENDED]
    undetermined = regulation.undetermined[:_SHOWN]
    return Calendar(
        drawing=_drawing(records, entries),
        in_force=tuple(_row(duty, as_of) for duty in shown if duty.rule in in_force),
        coming=tuple(_row(duty, as_of) for duty in shown if duty.rule not in in_force | ended),
        ended=tuple(_row(duty, as_of) for duty in shown if duty.rule in ended),
        undetermined=_by_question(records, undetermined),
        left_out=len(duties) - len(shown) + len(regulation.undetermined) - len(undetermined),
    )


def _by_question(records: ReportRecords, duties: Sequence[OpenDuty]) -> tuple[OpenRow, ...]:
    """Put the duties that wait for the same answer together, in the order of the duties."""
    waiting: dict[str, list[str]] = {}
    for duty in duties:
        question = records.question(duty.missing[0]) if duty.missing else gettext("not told by the assessment")
        title, citation = told(duty.title), cite(duty.citation)
        waiting.setdefault(question, []).append(f"{title} ({citation})" if citation else title)
    return tuple(
        OpenRow(question, "; ".join(named[at : at + _IN_A_ROW]))
        for question, named in waiting.items()
        for at in range(0, len(named), _IN_A_ROW)
    )


def stage_word(label: str) -> str:
    """Give the name of a stage in which a duty begins to apply."""
    return gettext(label.replace("_", " "))


def confidence_word(level: str) -> str:
    """Give how sure the reading of a rule is."""
    return {"medium": pgettext("confidence", "medium"), "low": pgettext("confidence", "low")}.get(level, level)


def _first_stage(duty: Duty) -> date | None:
    return min((day for _, day in duty.stages), default=None)


def _row(duty: Duty, as_of: date) -> DutyRow:
    day = short_day(duty.applies_from) if duty.applies_from else ""
    if duty.stages:
        day = "; ".join(f"{short_day(on)} ({stage_word(label)})" for label, on in duty.stages)
    notes = [gettext("of the legal entity as a whole")] if duty.of_entity else []
    if duty.other_reading:
        notes.append(say("another reading: {day}", day=short_day(duty.other_reading)))
    if duty.control_expires_on and duty.control_expires_on <= as_of:
        notes.append(say("evidence expired on {day}", day=short_day(duty.control_expires_on)))
    if duty.confidence and duty.confidence != "high":
        notes.append(say("confidence in the rule: {level}", level=confidence_word(duty.confidence)))
    if duty.outcome == "undetermined" and not duty.control_status:
        notes.append(gettext("no control recorded"))
    return DutyRow(
        id=duty.id,
        title=told(duty.title),
        citation=cite(duty.citation),
        addressee=addressee_word(duty.addressee),
        day=day or gettext("not known"),
        outcome=outcome_word(duty.outcome),
        is_open=duty.outcome in {"not_satisfied", "undetermined"},
        note="; ".join(notes),
    )


def _drawing(records: ReportRecords, entries: Iterable[CalendarEntry]) -> str:
    as_of = records.assessment.as_of
    by_day: dict[tuple[date, State], list[CalendarEntry]] = {}
    for entry in entries:
        if entry.day is not None:
            by_day.setdefault((entry.day, "past" if entry.day <= as_of else "coming"), []).append(entry)
    moments = [Moment(day, _label(together), state) for (day, state), together in by_day.items()]
    moments += _dates_of_records(records)
    return timeline(moments, as_of=as_of, title=gettext("Duties calendar"), scale=SCALE)


def _label(duties: list[CalendarEntry]) -> str:
    if len(duties) == 1:
        return told(duties[0].title)
    ids = sorted({duty.id for duty in duties}, key=by_number)
    named = ", ".join(ids if len(ids) <= _NAMED_ON_THE_LINE else [*ids[: _NAMED_ON_THE_LINE - 1], "…"])
    return say_count("one duty: {ids}", "{number} duties: {ids}", len(duties), ids=named)


def _dates_of_records(records: ReportRecords) -> list[Moment]:
    """Give the days that are not law but bind all the same: retirement of the model, contract ends."""
    as_of = records.assessment.as_of
    days = [
        (dependency.end_on, say("contract with {vendor} ends", vendor=dependency.vendor.name))
        for dependency in records.dependencies
        if dependency.end_on
    ]
    hosts = {use.host_id or use.component.vendor_id for use in records.uses}
    days += [
        (
            offer.retires_on,
            _retirement(offer),
        )
        for offer in records.offers
        if offer.retires_on and offer.company_id in hosts
    ]
    return [Moment(day, label, "past" if day <= as_of else "coming") for day, label in sorted(set(days))]


def _retirement(offer: HostOffer) -> str:
    return say("{host} retires {model}", host=offer.company.name, model=offer.model_id or offer.component)
