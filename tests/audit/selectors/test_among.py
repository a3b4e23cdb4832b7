"""Ids that go to the database as one parameter pick the same rows as a list of them would."""

from __future__ import annotations

import pytest

from audit.models import Standing
from audit.selectors.among import among
from tests.audit.scenes import make_system


@pytest.mark.django_db
def test_it_picks_the_rows_of_these_ids_and_no_others() -> None:
    first, second, third = (Standing.objects.create(system=make_system()).system_id for _ in range(3))
    wanted = {first, third, third + 1_000}  # of the last there is no row
    rows = Standing.objects.filter(among("system_id", wanted))
    assert set(rows.values_list("system_id", flat=True)) == {first, third}
    assert rows.update(error="picked") == 2  # in an update as in a query
    assert Standing.objects.exclude(among("system_id", wanted)).get().system_id == second
    assert not Standing.objects.filter(among("system_id", [])).exists()
