"""Whether anything of a system moved since it was judged, told by a hash over its raw rows, without its fact sheet.

The same hash means the same rows, the same figures of the portfolio and the same code that reads them, and so, until
the day that is named beside it, the same snapshot. It may differ where the snapshot does not: then it is judged anew.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from audit.snapshots.concentration import SystemFigures
from audit.snapshots.rows import (
    ComponentRow,
    DependencyRow,
    EntityRow,
    FlowRow,
    Raw,
    RawRows,
    SystemRow,
    UseRow,
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
_RECIPIENT: Final = FlowRow._fields.index("to_vendor_id")
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


def hash_raw(parts: tuple[Any, ...] | list[Any]) -> str:
    """The hash of plain data. Any: tuples, lists, texts, numbers, yes or no, and none."""
    return sha256(write_raw(parts)).hexdigest()


def write_raw(parts: tuple[Any, ...] | list[Any]) -> bytes:
    """Plain data as bytes, the same for equal data; where they end stands in them."""
    return marshal.dumps(parts, _WITHOUT_REFERENCES)


def hash_common(entities: Iterable[Raw]) -> str:
    """The hash of what is part of every fingerprint: the code, and our own companies, for a host may be one of them."""
    return hash_raw((hash_method(), [raw[:_COMPANY] for raw in entities]))


class Fingerprints:
    """The fingerprints of systems whose rows were read together; what they share is hashed once."""

    def __init__(self, rows: RawRows) -> None:
        self._rows = rows
        self._vendors = {vendor_id: self._hash_vendor(vendor_id) for vendor_id in rows.vendors}
        self._components = {component_id: self._hash_component(component_id) for component_id in rows.components}
        self._entities: dict[int, str] = {}

    def take(self, system_id: int, figures: SystemFigures) -> str:
        """The fingerprint of one system."""
        rows = self._rows
        system, uses = rows.systems[system_id], rows.uses.get(system_id, ())
        evaluations, flows = rows.evaluations.get(system_id, ()), rows.flows.get(system_id, ())
        dependencies, controls = rows.dependencies.get(system_id, ()), rows.system_controls.get(system_id, ())
        forms, answers, root = rows.law_records.get(system_id), system[_ANSWERS], figures.root
        vendors = {raw[_HOST] for raw in uses}
        vendors.update([raw[_RECIPIENT] for raw in flows])
        chain: list[Raw] = []
        if dependencies:
            chain = [link for raw in dependencies for link in rows.subcontractors.get(raw[0], ())]
            vendors.update([raw[_CONTRACTOR] for raw in dependencies], [raw[1] for raw in chain])
        vendors.discard(None)
        parts = (
            self.common,
            system[:_ANSWERS],
            uses,
            evaluations,
            dependencies,
            chain,
            flows,
            controls,
            [rows.supports.get(raw[0]) for raw in controls],
            repr(forms) if forms else None,
            rows.evidence_of_system.get(system_id),
            list(map(self._components.__getitem__, [raw[1] for raw in uses])),
            list(map(self._components.__getitem__, [raw[1] for raw in evaluations])),
            list(map(self.hash_vendor, sorted(vendors))),
            self.hash_entity(system[_ENTITY]),
            figures[:2],
            None if root is None else (root[:-1], root.until and root.until.toordinal()),
        )
        # The answers are most of it. Beside the rest they need not be copied once more; it tells itself where it ends.
        return sha256(write_raw(parts) + answers.encode()).hexdigest()

    @cached_property
    def common(self) -> str:
        """What all systems have in common."""
        return hash_common(self._rows.entities.values())

    def hash_component(self, component_id: int) -> str:
        """A component with its dossier, its offers, their companies, and all evidence about these."""
        return self._components[component_id]

    def _hash_component(self, component_id: int) -> str:
        rows = self._rows
        raw, offers = rows.components[component_id], rows.offers.get(component_id, ())
        return hash_raw(
            (
                raw,
                rows.artefacts.get(component_id),
                offers,
                rows.evidence_of_component.get(component_id),
                self.hash_vendors([raw[_PUBLISHER], *(offer[1] for offer in offers)]),
            )
        )

    def hash_vendors(self, vendor_ids: Iterable[int | None]) -> list[str]:
        """Each of them once, in the order of their ids; none stays out."""
        return [self.hash_vendor(vendor_id) for vendor_id in sorted({each for each in vendor_ids if each is not None})]

    def hash_vendor(self, vendor_id: int) -> str:
        """A vendor and the evidence about it."""
        found = self._vendors.get(vendor_id)
        return self._hash_vendor(vendor_id) if found is None else found

    def _hash_vendor(self, vendor_id: int) -> str:
        rows = self._rows
        return hash_raw((rows.vendors.get(vendor_id), rows.evidence_of_vendor.get(vendor_id)))

    def hash_entity(self, entity_id: int) -> str:
        """A legal entity with its answers and controls, and all evidence about these."""
        found = self._entities.get(entity_id)
        if found is None:
            rows = self._rows
            controls = rows.entity_controls.get(entity_id, ())
            found = self._entities[entity_id] = hash_raw(
                (
                    rows.entities[entity_id],
                    controls,
                    [rows.supports.get(raw[0]) for raw in controls],
                    rows.evidence_of_entity.get(entity_id),
                )
            )
        return found
