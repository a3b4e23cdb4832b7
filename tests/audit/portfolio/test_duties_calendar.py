"""The calendar of duties: each with its day once, in force, coming or ended, with both readings where disputed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from audit.engine.facts import Fact
from audit.engine.regulatory import RegulatoryResult, judge_regulation
from audit.engine.rules import RulePack
from audit.portfolio.duties_calendar import (
    CalendarEntry,
    DutyState,
    build_calendar,
    build_portfolio_calendar,
    by_number,
)
from audit.rulepacks.cases import read_cases
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS, list_pack_ids, load_directory, load_regulatory_packs
from tests.audit.rulepacks.small_pack import RULE, STRICT, TYPES, write_pack

AS_OF = date(2026, 11, 20)
CASES = {case.form.id: case for pack in ("eu_ai_act", "data_act") for case in read_cases(RULEPACKS / pack)}


@cache
def packs() -> Sequence[RulePack]:
    return load_regulatory_packs(list_pack_ids(), fact_types())


def judge(name: str, as_of: date = AS_OF, **changed: object) -> RegulatoryResult:
    sheet = CASES[name].sheet(fact_types())
    sheet |= {key.replace("__", "."): Fact(value) for key, value in changed.items()}  # type: ignore[arg-type]  # plain value
    return judge_regulation(sheet, {}, packs(), as_of)


def entry_of(row: str, entries: Sequence[CalendarEntry], stage: str = "") -> CalendarEntry:
    [found] = [entry for entry in entries if entry.id == row and entry.stage == stage]
    return found


def test_duties_in_force_and_coming_are_told_apart_with_their_days() -> None:
    calendar = build_calendar("S", judge("V01"), AS_OF)
    literacy, risk = entry_of("AIA-4", calendar), entry_of("AIA-9", calendar)
    assert (literacy.state, literacy.day) == (DutyState.IN_FORCE, date(2025, 2, 2))  # Art. 113(a)
    assert (risk.state, risk.day) == (DutyState.COMING, date(2027, 12, 2))  # Art. 113(c)(i)


def test_a_duty_is_in_force_on_its_very_day() -> None:
    day = date(2027, 12, 2)
    assert entry_of("AIA-9", build_calendar("S", judge("V01", day), day)).state is DutyState.IN_FORCE


def test_what_is_coming_stands_first_and_by_day() -> None:
    coming = [entry.day for entry in build_calendar("S", judge("V01"), AS_OF) if entry.state is DutyState.COMING]
    assert coming == sorted(day for day in coming if day is not None)
    assert build_calendar("S", judge("V01"), AS_OF)[0].state is DutyState.COMING


def test_each_stage_has_an_entry_of_its_own() -> None:
    facts: dict[str, object] = {"ict__org_is_dps_provider": True, "ict__data_processing_service": True}
    facts |= {"ict__custom_built": False, "ict__non_production": False}
    calendar = build_calendar("S", judge("V01", AS_OF, **facts), AS_OF)
    reduced, zero = entry_of("DA-29", calendar, "reduced"), entry_of("DA-29", calendar, "zero")
    assert (reduced.state, reduced.day) == (DutyState.IN_FORCE, date(2024, 1, 11))  # Data Act, Art. 29(2)
    assert (zero.state, zero.day) == (DutyState.COMING, date(2027, 1, 12))  # Art. 29(1)


def test_of_a_disputed_day_both_readings_are_shown_and_the_literal_one_counts() -> None:
    entry = entry_of("AIA-49-2", build_calendar("S", judge("V07"), AS_OF))
    assert entry.is_disputed
    assert (entry.day, entry.other_reading) == (date(2026, 8, 2), date(2027, 12, 2))  # Art. 113 by the letter
    assert entry.state is DutyState.IN_FORCE


def test_a_day_that_hangs_on_a_missing_fact_stays_open_with_the_days_it_may_be() -> None:
    entry = entry_of("AIA-50-2", build_calendar("S", judge("D-marking-unknown-day"), AS_OF))
    assert entry.state is DutyState.OPEN
    assert (entry.day, entry.possible_days) == (None, (date(2026, 8, 2), date(2026, 12, 2)))  # Art. 113 and 111(4)


def test_a_repealed_duty_has_ended_on_the_day_of_the_repeal(tmp_path: Path) -> None:
    rule = RULE.replace(
        "    evidence: [a record]\nverified_on", "    evidence: [a record]\n    repealed_on: 2027-02-01\nverified_on"
    )
    pack = load_directory(write_pack(tmp_path, rules={"care.yaml": rule, "make.yaml": STRICT}), TYPES)
    day = date(2027, 2, 1)
    [entry] = build_calendar("S", judge_regulation({"s.uses": Fact(True)}, {}, [pack], day), day)
    assert (entry.state, entry.day) == (DutyState.ENDED, day)


def test_systems_that_share_a_duty_and_its_day_stand_in_one_entry() -> None:
    results = {"A": judge("V01"), "B": judge("V06"), "C": judge("V01", AS_OF, sys__use_cases=())}
    calendar = build_portfolio_calendar(results, AS_OF)
    assert entry_of("AIA-26-1", calendar).systems == ("A", "B")  # deployers of Annex III systems; C is none
    assert entry_of("AIA-4", calendar).systems == ("A", "B", "C")


def test_the_portfolio_of_one_is_the_calendar_of_the_one() -> None:
    result = judge("V01")
    assert build_portfolio_calendar({"S": result}, AS_OF) == build_calendar("S", result, AS_OF)


def test_duties_are_counted_as_a_reader_counts() -> None:
    ids = ["GDPR-13", "AIA-26-11", "GDPR-5", "AIA-26-2", "DORA-8", "DORA-28-1"]
    assert sorted(ids, key=by_number) == ["AIA-26-2", "AIA-26-11", "DORA-8", "DORA-28-1", "GDPR-5", "GDPR-13"]
