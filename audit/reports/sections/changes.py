"""Section 16: what changed since the last report, each change with its cause: fact, law or method."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from audit.engine.diff import Cause
from audit.reports.causes import CLASS, LOCK_IN, TRANSPARENCY, cause_word, duty_item, find_causes, say_causes
from audit.reports.figures.bars import figure
from audit.reports.outcome import Outcome, Score, read_outcome
from audit.reports.records import ReportRecords
from audit.reports.stored import told
from audit.reports.wording import band_word, fact_value, long_day, outcome_word, say
from audit.selectors.reading import Reading

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: before, after, and why."""

    what: str
    before: str
    after: str
    cause: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes since the assessment of the last report; without one there is nothing to compare."""

    since: str
    outcomes: tuple[Change, ...]
    facts: tuple[Change, ...]
    facts_in_all: int


def build_changes(records: ReportRecords) -> Changes:
    """Build section 16."""
    if records.previous is None:
        return Changes("", (), (), 0)
    before, after = read_outcome(records.previous.result), records.outcome
    facts = _changed_facts(records)
    return Changes(
        since=long_day(records.previous.as_of),
        outcomes=tuple(_changed_outcomes(records, before, after)),
        facts=tuple(facts[:_SHOWN]),
        facts_in_all=len(facts),
    )


def _changed_facts(records: ReportRecords) -> list[Change]:
    changes = []
    for key in sorted({*records.facts, *records.previous_facts}):
        old, new = (
            _value(records, sheet.get(key), key in sheet, key) for sheet in (records.previous_facts, records.facts)
        )
        if old != new:
            changes.append(Change(records.question(key), old, new, cause_word(Cause.FACT)))
    return changes


def _value(records: ReportRecords, entry: object, known: bool, key: str) -> str:
    if not known:
        return gettext("unknown")
    if isinstance(entry, dict):
        if "not_applicable" in entry:
            return gettext("does not apply")
        return fact_value(Reading(entry).content.get("value"), records.labels(key))
    return fact_value(entry, records.labels(key))


def _changed_outcomes(records: ReportRecords, before: Outcome, after: Outcome) -> list[Change]:
    moved = records.moved
    rows = [
        (gettext("Class under the AI Act"), _class(records, before), _class(records, after), CLASS),
        (gettext("Lock-in"), _score(before.lock_in), _score(after.lock_in), LOCK_IN),
        (gettext("Transparency risk"), _score(before.transparency), _score(after.transparency), TRANSPARENCY),
    ]
    old = {duty.id: outcome_word(duty.outcome) for duty in before.regulation.duties}
    new = {duty.id: outcome_word(duty.outcome) for duty in after.regulation.duties}
    every = {duty.id: duty for duty in (*before.regulation.duties, *after.regulation.duties)}
    did_not, no_longer = gettext("did not apply"), gettext("no longer applies")
    rows += [
        (f"{key}: {told(every[key].title)}", old.get(key, did_not), new.get(key, no_longer), duty_item(every[key].rule))
        for key in sorted({*old, *new})
    ]
    return [
        Change(what, was, now, say_causes(find_causes(moved, shown))) for what, was, now, shown in rows if was != now
    ][:_SHOWN]


def _class(records: ReportRecords, outcome: Outcome) -> str:
    value = outcome.regulation.aia_class
    return records.label("aia.class", value) if value else gettext("not decided")


def _score(score: Score) -> str:
    if score.low is None or score.high is None:
        return gettext("not assessed")
    return say("{low} to {high}, {band}", low=figure(score.low), high=figure(score.high), band=band_word(score.band))
