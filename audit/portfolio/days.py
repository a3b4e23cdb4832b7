"""The watched days as the database counts them, and those of some days alone: a page costs what it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

from django.db.models import Count, Q

from audit.models import WatchedKind
from audit.portfolio.dated import find_dated_contracts, find_uses, list_retiring, read_dated
from audit.portfolio.tables import Tables, read_catalogue
from audit.portfolio.watch import Watched, list_contract_days, list_stated, list_watched
from audit.selectors.among import among
from audit.selectors.register import Kept


class _Terms(NamedTuple):
    """What contracts have in common of which the same days follow."""

    end_on: date | None
    notice_days: int | None
    exit_tested_on: date | None
    exit_test_kind: str
    price_guaranteed_until: date | None


class _Place(NamedTuple):
    """A component run in one way by one host: all who use it so are told of the same days."""

    component_id: int
    run_mode: str
    host_id: int | None


@dataclass(frozen=True, slots=True)
class DayFilters:
    """Which watched days: from a day on, up to and without another, of one kind, of one system."""

    since: date
    until: date | None = None
    what: str = ""
    system_id: int | None = None

    def keeps(self, what: WatchedKind, on: date) -> bool:
        """Whether a day of this kind is asked for."""
        within = self.since <= on and (self.until is None or on < self.until)
        return within and self.what in ("", what.value)

    @property
    def rows(self) -> Q:
        """The rows of the register that are asked for."""
        return Q() if self.system_id is None else Q(system_id=self.system_id)


@dataclass(frozen=True)
class WatchedDays:
    """The watched days that pass some filters: counted over the register as it stands, read for some days only."""

    filters: DayFilters
    catalogue: Tables = field(default_factory=read_catalogue)

    @cached_property
    def counts(self) -> Mapping[tuple[date, WatchedKind], int]:
        """How many of each kind fall on each day, by day and kind."""
        counted: Counter[tuple[date, WatchedKind]] = Counter()
        for terms, times in self._terms.items():
            for what, on in list_contract_days(terms):
                counted[on, what] += times
        for place, times in self._places.items():
            for on, _source in list_stated(place, self.catalogue)[:1]:
                counted[on, WatchedKind.RETIREMENT] += times
        kept = {(on, what): times for (on, what), times in counted.items() if self.filters.keeps(what, on)}
        return dict(sorted(kept.items()))

    @cached_property
    def totals(self) -> Mapping[date, int]:
        """How many fall on each day, the earliest first."""
        found: Counter[date] = Counter()
        for (on, _what), times in self.counts.items():
            found[on] += times
        return dict(found)

    def read(self, days: Collection[date]) -> list[Watched]:
        """Those of these days, in the order of ``list_watched``."""
        wanted = frozenset(days)
        contracts, uses = self._find_contracts(wanted), self._find_uses(wanted)
        dated = read_dated(self.filters.rows & contracts, self.filters.rows & uses, catalogue=self.catalogue)
        return [each for each in list_watched(dated, wanted) if self.filters.keeps(each.what, each.on)]

    @cached_property
    def _terms(self) -> Mapping[_Terms, int]:
        return self._read_counts.terms

    @cached_property
    def _places(self) -> Mapping[_Place, int]:
        return self._read_counts.places

    @cached_property
    def _read_counts(self) -> _Counted:
        return _kept.recall(self.filters.system_id, lambda: _count(self.filters.rows, self.catalogue))

    def _find_contracts(self, days: Collection[date]) -> Q:
        """The contracts of which a day may follow that is among these."""
        ends, tests, prices = set(), set(), set()
        for terms in self._terms:
            for what, on in list_contract_days(terms):
                if on not in days or not self.filters.keeps(what, on):
                    continue
                if what is WatchedKind.EXIT_TEST:
                    tests.add(terms.exit_tested_on)
                elif what is WatchedKind.PRICE:
                    prices.add(terms.price_guaranteed_until)
                else:
                    ends.add(terms.end_on)
        return Q(end_on__in=ends) | Q(exit_tested_on__in=tests) | Q(price_guaranteed_until__in=prices)

    def _find_uses(self, days: Collection[date]) -> Q:
        """The uses of components that retire on one of these days at the host in use."""
        found = {
            place.component_id
            for place in self._places
            for on, _source in list_stated(place, self.catalogue)[:1]
            if on in days and self.filters.keeps(WatchedKind.RETIREMENT, on)
        }
        return Q(component_id__in=found)


class _Counted(NamedTuple):
    """How often contracts have the same terms, and components are run in the same place."""

    terms: Mapping[_Terms, int]
    places: Mapping[_Place, int]


_kept: Final[Kept[_Counted]] = Kept(4)


def _count(rows: Q, catalogue: Tables) -> _Counted:
    times = Count("id")
    contracts = find_dated_contracts().filter(rows).values_list(*_Terms._fields)
    uses = find_uses().filter(rows, among("component_id", list_retiring(catalogue))).values_list(*_Place._fields)
    return _Counted(
        {_Terms(*row[:-1]): row[-1] for row in contracts.annotate(times=times)},
        {_Place(*row[:-1]): row[-1] for row in uses.annotate(times=times)},
    )


def find_days(totals: Mapping[date, int], start: int, stop: int) -> tuple[list[date], int]:
    """The days on which the entries from one place up to another fall, and the place of the first entry of these."""
    days: list[date] = []
    first = 0
    for on, before in _run_up(totals):
        if before >= stop:
            break
        if before + totals[on] > start:
            first = first if days else before
            days.append(on)
    return days, first


def _run_up(totals: Mapping[date, int]) -> Iterator[tuple[date, int]]:
    """Each day, the earliest first, with how many entries come before it."""
    before = 0
    for on in sorted(totals):
        yield on, before
        before += totals[on]
