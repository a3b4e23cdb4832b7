"""A table as it was uploaded, before anything in it is understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_BYTES: Final = 5_000_000
MOST_ROWS: Final = 10_000
MOST_COLUMNS: Final = 200


class UnreadableTableError(Exception):
    """The file is no table that can be read; the message says why and what would be right."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula instead of a value."""

    text: str


Cell = str | Formula


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its number as a spreadsheet counts: the header is row 1."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Headers and rows; ``reading`` says how the file was understood, for the person to check."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    reading: str


def make_table(records: list[tuple[Cell, ...]], reading: str) -> Table:
    """Take the first record as headers and number the others; empty ones are left out.

    Raises UnreadableTableError if there are no headers, or more rows or columns than are read at once.
    """
    if not records or not any(records[0]):
        raise UnreadableTableError("The first row is empty. It should hold the names of the columns.")
    headers = tuple(cell.strip() if isinstance(cell, str) else cell.text for cell in records[0])
    if len(headers) > MOST_COLUMNS:
        raise UnreadableTableError(f"The table has {len(headers)} columns; up to {MOST_COLUMNS} are read.")
    rows = tuple(
        Row(number, cells)
        for number, cells in enumerate(records[1:], start=2)
        if any(not isinstance(cell, str) or cell.strip() for cell in cells)
    )
    if len(rows) > MOST_ROWS:
        raise UnreadableTableError(
            f"The table has {len(rows):,} rows; up to {MOST_ROWS:,} are read at once. Split it into several files."
        )
    return Table(headers, rows, reading)
