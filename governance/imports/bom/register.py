"""What the import of a bill has to know of the register: its components and vendors, and our own companies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from governance.models import Component, LegalEntity, Vendor


@dataclass(frozen=True, slots=True)
class KnownComponent:
    """A component of the register as far as a bill may say otherwise."""

    id: int
    label: str
    kind: str
    vendor_id: int | None
    vendor: str
    licence_raw: str
    licence_id: str


@dataclass(frozen=True, slots=True)
class KnownRegister:
    """Components by key and by name and version, vendors by what they may be called, all in lower case."""

    by_key: Mapping[str, KnownComponent]
    by_name: Mapping[tuple[str, str], KnownComponent]
    vendors: Mapping[str, Mapping[int, str]]
    own_companies: frozenset[str]
    names: Mapping[str, str] = field(default_factory=dict)
    """A component of each name, whatever its version."""


def read_register() -> KnownRegister:
    """Read all of it in three queries."""
    by_key: dict[str, KnownComponent] = {}
    by_name: dict[tuple[str, str], KnownComponent] = {}
    for row in Component.objects.select_related("vendor").only(
        "key", "name", "version", "kind", "licence_raw", "licence_id", "vendor__name"
    ):
        vendor = row.vendor.name if row.vendor else ""
        known = KnownComponent(row.pk, str(row), row.kind, row.vendor_id, vendor, row.licence_raw, row.licence_id)
        by_key[row.key] = by_name[row.name.casefold(), row.version.casefold()] = known
    names = {name: known.label for (name, _), known in by_name.items()}
    vendors: dict[str, dict[int, str]] = {}
    for number, name, legal_name in Vendor.objects.values_list("pk", "name", "legal_name"):
        for spelling in {name.casefold(), legal_name.casefold()} - {""}:
            vendors.setdefault(spelling, {})[number] = name
    own = LegalEntity.objects.values_list("name", flat=True)
    return KnownRegister(by_key, by_name, vendors, frozenset(name.casefold() for name in own), names)
