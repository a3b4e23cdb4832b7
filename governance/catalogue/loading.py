"""Loads the catalogue into the register: all or nothing, as often as one likes, never over an officer's correction.

A column named in ``corrected_fields`` stays as the officer left it, and so does a row of the dossier or of the hosts
that is not as the catalogue wrote it last (its digest tells). A row that an officer entered before the catalogue knew
it keeps what was entered, its key too; the catalogue only fills what is empty. Claims that an officer added stand
beside the catalogue's; decisions on conflicts are an officer's alone, and no load touches them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from django.db import transaction

from governance.catalogue.mapping import (
    Columns,
    artefact_columns,
    component_claims,
    component_columns,
    digest,
    host_columns,
    read_columns,
    vendor_columns,
)
from governance.catalogue.reading import Catalogue
from governance.catalogue.report import LoadReport, Outcome, RowChange
from governance.catalogue.rows import Identity, RowSet, load_rows
from governance.catalogue.schema import ComponentEntry, VendorEntry
from governance.choices import ParentStatus
from governance.models import Component, ComponentArtefact, HostOffer, Vendor
from governance.signals import register_changed

_EMPTY: Final[tuple[object, ...]] = ("", None, [], {}, ParentStatus.UNKNOWN.value)


def load_catalogue(catalogue: Catalogue, *, dry_run: bool = False) -> LoadReport:
    """Bring vendors, components, dossiers and hosts up to the catalogue; with ``dry_run`` only tell what would happen.

    Sends ``register_changed`` after commit for the vendors and components that were added or changed.
    """
    report = LoadReport()
    with transaction.atomic():
        vendors = _load_vendors(catalogue.vendors, report)
        for entry in catalogue.components.values():
            _load_component(entry, catalogue.vendors, vendors, report)
        if dry_run:
            transaction.set_rollback(True)
        else:
            _announce(report)
    return report


def _announce(report: LoadReport) -> None:
    touched = [row.instance for row in report.rows if row.outcome in (Outcome.ADDED, Outcome.CHANGED, Outcome.REMOVED)]
    for model, kind in ((Vendor, "vendor"), (Component, "component")):
        ids = {instance.pk for instance in touched if isinstance(instance, model)}
        if model is Component:
            ids |= {row.component_id for row in touched if isinstance(row, ComponentArtefact | HostOffer)}
        if ids:
            transaction.on_commit(partial(register_changed.send, sender=model, kind=kind, ids=sorted(ids)))


def _load_vendors(entries: Mapping[str, VendorEntry], report: LoadReport) -> dict[str, Vendor]:
    """Parents first, so that a vendor can name its own."""
    vendors = {vendor.name: vendor for vendor in Vendor.objects.filter(name__in=entries)}
    parents = {entry.ultimate_parent.value for entry in entries.values() if entry.ultimate_parent}
    for entry in sorted(entries.values(), key=lambda entry: entry.name not in parents):
        columns = vendor_columns(entry)
        parent = vendors[entry.ultimate_parent.value] if entry.ultimate_parent else None
        columns["ultimate_parent_id"] = parent.pk if parent else None
        columns["parent_status"] = _parent_status(entry).value
        stored = vendors.get(entry.name)
        vendor = stored or Vendor(name=entry.name)
        report.rows.append(_write(vendor, columns, f"vendor {entry.name}", is_new=stored is None))
        vendors[entry.name] = vendor
    return vendors


def _parent_status(entry: VendorEntry) -> ParentStatus:
    if entry.ultimate_parent:
        return ParentStatus.NAMED
    return ParentStatus.NONE if entry.has_no_parent else ParentStatus.UNKNOWN


def _load_component(
    entry: ComponentEntry, entries: Mapping[str, VendorEntry], vendors: Mapping[str, Vendor], report: LoadReport
) -> None:
    columns = component_columns(entry, entries.get(entry.vendor) if entry.vendor else None)
    columns["vendor_id"] = vendors[entry.vendor].pk if entry.vendor else None
    stored = (
        Component.objects.filter(key=entry.id).first()
        or Component.objects.filter(name=entry.name, version=entry.version).first()
    )
    component = stored or Component(key=entry.id)
    if stored:
        columns["claims"] = [*component_claims(entry), *(claim for claim in stored.claims if claim.get("entered"))]
    label = f"component {entry.id}"
    report.rows.append(_write(component, columns, label, is_new=stored is None))
    parts: dict[Identity, Columns] = {(part,): artefact_columns(artefact) for part, artefact in entry.artefacts.items()}
    offers: dict[Identity, Columns] = {
        (vendors[host.company].pk, host.model_id, host.source): host_columns(host) for host in entry.hosts
    }
    report.rows += load_rows(RowSet(ComponentArtefact, ("part",), parts), component, label)
    report.rows += load_rows(RowSet(HostOffer, ("company_id", "model_id", "source"), offers), component, label)


def _write(row: Vendor | Component, columns: Columns, label: str, *, is_new: bool) -> RowChange:
    """Write the columns an officer has not corrected."""
    written = digest(columns)
    if is_new:
        _save(row, columns, written)
        return RowChange(Outcome.ADDED, label, row)
    current = read_columns(row, columns)
    differing = [name for name, value in columns.items() if current[name] != value]
    if not row.catalogue_digest:
        entered = {name for name in differing if current[name] not in _EMPTY and name != "claims"}
        row.corrected_fields = sorted({*row.corrected_fields, *entered})
    kept = tuple(name for name in differing if _is_corrected(name, row.corrected_fields))
    changed = {name: columns[name] for name in differing if name not in kept}
    if changed or row.catalogue_digest != written:
        _save(row, changed, written)
    return RowChange(Outcome.CHANGED if changed else _quiet(kept), label, row, tuple(changed), kept)


def _is_corrected(column: str, corrected: Iterable[str]) -> bool:
    """Officers correct a field; the parent of a vendor is one field for them and two columns here."""
    names = {column, column.removesuffix("_id")}
    if column in ("ultimate_parent_id", "parent_status"):
        names |= {"ultimate_parent", "parent_status"}
    return bool(names & set(corrected))


def _quiet(kept: tuple[str, ...]) -> Outcome:
    return Outcome.KEPT if kept else Outcome.UNCHANGED


def _save(row: Vendor | Component, columns: Columns, written: str) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
    row.catalogue_digest = written
    row.save()
