"""What a portfolio report is made from, read once: one line a system, the duties, the findings, the concentration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from audit.engine.facts import JsonValue
from audit.models import Assessment, Finding, Report, Standing, StressRecord
from audit.portfolio.concentration import Concentration, read_concentration
from audit.reports.many import AssessmentsFile, Judged, UsedPack, read_packs_named
from audit.reports.portfolio.asking import FINDING_COLUMNS
from audit.reports.portfolio.lines import DutyLine, SystemLine, read_duties, read_line
from audit.rulepacks.compact import make_compact
from governance.choices import LifecycleStage
from governance.models import AISystem
from governance.vocabulary import Vocabulary, load_vocabulary

_AT_ONCE: Final = 200


@dataclass(frozen=True)
class PortfolioRecords:
    """The rows; builders of sections read them and ask the database nothing more.

    ``unassessed`` are the systems without an assessment up to the day; ``missing`` counts, by fact, the systems of
    which it is not known and a judgement waits for it, and ``deciding`` those whose class it would decide.
    """

    report: Report
    lines: Sequence[SystemLine]
    unassessed: Sequence[tuple[str, str]]
    duties: Mapping[str, DutyLine]
    missing: Mapping[str, int]
    deciding: Mapping[str, int]
    support: Mapping[str, int]
    findings: Sequence[Mapping[str, object]]
    concentration: Concentration
    stress: Sequence[StressRecord]
    file: AssessmentsFile
    packs: tuple[UsedPack, ...]
    vocabulary: Vocabulary
    last: Report | None = None
    before: Mapping[str, SystemLine] = field(default_factory=dict)

    @property
    def as_of(self) -> date:
        """The day of the report."""
        return self.report.as_of


@dataclass
class _Gathered:
    """What is counted while the assessments go by; no fact sheet outlives its turn."""

    file: AssessmentsFile = field(default_factory=AssessmentsFile)
    lines: list[SystemLine] = field(default_factory=list)
    duties: dict[str, DutyLine] = field(default_factory=dict)
    missing: Counter[str] = field(default_factory=Counter)
    deciding: Counter[str] = field(default_factory=Counter)
    support: Counter[str] = field(default_factory=Counter)
    identities: set[str] = field(default_factory=set)

    def take(self, assessment: Assessment, line: SystemLine) -> None:
        """Encode one assessment and count what it says."""
        result, sheet = assessment.result, assessment.fact_sheet.content
        self.file.add(
            Judged(
                id=line.reference,
                facts=sheet.get("facts", {}),
                controls=sheet.get("controls", {}),
                row=line.row,
                result_sha256=assessment.result_sha256,
                packs=assessment.packs,
                engine=assessment.engine,
            )
        )
        self.lines.append(line)
        self.identities |= set(assessment.packs.values())
        for duty in read_duties(result):
            self.duties.setdefault(duty.rule, duty)
        wanted = set()
        for part in ("regulatory", "lock_in", "transparency"):
            for detail in (result.get(part) or {}).get("missing_details", ()):
                wanted.add(detail["key"])
                self.deciding[detail["key"]] += "class" in (detail.get("decides") or ())
        self.missing.update(wanted)
        self.support["unknown"] += len(wanted)
        for fact in sheet.get("facts", {}).values():
            self.support[_support_of(fact, assessment.as_of)] += 1


def _support_of(fact: object, as_of: date) -> str:
    """The grade of a fact, or that it expired or does not apply; a bare value is self-declared."""
    if not isinstance(fact, Mapping):
        return "self_declared"
    if "not_applicable" in fact:
        return "not_applicable"
    expires = fact.get("expires_on")
    if isinstance(expires, str) and expires <= as_of.isoformat():
        return "expired"
    return str(fact.get("grade") or "self_declared")


def read_records(report: Report) -> PortfolioRecords:
    """Read all that the report needs, some hundred assessments at a time."""
    gathered = _Gathered()
    columns = _read_columns()
    for assessment in _read_assessments(report.parameters["assessments"]):
        system = columns.get(assessment.system_id)
        if system is not None:
            row: dict[str, JsonValue] = make_compact(assessment.result)
            gathered.take(assessment, read_line(assessment, system, row))
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
        findings=list(
            Finding.objects.exclude(system__stage=LifecycleStage.WITHDRAWN)
            .order_by("system__reference", "key")
            .values(*FINDING_COLUMNS)
        ),
        concentration=read_concentration(report.as_of),
        stress=_read_stress(report.parameters.get("stress", [])),
        file=gathered.file,
        packs=read_packs_named(gathered.identities),
        vocabulary=load_vocabulary(),
        last=last,
        before=before,
    )


def _read_assessments(ids: Sequence[int]) -> Iterator[Assessment]:
    """Give the assessments in the order of the ids."""
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        found = Assessment.objects.select_related("fact_sheet").in_bulk(part)
        yield from (found[pk] for pk in part if pk in found)


_OF_SYSTEM: Final = (
    *("reference", "name", "stage", "owner", "business_function", "is_critical_function", "is_fictional"),
    *("facts_confirmed_on", "legal_entity__name"),
)
_OF_STANDING: Final = ("openness_status", "completeness", "next_date_on", "next_date_what", "is_dirty", "state")


def _read_columns() -> dict[int, dict[str, object]]:
    """What is told of each system that is not withdrawn beside its judgement, by its key."""
    standing = {
        row.pop("system_id"): row for row in Standing.objects.order_by().values("system_id", *_OF_STANDING).iterator()
    }
    empty: dict[str, object] = dict.fromkeys(_OF_STANDING)
    live = AISystem.objects.exclude(stage=LifecycleStage.WITHDRAWN).order_by("reference")
    return {row["pk"]: {**row, **standing.get(row["pk"], empty)} for row in live.values("pk", *_OF_SYSTEM).iterator()}


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
    systems = {row["pk"]: {**row, **dict.fromkeys(_OF_STANDING)} for row in AISystem.objects.values("pk", *_OF_SYSTEM)}
    lines = {}
    for assessment in _read_assessments(moved):
        system = systems[assessment.system_id]
        row: dict[str, JsonValue] = make_compact(assessment.result)
        lines[str(system["reference"])] = read_line(assessment, system, row)
    return last, lines
