"""What is moved to a table of its own stands where it stood again on the way back."""

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


def test_the_packs_are_stored_once_and_can_go_back(back_at_the_end: None) -> None:
    system = make_system().pk
    before, after = ("audit", "0024_facts_as_tags"), ("audit", "0025_packs_stored_once")
    apps = migrate(before)
    sheet = model_of(apps, "FactSheetRecord").objects.create(sha256="5" * 64, content={})
    outcome = model_of(apps, "OutcomeRecord").objects.create(sha256="a" * 64, content=KEPT)
    older, newer = {"gdpr": "2026.1+sha256:1"}, {"gdpr": "2026.2+sha256:2", "“é”": "1"}
    for day, (packs, packs_hash) in enumerate([(older, "e" * 64), (newer, "d" * 64), (older, "e" * 64)]):
        model_of(apps, "Assessment").objects.create(
            system_id=system,
            as_of=TODAY + timedelta(days=day),
            fact_sheet=sheet,
            packs=packs,
            packs_hash=packs_hash,
            engine="1.0",
            outcome_record=outcome,
            outcome_sha256=outcome.sha256,
            trigger="test",
        )

    apps = migrate(after)
    sets = model_of(apps, "PackSetRecord").objects.order_by("id")
    assert list(sets.values_list("sha256", "content")) == [("e" * 64, older), ("d" * 64, newer)]
    assessments = model_of(apps, "Assessment").objects.order_by("id")
    assert list(assessments.values_list("pack_set__content", flat=True)) == [older, newer, older]
    with pytest.raises(IntegrityError), transaction.atomic():
        assessments.update(pack_set=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        assessments.update(pack_set=sets[0], as_of=TODAY)  # the same input twice

    apps = migrate(before)
    stored = model_of(apps, "Assessment").objects.order_by("id").values_list("packs", "packs_hash")
    assert list(stored) == [(older, "e" * 64), (newer, "d" * 64), (older, "e" * 64)]
    assert "audit_packsetrecord" not in connection.introspection.table_names()


def test_digests_of_findings_are_put_beside_the_standings_and_can_go_back(back_at_the_end: None) -> None:
    before, after = ("audit", "0032_pack_sets_know_their_order"), ("audit", "0033_digests_beside_standings")
    ids = [make_system().pk for _ in range(3)]
    digests = ["duty:a 0011\nduty:“b” 2233", "", "duty:c 4455"]
    apps = migrate(before)
    for system_id, digest in zip(ids, digests, strict=True):
        model_of(apps, "Standing").objects.create(system_id=system_id, findings_digest=digest, aia_class="high_risk")

    apps = migrate(after)
    rows = model_of(apps, "Standing").objects.order_by("system_id")
    beside = rows.exclude(findings_digest=None).values_list("system_id", "findings_digest__lines", "aia_class")
    assert list(beside) == [(ids[0], digests[0], "high_risk"), (ids[2], digests[2], "high_risk")]
    with pytest.raises(IntegrityError), transaction.atomic():
        model_of(apps, "FindingsDigest").objects.create(standing_id=rows[0].pk, lines="twice")

    apps = migrate(before)
    rows = model_of(apps, "Standing").objects.order_by("system_id")
    assert list(rows.values_list("findings_digest", flat=True)) == digests
    assert "audit_findingsdigest" not in connection.introspection.table_names()
