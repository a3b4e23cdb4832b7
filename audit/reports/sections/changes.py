"""Section 16: what changed since the last report, each change with its cause: fact, law or method."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, pgettext

from audit.reports.figures.bars import figure
from audit.reports.outcome import Outcome, Score, read_outcome
from audit.reports.reading import Reading
from audit.reports.records import ReportRecords
from audit.reports.stored import told
from audit.reports.wording import band_word, fact_value, listing, long_day, outcome_word, say

_METHOD_PACKS = ("lock_in", "transparency", "openness")
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
        outcomes=tuple(_changed_outcomes(records, before, after, has_facts=bool(facts))),
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
            changes.append(Change(records.question(key), old, new, pgettext("cause of a change", "fact")))
    return changes


def _value(records: ReportRecords, entry: object, known: bool, key: str) -> str:
    if not known:
        return gettext("unknown")
    if isinstance(entry, dict):
        if "not_applicable" in entry:
            return gettext("does not apply")
        return fact_value(Reading(entry).content.get("value"), records.labels(key))
    return fact_value(entry, records.labels(key))


def _changed_outcomes(records: ReportRecords, before: Outcome, after: Outcome, *, has_facts: bool) -> list[Change]:
    law, method = (
        _cause(before, after, has_facts=has_facts, of_law=True),
        _cause(before, after, has_facts=has_facts, of_law=False),
    )
    rows = [
        (gettext("Class under the AI Act"), _class(records, before), _class(records, after), law),
        (gettext("Lock-in"), _score(before.lock_in), _score(after.lock_in), method),
        (gettext("Transparency risk"), _score(before.transparency), _score(after.transparency), method),
    ]
    old = {duty.id: outcome_word(duty.outcome) for duty in before.regulation.duties}
    new = {duty.id: outcome_word(duty.outcome) for duty in after.regulation.duties}
    titles = {duty.id: duty.title for duty in (*before.regulation.duties, *after.regulation.duties)}
    did_not, no_longer = gettext("did not apply"), gettext("no longer applies")
    rows += [
        (f"{key}: {told(titles[key])}", old.get(key, did_not), new.get(key, no_longer), law)
        for key in sorted({*old, *new})
    ]
    return [Change(*row) for row in rows if row[1] != row[2]][:_SHOWN]


def _cause(before: Outcome, after: Outcome, *, has_facts: bool, of_law: bool) -> str:
    """Name what moved: facts, the law or the day it applies, or the method."""
    packs = {name for name, identity in after.packs if dict(before.packs).get(name) != identity}
    causes = [pgettext("cause of a change", "fact")] if has_facts else []
    if of_law and (before.as_of != after.as_of or packs - set(_METHOD_PACKS)):
        causes.append(pgettext("cause of a change", "law"))
    if before.engine != after.engine or (not of_law and packs & set(_METHOD_PACKS)):
        causes.append(pgettext("cause of a change", "method"))
    if not causes:
        causes.append(pgettext("cause of a change", "passing of time"))
    return listing(causes, "or")


def _class(records: ReportRecords, outcome: Outcome) -> str:
    value = outcome.regulation.aia_class
    return records.label("aia.class", value) if value else gettext("not decided")


def _score(score: Score) -> str:
    if score.low is None or score.high is None:
        return gettext("not assessed")
    return say("{low} to {high}, {band}", low=figure(score.low), high=figure(score.high), band=band_word(score.band))
