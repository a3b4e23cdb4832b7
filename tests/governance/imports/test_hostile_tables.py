"""Tables as they come from real desks: slipped, damaged, saved in the wrong kind; each says what would be right."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from django.utils import timezone
from openpyxl import Workbook

from governance.imports.checking import DryRun, check_table
from governance.imports.columns import match_headers
from governance.imports.problems import ValueProblem
from governance.imports.reading import read_table
from governance.imports.tables import UnreadableTableError
from governance.imports.values import SlashedDays, read_day
from tests.governance.imports.test_checking import GOOD, KNOWN, check


def check_bytes(content: bytes) -> DryRun:
    table = read_table(content)
    return check_table(table, match_headers(table.headers), KNOWN)


def write_csv(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*rows[0]])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def write_book(*sheets: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    for place, rows in enumerate(sheets):
        sheet = book.worksheets[0] if place == 0 else book.create_sheet()
        for row in rows:
            sheet.append([*row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def told(run: DryRun) -> list[tuple[str, str]]:
    return [(problem.column, f"{problem.what}; {problem.right}") for problem in run.problems]


@pytest.mark.parametrize(
    ("wrong", "column", "says"),
    [
        ({"Stage": "Withdrawn", "Withdrawn on": "TOMORROW"}, "Withdrawn on", "still to come"),
        ({"In service since": "TOMORROW"}, "In service since", "by its stage it has been in service"),
        ({"Purpose": "x" * 10_001}, "Purpose", "at most 10,000"),
        ({"Name": "K\ufffdndigung"}, "Name", "letter that was lost"),
        ({"Name": "KÃ¼ndigung"}, "Name", "wrong encoding"),
        ({"Owner": "Peterâ€™s team"}, "Owner", "wrong encoding"),
        ({"Name": "Chat\u202etob"}, "Name", "U+202E"),
        ({"Name": "Chat\u00adbot"}, "Name", "U+00AD"),
        ({"In service since": "45000"}, "In service since", "2023-03-15"),
        ({"In service since": "45000.5"}, "In service since", "2023-03-15"),
        ({"In service since": "31.12.26"}, "In service since", "31.01.2026"),
        ({"In service since": "31/12/2026"}, "In service since", "which part is first"),
        ({"Owner's e-mail": "a@example.org; b@example.org"}, "Owner's e-mail", "one address"),
    ],
)
def test_one_wrong_cell_is_told_with_what_would_be_right(wrong: dict[str, str], column: str, says: str) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    run = check(GOOD | {name: tomorrow if text == "TOMORROW" else text for name, text in wrong.items()})
    ((where, what),) = told(run)
    assert where == column
    assert says in what
    assert not run.can_be_imported


def test_a_plan_may_lie_ahead() -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert check(GOOD | {"Stage": "Idea", "In service since": tomorrow}).can_be_imported


def test_letters_that_look_the_same_are_the_same() -> None:
    """A Mac writes ü as two signs, and spreadsheets put a hard blank between words."""
    (planned,) = check(GOOD | {"Name": "Ku\u0308ndigung", "Legal entity": "Example\u00a0Bank AG"}).planned
    assert planned.values["name"] == "Kündigung"
    assert planned.legal_entity_id == 7


def test_a_line_break_in_a_cell_of_one_line_is_a_blank_and_in_the_purpose_it_stays() -> None:
    (planned,) = check(GOOD | {"Name": "Answers\nto  customers", "Purpose": "One.\nTwo."}).planned
    assert planned.values["name"] == "Answers to customers"
    assert planned.values["purpose"] == "One.\nTwo."


def test_a_day_that_a_workbook_holds_as_a_bare_number_is_not_taken_for_a_year_or_left_out() -> None:
    rows: list[list[object]] = [[*GOOD, "In service since"], [*GOOD.values(), 45000]]
    ((column, what),) = told(check_bytes(write_book(rows)))
    assert column == "In service since"
    assert "2023-03-15" in what
    (planned,) = check_bytes(write_book([rows[0], [*GOOD.values(), date(2023, 3, 15)]])).planned
    assert planned.values["in_service_on"] == date(2023, 3, 15)


def test_a_number_that_is_no_day_of_a_spreadsheet_is_none() -> None:
    for text in ("0", "12", "2026", "99999999", "-45000"):
        with pytest.raises(ValueProblem, match="is not a day"):
            read_day(text)


def test_a_first_sheet_without_a_table_is_named_where_there_are_others() -> None:
    rows = [[*GOOD], [*GOOD.values()]]
    with pytest.raises(UnreadableTableError, match=r"first sheet, “Sheet”, .* Put the sheet with the systems first"):
        read_table(write_book([], rows))


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""}, "OpenDocument"),
        ({"Index/Document.iwa": ""}, "Numbers"),
        ({"[Content_Types].xml": "", "xl/workbook.bin": ""}, "xlsb"),
        ({"[Content_Types].xml": "", "word/document.xml": ""}, "Word document"),
    ],
)
def test_a_file_of_another_program_is_named_and_not_to_be_unpacked(names: dict[str, str], says: str) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    with pytest.raises(UnreadableTableError, match=says) as refused:
        read_table(written.getvalue())
    assert ".xlsx" in str(refused.value)
    assert "damaged" not in str(refused.value)


def test_a_workbook_behind_a_password_is_not_called_an_old_one() -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 90
    with pytest.raises(UnreadableTableError, match="password"):
        read_table(content)


def test_utf_16_without_its_mark_is_read() -> None:
    content = write_csv(GOOD | {"Name": "Kündigung"}, encoding="utf-16-le")
    (planned,) = check_bytes(content).planned
    assert planned.values["name"] == "Kündigung"


@pytest.mark.parametrize("encoding", ["cp850", "cp437"])
def test_letters_of_old_systems_are_refused_and_never_changed(encoding: str) -> None:
    name = "Kündigungsprüfung für Geschäfte größer"
    content = write_csv(GOOD | {"Name": name, "Purpose": "Prüft Kündigungen für Geschäfte."}, encoding=encoding)
    with pytest.raises(UnreadableTableError, match="UTF-8"):
        check_bytes(content)


def test_slipped_columns_are_seen_by_what_stands_in_them() -> None:
    header, cells = [*GOOD, "In service since"], [*GOOD.values(), "2025-01-01"]
    slipped = [cells[0], "", *cells[1:]]  # an empty cell too many: everything behind it stands one to the right
    text = "\n".join(";".join(row) for row in (header, cells, slipped))
    run = check_bytes(text.encode())
    assert {problem.row for problem in run.problems} == {3}
    assert {"Name", "Legal entity", "Stage"} <= {problem.column for problem in run.problems}


def test_half_filled_rows_name_every_empty_cell_and_empty_rows_are_left_out() -> None:
    empty = dict.fromkeys(GOOD, "")
    run = check_bytes(write_csv(GOOD, empty, empty | {"Reference": "SYS-102"}, empty))
    assert [(problem.row, problem.column) for problem in run.problems] == [
        (4, "Name"),
        (4, "Legal entity"),
        (4, "Purpose"),
        (4, "Owner"),
        (4, "Stage"),
    ]


def test_the_same_row_a_hundred_times_is_told_a_hundred_times_less_one() -> None:
    run = check_bytes(write_csv(*[GOOD] * 100))
    assert {problem.row for problem in run.problems} == {*range(3, 102)}
    assert {problem.what for problem in run.problems} == {"stands in row 2 already"}
    assert not run.can_be_imported


def test_slashed_days_are_read_once_it_is_said_how() -> None:
    assert read_day("31/12/2026", SlashedDays.DAY_FIRST) == date(2026, 12, 31)
    assert read_day("12/31/2026", SlashedDays.MONTH_FIRST) == date(2026, 12, 31)
    with pytest.raises(ValueProblem, match="calendar"):
        read_day("31/12/2026", SlashedDays.MONTH_FIRST)
