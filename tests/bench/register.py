"""A register to measure on: the demonstration bank, and as many copies of its systems as wanted."""

from __future__ import annotations

import io

from django.core.management import call_command
from django.db import models, transaction

from audit.models import Standing
from governance.models import AISystem, ControlStatus, DataFlow, Evidence, SystemComponent, VendorDependency

_COPIED: tuple[type[models.Model], ...] = (SystemComponent, DataFlow, VendorDependency, ControlStatus, Evidence)


def make_register() -> None:
    """Create the tables, the catalogue and the demonstration bank."""
    for command, options in (("migrate", {"verbosity": 0}), ("load_catalogue", {}), ("load_demo", {})):
        call_command(command, stdout=io.StringIO(), **options)


@transaction.atomic
def grow_register(wanted: int, *, with_rows: bool) -> None:
    """Add copies of the bank's systems until there are so many; ``with_rows`` copies what hangs on them too."""
    originals = list(AISystem.objects.filter(reference__startswith="AB-").order_by("reference"))
    present = AISystem.objects.count()
    copies = []
    for number in range(present, wanted):
        original = originals[number % len(originals)]
        values = {
            field.attname: getattr(original, field.attname)
            for field in AISystem._meta.concrete_fields
            if not field.primary_key
        }
        values |= {"reference": f"BENCH-{number:06d}", "name": f"{original.name} {number}"}
        copies.append((original.pk, AISystem(**values)))
    AISystem.objects.bulk_create([copy for _, copy in copies], batch_size=500)
    if with_rows:
        for model in _COPIED:
            _copy_rows(model, copies)
    Standing.objects.bulk_create([Standing(system=copy, is_dirty=True) for _, copy in copies], batch_size=500)


def _copy_rows(model: type[models.Model], copies: list[tuple[int, AISystem]]) -> None:
    by_system: dict[int, list[dict[str, object]]] = {}
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    unique = {field.attname for field in model._meta.concrete_fields if field.unique}
    for row in model._default_manager.filter(system__isnull=False).values(*names):
        by_system.setdefault(row["system_id"], []).append(row)
    made = []
    for original, copy in copies:
        for place, row in enumerate(by_system.get(original, [])):
            own = {name: f"{row[name]}-{copy.pk}-{place}" for name in unique & row.keys()}
            # Steps that follow another would need its copy's number; for measuring they start a chain of their own.
            chain = {"after_id": None} if "after_id" in row else {}
            made.append(model(**{**row, **own, **chain, "system_id": copy.pk}))
    model._default_manager.bulk_create(made, batch_size=200)
