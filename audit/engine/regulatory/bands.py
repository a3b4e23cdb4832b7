"""The band of legal exposure, read off a decision table of class, unmet severity and what is not known.

Only law raises it: each row of the table speaks of a duty that is in force, and guidance, a proposal and mere
information are none (a rule says its ``status``). They are listed with their outcome all the same. Were guidance to
become law, its rule is adopted by that day and counts from then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Final

from audit.engine.facts import JsonValue
from audit.engine.findings import Duty, Outcome
from audit.engine.logic import UNKNOWN, Datum, Possible, Scalar, Truth
from audit.engine.regulatory.exposure import find_unmet
from audit.engine.regulatory.missing import Undetermined
from audit.engine.rules import Band, BandTable, Schedule

SEVERITIES: Final = ("low", "medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class ExposureBand:
    """The band at worst, which counts, and at best, each with the row of the table (from 1) and what it says.

    At worst means that whatever is not known, or not shown, is taken as unfavourable; ``is_certain`` tells whether
    the row fits without that.
    """

    worst: Band
    worst_row: int
    is_certain: bool
    best: Band
    best_row: int

    def to_json(self) -> dict[str, JsonValue]:
        """Give the band as plain data."""
        return {
            "band": self.worst.band,
            "because": self.worst.says,
            "row": self.worst_row,
            "is_certain": self.is_certain,
            "band_at_best": self.best.band,
            "because_at_best": self.best.says,
            "row_at_best": self.best_row,
        }


def find_band(
    table: BandTable, aia_class: Datum, duties: Sequence[Duty], undetermined: Sequence[Undetermined], as_of: date
) -> ExposureBand:
    """The first row of the table that may fit, and the first that certainly does; duties of the entity count there."""
    certain, possible = list_severities(duties)
    more = {
        str(entry.static["severity"])
        for entry in undetermined
        if is_law(entry.static) and not entry.to.of_entity and _may_be_in_force(entry, as_of)
    }
    return choose_band(table, aia_class, certain, possible | more)


def list_severities(duties: Sequence[Duty]) -> tuple[frozenset[str], frozenset[str]]:
    """How severe the system's duties by law are that are not met, and those that nothing shows to be."""
    unmet = find_unmet(duties, "system")
    certain, possible = (
        frozenset([str(duty.static["severity"]) for duty in unmet[outcome] if is_law(duty.static)])
        for outcome in (Outcome.NOT_SATISFIED, Outcome.UNDETERMINED)
    )
    return certain, possible


def is_law(static: Mapping[str, JsonValue]) -> bool:
    """Whether a rule, by what it says of itself, is adopted law; one that says nothing is."""
    return static.get("status", "adopted") == "adopted"


def choose_band(table: BandTable, aia_class: Datum, certain: Set[str], possible: Set[str]) -> ExposureBand:
    """The rows for a class, and for the severities of duties that are not met and of those that may not be."""
    truths = [_fits(row, aia_class, certain, possible) for row in table.bands]
    worst = next(place for place, truth in enumerate(truths) if truth is not False)
    best = next(place for place, truth in enumerate(truths) if truth is True)
    return ExposureBand(table.bands[worst], worst + 1, truths[worst] is True, table.bands[best], best + 1)


def _fits(row: Band, aia_class: Datum, certain: Set[str], possible: Set[str]) -> Truth:
    """Whether the row fits; one with neither class nor severity always does."""
    truths: list[Truth] = []
    if row.classes:
        truths.append(_is_class(row.classes, aia_class))
    if row.unmet:
        severe = set(SEVERITIES[SEVERITIES.index(row.unmet) :])
        truths.append(True if severe & certain else None if severe & possible else False)
    if False in truths:
        return False
    return None if None in truths else True


def _is_class(classes: frozenset[str], datum: Datum) -> Truth:
    if datum is UNKNOWN:
        return None
    if isinstance(datum, Possible):
        inside = [value in classes for value in datum.values]
        return True if all(inside) else None if any(inside) else False
    return datum in classes


def _may_be_in_force(entry: Undetermined, as_of: date) -> bool:
    """Whether a duty of which it is not known if it applies would be in force, as far as its day can be told."""
    schedule = entry.version.schedule
    begun = has_begun(schedule, as_of)
    return any(may_begin(day, as_of) for day in schedule.days(entry.situation.values)) if begun is None else begun


def has_begun(schedule: Schedule, as_of: date) -> bool | None:
    """Whether a duty would be in force, where its days need no look at the facts."""
    if schedule.no_day_before is not None and as_of < schedule.no_day_before:
        return False
    if schedule.stages:
        return as_of >= min(schedule.stages.values())
    return True if schedule.always else None


def may_begin(day: Scalar, as_of: date) -> bool:
    """Whether a duty of this day may be in force; one without a day may."""
    return not isinstance(day, date) or day <= as_of
