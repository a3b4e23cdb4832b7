"""Sections 12 to 14: findings, what management says to them, the follow-up of earlier ones, and what works."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from audit.models import Finding
from audit.reports.citations import cite
from audit.reports.closings import tell_cause
from audit.reports.outcome import Duty
from audit.reports.records import ReportRecords
from audit.reports.sections.front import not_recorded
from audit.reports.stored import told
from audit.reports.wording import band_word, long_day, name_days, number, say, say_count, sentence, short_day

CONTRADICTION = "register:contradiction:"
"""How the key of a finding on sources that contradict each other begins; the key of their fact follows."""
_ORDER = {"very_high": 0, "high": 1, "moderate": 2, "low": 3}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding with all that an auditor expects of it."""

    number: str
    rating: str
    rating_word: str
    title: str
    area: str
    condition: str
    criterion: str
    cause: str
    effect: str
    recommendation: str
    owner: str
    due: str
    opened: str
    repeat: str
    duty: str


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """What management says to one finding."""

    number: str
    title: str
    position: str
    action: str
    by: str
    accepted: str


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """An earlier finding and what became of it."""

    title: str
    rating_word: str
    opened: str
    result: str


@dataclass(frozen=True, slots=True)
class Working:
    """An obligation that is satisfied, with its evidence."""

    duty: str
    citation: str
    how: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings, responses, follow-up and what works.

    ``unrecorded`` are the findings whose one condition is that nothing is recorded on a duty; they say the same
    and stand in one table. ``unanswered`` are the numbers without a response.
    """

    rows: tuple[FindingRow, ...]
    unrecorded: tuple[FindingRow, ...]
    responses: tuple[ResponseRow, ...]
    unanswered: tuple[str, ...]
    follow_up: tuple[FollowUpRow, ...]
    working: tuple[Working, ...]
    later: str


def build_findings(records: ReportRecords) -> Findings:
    """Build sections 12 to 14."""
    still_open = sorted(
        (finding for finding in records.findings if finding.closed_on is None),
        key=lambda finding: (_ORDER.get(finding.rating, 9), finding.key),
    )
    numbered = [(f"F-{at:02d}", finding) for at, finding in enumerate(still_open, 1)]
    silent = {f"duty:{duty.rule}" for duty in records.outcome.regulation.duties if duty.outcome == "undetermined"}
    names = names_typed(records)
    return Findings(
        rows=tuple(_row(records, number, finding, names) for number, finding in numbered if finding.key not in silent),
        unrecorded=tuple(
            _row(records, number, finding, names) for number, finding in numbered if finding.key in silent
        ),
        responses=tuple(_response(number, finding) for number, finding in numbered if _has_response(finding)),
        unanswered=tuple(number for number, finding in numbered if not _has_response(finding)),
        follow_up=tuple(_follow_up(records)),
        working=tuple(_working(records)),
        later=_tell_later(records, still_open),
    )


def _tell_later(records: ReportRecords, still_open: Sequence[Finding]) -> str:
    """Say that findings were opened after the day the report is of; nothing where none was."""
    later = sum(finding.opened_on > records.assessment.as_of for finding in still_open)
    if not later:
        return ""
    return say(
        "The findings are those of {day}. Opened after the as-of day: {later} of {all}.",
        day=long_day(records.facts_of),
        later=number(later),
        all=number(len(still_open)),
    )


def names_typed(records: ReportRecords) -> frozenset[str]:
    """Give the names that officers typed and that findings may list."""
    flows = (name for flow in records.flows for name in (flow.from_name, flow.to_name, flow.data))
    run_by = (vendor for use in records.uses for vendor in (use.host, use.component.vendor) if vendor is not None)
    contracted = (dependency.vendor for dependency in records.dependencies)
    beneath = (subcontractor.vendor for subcontractor in records.subcontractors)
    relied_on = [*run_by, *contracted, *beneath]
    parents = (vendor.ultimate_parent for vendor in relied_on if vendor.ultimate_parent is not None)
    others = (offer.company for offer in records.offers)
    components = (str(use.component) for use in records.uses)
    evaluated = (str(evaluation.component) for evaluation in records.evaluations)
    return frozenset((*flows, *components, *evaluated, *(vendor.name for vendor in (*relied_on, *parents, *others))))


def _name_stored(text: str, labels: Mapping[str, str]) -> str:
    """Give a text with the choices of its fact by their labels, and its days in words; both were stored as values."""
    for value, label in labels.items():
        if "_" in value:
            text = re.sub(rf"(?<![\w.]){re.escape(value)}(?!\w)", say("“{quoted}”", quoted=gettext(label)), text)
    return name_days(text)


def _row(records: ReportRecords, number: str, finding: Finding, names: Collection[str]) -> FindingRow:
    again = gettext("no")
    if finding.times_opened > 1:
        again = say_count(
            "yes, opened once", "yes, opened {times} times", finding.times_opened, times=finding.times_opened
        )
    title = told(finding.title, names)
    labels = records.labels(finding.key.removeprefix(CONTRADICTION)) if finding.key.startswith(CONTRADICTION) else {}
    return FindingRow(
        number=number,
        rating=finding.rating,
        rating_word=band_word(finding.rating),
        title=title,
        area=gettext(finding.get_area_display()),
        condition=sentence(_name_stored(told(finding.condition, names), labels)),
        criterion=cite(told(finding.criterion)),
        cause=sentence(told(finding.cause, names)) or not_recorded(),
        effect=sentence(_name_stored(told(finding.effect, names), labels)) or not_recorded(),
        recommendation=sentence(told(finding.recommendation, names)) or gettext("none recorded"),
        owner=finding.owner or gettext("no owner yet"),
        due=short_day(finding.due_on, gettext("no day set")),
        opened=short_day(finding.opened_on),
        repeat=again,
        duty=told(finding.title.rpartition(":")[0]),
    )


def _has_response(finding: Finding) -> bool:
    return bool(finding.response or finding.response_text or finding.accepted_until)


def _response(number: str, finding: Finding) -> ResponseRow:
    accepted = ""
    if finding.accepted_until:
        accepted = say(
            "Risk accepted until {day} by {person}, confirmed by {other}.",
            day=short_day(finding.accepted_until),
            person=finding.accepted_by,
            other=finding.acceptance_confirmed_by,
        )
    by = finding.response_by or "–"
    if finding.response_on:
        by = f"{by}, {short_day(finding.response_on)}"
    return ResponseRow(
        number=number,
        title=told(finding.title),
        position=gettext(finding.get_response_display()),
        action=finding.response_text or (gettext("no action recorded") if finding.response else "–"),
        by=by,
        accepted=accepted,
    )


def _follow_up(records: ReportRecords) -> list[FollowUpRow]:
    """Give the findings known to the assessment before this report: closed with the cause, or still open."""
    before = records.previous.pk if records.previous else 0
    rows = []
    for finding in sorted(records.findings, key=lambda each: (each.closed_on is None, each.opened_on, each.key)):
        if finding.closed_on is None and finding.opened_by_id > before:
            continue
        result = gettext("still open; the condition was found again")
        if finding.closed_on is not None:
            because = tell_cause(finding.closed_because, records.vocabulary) or gettext("cause not recorded")
            result = say("closed on {day}: {cause}", day=short_day(finding.closed_on), cause=because)
        rows.append(FollowUpRow(told(finding.title), band_word(finding.rating), short_day(finding.opened_on), result))
    return rows


def _working(records: ReportRecords) -> list[Working]:
    controls = {control.obligation: control for control in records.controls}
    rows = []
    for duty in records.outcome.regulation.duties:
        if duty.outcome != "satisfied":
            continue
        control = controls.get(duty.rule) or controls.get(duty.id)
        named = ", ".join(records.control_evidence.get(control.pk, ())) if control else ""
        how = (control.reason if control else "") or gettext("recorded as met")
        rows.append(Working(told(duty.title), cite(duty.citation), f"{how.rstrip('.')}. {_support(duty, named)}"))
    return rows


def _support(duty: Duty, named: str) -> str:
    """Say what evidence a duty is met by, and until when it counts."""
    until = duty.control_expires_on
    if named and until:
        return say("Evidence: {references}; counts until {day}.", references=named, day=short_day(until))
    if named:
        return say("Evidence: {references}.", references=named)
    if until:
        return say("No evidence linked; counts until {day}.", day=short_day(until))
    return gettext("No evidence linked.")
