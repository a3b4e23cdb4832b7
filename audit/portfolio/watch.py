"""The days watched over the whole register: notice, retirement, contract end, exit test, price guarantee."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from audit.engine.facts import JsonValue
from audit.engine.lock_in.exercises import REAL_KINDS, ages_on
from audit.models import WatchedKind
from audit.portfolio.dated import Dated, DatedContract, HasDays, NamedSystem
from audit.portfolio.reach import Use, host_of
from audit.portfolio.stress.sentences import write_day
from audit.portfolio.tables import Tables

LEADS: Final[Mapping[WatchedKind, tuple[int, ...]]] = {
    WatchedKind.NOTICE: (90, 30, 7, 0),
    WatchedKind.RETIREMENT: (180, 90, 30, 0),
    WatchedKind.CONTRACT_END: (90, 30, 0),
    WatchedKind.EXIT_TEST: (60, 0),
    WatchedKind.PRICE: (90, 30, 0),
}
"""So many days before a watched day a reminder falls due; 0 is the day itself."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A watched day of one system. ``stated`` are all days that sources give, the earliest first; that one counts."""

    system_id: int
    reference: str
    name: str
    what: WatchedKind
    subject: str
    on: date
    stated: tuple[tuple[date, str], ...] = ()
    note: str = ""

    @property
    def is_disputed(self) -> bool:
        """Whether sources give different days."""
        return len({day for day, _ in self.stated}) > 1

    def lead_on(self, as_of: date) -> int | None:
        """The shortest lead that has been reached, in days; none while the day is still far off."""
        left = (self.on - as_of).days
        return min((lead for lead in LEADS[self.what] if left <= lead), default=None)

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {
            "system": self.reference,
            "name": self.name,
            "what": self.what.value,
            "label": str(self.what.label),
            "subject": self.subject,
            "on": self.on.isoformat(),
            "stated": [{"on": day.isoformat(), "source": source} for day, source in self.stated],
            "disputed": self.is_disputed,
            "note": self.note,
        }


def list_watched(tables: Dated, days: Container[date] | None = None) -> list[Watched]:
    """All watched days of the systems that are not withdrawn, the earliest first; days that have passed stay in.

    With ``days`` only what falls on one of these.
    """
    found = [
        watched
        for system in tables.systems
        for watched in (*_retirements(system, tables, days), *_contract_days(system, tables, days))
    ]
    return sorted(found, key=lambda each: (each.on, each.reference, each.what.value, each.subject))


def list_ahead(tables: Dated, as_of: date, until: date | None = None) -> list[Watched]:
    """The calendar: the watched days from the day on, up to and without ``until``."""
    return [each for each in list_watched(tables) if as_of <= each.on and (until is None or each.on < until)]


def list_contract_days(row: HasDays) -> Iterator[tuple[WatchedKind, date]]:
    """The watched days of a contract by what they are."""
    if row.end_on is not None:
        yield WatchedKind.CONTRACT_END, row.end_on
        if row.notice_days is not None and row.notice_days <= (row.end_on - date.min).days:
            yield WatchedKind.NOTICE, row.end_on - timedelta(days=row.notice_days)
    if row.exit_tested_on is not None and row.exit_test_kind in REAL_KINDS:
        yield WatchedKind.EXIT_TEST, ages_on(row.exit_tested_on)
    if row.price_guaranteed_until is not None:
        yield WatchedKind.PRICE, row.price_guaranteed_until


def list_stated(use: Use, tables: Dated | Tables) -> tuple[tuple[date, str], ...]:
    """The announced ends of a version in use, at the host in use only (facts/lock_in.yaml); the earliest counts."""
    host = host_of(use, tables)
    offers = [row for row in tables.offers_of.get(use.component_id, ()) if row.company_id == host]
    return tuple(sorted({(row.retires_on, row.source) for row in offers if row.retires_on is not None}))


def _retirements(system: NamedSystem, tables: Dated, days: Container[date] | None) -> Iterator[Watched]:
    for use in tables.uses_of.get(system.id, ()):
        stated = list_stated(use, tables)
        if stated and (days is None or stated[0][0] in days):
            subject = f"{tables.name_component(use.component_id)} at {tables.name_vendor(host_of(use, tables))}"
            yield _watch(system, WatchedKind.RETIREMENT, subject, stated[0][0], stated=stated)


def _contract_days(system: NamedSystem, tables: Dated, days: Container[date] | None) -> Iterator[Watched]:
    for row in tables.contracts_of.get(system.id, ()):
        for what, on in list_contract_days(row):
            if days is None or on in days:
                yield _watch(system, what, name_contract(row, tables), on, note=_note(what, row))


def _note(what: WatchedKind, row: DatedContract) -> str:
    """What the end of a term, or the last day for notice of it, has to be said with."""
    renews = "it renews by itself unless notice is given" if row.auto_renewal else ""
    if what is WatchedKind.NOTICE and row.end_on is not None:
        ends = f"the term ends on {write_day(row.end_on.isoformat())}"
        return f"{ends}; {renews}" if renews else ends
    return renews if what is WatchedKind.CONTRACT_END else ""


def name_contract(row: DatedContract, tables: Dated) -> str:
    """How a contract is named: the same text as long as it is the same contract."""
    vendor = tables.name_vendor(row.vendor_id)
    return f"contract {row.contract_reference} with {vendor}" if row.contract_reference else f"contract with {vendor}"


def _watch(
    system: NamedSystem,
    what: WatchedKind,
    subject: str,
    on: date,
    *,
    stated: tuple[tuple[date, str], ...] = (),
    note: str = "",
) -> Watched:
    return Watched(system.id, system.reference, system.name, what, subject[:300], on, stated, note)
