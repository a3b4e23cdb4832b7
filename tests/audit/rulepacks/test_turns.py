"""The days of the law ahead: what starts, ends or is disputed, by the law as adopted on the day asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit.engine.regulatory import TurnKind, find_turns
from audit.engine.rules import RulePack
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import load_directory, load_regulatory_packs
from tests.audit.rulepacks.small_pack import RULE, STRICT, TYPES, load_toy, write_pack


@cache
def eu() -> Sequence[RulePack]:
    return load_regulatory_packs(["eu_ai_act", "eu_other", "data_act"], fact_types())


def days_of(pack: RulePack, as_of: date, within: int) -> list[tuple[str, date, TurnKind]]:
    return [(turn.id, turn.day, turn.kind) for turn in find_turns([pack], as_of, within)]


def test_both_ends_of_the_span_are_in_it(tmp_path: Path) -> None:
    pack = load_toy(tmp_path)  # T-1 applies from 2026-12-01
    starts = [("T-1", date(2026, 12, 1), TurnKind.STARTS)]
    assert days_of(pack, date(2026, 11, 20), 10) == []
    assert days_of(pack, date(2026, 11, 20), 11) == starts
    assert days_of(pack, date(2026, 12, 1), 0) == starts
    assert days_of(pack, date(2026, 12, 2), 0) == []


def test_the_law_is_that_adopted_by_the_day(tmp_path: Path) -> None:
    pack = load_toy(tmp_path)  # until 2026-08-01 the adopted day of T-1 was 2026-10-01
    assert days_of(pack, date(2026, 7, 31), 130)[0] == ("T-1", date(2026, 10, 1), TurnKind.STARTS)
    assert days_of(pack, date(2026, 8, 1), 130)[0] == ("T-1", date(2026, 12, 1), TurnKind.STARTS)


def test_a_derived_day_counts_for_each_case(tmp_path: Path) -> None:
    assert ("T-2", date(2027, 3, 1), TurnKind.STARTS) in days_of(load_toy(tmp_path), date(2026, 11, 20), 150)


def test_a_repeal_and_both_readings_of_a_day_are_told(tmp_path: Path) -> None:
    rule = RULE.replace("applies_from: 2026-12-01", "applies_from: 2026-12-01\n    other_reading: 2027-01-10").replace(
        "    evidence: [a record]\nverified_on", "    evidence: [a record]\n    repealed_on: 2027-02-01\nverified_on"
    )
    pack = load_directory(write_pack(tmp_path, rules={"care.yaml": rule, "make.yaml": STRICT}), TYPES)
    found = [one for one in days_of(pack, date(2026, 11, 20), 80) if one[0] == "T-1"]
    assert found == [
        ("T-1", date(2026, 12, 1), TurnKind.DISPUTED),
        ("T-1", date(2026, 12, 1), TurnKind.STARTS),
        ("T-1", date(2027, 1, 10), TurnKind.DISPUTED),
        ("T-1", date(2027, 2, 1), TurnKind.ENDS),
    ]


def test_the_next_weeks_of_the_union_s_law_are_those_of_the_official_journal() -> None:
    found = {(turn.day.isoformat(), turn.id) for turn in find_turns(eu(), date(2026, 11, 20), 60)}
    assert found == {
        ("2026-11-20", "CCD2-13"),  # Directive (EU) 2023/2225, Art. 48
        ("2026-11-20", "CCD2-18"),
        ("2026-12-02", "AIA-5-NCII"),  # Art. 113(a) of the AI Act
        ("2026-12-02", "AIA-50-2"),  # Art. 111(4)
        ("2026-12-02", "PWD"),  # Directive (EU) 2024/2831, Art. 29
        ("2026-12-09", "PLD"),  # Directive (EU) 2024/2853, Art. 2(1)
        ("2027-01-12", "DA-29"),  # Data Act, Art. 29(1)
    }


def test_the_command_prints_a_line_a_day_and_obligation() -> None:
    out = StringIO()
    call_command("coming_into_force", "--within", "12", "--as-of", "2026-11-21", "--packs", "eu_ai_act", stdout=out)
    assert [line.split()[:5] for line in out.getvalue().splitlines()] == [
        ["2", "Dec", "2026", "starts", "AIA-5-NCII"],
        ["2", "Dec", "2026", "starts", "AIA-50-2"],
    ]


def test_the_command_names_every_day_in_words_and_gives_machines_the_iso_day() -> None:
    def print_law(*more: str) -> str:
        out = StringIO()
        call_command("coming_into_force", "--within", "2000", "--as-of", "2026-11-21", *more, stdout=out)
        return out.getvalue()

    told = print_law()
    assert "by another reading" in told, "the days of a dispute are among them"
    assert re.findall(r"\d{4}-\d{2}-\d{2}", told) == []
    assert '"day": "2026-12-02"' in print_law("--json")


def test_the_command_says_so_when_nothing_turns() -> None:
    out = StringIO()
    call_command("coming_into_force", "--within", "3", "--as-of", "2026-11-21", "--packs", "eu_ai_act", stdout=out)
    assert out.getvalue() == "Nothing starts, ends or is disputed within 3 days.\n"


@pytest.mark.parametrize("wrong", [["--within", "-1"], ["--within", "soon"], ["--within", "3", "--packs", "no_pack"]])
def test_the_command_refuses_what_it_cannot_read(wrong: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("coming_into_force", *wrong)
