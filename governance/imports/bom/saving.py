"""Carries the import of a bill out: all that is planned or nothing, each row recorded with where it came from."""

from __future__ import annotations

import hashlib

from django.db import transaction

from governance.imports.bom.reading import Source
from governance.imports.bom.runs import BillRun, PlannedComponent
from governance.imports.bom.statements import GRADE
from governance.models import Component, ComponentArtefact, Vendor
from governance.services.recording import EventDraft, announce_change, record_events
from governance.services.registering import read_fields

_EMPTY: tuple[object, ...] = (None, "", {}, [])


@transaction.atomic
def import_bill(*, run: BillRun, file_name: str, content: bytes, actor: str) -> list[Component]:
    """Add every planned component with its vendor and its parts; gives them in the order of the file.

    Raises ValueError if the dry run found problems, and IntegrityError, with nothing saved, if the register
    changed in between so that an entry no longer fits.
    """
    if not run.can_be_imported:
        raise ValueError("Only a dry run without problems can be imported.")
    file = f"{file_name}, SHA-256 {hashlib.sha256(content).hexdigest()}"
    drafts: list[EventDraft] = []
    vendors = {name.casefold(): _add_vendor(name, run.source, file, drafts) for name in run.new_vendors}
    components = []
    for planned in run.planned:
        number = planned.vendor_id or vendors.get(planned.vendor.casefold())
        component = _make_component(planned, number)
        component.save()
        drafts.append(_draft(component, f"{planned.place} of {file}"))
        drafts += _add_parts(component, planned, run.source, file)
        announce_change(instance=component)
        components.append(component)
    record_events(actor=actor, drafts=drafts)
    return components


def _add_vendor(name: str, source: Source, file: str, drafts: list[EventDraft]) -> int:
    vendor = Vendor(name=name, source=source.text, source_on=source.on, grade=GRADE)
    vendor.save()
    drafts.append(_draft(vendor, file))
    announce_change(instance=vendor)
    return vendor.pk


def _make_component(planned: PlannedComponent, vendor_id: int | None) -> Component:
    return Component(
        key=planned.key,
        name=planned.name,
        version=planned.version,
        kind=planned.kind,
        vendor_id=vendor_id,
        licence_raw=planned.licence_raw,
        licence_id=planned.licence_id,
        summary=planned.summary,
        facts=planned.facts,
        details=planned.details,
    )


def _add_parts(component: Component, planned: PlannedComponent, source: Source, file: str) -> list[EventDraft]:
    drafts = []
    for part in planned.parts:
        row = ComponentArtefact(
            component=component,
            part=part.part,
            availability=part.availability,
            licence_raw=part.licence_raw,
            licence_id=part.licence_id,
            url=part.url,
            note=part.note,
            source=source.text,
            source_on=source.on,
            grade=GRADE,
        )
        row.save()
        drafts.append(_draft(row, f"{planned.place} of {file}"))
    return drafts


def _draft(row: Vendor | Component | ComponentArtefact, imported_from: str) -> EventDraft:
    changes: dict[str, tuple[object, object]] = {
        name: (None, value) for name, value in read_fields(row).items() if value not in _EMPTY
    }
    return EventDraft("imported", row, changes | {"imported_from": (None, imported_from)})
