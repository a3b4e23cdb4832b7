"""What a portfolio report is made from, read once: one line a system, the duties, the findings, the concentration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from audit.engine.facts import JsonValue
from audit.models import Finding, Report, StressRecord
from audit.portfolio.concentration import Concentration, read_concentration
from audit.reports.causes import CLASS, Causes, compare_assessments, find_causes, find_causes_of_unmet
from audit.reports.finding_lines import FindingLine, read_findings
from audit.reports.gathering import OF_STANDING, OF_SYSTEM, gather, read_assessments, read_columns
from audit.reports.lines import DutyLine, SystemLine, read_line
from audit.reports.many import AssessmentsFile, UsedPack, read_packs_named
from audit.rulepacks.compact import make_compact
from governance.choices import LifecycleStage
from governance.models import AISystem
from governance.vocabulary import Vocabulary, load_vocabulary

_PAIRS_AT_ONCE: Final = 25
ShownCauses: TypeAlias = tuple[Causes, Causes, Causes, Causes]
"""Why the class, the band of lock-in, that of transparency and the number of duties not met are others."""
NOT_COMPARED: Final[ShownCauses] = (None, None, None, None)


@dataclass(frozen=True)
class PortfolioRecords:
    """The rows; builders of sections read them and ask the database nothing more.

    ``unassessed`` are the systems without an assessment up to the day; ``missing`` counts, by fact, the systems of
    which it is not known and a judgement waits for it, and ``deciding`` those whose class it would decide.
    ``judged_on`` is the day on which the last of the assessments was made.
    """

    report: Report
    lines: Sequence[SystemLine]
    unassessed: Sequence[tuple[str, str]]
    duties: Mapping[str, DutyLine]
    missing: Mapping[str, int]
    deciding: Mapping[str, int]
    support: Mapping[str, int]
    findings: Sequence[FindingLine]
    concentration: Concentration
    stress: Sequence[StressRecord]
    file: AssessmentsFile
    packs: tuple[UsedPack, ...]
    vocabulary: Vocabulary
    judged_on: date | None = None
    last: Report | None = None
    before: Mapping[str, SystemLine] = field(default_factory=dict)
    causes: Mapping[str, ShownCauses] = field(default_factory=dict)

    @property
    def as_of(self) -> date:
        """The day of the report."""
        return self.report.as_of


def read_records(report: Report) -> PortfolioRecords:
    """Read all that the report needs, some hundred assessments at a time."""
    columns = read_columns()
    gathered = gather(report.parameters["assessments"], columns)
    seen = {line.system_id for line in gathered.lines}
    last, before = _read_before(report)
    return PortfolioRecords(
        report=report,
        lines=gathered.lines,
        unassessed=[(str(row["reference"]), str(row["name"])) for pk, row in columns.items() if pk not in seen],
        duties=gathered.duties,
        missing=gathered.missing,
        deciding=gathered.deciding,
        support=gathered.support,
        findings=read_findings(Finding.objects.exclude(system__stage=LifecycleStage.WITHDRAWN)),
        concentration=read_concentration(report.as_of),
        stress=_read_stress(report.parameters.get("stress", [])),
        file=gathered.file,
        packs=read_packs_named(gathered.identities),
        vocabulary=load_vocabulary(),
        judged_on=gathered.judged_on,
        last=last,
        before=before,
        causes=_find_causes(before, gathered.lines),
    )


def _read_stress(ids: Sequence[int]) -> list[StressRecord]:
    found = StressRecord.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _read_before(report: Report) -> tuple[Report | None, dict[str, SystemLine]]:
    """The last report and its lines; of a system whose assessment is the same the line is left out."""
    last = Report.objects.filter(pk=report.parameters.get("since")).first()
    if last is None:
        return None, {}
    now = set(report.parameters["assessments"])
    moved = [pk for pk in last.parameters.get("assessments", []) if pk not in now]
    systems = {row["pk"]: {**row, **dict.fromkeys(OF_STANDING)} for row in AISystem.objects.values("pk", *OF_SYSTEM)}
    lines = {}
    for assessment in read_assessments(moved):
        system = systems[assessment.system_id]
        row: dict[str, JsonValue] = make_compact(
            assessment.outcome, as_of=assessment.as_of, valid_until=assessment.valid_until
        )
        lines[str(system["reference"])] = read_line(assessment, system, row)
    return last, lines


def _find_causes(before: Mapping[str, SystemLine], after: Sequence[SystemLine]) -> dict[str, ShownCauses]:
    """Why what is shown of a system moved; one of which nothing shown moved is not compared."""
    pairs = [(before[line.reference], line) for line in after if line.reference in before]
    pairs = [(old, new) for old, new in pairs if _show(old) != _show(new)]
    found = {}
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        some = pairs[start : start + _PAIRS_AT_ONCE]
        ids = [line.assessment_id for pair in some for line in pair]
        read = {each.pk: each for each in read_assessments(ids)}
        for old, new in some:
            compared = compare_assessments(read[old.assessment_id], read[new.assessment_id])
            bands = [find_causes(compared, (part, ("band",))) for part in ("lock_in", "transparency")]
            found[new.reference] = find_causes(compared, CLASS), bands[0], bands[1], find_causes_of_unmet(compared)
    return found


def _show(line: SystemLine) -> tuple[str, str | None, str | None, int]:
    bands = [ends.band if ends else None for ends in (line.lock_in, line.transparency)]
    return line.aia_class, bands[0], bands[1], line.count("not_satisfied")
