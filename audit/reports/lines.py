"""One system in one line, and one duty in one line, as the sections of the portfolio report read them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from audit.engine.facts import JsonValue
from audit.models import Assessment
from audit.rulepacks.obligations import list_entity_rules
from audit.selectors.reading import Reading, read_day


@dataclass(frozen=True, slots=True)
class Ends:
    """A score as an interval with its band, and the share of its weight that rests on known facts."""

    low: float
    high: float
    band: str
    coverage: float | None


@dataclass(frozen=True, slots=True)
class SystemLine:
    """One system: who it is, its three judgements, and what its register entry says beside them."""

    system_id: int
    assessment_id: int
    reference: str
    name: str
    entity: str
    function: str
    is_critical: bool | None
    stage: str
    owner: str
    is_fictional: bool
    confirmed_on: date | None
    openness: str
    completeness: float | None
    next_on: date | None
    next_what: str
    is_stale: bool
    assessed_on: date
    aia_class: str
    possible_classes: tuple[str, ...]
    lock_in: Ends | None
    transparency: Ends | None
    orderly_margin: tuple[float, float] | None
    duties: Mapping[str, tuple[str, date | None]]
    undetermined: tuple[str, ...]
    sheet_sha256: str
    packs: Mapping[str, str]
    engine: str

    def count(self, outcome: str) -> int:
        """The number of duties of the system with an outcome; those of its legal entity are counted there, once."""
        of_entity = list_entity_rules()
        return sum(found == outcome for rule, (found, _) in self.duties.items() if rule not in of_entity)


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty as it is told: the rule, what it asks, and where it is written."""

    rule: str
    id: str
    title: str
    citation: str
    severity: str


def read_line(assessment: Assessment, system: Mapping[str, object], row: Mapping[str, JsonValue]) -> SystemLine:
    """Give the line of one system from its compact row and the columns of its entry."""
    whole = Reading(row)
    law = whole.inside("regulatory") or Reading({})
    lock_in = whole.inside("lock_in") or Reading({})
    entry = Reading(system)
    confirmed, ahead = system.get("facts_confirmed_on"), system.get("next_date_on")
    return SystemLine(
        system_id=assessment.system_id,
        assessment_id=assessment.pk,
        reference=entry.text("reference"),
        name=entry.text("name"),
        entity=entry.text("legal_entity__name"),
        function=entry.text("business_function"),
        is_critical=entry.flag("is_critical_function"),
        stage=entry.text("stage"),
        owner=entry.text("owner"),
        is_fictional=entry.flag("is_fictional") is True,
        confirmed_on=confirmed if isinstance(confirmed, date) else None,
        openness=entry.text("openness_status"),
        completeness=entry.number("completeness"),
        next_on=ahead if isinstance(ahead, date) else None,
        next_what=entry.text("next_date_what"),
        is_stale=entry.flag("is_dirty") is True,
        assessed_on=assessment.as_of,
        aia_class=law.text("aia_class"),
        possible_classes=law.texts("possible_classes"),
        lock_in=_ends(lock_in),
        transparency=_ends(whole.inside("transparency") or Reading({})),
        orderly_margin=_margin(lock_in),
        duties=read_row_duties(law),
        undetermined=law.texts("undetermined"),
        sheet_sha256=assessment.fact_sheet.sha256,
        packs=assessment.packs,
        engine=assessment.engine,
    )


def read_duties(result: Mapping[str, object]) -> Iterator[DutyLine]:
    """Give each duty of a whole result, with its words."""
    law = Reading(result).inside("regulatory") or Reading({})
    for duty in law.each("duties"):
        name = duty.text("id")
        yield DutyLine(
            rule=duty.text("rule") or name,
            id=name,
            title=duty.text("title") or name,
            citation=duty.text("citation"),
            severity=duty.text("severity"),
        )


def _ends(part: Reading) -> Ends | None:
    low, high = part.number("low"), part.number("high")
    if low is None or high is None:
        return None
    return Ends(low, high, part.text("band"), part.number("coverage"))


def _margin(part: Reading) -> tuple[float, float] | None:
    days = part.inside("orderly_margin_days") or Reading({})
    low, high = days.number("low"), days.number("high")
    return None if low is None or high is None else (low, high)


def read_row_duties(law: Reading) -> dict[str, tuple[str, date | None]]:
    """Give each duty of a compact row by its rule: the outcome, and the first day it applies."""
    found = law.inside("duties") or Reading({})
    duties = {}
    for rule, pair in found.content.items():
        if isinstance(pair, list) and len(pair) == 2:
            duties[sys.intern(rule)] = _read_duty(str(pair[0]), str(pair[1]))
    return duties


@lru_cache(maxsize=4096)
def _read_duty(outcome: str, day: str) -> tuple[str, date | None]:
    """One pair for all systems: thousands of them have the same few hundred."""
    return outcome, read_day(day)
