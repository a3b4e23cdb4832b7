"""Part of section 15: the legal exposure, with the maximum fines and the decision table that gave the band."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audit.reports.citations import cite
from audit.reports.exposure import Fine
from audit.reports.fines import tell_amount, tell_formula, tell_notes
from audit.reports.records import ReportRecords
from audit.reports.stored import told
from audit.reports.wording import band_word, say, short_day
from audit.selectors.reading import Reading

_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class FineRow:
    """One maximum fine, with the duties behind it."""

    basis: str
    formula: str
    amount: str
    duties: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BandRow:
    """One row of the decision table; ``is_worst`` and ``is_best`` mark where this system stands."""

    number: int
    band: str
    says: str
    is_worst: bool
    is_best: bool


@dataclass(frozen=True, slots=True)
class ExposurePart:
    """The band in a sentence, the fines, the nearest day and the table. Without a band there is nothing to print."""

    sentence: str
    fines: tuple[FineRow, ...]
    of_entity: str
    next_day: str
    table: tuple[BandRow, ...]
    missing: tuple[str, ...]


def build_exposure(records: ReportRecords) -> ExposurePart:
    """Build the part from the stored result and the rule packs it was made with."""
    regulation = records.outcome.regulation
    found = regulation.exposure
    titles = {duty.id: told(duty.title) for duty in regulation.duties}
    own = sorted(
        {titles.get(row, row) for fine in found.fines if fine.of_entity for row in (*fine.unmet, *fine.unshown)}
    )
    next_day = ""
    if found.next_on is not None:
        next_day = say("Next: {day}, {duties}.", day=short_day(found.next_on), duties=_name(found.next_duties, titles))
    return ExposurePart(
        sentence=_conclude(records),
        fines=tuple(_row(fine, titles) for fine in found.of_system),
        of_entity=", ".join(own),
        next_day=next_day,
        table=tuple(_list_bands(records)),
        missing=tuple(records.question(key) for key in found.missing),
    )


def _conclude(records: ReportRecords) -> str:
    found = records.outcome.regulation.exposure
    if not found.band:
        return ""
    worst, best = band_word(found.band), band_word(found.band_at_best)
    if worst == best:
        return say("Legal exposure: {band}. {because}", band=worst, because=told(found.because))
    return say(
        "Legal exposure: {worst} at worst, {best} at best. At worst: {because} At best: {because_at_best}",
        worst=worst,
        best=best,
        because=told(found.because),
        because_at_best=told(found.because_at_best),
    )


def _row(fine: Fine, titles: dict[str, str]) -> FineRow:
    parts = []
    if fine.unmet:
        parts.append(say("not met: {duties}", duties=_name(fine.unmet, titles)))
    if fine.unshown:
        parts.append(say("nothing recorded: {duties}", duties=_name(fine.unshown, titles)))
    return FineRow(
        basis=cite(f"{fine.act}, {fine.basis}"),
        formula=tell_formula(fine),
        amount=tell_amount(fine),
        duties="; ".join(parts),
        notes=tell_notes(fine),
    )


def _name(rows: Sequence[str], titles: dict[str, str]) -> str:
    named = ", ".join(titles.get(row, row) for row in rows[:_MOST_NAMED])
    more = len(rows) - _MOST_NAMED
    return say("{named} and {number} more", named=named, number=more) if more > 0 else named


def _list_bands(records: ReportRecords) -> Iterable[BandRow]:
    """The decision table of the pack that was used, as it was then."""
    found = records.outcome.regulation.exposure
    for record in records.packs:
        content = Reading(record.content)
        table = (content.inside("pack.yaml") or content).inside("exposure") or Reading({})
        for place, row in enumerate(table.each("bands"), 1):
            band, says = band_word(row.text("band")), told(row.text("says"))
            yield BandRow(place, band, says, place == found.row, place == found.row_at_best)
