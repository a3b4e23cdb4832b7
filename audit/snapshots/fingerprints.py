"""Whether anything of a system moved since it was judged, told by a hash over its raw rows, without its fact sheet.

The same hash means the same rows, the same figures of the portfolio and the same code that reads them, and so, until
the day that is named beside it, the same snapshot. It may differ where the snapshot does not: then it is judged anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from audit.engine.canonical import hash_text
from audit.engine.lock_in.exercises import ages_on
from audit.snapshots.concentration import Concentration, HiddenRoot
from audit.snapshots.observations import CONFIRMED_FOR
from audit.snapshots.rows import EvidenceRow, Register
from audit.snapshots.subject import Subject

_ROOT: Final = Path(__file__).resolve().parents[2]
_METHOD: Final = (
    *("audit/engine", "audit/snapshots", "audit/licences", "audit/rulepacks/openness", "audit/services/conditions"),
    *("governance/vocabulary.yaml", "governance/choices.py", "governance/selectors/law_records.py"),
)


@lru_cache(maxsize=1)
def hash_method() -> str:
    """The hash of the code and the vocabulary that make a snapshot and its findings of rows."""
    hashed = sha256()
    for path in (_ROOT / name for name in _METHOD):
        files = [path] if path.is_file() else sorted([*path.rglob("*.py"), *path.rglob("*.yaml")])
        for file in files:
            hashed.update(f"{file.relative_to(_ROOT)}:".encode())
            hashed.update(file.read_bytes())
    return hashed.hexdigest()


class Fingerprints:
    """The fingerprints of systems whose rows were read together; what they share is hashed once."""

    def __init__(self, register: Register, concentration: Concentration) -> None:
        self._register = register
        self._concentration = concentration
        self._components: dict[int, str] = {}
        self._vendors: dict[int, str] = {}
        self._entities: dict[int, str] = {}

    def take(self, subject: Subject) -> str:
        """The fingerprint of one system."""
        register, system = self._register, subject.system
        dependencies = subject.dependencies
        chain = [row for dependency in dependencies for row in register.subcontractors.get(dependency.id, ())]
        evaluations = register.evaluations.get(system.id, ())
        controls = register.system_controls.get(system.id, ())
        vendors = {use.host_id for use in subject.uses} | {row.vendor_id for row in dependencies}
        vendors |= {row.vendor_id for row in chain} | {flow.to_vendor_id for flow in subject.flows}
        components = [use.component_id for use in subject.uses] + [row.component_id for row in evaluations]
        figures = self._concentration
        parts = (
            hash_method(),
            tuple(system),
            _plain(subject.uses),
            _plain(evaluations),
            _plain(dependencies),
            _plain(chain),
            _plain(subject.flows),
            _plain(controls),
            [_plain(register.supports.get(control.id, ())) for control in controls],
            list(register.law_records.get(system.id, ())),
            _plain(self._evidence["system", system.id]),
            [self._hash_component(component_id) for component_id in components],
            [self._hash_vendor(vendor_id) for vendor_id in _in_order(vendors)],
            self._hash_entity(system.legal_entity_id),
            self._companies,
            (figures.share_for(system.id), figures.other_contracts_for(system.id)),
            figures.hidden_root_for(subject),
        )
        return hash_text(repr(parts))

    @cached_property
    def _evidence(self) -> dict[tuple[str, int], list[EvidenceRow]]:
        held: dict[tuple[str, int], list[EvidenceRow]] = defaultdict(list)
        for row in self._register.evidence:
            holders = (row.system_id, row.component_id, row.vendor_id, row.legal_entity_id)
            for kind, holder in zip(("system", "component", "vendor", "entity"), holders, strict=True):
                if holder is not None:
                    held[kind, holder].append(row)
        return held

    @cached_property
    def _companies(self) -> str:
        """Our own companies: a host may be one of them."""
        entities = self._register.entities
        return hash_text(repr([(row.id, row.name, row.lei, row.country) for row in entities.values()]))

    def _hash_component(self, component_id: int) -> str:
        if component_id not in self._components:
            register = self._register
            row, offers = register.components[component_id], register.offers.get(component_id, ())
            companies = {row.vendor_id} | {offer.company_id for offer in offers}
            parts = (
                tuple(row),
                _plain(register.artefacts.get(component_id, ())),
                _plain(offers),
                _plain(self._evidence["component", component_id]),
                [self._hash_vendor(company) for company in _in_order(companies)],
            )
            self._components[component_id] = hash_text(repr(parts))
        return self._components[component_id]

    def _hash_vendor(self, vendor_id: int) -> str:
        if vendor_id not in self._vendors:
            row = self._register.vendors.get(vendor_id)
            parts = (row and tuple(row), _plain(self._evidence["vendor", vendor_id]))
            self._vendors[vendor_id] = hash_text(repr(parts))
        return self._vendors[vendor_id]

    def _hash_entity(self, entity_id: int) -> str:
        if entity_id not in self._entities:
            register = self._register
            controls = register.entity_controls.get(entity_id, ())
            parts = (
                tuple(register.entities[entity_id]),
                _plain(controls),
                [_plain(register.supports.get(control.id, ())) for control in controls],
                _plain(self._evidence["entity", entity_id]),
            )
            self._entities[entity_id] = hash_text(repr(parts))
        return self._entities[entity_id]

    def find_next_day(self, subject: Subject) -> date | None:
        """The first later day on which time alone could change what the rows show; none if no such day is known."""
        root = self._concentration.hidden_root_for(subject)
        return min((day for day in self._days_of(subject, root) if day > subject.as_of), default=None)

    def _days_of(self, subject: Subject, root: HiddenRoot | None) -> Iterator[date]:
        system = subject.system
        if system.facts_confirmed_on is not None:
            yield system.facts_confirmed_on + CONFIRMED_FOR
        if root is not None and root.until is not None:
            yield root.until
        for row in subject.dependencies:
            if row.exit_tested_on is not None:
                yield from (row.exit_tested_on, ages_on(row.exit_tested_on))
        evaluations = self._register.evaluations.get(system.id, ())
        for evaluation in evaluations:
            yield from (evaluation.evaluated_on, ages_on(evaluation.evaluated_on))
        yield from self._days_of_shared(subject, {row.component_id for row in evaluations})

    def _days_of_shared(self, subject: Subject, evaluated: Iterable[int]) -> Iterator[date]:
        register = self._register
        about = [("system", subject.system.id), ("entity", subject.system.legal_entity_id)]
        about += [("vendor", row.vendor_id) for row in subject.dependencies]
        for component_id in {use.component_id for use in subject.uses} | {*evaluated}:
            row = register.components[component_id]
            if row.renamed_on is not None:
                yield row.renamed_on
            about += [("component", component_id), ("vendor", row.vendor_id or 0)]
            for offer in register.offers.get(component_id, ()):
                yield from (day for day in (offer.offered_from, offer.offered_until, offer.retires_on) if day)
        yield from (row.expires_on for key in about for row in self._evidence[key] if row.expires_on is not None)
        yield from self._days_of_controls(subject)

    def _days_of_controls(self, subject: Subject) -> Iterator[date]:
        register, system = self._register, subject.system
        controls = (
            *register.system_controls.get(system.id, ()),
            *register.entity_controls.get(system.legal_entity_id, ()),
        )
        for control in controls:
            if control.expires_on is not None:
                yield control.expires_on
            yield from (row.expires_on for row in register.supports.get(control.id, ()) if row.expires_on is not None)
        for record in register.law_records.get(system.id, ()):
            yield from (value for value in record.content.values() if type(value) is date)
            yield from (day for day in (record.lent_until, *(each.expires_on for each in record.supports)) if day)


def _plain(rows: Sequence[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Rows without the names of their columns, which take most of the writing."""
    return [tuple(row) for row in rows]


def _in_order(ids: Iterable[int | None]) -> list[int]:
    return sorted(each for each in ids if each is not None)
