"""The legal exposure in a report: the band in a sentence, the fines as the law writes them, the table of the pack."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from audit.engine.facts import Fact, Value
from audit.engine.regulatory import judge_regulation
from audit.models import RulePackRecord
from audit.reports.exposure import Fine
from audit.reports.fines import money, tell_amount, tell_formula
from audit.reports.outcome import read_outcome
from audit.reports.sections.exposure import ExposurePart, build_exposure
from audit.rulepacks import load_packs
from audit.rulepacks.cases import read_cases
from audit.rulepacks.contents import read_pack_content
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS
from tests.audit.reports.example import make_empty_records, make_records

TODAY = date(2026, 11, 20)
CASES = {case.form.id: case for case in read_cases(RULEPACKS / "eu_ai_act")}


def part_of(case: str, **facts: Value) -> ExposurePart:
    sheet = CASES[case].sheet(fact_types())
    sheet |= {key.replace("__", "."): Fact(value) for key, value in facts.items()}
    packs = load_packs()
    law: Any = json.loads(json.dumps(judge_regulation(sheet, {}, packs.regulatory, TODAY).to_json()))
    pack = next(pack for pack in packs.regulatory if pack.exposure is not None)
    content = read_pack_content(pack.id, pack.sha256)
    used = RulePackRecord(pack=pack.id, version=pack.version, sha256=pack.sha256, content=content)
    return build_exposure(replace(make_records(), outcome=read_outcome({"regulatory": law}), packs=[used]))


def fine(**changes: Any) -> Fine:
    known: dict[str, Any] = {
        "act": "Regulation (EU) 2024/1689",
        "basis": "Art. 99(4)",
        "text": "",
        "currency": "EUR",
        "fixed": 15_000_000.0,
        "percent": 3.0,
        "which": "higher",
        "low": 15_000_000.0,
        "high": None,
        "applies_from": None,
        "note": "",
        "of_entity": False,
        "unmet": ("AIA-50-1",),
        "unshown": (),
    }
    return Fine(**(known | changes))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "up to EUR 15 million or 3 % of the worldwide turnover, the higher of the two"),
        ({"which": "lower"}, "up to EUR 15 million or 3 % of the worldwide turnover, the lower of the two"),
        ({"percent": 2.5}, "up to EUR 15 million or 2.5 % of the worldwide turnover, the higher of the two"),
        ({"percent": None, "which": "", "fixed": 30e6, "currency": "KRW"}, "up to KRW 30 million"),
        (
            {"fixed": None, "percent": None, "which": "", "text": "Penalties by national law."},
            "Penalties by national law.",
        ),
    ],
)
def test_the_formula_is_that_of_the_law(changes: dict[str, Any], told: str) -> None:
    assert tell_formula(fine(**changes)) == told


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (15e6, None, "at least EUR 15 million; more where the turnover is not known"),
        (None, 15e6, "at most EUR 15 million; less may apply"),
        (7e6, 35e6, "EUR 7 million to EUR 35 million"),
        (30e6, 30e6, "EUR 30 million"),
        (None, None, "not told: turnover and size are not known"),
    ],
)
def test_what_is_not_known_is_an_interval_and_never_zero(low: float | None, high: float | None, told: str) -> None:
    assert tell_amount(fine(low=low, high=high)) == told


def test_amounts_are_told_in_millions() -> None:
    assert [money(value, "EUR") for value in (7_500_000, 35_000_000, 1_020_000_000, 500)] == [
        "EUR 7.5 million",
        "EUR 35 million",
        "EUR 1,020 million",
        "EUR 500",
    ]


def test_the_row_of_the_table_that_decided_is_marked() -> None:
    # V51 blacklists tenants by their behaviour elsewhere: Art. 5(1)(c), row 1 of the table, whatever is recorded.
    part = part_of("V51")
    assert part.sentence == "Legal exposure: very high. It is a prohibited practice."
    assert [(row.number, row.is_worst, row.is_best) for row in part.table if row.is_worst or row.is_best] == [
        (1, True, True)
    ]
    assert len(part.table) == 7


def test_the_fines_of_the_entity_are_named_and_not_listed_with_the_system() -> None:
    part = part_of("V01")
    assert "AI literacy" in part.of_entity
    assert not [row for row in part.fines if "AI literacy" in row.duties]
    assert part.next_day.startswith("Next: 2 Dec 2027")


def test_a_known_turnover_gives_one_amount() -> None:
    # Art. 83(5) GDPR: 4 % of EUR 2,000 million are EUR 80 million, more than EUR 20 million.
    part = part_of("V01", org__turnover_eur=2_000_000_000.0)
    assert [row.amount for row in part.fines if "Art. 83(5)" in row.basis] == ["EUR 80 million"]


def test_without_a_judgement_nothing_is_printed() -> None:
    part = build_exposure(make_empty_records())
    assert (part.sentence, part.fines, part.table) == ("", (), ())
