"""The findings that were opened, closed or opened again between the two days, with what closed them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from audit.reports.change.records import ChangeRecords
from audit.reports.portfolio.capping import left_out
from audit.reports.stored import told
from audit.reports.wording import band_word, number, say, short_day

_MOST: Final = 30
_RATINGS: Final = ("very_high", "high", "moderate", "low")


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding that came or went."""

    reference: str
    title: str
    rating: str
    rating_word: str
    day: str
    because: str


@dataclass(frozen=True, slots=True)
class FindingMoves:
    """Those opened, those opened again, and those closed; the gravest first."""

    sentence: str
    opened: tuple[FindingRow, ...]
    opened_left_out: str
    reopened: tuple[FindingRow, ...]
    reopened_left_out: str
    closed: tuple[FindingRow, ...]
    closed_left_out: str


def build_findings(records: ChangeRecords) -> FindingMoves:
    """Build the section on findings."""
    came = [row for row in records.findings if _is_between(records, row["opened_on"])]
    opened = [row for row in came if row["times_opened"] == 1]
    reopened = [row for row in came if row["times_opened"] != 1]
    closed = [row for row in records.findings if _is_between(records, row["closed_on"])]
    return FindingMoves(
        sentence=say(
            "Findings opened: {opened}. Opened again: {reopened}. Closed: {closed}.",
            opened=number(len(opened)),
            reopened=number(len(reopened)),
            closed=number(len(closed)),
        ),
        opened=_rows(opened, "opened_on"),
        opened_left_out=left_out(len(opened), _MOST),
        reopened=_rows(reopened, "opened_on"),
        reopened_left_out=left_out(len(reopened), _MOST),
        closed=_rows(closed, "closed_on"),
        closed_left_out=left_out(len(closed), _MOST),
    )


def _is_between(records: ChangeRecords, day: object) -> bool:
    return isinstance(day, date) and records.first < day <= records.as_of


def _rows(findings: list[Mapping[str, object]], column: str) -> tuple[FindingRow, ...]:
    ranked = sorted(findings, key=lambda row: (_RATINGS.index(str(row["rating"])), str(row["system__reference"])))
    return tuple(_row(row, row[column]) for row in ranked[:_MOST])


def _row(row: Mapping[str, object], day: object) -> FindingRow:
    return FindingRow(
        reference=str(row["system__reference"]),
        title=told(str(row["title"])),
        rating=str(row["rating"]),
        rating_word=band_word(str(row["rating"])),
        day=short_day(day if isinstance(day, date) else None),
        because=told(str(row["closed_because"] or "")),
    )
