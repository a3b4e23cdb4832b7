"""Sections 4 to 6: objectives, scope and cut-off; the criteria; the method."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from audit.reports.citations import cite
from audit.reports.outcome import Duty
from audit.reports.records import ReportRecords
from audit.reports.sections.front import Entry, not_recorded
from audit.reports.stored import told
from audit.reports.wording import long_day, name_days, say, say_count, short_day
from audit.selectors.reading import Reading

_NO_LAW = ("lock_in", "transparency", "openness")


@dataclass(frozen=True, slots=True)
class Scope:
    """Up to which day the law and the facts were looked at."""

    cut_off: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One law or framework the system was held against."""

    name: str
    version: str
    applies: str
    coverage: str


@dataclass(frozen=True, slots=True)
class Criteria:
    """The packs that ask something of the system, and the names of those that were run and ask nothing."""

    rows: tuple[Criterion, ...]
    idle: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """A rule pack with its whole identity."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Method:
    """What made the judgement; how it is made is told by the template."""

    packs: tuple[Pack, ...]
    past_review: tuple[str, ...]
    disputed: tuple[Entry, ...]


def build_scope(records: ReportRecords) -> Scope:
    """Build section 4."""
    as_of, recorded, system = records.assessment.as_of, records.facts_of, records.system
    confirmed = not_recorded()
    if system.facts_confirmed_on:
        by = system.facts_confirmed_by or gettext("a person not named")
        confirmed = say("{day}, by {person}", day=long_day(system.facts_confirmed_on), person=by)
    never = gettext("no day is known on which time alone would change it")
    return Scope(
        cut_off=(
            Entry(gettext("As of"), long_day(as_of)),
            Entry(
                gettext("Law"),
                say("as adopted by {day}; later changes of the law are not in it", day=long_day(min(as_of, recorded))),
            ),
            Entry(
                gettext("Facts"), say("recorded in the register up to the assessment of {day}", day=long_day(recorded))
            ),
            Entry(gettext("Facts last confirmed by the owner"), confirmed),
            Entry(gettext("Stays true until"), long_day(records.outcome.valid_until, never)),
        ),
    )


def build_criteria(records: ReportRecords) -> Criteria:
    """Build section 5: one row a pack that has duties here, with their days; the other packs are named."""
    contents = {record.pack: Reading(record.content) for record in records.packs}
    rows, idle = [], []
    for name, identity in records.outcome.packs:
        content = contents.get(name, Reading({}))
        described = content.inside("pack.yaml") or content
        applies = _days_of_pack(name, records)
        if not applies:
            idle.append(told(described.text("title")) or name)
            continue
        rows.append(
            Criterion(
                name=told(described.text("title")) or name,
                version=identity.partition("+")[0],
                applies=applies,
                coverage=told(described.text("coverage")) or gettext("coverage not stated by the pack"),
            )
        )
    return Criteria(tuple(rows), tuple(idle))


def _days_of_pack(name: str, records: ReportRecords) -> str:
    if name in _NO_LAW:
        return gettext("a method of Openbook; not law")
    duties = [duty for duty in records.outcome.regulation.duties if duty.pack.partition("@")[0] in {name, ""}]
    if not duties:
        return ""
    days = sorted({duty.applies_from for duty in duties if duty.applies_from})
    if not days:
        return say_count("one duty; its days differ by stage", "{number} duties; the days differ by stage", len(duties))
    named = ", ".join(short_day(day) for day in days[:6])
    return say_count("one duty, from {days}", "{number} duties, from {days}", len(duties), days=named)


def build_method(records: ReportRecords) -> Method:
    """Build section 6."""
    packs = []
    for name, identity in records.outcome.packs:
        version, _, sha256 = identity.partition("+sha256:")
        packs.append(Pack(name, version, sha256 or not_recorded()))
    return Method(
        packs=tuple(packs),
        past_review=records.outcome.regulation.past_review,
        disputed=_list_disputed(records)
        + tuple(_other_day(duty) for duty in records.outcome.regulation.duties if duty.other_reading),
    )


def _list_disputed(records: ReportRecords) -> tuple[Entry, ...]:
    """What counts and the other reading, with its day and its sources as they stand in the pack that was used."""
    contents = [Reading(record.content).inside("classification.yaml") or Reading({}) for record in records.packs]
    kept = {entry.text("id"): entry for content in contents for entry in content.each("readings")}
    return tuple(
        Entry(
            told(reading.about),
            name_days(
                say(
                    "Counted: {counted} Other reading: {other} {basis}",
                    counted=told(reading.operative),
                    other=told(reading.other),
                    basis=told(reading.basis),
                ).strip()
            )
            + _tell_source(kept.get(reading.id, Reading({}))),
        )
        for reading in records.outcome.regulation.disputed
    )


def _tell_source(reading: Reading) -> str:
    """Since when both can be read, and where and when they were; nothing of a pack that does not say it."""
    since, read_on = reading.day("since"), reading.day("verified_on")
    if since is None or read_on is None:
        return ""
    where = ", ".join(reading.texts("source"))
    return " " + say(
        "Both can be read since {since}. Read on {day} in {source}.",
        since=long_day(since),
        day=long_day(read_on),
        source=where,
    )


def _other_day(duty: Duty) -> Entry:
    counted = short_day(duty.applies_from, gettext("the day of each stage"))
    return Entry(
        f"{cite(duty.citation) or duty.id}: {told(duty.title)}",
        say("Counted from {day}; another reading has {other}.", day=counted, other=short_day(duty.other_reading)),
    )
