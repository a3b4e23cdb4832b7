"""Reads delimited text (CSV, TSV) as it comes from spreadsheets and other registers."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import Final

from charset_normalizer import from_bytes

from governance.imports.tables import Cell, Formula, Table, UnreadableTableError, make_table

DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
# A line that some spreadsheets write or ask for above the table; it names the delimiter and is no header.
_NAMED_DELIMITER: Final = re.compile(r"\"?sep=([,;\t|])\"?\r?\n", re.IGNORECASE)
# A row of our own behind the last one: where a quotation mark is left open, it becomes part of a cell.
_LAST: Final = "\x1elast"
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# What Windows and older systems write in Europe; anything else is UTF-8 nowadays.
_LEGACY: Final = ("cp1252", "cp1250", "cp1251", "cp1253", "iso8859_15")
_NAMES: Final = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}
_QUOTES: Final = "Look for a quotation mark that is not closed."
_SAMPLE_ROWS: Final = 20
# The header of a table begins with letters that every encoding has.
_FIRST_BYTES: Final = 8
# Purposes can be long; the library's own limit of 128 KB is the whole process's, so it is raised once.
_LONGEST_CELL: Final = 1_000_000
csv.field_size_limit(_LONGEST_CELL)


def read_delimited(content: bytes) -> Table:
    """Read text whose encoding and delimiter are found by looking; UnreadableTableError if it is none."""
    text, encoding = _decode(content)
    if "\x00" in text:
        raise UnreadableTableError("This is not a text file. A table is a CSV file or an Excel workbook (.xlsx).")
    if "\n" not in text:
        text = text.replace("\r", "\n")
    named = _NAMED_DELIMITER.match(text)
    delimiter = named.group(1) if named else _find_delimiter(text)
    records = _read_records(text[named.end() :] if named else text, delimiter)
    reading = f"Text in {_NAMES.get(encoding, encoding)}, columns separated by {DELIMITERS[delimiter]}"
    return make_table(records, reading)


def _decode(content: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decode_as(content, encoding), encoding
    if bare := _find_bare_utf_16(content):
        return _decode_as(content, bare), bare
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = _guess_legacy(content)
        return _decode_as(content, encoding), encoding


def _find_bare_utf_16(content: bytes) -> str:
    """Which UTF-16 a text without a mark is in, by where its first signs have their zero bytes; empty if in none."""
    first = content[:_FIRST_BYTES]
    if not len(first) % 2 and first.count(0) == len(first) // 2:
        return "utf-16-le" if not any(first[1::2]) else "utf-16-be" if not any(first[::2]) else ""
    return ""


def _decode_as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableTableError(
            f"The characters cannot be read: byte {error.start + 1:,} is no {_NAMES.get(encoding, encoding)}. "
            "Save the file as “CSV UTF-8” and try again."
        ) from error


def _guess_legacy(content: bytes) -> str:
    """The old encoding the text was most probably written in; Windows-1252 when a guess is not clear."""
    best = from_bytes(content[:200_000], cp_isolation=list(_LEGACY)).best()
    if best is None:
        return "cp1252"
    return "cp1252" if "cp1252" in best.could_be_from_charset else best.encoding


def _find_delimiter(text: str) -> str:
    """The delimiter that splits the header into most columns."""
    sample = "".join(text.splitlines(keepends=True)[:_SAMPLE_ROWS])

    def count_columns(delimiter: str) -> int:
        return max((len(record) for record in csv.reader(io.StringIO(sample), delimiter=delimiter)), default=0)

    try:
        # The header decides; text cells below it may hold any of the three.
        header = {mark: len(next(csv.reader(io.StringIO(sample), delimiter=mark), [])) for mark in DELIMITERS}
        return max(DELIMITERS, key=lambda mark: (header[mark], count_columns(mark)))
    except csv.Error as error:
        raise UnreadableTableError(f"The first rows cannot be split into columns ({error}). {_QUOTES}") from error


def _read_records(text: str, delimiter: str) -> list[tuple[Cell, ...]]:
    reader = csv.reader(io.StringIO(f"{text}\n{_LAST}\n", newline=""), delimiter=delimiter)
    records: list[tuple[Cell, ...]] = []
    begins = opened = 1
    try:
        for record in reader:
            if record == [_LAST]:
                return records
            records.append(tuple(_read_cell(cell) for cell in record))
            opened, begins = begins, reader.line_num + 1
    except csv.Error as error:
        raise UnreadableTableError(f"Line {reader.line_num} cannot be read ({error}). {_QUOTES}") from error
    raise UnreadableTableError(
        f"In the row that begins in line {opened} a quotation mark is opened and never closed. "
        "Close it; a quotation mark inside a text is written twice."
    )


def _read_cell(cell: str) -> Cell:
    return Formula(cell) if cell.startswith("=") and len(cell) > 1 else cell
