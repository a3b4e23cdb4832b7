"""Whether anything of a system moved since it was judged, told by a hash over its raw rows, without its fact sheet.

The same hash means the same rows, the same figures of the portfolio and the same code that reads them, and so, until
the day that is named beside it, the same snapshot. It may differ where the snapshot does not: then it is judged anew.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from audit.snapshots.concentration import SystemFigures
from audit.snapshots.rows import (
    ComponentRow,
    DependencyRow,
    EntityRow,
    PackedFlow,
    Raw,
    RawRows,
    SystemRow,
    UseRow,
    write_text,
)

_ROOT: Final = Path(__file__).resolve().parents[2]
_METHOD: Final = (
    *("audit/engine", "audit/snapshots", "audit/licences", "audit/rulepacks/openness", "audit/services/conditions"),
    *("audit/services/standings.py", "audit/services/outcomes.py", "audit/services/entities.py"),
    *(
        "audit/services/wording.py",
        "audit/selectors/outlook.py",
        "audit/reports/outcome.py",
        "audit/rulepacks/facts.py",
    ),
    *(
        "governance/vocabulary.yaml",
        "governance/choices.py",
        "governance/services/places.py",
        "governance/selectors/law_records.py",
    ),
)
_COMPANY: Final = EntityRow._fields.index("answers")
_ENTITY: Final = SystemRow._fields.index("legal_entity_id")
_ANSWERS: Final = SystemRow._fields.index("answers")
"""The last column."""
_HOST: Final = UseRow._fields.index("host_id")
_PUBLISHER: Final = ComponentRow._fields.index("vendor_id")
_CONTRACTOR: Final = DependencyRow._fields.index("vendor_id")
_RECIPIENT: Final = PackedFlow._fields.index("to_vendor_id")
_WITHOUT_REFERENCES: Final = 2
"""The form of ``marshal`` in which equal values give equal bytes, whether they are one object or two."""


@lru_cache(maxsize=1)
def hash_method() -> str:
    """The hash of the code and the vocabulary that make a snapshot, its standing and its findings of rows."""
    hashed = sha256()
    for path in (_ROOT / name for name in _METHOD):
        files = [path] if path.is_file() else sorted([*path.rglob("*.py"), *path.rglob("*.yaml")])
        for file in files:
            hashed.update(f"{file.relative_to(_ROOT)}:".encode())
            hashed.update(file.read_bytes())
    return hashed.hexdigest()


def hash_raw(parts: tuple[Any, ...] | list[Any]) -> bytes:
    """The hash of plain data. Any: tuples, lists, texts, numbers, yes or no, and none."""
    return sha256(write_raw(parts)).digest()


def write_raw(parts: tuple[Any, ...] | list[Any]) -> bytes:
    """Plain data as bytes, the same for equal data; where they end stands in them."""
    return marshal.dumps(parts, _WITHOUT_REFERENCES)


def hash_common(entities: Iterable[Raw]) -> str:
    """The hash of what is part of every fingerprint: the code, and our own companies, for a host may be one of them."""
    return hash_raw((hash_method(), [raw[:_COMPANY] for raw in entities])).hex()


class _Hashes(dict[int | None, bytes]):
    """The hash of what stands behind an id, taken when it is first asked for; nothing behind none."""

    def __init__(self, take: Callable[[int], bytes]) -> None:
        super().__init__({None: b""})
        self._take = take

    def __missing__(self, key: int | None) -> bytes:
        found = self[key] = self._take(key or 0)
        return found


class Fingerprints:
    """The fingerprints of systems whose rows were read together; what they share is hashed once."""

    def __init__(self, rows: RawRows) -> None:
        self._rows = rows
        self._vendors = _Hashes(partial(_hash_vendor, rows))
        self._components = _Hashes(partial(_hash_component, rows, self._vendors))
        self._entities = _Hashes(partial(_hash_entity, rows))

    def take(self, system_id: int, figures: SystemFigures) -> str:
        """The fingerprint of one system."""
        rows, vendors, components = self._rows, self._vendors, self._components
        system, uses = rows.systems[system_id], rows.uses.get(system_id, ())
        evaluations, flows = rows.evaluations.get(system_id, ()), rows.packed_flows.get(system_id, ())
        dependencies, controls = rows.dependencies.get(system_id, ()), rows.system_controls.get(system_id, ())
        forms, supports, root = rows.law_records.get(system_id), rows.supports, figures.root
        # Whom a row names it tells itself; what these are, in the order of the rows.
        named = [self._entities[system[_ENTITY]]]
        for raw in uses:
            named += (components[raw[1]], vendors[raw[_HOST]])
        for raw in evaluations:
            named.append(components[raw[1]])
        for raw in flows:
            named.append(vendors[raw[_RECIPIENT]])
        chain: list[Raw] = []
        for raw in dependencies:
            named.append(vendors[raw[_CONTRACTOR]])
            chain += rows.subcontractors.get(raw[0], ())
        for raw in chain:
            named.append(vendors[raw[1]])
        parts = (
            self.common,
            system[:_ANSWERS],
            uses,
            evaluations,
            dependencies,
            chain,
            flows,
            controls,
            [supports[raw[0]] for raw in controls if raw[0] in supports],
            repr(forms) if forms else None,
            rows.evidence_of_system.get(system_id),
            b"".join(named),
            figures.share,
            figures.other_contracts,
            None if root is None else (root[:-1], root.until and root.until.toordinal()),
        )
        hashed = sha256(write_raw(parts))
        # The answers are most of it. Beside the rest they need not be copied; it tells itself where it ends.
        hashed.update(write_text(system[_ANSWERS]))
        return hashed.hexdigest()

    @cached_property
    def common(self) -> str:
        """What all systems have in common."""
        return hash_common(self._rows.entities.values())

    def hash_component(self, component_id: int) -> bytes:
        """A component with its dossier, its offers, their companies, and all evidence about these."""
        return self._components[component_id]

    def hash_vendors(self, vendor_ids: Iterable[int | None]) -> list[bytes]:
        """Each of them once, in the order of their ids; none stays out."""
        return _list_vendors(self._vendors, vendor_ids)

    def hash_vendor(self, vendor_id: int) -> bytes:
        """A vendor and the evidence about it."""
        return self._vendors[vendor_id]

    def hash_entity(self, entity_id: int) -> bytes:
        """A legal entity with its answers and controls, and all evidence about these."""
        return self._entities[entity_id]


def _hash_component(rows: RawRows, vendors: _Hashes, component_id: int) -> bytes:
    raw, offers = rows.components[component_id], rows.offers.get(component_id, ())
    return hash_raw(
        (
            raw,
            rows.artefacts.get(component_id),
            offers,
            rows.evidence_of_component.get(component_id),
            _list_vendors(vendors, [raw[_PUBLISHER], *(offer[1] for offer in offers)]),
        )
    )


def _list_vendors(vendors: _Hashes, vendor_ids: Iterable[int | None]) -> list[bytes]:
    return [vendors[vendor_id] for vendor_id in sorted({each for each in vendor_ids if each is not None})]


def _hash_vendor(rows: RawRows, vendor_id: int) -> bytes:
    return hash_raw((rows.vendors.get(vendor_id), rows.evidence_of_vendor.get(vendor_id)))


def _hash_entity(rows: RawRows, entity_id: int) -> bytes:
    controls = rows.entity_controls.get(entity_id, ())
    return hash_raw(
        (
            rows.entities[entity_id],
            controls,
            [rows.supports.get(raw[0]) for raw in controls],
            rows.evidence_of_entity.get(entity_id),
        )
    )
