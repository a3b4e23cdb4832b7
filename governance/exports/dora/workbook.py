"""The export as an Excel workbook to read: a sheet for each template, and the gaps."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from governance.exports.dora.building import SAYS, Register
from governance.exports.dora.definition import load_definition
from governance.exports.dora.tables import Table

_BOLD: Final = Font(bold=True)
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_ABOUT: Final = "In this register"


def write_workbook(register: Register, gap_header: Sequence[str], gaps: Iterable[Sequence[str]]) -> bytes:
    """The workbook; codes of closed lists stand with their meaning."""
    book = Workbook()
    about = book.worksheets[0]
    about.title = "About"
    scope = register.scope
    title = f"Register of information of {scope.entity.name}, as of {scope.as_of.isoformat()}"
    for line in (title, SAYS):
        _append(about, [line])
    about.column_dimensions["A"].width = 110
    _append(about, [" "])
    for table in register.tables:
        _append(about, [f"{table.template.code}: {table.template.name}, {len(table.rows)} rows"])
    sheet = book.create_sheet("Gaps")
    _append(sheet, gap_header, is_bold=True)
    for gap in gaps:
        _append(sheet, gap)
    _set_widths(sheet, (10, 9, 50, 50, 40, 40, 50))
    for table in register.tables:
        _add_template(book.create_sheet(table.template.code), table)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _add_template(sheet: Worksheet, table: Table) -> None:
    columns = table.template.columns
    _append(sheet, ["", *(column.code for column in columns)], is_bold=True)
    _append(sheet, [_ABOUT, *(column.name for column in columns)], is_bold=True)
    lists = load_definition().lists
    for row in table.rows:
        cells = [row.cells.get(column.code, "") for column in columns]
        meanings = [lists.get(column.list, {}).get(cell, "") for column, cell in zip(columns, cells, strict=True)]
        told = [f"{cell} ({meaning})" if meaning else cell for cell, meaning in zip(cells, meanings, strict=True)]
        _append(sheet, [row.about, *told])
    _set_widths(sheet, (45, *(24 for _ in columns)))
    sheet.freeze_panes = "B3"


def _append(sheet: Worksheet, values: Sequence[str], *, is_bold: bool = False) -> None:
    """A row of texts; none of them is taken for a formula, and signs that a workbook cannot hold are left out."""
    sheet.append([ILLEGAL_CHARACTERS_RE.sub("", value) for value in values])
    for cell in sheet[sheet.max_row]:
        cell.data_type = "s"
        cell.alignment = _WRAPPED
        if is_bold:
            cell.font = _BOLD


def _set_widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
