"""Reading tables as they come: encodings, delimiters, workbooks, and what is refused."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from governance.imports import tables
from governance.imports.reading import read_table
from governance.imports.tables import Formula, UnreadableTableError
from governance.imports.templates import write_csv_template, write_workbook_template

PLAIN = "Name;Größe\nMüller & Söhne;groß\nCafé — “Größe”;5 €\n"


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_the_encodings_that_spreadsheets_write_are_told_apart(encoding: str, shown: str) -> None:
    table = read_table(PLAIN.encode(encoding))
    assert table.headers == ("Name", "Größe")
    assert table.rows[1].cells == ("Café — “Größe”", "5 €")
    assert table.reading == f"Text in {shown}, columns separated by semicolons"


@pytest.mark.parametrize(
    ("mark", "shown"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")]
)
def test_the_delimiter_is_that_of_the_header(mark: str, shown: str) -> None:
    # The cells hold the other delimiters more often than the header holds its own.
    others = "".join({",", ";", "\t", "|"} - {mark}) * 5
    table = read_table(f"A{mark}B{mark}C\n{others}{mark}2{mark}3\n".encode())
    assert table.headers == ("A", "B", "C")
    assert table.rows[0].cells[0] == others
    assert table.reading.endswith(shown)


def test_a_line_that_names_the_delimiter_is_no_header() -> None:
    table = read_table(b"sep=;\r\nA;B\r\n1,5;2\r\n")
    assert (table.headers, table.rows[0].number, table.rows[0].cells) == (("A", "B"), 2, ("1,5", "2"))


def test_vertical_bars_and_the_line_ends_of_old_macs_are_read() -> None:
    table = read_table(b"A|B\r1|2\r")
    assert (table.headers, table.rows[0].cells) == (("A", "B"), ("1", "2"))


def test_rows_count_as_a_spreadsheet_counts_them() -> None:
    # A cell of two lines is one row, and an empty row counts though it is left out.
    table = read_table(b'A,B\n"one\ntwo",x\n,\nlast,y\n')
    assert [(row.number, row.cells[0]) for row in table.rows] == [(2, "one\ntwo"), (4, "last")]


@given(
    st.lists(
        st.lists(
            st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00=\r"), max_size=8),
            min_size=2,
            max_size=4,
        ),
        max_size=5,
    )
)
def test_whatever_text_it_holds_a_table_is_read_or_refused_with_a_message(rows: list[list[str]]) -> None:
    content = "A,B\n" + "\n".join(",".join(row) for row in rows)
    try:
        table = read_table(content.encode())
    except UnreadableTableError:
        return
    assert table.headers[:1] == ("A",)


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail_otherwise(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04"):
        with contextlib.suppress(UnreadableTableError):
            read_table(start + content)


def test_a_workbook_gives_days_numbers_and_truths_as_text() -> None:
    content = workbook(
        ["Day", "Instant", "Number", "Truth", "Nothing"],
        [date(2026, 1, 31), datetime.combine(date(2026, 1, 31), time()), 3.0, True, None],
    )
    table = read_table(content)
    assert table.rows[0].cells == ("2026-01-31", "2026-01-31", "3", "yes")
    assert table.reading == "Excel workbook, sheet “Sheet”"


def test_formulas_are_kept_apart_from_values() -> None:
    assert read_table(workbook(["A"], ["=1+1"])).rows[0].cells == (Formula("=1+1"),)
    assert read_table(b'A,B\n"=HYPERLINK(""x"")",2\n').rows[0].cells[0] == Formula('=HYPERLINK("x")')


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty"),
        (b"  \n ", "The file is empty"),
        (b"\xd0\xcf\x11\xe0 old", "Save it as .xlsx or as CSV"),
        (b"PK\x03\x04 broken", "may be damaged"),
        (b"A,B\n\x00\x01", "not a text file"),
        (b",,\n1,2,3\n", "first row is empty"),
        (b"A,B\n1,2\n" + b"x" * tables.MOST_BYTES, "up to 5 MB are read"),
        (b"A\n" + b"1\n" * (tables.MOST_ROWS + 1), "up to 10,000 are read"),
        (",".join(f"C{i}" for i in range(201)).encode(), "up to 200 are read"),
        (b'A,B\n1,"never closed' + b"x" * 1_000_001, "quotation mark"),
        # The rest of the file would become one cell, and its rows be lost in silence.
        (b'A,B\n1,"never closed\n2,x\n3,y\n', "begins in line 2 a quotation mark"),
        (b'{"bomFormat": "CycloneDX", "specVersion": "1.6"}', "CycloneDX bill of materials in JSON"),
        (b'<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>', "CycloneDX .* in XML"),
        (b'[\n {"name": "Chatbot"}\n]', "a file in JSON, not a table"),
        (b"<!DOCTYPE html><html></html>", "a file in XML or HTML"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableTableError, match=message):
        read_table(content)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(UnreadableTableError, match=r"ZIP archive, not a workbook\. Unpack it"):
        read_table(written.getvalue())


def test_a_workbook_of_several_sheets_says_which_one_is_read() -> None:
    book = Workbook()
    book.worksheets[0].append(["A", "B"])
    book.create_sheet("Systems")
    written = io.BytesIO()
    book.save(written)
    assert read_table(written.getvalue()).reading.endswith("sheet “Sheet”, the first of 2; the others are not read")


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 100_000_001)
    assert len(written.getvalue()) < 1_000_000
    with pytest.raises(UnreadableTableError, match="too large when unpacked"):
        read_table(written.getvalue())


def test_both_templates_hold_the_same_table() -> None:
    assert read_table(write_csv_template()).headers == read_table(write_workbook_template()).headers
