"""The template of an import, with every column, an example, and what each column wants."""

from __future__ import annotations

import csv
import io

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from governance.imports.columns import COLUMNS


def write_csv_template() -> bytes:
    """A CSV file with the headers and one example row; UTF-8 with a mark, so that spreadsheets read it well."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(column.header for column in COLUMNS)
    writer.writerow(column.example for column in COLUMNS)
    return text.getvalue().encode("utf-8-sig")


def write_workbook_template() -> bytes:
    """An Excel workbook: the sheet to fill in, with an example, and a sheet that explains the columns."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Systems"
    sheet.append([column.header for column in COLUMNS])
    sheet.append([column.example for column in COLUMNS])
    notes = book.create_sheet("Columns")
    notes.append(["Column", "Needed", "What it wants"])
    for column in COLUMNS:
        notes.append([column.header, "yes" if column.is_required else "", column.help])
    for page in (sheet, notes):
        for place, cell in enumerate(page[1], start=1):
            cell.font = Font(bold=True)
            page.column_dimensions[get_column_letter(place)].width = 24
    notes.column_dimensions["C"].width = 90
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
