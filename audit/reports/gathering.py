"""Assessments gone through once: each becomes a line and a part of the evidence; no fact sheet outlives its turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils import timezone

from audit.engine.facts import JsonValue
from audit.models import Assessment, Standing
from audit.reports.lines import DutyLine, SystemLine, read_duties, read_line
from audit.reports.many import AssessmentsFile, read_judged
from audit.rulepacks.compact import make_compact
from audit.selectors.missing import list_missing
from governance.choices import LifecycleStage
from governance.models import AISystem

_AT_ONCE: Final = 25


@dataclass
class Gathered:
    """What is counted while the assessments go by; no fact sheet outlives its turn."""

    file: AssessmentsFile = field(default_factory=AssessmentsFile)
    lines: list[SystemLine] = field(default_factory=list)
    duties: dict[str, DutyLine] = field(default_factory=dict)
    missing: Counter[str] = field(default_factory=Counter)
    deciding: Counter[str] = field(default_factory=Counter)
    support: Counter[str] = field(default_factory=Counter)
    identities: set[str] = field(default_factory=set)
    judged_on: date | None = None
    """The day on which the last of the assessments was made, whatever day it is of."""

    def take(self, assessment: Assessment, line: SystemLine) -> None:
        """Encode one assessment and count what it says."""
        outcome, sheet = assessment.outcome, assessment.fact_sheet.content
        self.file.add(read_judged(assessment, line.reference))
        self.lines.append(line)
        self.identities |= set(assessment.packs.values())
        made = timezone.localdate(assessment.created_at)
        self.judged_on = max(made, self.judged_on or made)
        if not line.duties.keys() <= self.duties.keys():
            # Only a duty that is seen for the first time is asked for its words, which the kept outcome leaves out.
            self.duties |= {duty.rule: duty for duty in read_duties(assessment.result)}
        wanted = set()
        for missing in list_missing(outcome):
            wanted.add(missing.key)
            self.deciding[missing.key] += missing.decides_class
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


def gather(assessments: Iterable[int], columns: Mapping[int, Mapping[str, object]]) -> Gathered:
    """Go through the assessments in the order of their ids; those of systems without ``columns`` are left out."""
    gathered = Gathered()
    for assessment in read_assessments([*assessments]):
        system = columns.get(assessment.system_id)
        if system is not None:
            row: dict[str, JsonValue] = make_compact(
                assessment.outcome, as_of=assessment.as_of, valid_until=assessment.valid_until
            )
            gathered.take(assessment, read_line(assessment, system, row))
    return gathered


def read_assessments(ids: Sequence[int]) -> Iterator[Assessment]:
    """Give the assessments in the order of the ids."""
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        found = Assessment.objects.select_related("fact_sheet", "outcome_record", "pack_set").in_bulk(part)
        yield from (found[pk] for pk in part if pk in found)


OF_SYSTEM: Final = (
    *("reference", "name", "stage", "owner", "business_function", "is_critical_function", "is_fictional"),
    *("facts_confirmed_on", "legal_entity__name"),
)
OF_STANDING: Final = ("openness_status", "completeness", "next_date_on", "next_date_what", "is_dirty", "state")


def read_columns() -> dict[int, dict[str, object]]:
    """What is told of each system that is not withdrawn beside its judgement, by its key."""
    standing = {
        row.pop("system_id"): row for row in Standing.objects.order_by().values("system_id", *OF_STANDING).iterator()
    }
    empty: dict[str, object] = dict.fromkeys(OF_STANDING)
    live = AISystem.objects.exclude(stage=LifecycleStage.WITHDRAWN).order_by("reference")
    return {row["pk"]: {**row, **standing.get(row["pk"], empty)} for row in live.values("pk", *OF_SYSTEM).iterator()}
