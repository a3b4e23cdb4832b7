"""The dry run: what fits, and every single thing that does not, with its row and column."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from governance.imports.checking import DryRun, check_table
from governance.imports.columns import COLUMNS, match_headers
from governance.imports.problems import ValueProblem
from governance.imports.reading import read_table
from governance.imports.register import Known, describe_known
from governance.imports.values import SlashedDays, read_day, read_stage, read_truth

KNOWN: Known = describe_known(
    entities=[(7, "Example Bank AG"), (8, "Example Leasing GmbH")],
    components=[
        (1, "gpt-4", "GPT-4", "0613"),
        (2, "llama-3-8b", "Llama 3", "8B"),
        (3, "llama-3-70b", "Llama 3", "70B"),
    ],
    systems=[("SYS-001", 7, "Chatbot")],
)
GOOD = {
    "Reference": "SYS-101",
    "Name": "Answers to customers",
    "Legal entity": "example bank ag",
    "Purpose": "Answers questions.",
    "Owner": "Head of service",
    "Stage": "In service",
}


def check(*rows: dict[str, str], slashed: SlashedDays = SlashedDays.UNCLEAR) -> DryRun:
    headers = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, headers)
    writer.writeheader()
    writer.writerows(rows)
    table = read_table(text.getvalue().encode())
    return check_table(table, match_headers(table.headers), KNOWN, slashed)


def places(run: DryRun) -> list[tuple[int, str]]:
    return [(problem.row, problem.column) for problem in run.problems]


def test_a_good_row_becomes_a_planned_system() -> None:
    run = check(GOOD | {"In service since": "1.3.2025", "Critical function": "no", "Components": "gpt-4; Llama 3 8B"})
    assert run.problems == ()
    (planned,) = run.planned
    assert planned.row == 2
    assert planned.legal_entity_id == 7  # found whatever the case
    assert planned.values["stage"] == "on_market_or_in_service"
    assert planned.values["in_service_on"] == date(2025, 3, 1)
    assert planned.values["is_critical_function"] is False
    assert planned.values["components"] == [1, 2]


def test_what_is_left_empty_stays_unknown() -> None:
    (planned,) = check(GOOD | {"Critical function": "", "In service since": " "}).planned
    assert planned.values["is_critical_function"] is None
    assert planned.values["in_service_on"] is None


def test_every_problem_of_every_row_is_told_at_once() -> None:
    run = check(
        GOOD | {"Stage": "Productoin", "In service since": "01/02/2026", "Owner's e-mail": "nobody"},
        GOOD | {"Reference": "", "Legal entity": "Exampel Bank AG", "Critical function": "perhaps"},
    )
    assert places(run) == [
        (2, "Stage"),
        (2, "In service since"),
        (2, "Owner's e-mail"),
        (3, "Reference"),
        (3, "Legal entity"),
        (3, "Critical function"),
    ]
    assert run.planned == ()
    assert not run.can_be_imported
    assert run.rows_with_problems == 2


def test_a_near_miss_is_suggested() -> None:
    run = check(GOOD | {"Legal entity": "Exampel Bank AG", "Components": "GTP-4"})
    assert [problem.right for problem in run.problems] == [
        "perhaps “Example Bank AG” is meant",
        "perhaps “GPT-4” is meant",
    ]


def test_a_component_of_several_versions_has_to_be_named_exactly() -> None:
    (problem,) = check(GOOD | {"Components": "Llama 3"}).problems
    assert problem.right == "one of the keys llama-3-8b, llama-3-70b"


def test_a_reference_or_name_is_taken_once_in_file_and_register() -> None:
    run = check(
        GOOD,
        GOOD | {"Reference": "sys-101", "Name": "Another"},  # the reference of row 2 in other letters
        GOOD | {"Reference": "SYS-102"},  # the name of row 2
        GOOD | {"Reference": "SYS-001", "Name": "Chatbot"},  # both are in the register
        GOOD | {"Reference": "SYS-103", "Legal entity": "Example Leasing GmbH", "Name": "Chatbot"},  # another company's
    )
    assert places(run) == [(3, "Reference"), (4, "Name"), (5, "Reference"), (5, "Name")]
    assert [planned.row for planned in run.planned] == [2, 6]


def test_a_system_is_not_withdrawn_before_it_came_into_service() -> None:
    withdrawn = GOOD | {"Stage": "Withdrawn", "In service since": "2025-01-02"}
    assert places(check(withdrawn | {"Withdrawn on": "2025-01-01"})) == [(2, "Withdrawn on")]
    assert check(withdrawn | {"Withdrawn on": "2025-01-02"}).can_be_imported


def test_how_it_is_run_needs_a_component() -> None:
    assert places(check(GOOD | {"How it is run": "On our own machines"})) == [(2, "How it is run")]


def test_a_formula_is_refused_where_it_would_be_used_and_only_there() -> None:
    assert places(check(GOOD | {"Name": "=A1", "Remarks": "=A2"})) == [(2, "Name")]


def test_a_name_longer_than_the_register_holds_is_refused() -> None:
    (problem,) = check(GOOD | {"Name": "x" * 201}).problems
    assert problem.right == "at most 200 characters"


def check_text(text: str) -> DryRun:
    table = read_table(text.encode())
    return check_table(table, match_headers(table.headers), KNOWN)


def test_a_row_with_more_cells_than_columns_is_a_problem_and_is_not_imported() -> None:
    header, cells = ",".join(GOOD), list(GOOD.values())
    cells[3:4] = ["Answers questions", " sorts letters"]  # a comma that was not quoted: each cell behind it slips
    run = check_text(f"{header}\n{','.join(cells)}\n")
    assert (run.problems[0].row, run.problems[0].what) == (2, "has 7 cells, and there are 6 columns")
    assert run.planned == ()
    # Empty cells behind the last column are only formatting.
    assert check_text(f"{header}\n{','.join(GOOD.values())},,\n").can_be_imported


def test_a_header_below_a_title_is_found_and_pointed_to() -> None:
    run = check_text(f"Inventory 2026,,,,,\n{','.join(GOOD)}\n{','.join(GOOD.values())}\n")
    (found,) = [problem for problem in run.problems if problem.row == 2]
    assert found.what == "looks like the names of the columns"


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#BEZUG!", "#DIV/0!"])
def test_an_error_of_the_spreadsheet_is_no_value(text: str) -> None:
    (problem,) = check(GOOD | {"Owner": text}).problems
    assert (problem.column, problem.value, problem.what) == ("Owner", text, "is an error of the spreadsheet")


def test_a_day_of_withdrawal_asks_for_the_stage_that_goes_with_it() -> None:
    """As the screen does: a system in service that was withdrawn would be judged by either."""
    (problem,) = check(GOOD | {"Withdrawn on": "2026-01-01"}).problems
    assert (problem.column, problem.right) == ("Stage", "choose “Withdrawn”, or clear the day")
    assert check(GOOD | {"Withdrawn on": "2026-01-01", "Stage": "Withdrawn"}).can_be_imported


@pytest.mark.parametrize(("name", "text"), [("Reference", "SYS-\u200b101"), ("Name", "Chat\x07bot")])
def test_an_invisible_character_is_refused(name: str, text: str) -> None:
    (problem,) = check(GOOD | {name: text}).problems
    assert (problem.column, problem.what[:25]) == (name, "holds the invisible chara")


def test_missing_and_doubled_columns_are_problems_of_the_header() -> None:
    run = check({"Name": "A", "Title": "B", "Owner": "C"})
    assert [(problem.row, problem.column) for problem in run.problems] == [
        (1, "Reference"),
        (1, "Legal entity"),
        (1, "Purpose"),
        (1, "Stage"),
        (1, "Title"),
    ]


@pytest.mark.parametrize("header", ["legal entity", "LEGAL_ENTITY", "3_agency", "  Legal-Entity ", "Company"])
def test_headers_match_whatever_their_case_marks_and_numbers(header: str) -> None:
    assert match_headers([header]).positions == {"legal_entity": 0}


def test_a_person_may_choose_another_column() -> None:
    match = match_headers(["Title", "Label", "Owner"], {"name": 1, "owner": None})
    assert match.positions == {"name": 1}
    assert match.unused == ("Title", "Owner")


def test_no_header_means_two_columns() -> None:
    headers = [name for column in COLUMNS for name in (column.header, *column.aliases)]
    assert all(len(match_headers([header]).positions) == 1 for header in headers)
    assert len({header.casefold() for header in headers}) == len(headers)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("31.1.2026", date(2026, 1, 31)),
        ("2026-01-31 00:00:00", date(2026, 1, 31)),
        ("1900-01-01", date(1900, 1, 1)),
    ],
)
def test_days_are_read(text: str, day: date) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    "text", ["01/02/2026", "1-2-2026", "31.02.2026", "1899-12-31", "2026", "soon", "2026-13-01", "2026-01-31 14:00:00"]
)
def test_other_days_are_refused(text: str) -> None:
    with pytest.raises(ValueProblem):
        read_day(text)


def test_slashes_are_read_once_it_is_said_what_comes_first() -> None:
    assert read_day("01/02/2026", SlashedDays.DAY_FIRST) == date(2026, 2, 1)
    assert read_day("01/02/2026", SlashedDays.MONTH_FIRST) == date(2026, 1, 2)
    with pytest.raises(ValueProblem, match="calendar"):
        read_day("31/01/2026", SlashedDays.MONTH_FIRST)


def test_a_stage_is_never_guessed() -> None:
    assert read_stage("Operation and Maintenance") == "on_market_or_in_service"
    # Acquisition or development may be an idea, research or a test: the AI Act treats them differently, Art. 2(8).
    with pytest.raises(ValueProblem):
        read_stage("Acquisition and/or Development")


def test_yes_and_no_in_four_languages() -> None:
    assert [read_truth(word) for word in ("Yes", "ja", "OUI", "x", "no", "Nein", "nee", "NON")] == [True] * 4 + [
        False
    ] * 4


def test_a_real_inventory_of_1757_systems_is_read_and_says_what_does_not_fit(shared_data: Path) -> None:
    content = (shared_data / "us-federal-2024" / "2024_consolidated_ai_inventory_raw.csv").read_bytes()
    table = read_table(content)
    assert len(table.rows) == 1757  # the number its publisher gives
    run = check_table(table, match_headers(table.headers), KNOWN)
    # It has neither our numbers nor owners, and its agencies are not in this register: no row fits, each says why.
    assert {problem.column for problem in run.problems if problem.row == 1} >= {"Reference", "Owner"}
    assert {problem.row for problem in run.problems} >= {row.number for row in table.rows}
    months_first = check_table(table, match_headers(table.headers), KNOWN, SlashedDays.MONTH_FIRST)
    assert len(months_first.problems) < len(run.problems)


def test_a_real_register_in_dutch_is_read(shared_data: Path) -> None:
    algorithms = json.loads((shared_data / "nl-algoritmeregister" / "algoritmes_first_300.json").read_text())
    names = [name for name in algorithms[0] if isinstance(algorithms[0][name], str)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, delimiter=";", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(algorithms)
    table = read_table(text.getvalue().encode("cp1252", errors="replace"))
    match = match_headers(table.headers)
    assert len(table.rows) == len(algorithms)
    assert {"name", "purpose", "legal_entity"} <= set(match.positions)
    assert check_table(table, match, KNOWN).problems
