"""Sections 12 to 14: findings, what management says to them, the follow-up of earlier ones, and what works."""

from __future__ import annotations

from dataclasses import dataclass

from audit.models import Finding
from audit.reports.records import ReportRecords
from audit.reports.wording import BANDS, cite, sentence, short_day

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


def build_findings(records: ReportRecords) -> Findings:
    """Build sections 12 to 14."""
    still_open = sorted(
        (finding for finding in records.findings if finding.closed_on is None),
        key=lambda finding: (_ORDER.get(finding.rating, 9), finding.key),
    )
    numbered = [(f"F-{at:02d}", finding) for at, finding in enumerate(still_open, 1)]
    silent = {f"duty:{duty.rule}" for duty in records.outcome.regulation.duties if duty.outcome == "undetermined"}
    return Findings(
        rows=tuple(_row(number, finding) for number, finding in numbered if finding.key not in silent),
        unrecorded=tuple(_row(number, finding) for number, finding in numbered if finding.key in silent),
        responses=tuple(_response(number, finding) for number, finding in numbered if _has_response(finding)),
        unanswered=tuple(number for number, finding in numbered if not _has_response(finding)),
        follow_up=tuple(_follow_up(records)),
        working=tuple(_working(records)),
    )


def _row(number: str, finding: Finding) -> FindingRow:
    again = f"yes, opened {finding.times_opened} times" if finding.times_opened > 1 else "no"
    return FindingRow(
        number=number,
        rating=finding.rating,
        rating_word=BANDS.get(finding.rating, finding.rating),
        title=finding.title,
        area=finding.get_area_display(),
        condition=sentence(finding.condition),
        criterion=cite(finding.criterion),
        cause=sentence(finding.cause) or "not recorded",
        effect=sentence(finding.effect) or "not recorded",
        recommendation=sentence(finding.recommendation) or "none recorded",
        owner=finding.owner or "no owner yet",
        due=short_day(finding.due_on, "no day set"),
        opened=short_day(finding.opened_on),
        repeat=again,
        duty=finding.title.partition(":")[0],
    )


def _has_response(finding: Finding) -> bool:
    return bool(finding.response or finding.response_text or finding.accepted_until)


def _response(number: str, finding: Finding) -> ResponseRow:
    accepted = ""
    if finding.accepted_until:
        accepted = (
            f"Risk accepted until {short_day(finding.accepted_until)} by {finding.accepted_by}, "
            f"confirmed by {finding.acceptance_confirmed_by}."
        )
    by = finding.response_by or "–"
    if finding.response_on:
        by = f"{by}, {short_day(finding.response_on)}"
    return ResponseRow(
        number=number,
        title=finding.title,
        position=finding.get_response_display(),
        action=finding.response_text or ("no action recorded" if finding.response else "–"),
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
        result = "still open; the condition was found again"
        if finding.closed_on is not None:
            result = f"closed on {short_day(finding.closed_on)}: {finding.closed_because or 'cause not recorded'}"
        rows.append(
            FollowUpRow(finding.title, BANDS.get(finding.rating, finding.rating), short_day(finding.opened_on), result)
        )
    return rows


def _working(records: ReportRecords) -> list[Working]:
    controls = {control.obligation: control for control in records.controls}
    rows = []
    for duty in records.outcome.regulation.duties:
        if duty.outcome != "satisfied":
            continue
        control = controls.get(duty.rule) or controls.get(duty.id)
        named = ", ".join(records.control_evidence.get(control.pk, ())) if control else ""
        until = f"; counts until {short_day(duty.control_expires_on)}" if duty.control_expires_on else ""
        how = (control.reason if control else "") or "recorded as met"
        support = f" Evidence: {named}{until}." if named else f" No evidence linked{until}."
        rows.append(Working(duty.title, duty.citation, how.rstrip(".") + "." + support))
    return rows
