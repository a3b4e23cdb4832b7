"""Ids that go to the database as one parameter pick the same rows as a list of them would."""

from __future__ import annotations

from random import Random

import pytest
from django.db.models import Q

from audit.models import Standing
from audit.selectors import among as module
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


@pytest.mark.django_db
def test_ids_of_which_few_are_missing_pick_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MANY", 5)
    ids = [Standing.objects.create(system=make_system()).system_id for _ in range(30)]
    pick = Random(3)
    for left in (30, 29, 27, 24, 12, 6):
        for _ in range(3):
            wanted = pick.sample(ids, left)
            for given in (wanted, {*wanted}, [*wanted, *wanted]):
                rows = Standing.objects.filter(among("system_id", given))
                assert set(rows.values_list("system_id", flat=True)) == {*wanted}
                others = Standing.objects.exclude(among("system_id", given))
                assert set(others.values_list("system_id", flat=True)) == {*ids} - {*wanted}


def test_a_chunk_is_told_by_its_ends_and_what_is_missing_of_it() -> None:
    chunk = [*range(1_000, 2_000)]
    assert among("id", chunk) == Q(id__gte=1_000) & Q(id__lte=1_999)
    chunk.remove(1_500)
    assert "1500" in repr(among("id", chunk))
    assert "1501" not in repr(among("id", chunk))
    assert "gte" not in repr(among("id", range(1_000, 4_000, 2)))
