"""The findings over all systems: how many of which rating, the same finding counted once, and those that are late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext

from audit.models.findings import FindingArea
from audit.reports.citations import cite
from audit.reports.figures import colours
from audit.reports.figures.tallies import Tally, tally_bars
from audit.reports.finding_lines import FindingLine
from audit.reports.portfolio.capping import left_out
from audit.reports.portfolio.records import PortfolioRecords
from audit.reports.sections.judgements import SCALE
from audit.reports.stored import told
from audit.reports.wording import band_word, number, say, say_count, short_day

_MOST: Final = 14
_RATINGS: Final = ("very_high", "high", "moderate", "low")


@dataclass(frozen=True, slots=True)
class Together:
    """The same finding of one or more systems."""

    title: str
    criterion: str
    rating: str
    rating_word: str
    systems: str
    example: str
    late: str


@dataclass(frozen=True, slots=True)
class Found:
    """The findings that are open, and what became of the others."""

    ratings: str
    areas: str
    summary: str
    rows: tuple[Together, ...]
    rows_left_out: str
    accepted: str


def build_found(findings: Sequence[FindingLine], as_of: date) -> Found:
    """Build the section on findings, gravest first."""
    still_open = [row for row in findings if row.closed_on is None]
    together: dict[str, list[FindingLine]] = defaultdict(list)
    for row in still_open:
        together[row.key].append(row)
    ranked = sorted(together.values(), key=_weight)
    late = sum(_is_late(row, as_of) for row in still_open)
    answered = sum(bool(row.response) for row in still_open)
    summary = say(
        "Open findings: {open}. Answered by management: {answered}. Past the day that was set: {late}. Closed before: "
        "{closed}.",
        open=number(len(still_open)),
        answered=number(answered),
        late=number(late),
        closed=number(len(findings) - len(still_open)),
    )
    accepted = sum(_is_accepted(row, as_of) for row in still_open)
    return Found(
        ratings=_by_rating(still_open),
        areas=_by_area(still_open),
        summary=summary,
        rows=tuple(_row(rows, as_of) for rows in ranked[:_MOST]),
        rows_left_out=left_out(len(ranked), _MOST),
        accepted=say_count(
            "For one open finding the risk is accepted until a day that lies ahead, by one person and a second.",
            "For {number} open findings the risk is accepted until a day that lies ahead, by one person and a second.",
            accepted,
        )
        if accepted
        else gettext("No risk is accepted for an open finding."),
    )


def count_grave(records: PortfolioRecords) -> int:
    """The number of open findings of the gravest rating."""
    return sum(row.rating == "very_high" and row.closed_on is None for row in records.findings)


def _weight(rows: Sequence[FindingLine]) -> tuple[int, int, str]:
    return min(_RATINGS.index(row.rating) for row in rows), -len(rows), rows[0].key


def _is_late(row: FindingLine, as_of: date) -> bool:
    return row.due_on is not None and row.due_on < as_of


def _is_accepted(row: FindingLine, as_of: date) -> bool:
    return row.accepted_until is not None and row.accepted_until > as_of


def _row(rows: Sequence[FindingLine], as_of: date) -> Together:
    rating = _RATINGS[min(_RATINGS.index(row.rating) for row in rows)]
    first = next(row for row in rows if row.rating == rating)
    dues = sorted(row.due_on for row in rows if row.due_on is not None)
    late = sum(_is_late(row, as_of) for row in rows)
    when = gettext("no day set")
    if late:
        when = say_count("one is late", "{number} are late", late)
    elif dues:
        when = say("first due {day}", day=short_day(dues[0]))
    return Together(
        title=_name(first, rows),
        criterion=cite(told(first.criterion)),
        rating=rating,
        rating_word=band_word(rating),
        systems=number(len(rows)),
        example=first.reference,
        late=when,
    )


def _name(first: FindingLine, rows: Sequence[FindingLine]) -> str:
    """Give the title of the gravest; where the others read otherwise (their days, say), whose title it is."""
    title = told(first.title)
    if all(row.title == first.title for row in rows):
        return title
    return say("{title} ({reference}; the others are alike)", title=title, reference=first.reference)


def _by_rating(rows: Sequence[FindingLine]) -> str:
    bars = []
    for rating in _RATINGS:
        many = sum(row.rating == rating for row in rows)
        bars.append(Tally(band_word(rating), many, 0, number(many), colours.BAND_FILL[rating]))
    return tally_bars(bars, title=gettext("Open findings by rating"), scale=SCALE)


def _by_area(rows: Sequence[FindingLine]) -> str:
    bars = []
    for area in FindingArea:
        many = sum(row.area == area for row in rows)
        if many:
            bars.append(Tally(gettext(str(area.label)), many, 0, number(many)))
    return tally_bars(sorted(bars, key=lambda bar: -bar.sure), title=gettext("Open findings by area"), scale=SCALE)
