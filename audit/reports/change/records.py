"""What a change report is made from, read once: each system's two assessments compared, its findings, the packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from audit.engine.assess import ENGINE_VERSION
from audit.engine.dates import parse_day
from audit.engine.diff import Change
from audit.engine.facts import JsonValue
from audit.models import Assessment, Finding, Report
from audit.reports.causes import compare_assessments
from audit.reports.change.asking import SYSTEM_COLUMNS, find_systems
from audit.reports.finding_lines import FindingLine, read_findings
from audit.reports.gathering import read_assessments
from audit.reports.lines import DutyLine, read_duties, read_row_duties
from audit.reports.many import AssessmentsFile, UsedPack, read_judged, read_packs_named
from audit.selectors.reading import Reading
from governance.vocabulary import Vocabulary, load_vocabulary

_PAIRS_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """One system at both days. ``changes`` is none where the two cannot be compared item by item."""

    reference: str
    name: str
    is_new: bool
    has_moved: bool
    changes: tuple[Change, ...] | None
    before_on: date | None
    after_on: date


@dataclass(frozen=True, slots=True)
class Turned:
    """A duty that came into force between the days, and the systems it then bound."""

    duty: DutyLine
    on: date
    systems: tuple[str, ...]


@dataclass(frozen=True)
class ChangeRecords:
    """All that the sections read."""

    report: Report
    first: date
    file: AssessmentsFile
    compared: Sequence[Compared]
    titles: Mapping[str, DutyLine]
    turned: Sequence[Turned]
    systems: Mapping[str, Mapping[str, object]]
    findings: Sequence[FindingLine]
    packs: tuple[UsedPack, ...]
    packs_before: Mapping[str, str]
    packs_after: Mapping[str, str]
    engines: tuple[str, str]
    vocabulary: Vocabulary

    @property
    def as_of(self) -> date:
        """The second day."""
        return self.report.as_of


def read_records(report: Report) -> ChangeRecords:
    """Read and compare all that the report needs; the assessments go by a few hundred at a time."""
    first = parse_day(str(report.parameters["from"]))
    taken = _Taken(first, report.as_of)
    columns = {row["pk"]: row for row in find_systems(report).values("pk", *SYSTEM_COLUMNS)}
    for before, after in _read_pairs(report.parameters["pairs"]):
        taken.take(before, after, columns[after.system_id])
    return ChangeRecords(
        report=report,
        first=first,
        file=taken.file,
        compared=taken.compared,
        titles=taken.titles,
        turned=taken.list_turned(),
        systems={str(row["reference"]): row for row in columns.values()},
        findings=read_findings(Finding.objects.filter(system__in=[*columns])),
        packs=read_packs_named(sorted(taken.identities)),
        packs_before=taken.packs_before,
        packs_after=taken.packs_after,
        engines=(taken.engine_before, taken.engine_after),
        vocabulary=load_vocabulary(),
    )


def _read_pairs(pairs: Sequence[Sequence[int | None]]) -> Iterator[tuple[Assessment | None, Assessment]]:
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        part = pairs[start : start + _PAIRS_AT_ONCE]
        found = {each.pk: each for each in read_assessments([pk for pair in part for pk in pair if pk is not None])}
        for before, after in part:
            if after in found:
                yield (found.get(before) if before is not None else None), found[after]


class _Taken:
    """What is kept of the assessments that went by."""

    def __init__(self, first: date, second: date) -> None:
        self.first, self.second = first, second
        self.file = AssessmentsFile()
        self.compared: list[Compared] = []
        self.titles: dict[str, DutyLine] = {}
        self.identities: set[str] = set()
        self.packs_before: dict[str, str] = {}
        self.packs_after: dict[str, str] = {}
        self.engine_before = self.engine_after = ENGINE_VERSION
        self._turned: dict[tuple[str, date], list[str]] = {}

    def take(self, before: Assessment | None, after: Assessment, system: Mapping[str, object]) -> None:
        """Compare one system's two assessments, and keep both as evidence."""
        reference = str(system["reference"])
        now = read_judged(after, reference, label="after")
        rows = [now.row]
        if before is not None:
            then = read_judged(before, reference, label="before")
            rows.append(then.row)
            self.file.add(then)
            self.packs_before |= before.packs
            self.engine_before = before.engine
        self.file.add(now)
        self.packs_after |= after.packs
        self.engine_after = after.engine
        self.identities |= {*after.packs.values(), *(before.packs.values() if before is not None else ())}
        moved = before is not None and before.outcome_sha256 != after.outcome_sha256
        changes = compare_assessments(before, after) if before is not None and moved else ()
        self.compared.append(
            Compared(
                reference=reference,
                name=str(system["name"]),
                is_new=before is None,
                has_moved=moved and changes != (),
                changes=changes,
                before_on=before.as_of if before is not None else None,
                after_on=after.as_of,
            )
        )
        for assessment, row in zip((after, before), rows, strict=False):
            if assessment is not None:
                self._note_words(assessment, row)
        self._note_days(now.row, reference)

    def _note_words(self, assessment: Assessment, row: Mapping[str, JsonValue]) -> None:
        """Keep the words of the duties that were not met with before; the whole result is computed only for them."""
        if not _duties_of(row).keys() <= self.titles.keys():
            self.titles |= {duty.rule: duty for duty in read_duties(assessment.result)}

    def _note_days(self, row: Mapping[str, JsonValue], reference: str) -> None:
        """Keep the duties whose day came between the two."""
        for rule, (_, since) in _duties_of(row).items():
            if since is not None and self.first < since <= self.second:
                self._turned.setdefault((rule, since), []).append(reference)

    def list_turned(self) -> list[Turned]:
        """The duties that came into force between the days, by day."""
        found = sorted(self._turned.items(), key=lambda item: (item[0][1], item[0][0]))
        return [Turned(self.titles[rule], day, tuple(systems)) for (rule, day), systems in found if rule in self.titles]


def _duties_of(row: Mapping[str, JsonValue]) -> Mapping[str, tuple[str, date | None]]:
    return read_row_duties(Reading(row).inside("regulatory") or Reading({}))
