"""Reads an uploaded file as a table, whatever of the supported kinds it is."""

from __future__ import annotations

from governance.imports.delimited import read_delimited
from governance.imports.tables import MOST_BYTES, Table, UnreadableTableError
from governance.imports.workbooks import read_workbook

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def read_table(content: bytes) -> Table:
    """Give headers and rows of a CSV file or workbook; it is known by its content, not by its name.

    Raises UnreadableTableError with a message for the person who uploaded it.
    """
    if not content.strip():
        raise UnreadableTableError("The file is empty.")
    if len(content) > MOST_BYTES:
        raise UnreadableTableError(
            f"The file has {len(content) / 1e6:.1f} MB; up to {MOST_BYTES / 1e6:.0f} MB are read. "
            "Split it into several files."
        )
    if content.startswith(_OLD_OFFICE):
        raise UnreadableTableError("This is an old Excel file (.xls). Save it as .xlsx or as CSV.")
    return read_workbook(content) if content.startswith(_ZIP) else read_delimited(content)
