"""Reads the first sheet of an Excel workbook (.xlsx)."""

from __future__ import annotations

import io
import zipfile
import zlib
from datetime import date, datetime, time
from typing import Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from governance.imports.tables import MOST_COLUMNS, MOST_ROWS, Cell, Formula, Table, UnreadableTableError, make_table

_MOST_UNPACKED: Final = 100_000_000
_OTHER_PROGRAMS: Final = {
    "xl/workbook.bin": "a binary Excel workbook (.xlsb)",
    "word/": "a Word document",
    "ppt/": "a PowerPoint presentation",
    "Index/": "a document of Numbers or another program of Apple’s",
    "mimetype": "an OpenDocument file",
}
"""By how the names in an archive begin."""
_DAMAGED: Final = "The workbook cannot be read; it may be damaged. Open it, save it as .xlsx again, or save it as CSV."


_NOT_READ: Final = (
    InvalidFileException,
    ParseError,
    SyntaxError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
"""What the library raises for files that are no workbooks inside, cut short, packed in a strange way or locked.

A SyntaxError is one of the XML inside.
"""


def read_workbook(content: bytes) -> Table:
    """Read the first sheet; days come as ISO text, formulas as Formula. UnreadableTableError if it cannot be read."""
    _check_archive(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        records = [
            _trim(tuple(_read_cell(cell.value, cell.data_type) for cell in row))
            for row in sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1)
        ]
        book.close()
    except _NOT_READ as error:
        raise UnreadableTableError(_DAMAGED) from error
    others = len(book.worksheets) - 1
    if others and not any(map(any, records)):
        raise UnreadableTableError(
            f"The first sheet, “{sheet.title}”, is empty, and only the first one is read. "
            "Put the sheet with the systems first."
        )
    unread = f", the first of {others + 1}; the others are not read" if others else ""
    return make_table(records, f"Excel workbook, sheet “{sheet.title}”{unread}")


def _check_archive(content: bytes) -> None:
    """A workbook is a zip archive; one that unpacks to far more than a table needs is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise UnreadableTableError(_DAMAGED) from error
    for beginning, kind in _OTHER_PROGRAMS.items():
        if any(name.startswith(beginning) for name in names):
            raise UnreadableTableError(f"This is {kind}, which is not read. Save the table as .xlsx or as CSV.")
    if not any(name.startswith("xl/") for name in names):
        raise UnreadableTableError("This is a ZIP archive, not a workbook. Unpack it, and upload one table at a time.")
    if unpacked > _MOST_UNPACKED:
        raise UnreadableTableError("The workbook is too large when unpacked. Save the sheet as CSV and upload that.")


def _trim(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Without the empty cells at the end, which spreadsheets keep for their formatting."""
    end = len(cells)
    while end and cells[end - 1] == "":
        end -= 1
    return cells[:end]


def _read_cell(value: object, data_type: str) -> Cell:
    if value is None:
        return ""
    if data_type == "f":
        return Formula(str(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
