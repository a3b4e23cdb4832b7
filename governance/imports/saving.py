"""Carries an import out: all planned systems or none, each recorded with the row it came from."""

from __future__ import annotations

import hashlib

from django.db import transaction

from governance.imports.checking import DryRun, PlannedSystem
from governance.models import AISystem, SystemComponent
from governance.services.recording import EventDraft, announce_change, record_events
from governance.services.registering import read_fields


@transaction.atomic
def import_systems(*, dry_run: DryRun, file_name: str, content: bytes, actor: str) -> list[AISystem]:
    """Add every planned system with its components; gives them in the order of the rows.

    Raises ValueError if the dry run found problems, and IntegrityError, with nothing saved, if the register
    changed in between so that a row no longer fits.
    """
    if not dry_run.can_be_imported:
        raise ValueError("Only a dry run without problems can be imported.")
    source = f"{file_name}, SHA-256 {hashlib.sha256(content).hexdigest()}"
    systems: list[AISystem] = []
    drafts: list[EventDraft] = []
    for planned in dry_run.planned:
        system = _make_system(planned)
        system.save()
        systems.append(system)
        changes: dict[str, tuple[object, object]] = {
            name: (None, value) for name, value in read_fields(system).items() if value not in (None, "", {}, [])
        }
        changes["imported_from"] = (None, f"row {planned.row} of {source}")
        drafts.append(EventDraft("imported", system, changes))
        drafts += _add_components(system, planned)
        announce_change(instance=system)
    record_events(actor=actor, drafts=drafts)
    return systems


def _make_system(planned: PlannedSystem) -> AISystem:
    elsewhere = ("legal_entity", "components", "run_mode")
    given = {name: value for name, value in planned.values.items() if value is not None and name not in elsewhere}
    return AISystem(legal_entity_id=planned.legal_entity_id, **given)


def _add_components(system: AISystem, planned: PlannedSystem) -> list[EventDraft]:
    """The first component is the main one, and only of that the file says how it is run."""
    components = planned.values.get("components")
    drafts = []
    for place, component in enumerate(components if isinstance(components, list) else []):
        run_mode = planned.values.get("run_mode") if place == 0 else None
        use = SystemComponent(
            system=system, component_id=component, is_primary=place == 0, run_mode=str(run_mode or "")
        )
        use.save()
        changes: dict[str, tuple[object, object]] = {
            name: (None, value) for name, value in read_fields(use).items() if value not in (None, "")
        }
        drafts.append(EventDraft("imported", use, changes))
    return drafts
