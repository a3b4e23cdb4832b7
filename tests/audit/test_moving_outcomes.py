"""Outcomes that stood in each assessment are stored once by their hash, and stand there again on the way back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from tests.audit.scenes import TODAY, make_system

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE, AFTER = ("audit", "0020_grounds"), ("audit", "0021_outcomes_stored_once")
KEPT: dict[str, Any] = {"form": 2, "id": "SYS-001", "lock_in": {"low": 12.5, "band": "low"}, "title": "“Zürich”"}
WHOLE: dict[str, Any] = {"as_of": "2026-11-20", "id": "SYS-002", "engine": "1.0"}
"""As an earlier version stored it: the whole result, hashed likewise."""


@pytest.fixture
def back_at_the_end() -> Iterator[None]:
    latest = [key for key in MigrationExecutor(connection).loader.graph.leaf_nodes() if key[0] == "audit"]
    yield
    MigrationExecutor(connection).migrate(latest)


def migrate(target: tuple[str, str]) -> Apps:
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return MigrationExecutor(connection).loader.project_state([target]).apps


def model_of(apps: Apps, name: str) -> Any:
    """The model as it was then; its columns are not those of today."""
    return apps.get_model("audit", name)


def store(apps: Apps, system_id: int, as_of: date, outcome: dict[str, Any], sha256: str) -> None:
    sheet, _ = model_of(apps, "FactSheetRecord").objects.get_or_create(sha256="5" * 64, content={})
    model_of(apps, "Assessment").objects.create(
        system_id=system_id,
        as_of=as_of,
        fact_sheet=sheet,
        packs={},
        packs_hash="0" * 64,
        engine="1.0",
        outcome=outcome,
        outcome_sha256=sha256,
        trigger="test",
    )


def test_each_outcome_is_stored_once_and_can_go_back(back_at_the_end: None) -> None:
    one, other = make_system().pk, make_system().pk
    apps = migrate(BEFORE)
    for day in range(3):
        store(apps, one, TODAY + timedelta(days=day), KEPT, "a" * 64)
    store(apps, other, TODAY, WHOLE, "b" * 64)
    store(apps, one, TODAY + timedelta(days=3), {**KEPT, "title": ""}, "c" * 64)
    expected = [KEPT, KEPT, KEPT, WHOLE, {**KEPT, "title": ""}]

    apps = migrate(AFTER)
    records = model_of(apps, "OutcomeRecord").objects.order_by("sha256")
    assert [record.sha256[0] for record in records] == ["a", "b", "c"]
    assessments = model_of(apps, "Assessment").objects.select_related("outcome_record").order_by("id")
    assert [row.outcome_record.content for row in assessments] == expected
    assert [row.outcome_record.sha256 for row in assessments] == [row.outcome_sha256 for row in assessments]
    with pytest.raises(IntegrityError), transaction.atomic():
        assessments.filter(system_id=other).update(outcome_record=None)

    apps = migrate(BEFORE)
    assert list(model_of(apps, "Assessment").objects.order_by("id").values_list("outcome", flat=True)) == expected
    assert "audit_outcomerecord" not in connection.introspection.table_names()
