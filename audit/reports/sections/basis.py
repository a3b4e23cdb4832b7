"""Sections 4 to 6: objectives, scope and cut-off; the criteria; the method."""

from __future__ import annotations

from dataclasses import dataclass

from audit.reports.outcome import Duty
from audit.reports.reading import Reading
from audit.reports.records import ReportRecords
from audit.reports.sections.front import Entry
from audit.reports.wording import count, long_day, short_day

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
    as_of, system = records.assessment.as_of, records.system
    confirmed = "not recorded"
    if system.facts_confirmed_on:
        confirmed = f"{long_day(system.facts_confirmed_on)}, by {system.facts_confirmed_by or 'a person not named'}"
    valid = records.outcome.valid_until
    return Scope(
        cut_off=(
            Entry("As of", long_day(as_of)),
            Entry("Law", f"as adopted by {long_day(as_of)}; later changes of the law are not in it"),
            Entry("Facts", f"recorded in the register up to the assessment of {long_day(as_of)}"),
            Entry("Facts last confirmed by the owner", confirmed),
            Entry("Stays true until", long_day(valid, "no day is known on which time alone would change it")),
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
            idle.append(described.text("title") or name)
            continue
        rows.append(
            Criterion(
                name=described.text("title") or name,
                version=identity.partition("+")[0],
                applies=applies,
                coverage=described.text("coverage") or "coverage not stated by the pack",
            )
        )
    return Criteria(tuple(rows), tuple(idle))


def _days_of_pack(name: str, records: ReportRecords) -> str:
    if name in _NO_LAW:
        return "a method of Openbook; not law"
    duties = [duty for duty in records.outcome.regulation.duties if duty.pack.partition("@")[0] in {name, ""}]
    if not duties:
        return ""
    days = sorted({duty.applies_from for duty in duties if duty.applies_from})
    told = ", ".join(short_day(day) for day in days[:6]) or "days differ by stage"
    return f"{count(len(duties), 'duty', 'duties')}, from {told}"


def build_method(records: ReportRecords) -> Method:
    """Build section 6."""
    packs = []
    for name, identity in records.outcome.packs:
        version, _, sha256 = identity.partition("+sha256:")
        packs.append(Pack(name, version, sha256 or "not recorded"))
    return Method(
        packs=tuple(packs),
        past_review=records.outcome.regulation.past_review,
        disputed=tuple(
            Entry(reading.about, f"Counted: {reading.operative} Other reading: {reading.other} {reading.basis}".strip())
            for reading in records.outcome.regulation.disputed
        )
        + tuple(_other_day(duty) for duty in records.outcome.regulation.duties if duty.other_reading),
    )


def _other_day(duty: Duty) -> Entry:
    counted = short_day(duty.applies_from, "the day of each stage")
    return Entry(
        f"{duty.citation or duty.id}: {duty.title}",
        f"Counted from {counted}; another reading has {short_day(duty.other_reading)}.",
    )
