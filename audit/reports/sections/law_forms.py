"""The forms of the law in section 17: which form, version and day, how complete, and until when it counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext

from audit.reports.citations import cite
from audit.reports.records import ReportRecords
from audit.reports.sections.front import Entry
from audit.reports.wording import listing, number, say, short_day
from governance.selectors.law_records import RecordKind, RecordState, pick_record


def list_law_forms(records: ReportRecords) -> Iterator[Entry]:
    """One entry for each form that exists on the as-of day: the final version that speaks, or else the draft."""
    as_of = records.assessment.as_of
    titles = {
        RecordKind.FRIA: (gettext("Fundamental-rights impact assessment"), "AI Act Art. 27"),
        RecordKind.DPIA: (gettext("Data protection impact assessment"), "GDPR Art. 35"),
        RecordKind.NOT_HIGH_RISK: (gettext("Assessment that it is not high-risk"), "AI Act Art. 6(3)"),
    }
    for kind in RecordKind:
        state = pick_record(records.law_records, kind, as_of)
        if state is not None:
            parts = [_version(state), _elements(state), _follow_up(state, as_of), _until(state, as_of)]
            title, provision = titles[kind]
            yield Entry(f"{title}, {cite(provision)}", "; ".join(part for part in parts if part) + ".")


def _version(state: RecordState) -> str:
    if not state.is_final:
        return say("version {version}, a draft, which does not count", version=number(state.version))
    return say(
        "version {version} of {day}, final", version=number(state.version), day=short_day(state.day("performed_on"))
    )


def _elements(state: RecordState) -> str:
    missing = [each.element for each in state.elements if not each.is_complete]
    there = number(len(state.elements) - len(missing))
    if not missing:
        return say("all {number} elements are there", number=there)
    return say(
        "{number} of {all} elements are there; missing: {missing}",
        number=there,
        all=number(len(state.elements)),
        missing=listing(cite(element.citation) for element in missing),
    )


def _follow_up(state: RecordState, as_of: date) -> str:
    """What the law asks for once the form is done: notice, registration, handing over."""
    if not state.is_final:
        return ""
    if state.kind == RecordKind.FRIA and not state.content["is_exempt_from_notice"]:
        return _done(
            state.day("notified_on"),
            as_of,
            gettext("authority notified on {day}"),
            gettext("authority not notified"),
        )
    if state.kind == RecordKind.NOT_HIGH_RISK:
        return _done(
            state.day("registered_on"),
            as_of,
            gettext("registered on {day}"),
            gettext("not registered"),
        )
    return ""


def _done(day: date | None, as_of: date, done: str, open_: str) -> str:
    return done.format(day=short_day(day)) if day is not None and day <= as_of else open_


def _until(state: RecordState, as_of: date) -> str:
    until = state.counts_until
    if not state.is_final or until is None:
        return ""
    if until <= as_of:
        return say("it has not counted since {day}", day=short_day(until))
    return say("it counts until {day}", day=short_day(until))
