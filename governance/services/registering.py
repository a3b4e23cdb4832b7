"""Saving and deleting rows of the register so that each change is recorded in the same transaction and announced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.db import models, transaction

from governance.models import AuditEvent, Component, ComponentArtefact, Evidence, Subcontractor, Vendor
from governance.services.evidence import fill_file_digest
from governance.services.recording import announce_change, plain_value, record_event

_PARENTS: Final = ("system", "component", "vendor", "legal_entity")
_HOLDERS: Final = frozenset({*_PARENTS, "dependency"})
_OWN_BOOKKEEPING: Final = frozenset({"created_at", "updated_at", "corrected_fields", "catalogue_digest"})


def read_fields(instance: models.Model) -> dict[str, object]:
    """The row's stored fields by name, as JSON holds them; a reference to another row is that row's key."""
    return {
        field.name: plain_value(field.value_from_object(instance))
        for field in instance._meta.concrete_fields
        if field.name not in _OWN_BOOKKEEPING and not field.primary_key
    }


@transaction.atomic
def save_row(*, instance: models.Model, actor: str, is_correction: bool = False) -> AuditEvent | None:
    """Save a row, record what changed, and announce it; gives the event, or None when nothing changed.

    With ``is_correction`` the changed fields of a component or vendor are noted, so that the catalogue
    leaves them alone from now on.
    """
    stored = _find_stored(instance)
    before = None if stored is None else read_fields(stored)
    if isinstance(instance, Evidence):
        fill_file_digest(instance)
    if is_correction and before is not None:
        _note_corrections(instance, before)
    instance.save()
    after = read_fields(instance)
    changes = _compare(before or {}, after)
    if before is not None and not changes:
        return None
    announce_change(instance=instance)
    if stored is not None and not _HOLDERS.isdisjoint(changes):
        for parent in find_parents(stored):  # it may not be theirs any more
            announce_change(instance=parent)
    return record_event(
        actor=actor, action="added" if before is None else "changed", instance=instance, changes=changes
    )


@transaction.atomic
def delete_row(*, instance: models.Model, actor: str) -> AuditEvent:
    """Delete a row, record what it held, and announce it and the rows it hung on."""
    changes = {name: (value, None) for name, value in read_fields(instance).items()}
    announce_change(instance=instance)
    for parent in find_parents(instance):
        announce_change(instance=parent)
    event = record_event(actor=actor, action="deleted", instance=instance, changes=changes)
    instance.delete()
    return event


@transaction.atomic
def record_links(
    *, instance: models.Model, field: str, before: Iterable[int], after: Iterable[int], actor: str
) -> None:
    """Record and announce that a row's links to other rows changed, such as a control's evidence."""
    old, new = sorted(before), sorted(after)
    if old != new:
        announce_change(instance=instance)
        record_event(actor=actor, action="changed", instance=instance, changes={field: (old, new)})


def find_parents(instance: models.Model) -> list[models.Model]:
    """The rows through which an outcome may reach a row: its system, component, vendor and legal entity."""
    holder = instance.dependency if isinstance(instance, Subcontractor) else instance
    found = (getattr(holder, name, None) for name in _PARENTS)
    return [parent for parent in found if isinstance(parent, models.Model)]


def _find_stored(instance: models.Model) -> models.Model | None:
    if instance.pk is None:
        return None
    return type(instance)._default_manager.select_for_update().filter(pk=instance.pk).order_by("pk").first()


def _compare(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    return {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}


def _from_catalogue(claims: object) -> list[object]:
    """The claims that no officer entered."""
    rows = claims if isinstance(claims, list) else []
    return [row for row in rows if not (isinstance(row, dict) and row.get("entered"))]


def _note_corrections(instance: models.Model, before: Mapping[str, object]) -> None:
    changed = set(_compare(before, read_fields(instance))) - {"conflict_decisions"}
    if isinstance(instance, Component) and _from_catalogue(before.get("claims")) == _from_catalogue(instance.claims):
        # What an officer adds stands beside the catalogue's claims, which may still change.
        changed.discard("claims")
    if isinstance(instance, Component | Vendor):
        instance.corrected_fields = sorted({*instance.corrected_fields, *changed})
    elif isinstance(instance, ComponentArtefact) and changed:
        component = Component.objects.select_for_update().get(pk=instance.component_id)
        component.corrected_fields = sorted({*component.corrected_fields, f"artefacts.{instance.part}"})
        component.save(update_fields=["corrected_fields", "updated_at"])
