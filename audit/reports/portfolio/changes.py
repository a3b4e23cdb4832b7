"""What changed since the last portfolio report, each change with its cause: fact, law, method, or time alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from audit.reports.causes import say_causes
from audit.reports.figures.tallies import Tally, tally_bars
from audit.reports.lines import Ends, SystemLine
from audit.reports.portfolio.capping import left_out
from audit.reports.portfolio.judging import class_word, is_grave
from audit.reports.portfolio.records import NOT_COMPARED, PortfolioRecords
from audit.reports.sections.judgements import SCALE
from audit.reports.wording import band_word, number, say, short_day

_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One outcome of one system that moved."""

    reference: str
    name: str
    what: str
    before: str
    after: str
    cause: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes since the last report; ``since`` is empty for the first."""

    since: str
    sentence: str
    causes: str
    rows: tuple[ChangeRow, ...]
    rows_left_out: str


def build_changes(records: PortfolioRecords) -> Changes:
    """Build the section on changes; gravest first."""
    if records.last is None:
        return Changes(
            "", gettext("This is the first report on the portfolio; there is none to compare with."), "", (), ""
        )
    now = {line.reference for line in records.lines}
    known = {*records.last.parameters.get("assessments", [])}
    new = [line for line in records.lines if line.reference not in records.before and line.assessment_id not in known]
    found = [(line, row) for line in records.lines for row in _compare(records, line)]
    found.sort(key=lambda pair: (not is_grave(pair[0]), pair[0].reference))
    causes = Counter(row.cause for _, row in found)
    gone = [reference for reference in records.before if reference not in now]
    sentence = say(
        "The last report, {number}, was as of {day}, on {before} systems. Outcomes that moved since: {changed}, of "
        "{systems} systems. Systems that are new: {new}. Systems that are gone: {gone}.",
        number=str(records.last),
        day=short_day(records.last.as_of),
        before=number(len(known)),
        changed=number(len(found)),
        systems=number(len({line.reference for line, _ in found})),
        new=number(len(new)),
        gone=number(len(gone)),
    )
    bars = [Tally(cause, many, 0, number(many)) for cause, many in causes.most_common()]
    return Changes(
        since=short_day(records.last.as_of),
        sentence=sentence,
        causes=tally_bars(bars, title=gettext("Outcomes that moved, by cause"), scale=SCALE) if bars else "",
        rows=tuple(row for _, row in found[:_MOST]),
        rows_left_out=left_out(len(found), _MOST),
    )


def _compare(records: PortfolioRecords, after: SystemLine) -> Iterator[ChangeRow]:
    before = records.before.get(after.reference)
    if before is None:
        return
    rows = (
        (gettext("Class"), class_word(records, before.aia_class), class_word(records, after.aia_class)),
        (gettext("Lock-in"), _band(before.lock_in), _band(after.lock_in)),
        (gettext("Transparency risk"), _band(before.transparency), _band(after.transparency)),
        (gettext("Duties not met"), number(before.count("not_satisfied")), number(after.count("not_satisfied"))),
    )
    for (what, old, new), causes in zip(rows, records.causes.get(after.reference, NOT_COMPARED), strict=True):
        if old != new:
            yield ChangeRow(after.reference, after.name, what, old, new, say_causes(causes))


def _band(ends: Ends | None) -> str:
    return band_word(ends.band) if ends else gettext("not assessed")
