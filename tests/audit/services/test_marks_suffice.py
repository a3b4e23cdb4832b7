"""Whatever is saved that moves a system's facts marks that system: so those that are not marked need not be read."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from audit.models import Standing
from audit.services.grounds import bring_up, find_moved
from governance.models import DataFlow
from governance.services.registering import save_row
from tests.audit.scenes import make_own_model, make_vendor_chatbot
from tests.audit.services.test_bulk import assess_many
from tests.audit.snapshots.test_fingerprints import bank, changes, see

__all__ = ["bank"]

Capture = Callable[..., Any]


def save(row: models.Model, values: dict[str, object], capture: Capture) -> set[int]:
    """Save a row with other values, as the admin and the API do; gives the systems that are marked then."""
    for name, value in values.items():
        setattr(row, name, value)
    with capture(execute=True):
        save_row(instance=row, actor="test")
    bring_up()
    find_moved()
    return set(Standing.objects.filter(is_dirty=True).values_list("system_id", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [8])
def test_what_moves_the_facts_of_a_system_marks_it(
    bank: list[int], seed: int, django_capture_on_commit_callbacks: Capture
) -> None:
    assess_many(bank)
    before, moving = see(bank), set()
    for name, model, values in changes(Random(seed)):
        row = model._default_manager.get(pk=values.pop("pk"))
        try:
            with transaction.atomic():
                marked = save(row, values, django_capture_on_commit_callbacks)
                after = see(bank)
                transaction.set_rollback(True)
        except IntegrityError:
            continue  # the register refuses such a row
        moved = {system_id for system_id in bank if after[system_id].made != before[system_id].made}
        moving |= {name} if moved else set()
        assert moved <= marked, (name, row.pk, values)
    assert len(moving) >= 40


@pytest.mark.django_db
def test_a_row_that_goes_to_another_system_marks_both(django_capture_on_commit_callbacks: Capture) -> None:
    first, other = make_vendor_chatbot()[0], make_own_model()[0]
    flow = DataFlow.objects.create(system=first, from_name="us", to_name="them", data="letters", to_role="ourselves")
    assess_many([first.id, other.id])
    assert save(flow, {"system_id": other.id}, django_capture_on_commit_callbacks) == {first.id, other.id}
