"""Reads an uploaded file as a table, whatever of the supported kinds it is."""

from __future__ import annotations

import re

from governance.imports.delimited import read_delimited
from governance.imports.tables import MOST_BYTES, Table, UnreadableTableError
from governance.imports.workbooks import read_workbook

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
# Files that people take for tables, by how they begin.
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{\s*[\"}]|\[\s*[\"{\[])")
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|html|bom)\b", re.IGNORECASE)
_PDF = b"%PDF-"
_RIGHT = "Systems are imported from a CSV file or an Excel workbook (.xlsx) with one system a row."


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
    if content.startswith(_OLD_OFFICE) and _LOCKED in content:
        raise UnreadableTableError("The workbook is locked with a password. Save it without one, as .xlsx or as CSV.")
    if content.startswith(_OLD_OFFICE):
        raise UnreadableTableError("This is an old Excel file (.xls). Save it as .xlsx or as CSV.")
    other = _name_other_kind(content)
    if other:
        raise UnreadableTableError(f"This is {other}, not a table. {_RIGHT}")
    return read_workbook(content) if content.startswith(_ZIP) else read_delimited(content)


def _name_other_kind(content: bytes) -> str:
    """What the file is, where it is surely no table; empty otherwise."""
    if content.startswith(_PDF):
        return "a PDF document"
    written = "JSON" if _JSON.match(content) else "XML or HTML" if _XML.match(content) else ""
    if written and b"cyclonedx" in content[:2_000].lower():
        kind = "JSON (to be imported under Components)" if written == "JSON" else "XML (to be had as JSON instead)"
        return f"a CycloneDX bill of materials in {kind}"
    return f"a file in {written}" if written else ""
