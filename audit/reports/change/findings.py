"""The findings that were opened, closed or opened again between the two days, with what closed them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from audit.reports.change.records import ChangeRecords
from audit.reports.closings import tell_cause
from audit.reports.finding_lines import FindingLine
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
    came = [row for row in records.findings if _is_between(records, row.opened_on)]
    opened = [row for row in came if row.times_opened == 1]
    reopened = [row for row in came if row.times_opened != 1]
    closed = [row for row in records.findings if _is_between(records, row.closed_on)]
    return FindingMoves(
        sentence=say(
            "Findings opened: {opened}. Opened again: {reopened}. Closed: {closed}.",
            opened=number(len(opened)),
            reopened=number(len(reopened)),
            closed=number(len(closed)),
        ),
        opened=_rows(records, opened, lambda row: row.opened_on),
        opened_left_out=left_out(len(opened), _MOST),
        reopened=_rows(records, reopened, lambda row: row.opened_on),
        reopened_left_out=left_out(len(reopened), _MOST),
        closed=_rows(records, closed, lambda row: row.closed_on),
        closed_left_out=left_out(len(closed), _MOST),
    )


def _is_between(records: ChangeRecords, day: date | None) -> bool:
    return day is not None and records.first < day <= records.as_of


def _rows(
    records: ChangeRecords, findings: list[FindingLine], day_of: Callable[[FindingLine], date | None]
) -> tuple[FindingRow, ...]:
    ranked = sorted(findings, key=lambda row: (_RATINGS.index(row.rating), row.reference))
    return tuple(_row(records, row, day_of(row)) for row in ranked[:_MOST])


def _row(records: ChangeRecords, row: FindingLine, day: date | None) -> FindingRow:
    return FindingRow(
        reference=row.reference,
        title=told(row.title),
        rating=row.rating,
        rating_word=band_word(row.rating),
        day=short_day(day),
        because=tell_cause(row.closed_because, records.vocabulary),
    )
