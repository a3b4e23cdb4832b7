"""Findings on leaving, from rows to the stored finding: one for each cause, however often the system is assessed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from audit.models import Finding
from audit.services.assessing import assess_now
from governance.models import AISystem
from tests.audit.scenes import TODAY, make_vendor, make_vendor_chatbot, offer

pytestmark = pytest.mark.django_db


def keys_of(system: AISystem) -> list[str]:
    rows = Finding.objects.filter(system=system, key__startswith="lock_in:", closed_on=None)
    return sorted(rows.values_list("key", flat=True))


def make_leaving() -> AISystem:
    """A contract whose test is over a year old, whose price is free soon, and whose other host needs the publisher."""
    system, component, _ = make_vendor_chatbot()
    system.dependencies.update(
        contract_reference="C-1",
        end_on=TODAY + timedelta(days=60),
        notice_days=30,
        exit_tested=True,
        exit_tested_on=date(2025, 6, 1),
        exit_test_kind="technical",
        price_guaranteed_until=TODAY + timedelta(days=30),
    )
    offer(component, make_vendor())
    return system


def test_each_cause_is_one_finding_however_often_the_system_is_assessed() -> None:
    system = make_leaving()
    for days in (0, 0, 1, 5):
        assess_now(system_id=system.pk, as_of=TODAY + timedelta(days=days), requested_by="test")
    part = system.dependencies.get().vendor.name.lower().replace(" ", "-")
    assert {
        f"lock_in:exit_test:contract-c-1-with-{part}",
        f"lock_in:price:contract-c-1-with-{part}",
        f"lock_in:notice:contract-c-1-with-{part}",
        "lock_in:hidden_root",
        "lock_in:orderly_margin",
    } <= set(keys_of(system))
    assert len(keys_of(system)) == len(set(keys_of(system)))
    assert Finding.objects.filter(system=system, key="lock_in:hidden_root").count() == 1


def test_what_is_put_right_closes_its_finding() -> None:
    system = make_leaving()
    assess_now(system_id=system.pk, as_of=TODAY, requested_by="test")
    assert any(key.startswith("lock_in:exit_test") for key in keys_of(system))
    system.dependencies.update(exit_tested_on=TODAY, price_guaranteed_until=TODAY + timedelta(days=900))
    assess_now(system_id=system.pk, as_of=TODAY + timedelta(days=1), requested_by="test")
    assert not [key for key in keys_of(system) if key.startswith(("lock_in:exit_test", "lock_in:price"))]
