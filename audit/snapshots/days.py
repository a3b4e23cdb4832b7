"""The first day on which time alone could change what the rows of a system show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from audit.engine.lock_in.exercises import ages_on
from audit.snapshots.compiled import DAYS
from audit.snapshots.concentration import HiddenRoot
from audit.snapshots.observations import CONFIRMED_FOR
from audit.snapshots.rows import (
    ComponentRow,
    ControlRow,
    DependencyRow,
    EvaluationRow,
    EvidenceRow,
    OfferRow,
    Raw,
    RawRows,
    SupportRow,
    SystemRow,
)
from governance.selectors.law_records import RecordState

_ENTITY: Final = SystemRow._fields.index("legal_entity_id")
_CONFIRMED: Final = SystemRow._fields.index("facts_confirmed_on")
_PUBLISHER: Final = ComponentRow._fields.index("vendor_id")
_RENAMED: Final = ComponentRow._fields.index("renamed_on")
_CONTRACTOR: Final = DependencyRow._fields.index("vendor_id")
_TESTED: Final = DependencyRow._fields.index("exit_tested_on")
_EVALUATED: Final = EvaluationRow._fields.index("evaluated_on")
_EVIDENCE_EXPIRES: Final = EvidenceRow._fields.index("expires_on")
_CONTROL_EXPIRES: Final = ControlRow._fields.index("expires_on")
_SUPPORT_EXPIRES: Final = SupportRow._fields.index("expires_on")
_OFFERED: Final = tuple(OfferRow._fields.index(name) for name in ("offered_from", "offered_until", "retires_on"))


class _Later(dict[str, str]):
    """The day a year after each, both as texts: from then on a test or an evaluation has aged."""

    def __missing__(self, text: str) -> str:
        later = self[text] = ages_on(date.fromisoformat(text)).isoformat()
        return later


class _Unconfirmed(dict[str, str]):
    """The day from which the owner's word of a day no longer counts, both as texts."""

    def __missing__(self, text: str) -> str:
        until = self[text] = (date.fromisoformat(text) + CONFIRMED_FOR).isoformat()
        return until


_AGES: Final = _Later()
_UNCONFIRMED: Final = _Unconfirmed()


class Days:
    """Looks for the next day in rows that were read together; days are compared as ISO texts, in which they sort."""

    def __init__(self, rows: RawRows, as_of: date) -> None:
        self._rows = rows
        self._today = as_of.isoformat()
        self._of_components: dict[int, str | None] = {}
        self._of_vendors: dict[int, str | None] = {}
        self._of_entities: dict[int, str | None] = {}

    def find_next(self, system_id: int, root: HiddenRoot | None) -> date | None:
        """The first later day; none if no such day is known."""
        today = self._today
        found = min([day for day in self._days_of(system_id, root) if day is not None and day > today], default=None)
        return DAYS[found]

    def _days_of(self, system_id: int, root: HiddenRoot | None) -> Iterator[str | None]:
        rows = self._rows
        system = rows.systems[system_id]
        if system[_CONFIRMED] is not None:
            yield _UNCONFIRMED[system[_CONFIRMED]]
        if root is not None and root.until is not None:
            yield root.until.isoformat()
        for raw in rows.dependencies.get(system_id, ()):
            if raw[_TESTED] is not None:
                yield from (raw[_TESTED], _AGES[raw[_TESTED]])
            yield self._next_of_vendor(raw[_CONTRACTOR])
        for raw in rows.uses.get(system_id, ()):
            yield self._next_of_component(raw[1])
        for raw in rows.evaluations.get(system_id, ()):
            yield from (raw[_EVALUATED], _AGES[raw[_EVALUATED]], self._next_of_component(raw[1]))
        for raw in rows.evidence_of_system.get(system_id, ()):
            yield raw[_EVIDENCE_EXPIRES]
        yield from self._of_controls(rows.system_controls.get(system_id, ()))
        yield self._next_of_entity(system[_ENTITY])
        if system_id in rows.law_records:
            yield from _of_forms(rows.law_records[system_id])

    def _first(self, days: Iterable[str | None]) -> str | None:
        return min([day for day in days if day is not None and day > self._today], default=None)

    def _next_of_component(self, component_id: int) -> str | None:
        if component_id not in self._of_components:
            rows = self._rows
            raw = rows.components[component_id]
            days = [raw[_RENAMED], self._next_of_vendor(raw[_PUBLISHER] or 0)]
            days += [one[_EVIDENCE_EXPIRES] for one in rows.evidence_of_component.get(component_id, ())]
            days += [offer[place] for offer in rows.offers.get(component_id, ()) for place in _OFFERED]
            self._of_components[component_id] = self._first(days)
        return self._of_components[component_id]

    def _next_of_vendor(self, vendor_id: int) -> str | None:
        if vendor_id not in self._of_vendors:
            about = self._rows.evidence_of_vendor.get(vendor_id, ())
            self._of_vendors[vendor_id] = self._first(raw[_EVIDENCE_EXPIRES] for raw in about)
        return self._of_vendors[vendor_id]

    def _next_of_entity(self, entity_id: int) -> str | None:
        if entity_id not in self._of_entities:
            about = self._rows.evidence_of_entity.get(entity_id, ())
            days = [raw[_EVIDENCE_EXPIRES] for raw in about]
            days += self._of_controls(self._rows.entity_controls.get(entity_id, ()))
            self._of_entities[entity_id] = self._first(days)
        return self._of_entities[entity_id]

    def _of_controls(self, controls: Sequence[Raw]) -> Iterator[str | None]:
        for raw in controls:
            yield raw[_CONTROL_EXPIRES]
            for support in self._rows.supports.get(raw[0], ()):
                yield support[_SUPPORT_EXPIRES]


def _of_forms(records: Sequence[RecordState]) -> Iterator[str]:
    for record in records:
        yield from (value.isoformat() for value in record.content.values() if type(value) is date)
        yield from (
            day.isoformat() for day in (record.lent_until, *(each.expires_on for each in record.supports)) if day
        )
