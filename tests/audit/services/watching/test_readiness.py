"""Ready is what can do its work; each part that cannot is named with what would be right."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import DatabaseError
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from audit.models import Heartbeat
from audit.rulepacks import PackError, load_packs
from audit.rulepacks.problems import PackProblem
from audit.services.watching import readiness
from audit.services.watching.heartbeats import SCHEDULER, note_heartbeat
from audit.services.watching.readiness import find_unready, list_reviews
from audit.tasks import sweep_work
from tests.audit.scenes import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def alive() -> None:
    """The scheduler’s sweep has just run."""
    note_heartbeat(SCHEDULER)


def parts(today: date = TODAY) -> list[str]:
    return [each.part for each in find_unready(today=today)]


def test_with_all_in_order_it_is_ready(alive: None) -> None:
    assert parts() == []


def test_a_pending_migration_is_named(alive: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pending:
        app_label, name = "audit", "0099_next"

    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_given: [(Pending, False)])
    [unready] = find_unready(today=TODAY)
    assert (unready.part, unready.what) == ("migrations", "Pending: audit 0099_next.")
    assert "manage.py set_up" in unready.right


def test_a_dead_broker_is_named(alive: None, settings: Any) -> None:
    before = current_app.conf.broker_url
    current_app.conf.broker_url = "redis+socket:///nowhere/broker.sock"
    try:
        [unready] = find_unready(today=TODAY)
    finally:
        current_app.conf.broker_url = before
    assert unready.part == "broker"
    assert "REDIS_URL" in unready.right


def test_a_dead_database_is_named_and_hides_what_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def cursor(self) -> None:
            raise DatabaseError("gone")

        def close(self) -> None:
            """It is closed already."""

    monkeypatch.setattr(readiness, "connections", {"default": Gone()})
    assert parts() == ["database"]


def test_a_pack_is_ready_on_its_last_day_and_not_after(alive: None) -> None:
    last = min(list_reviews(load_packs()).values())
    assert parts(last) == []
    assert set(parts(last + timedelta(days=1))) == {"rule packs"}


def test_a_rule_file_that_was_broken_by_a_deployment_is_named(alive: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise PackError((PackProblem("eu_ai_act/pack.yaml", "review_by", "is missing"),))

    monkeypatch.setattr(readiness, "load_packs", broken)
    [unready] = find_unready(today=TODAY)
    assert unready.part == "rule packs"
    assert "review_by" in unready.what


def test_a_scheduler_that_never_ran_or_is_silent_is_named(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SCHEDULER_SILENCE = timedelta(minutes=5)
    assert parts() == ["scheduler"]
    note_heartbeat(SCHEDULER)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    Heartbeat.objects.update(at=now - timedelta(minutes=4, seconds=50))
    assert parts() == []
    Heartbeat.objects.update(at=now - timedelta(minutes=5, seconds=1))
    [unready] = find_unready(today=TODAY)
    assert "ran last 301 seconds ago" in unready.what


def test_the_sweep_notes_that_the_scheduler_lives(sent: list[tuple[str, int]]) -> None:
    sweep_work()
    assert parts() == []


class TestThePages:
    @pytest.fixture
    def browser(self, client: Client) -> Client:
        return client

    @pytest.mark.parametrize("address", ["/health", "/healthz"])
    def test_alive_needs_nothing(self, browser: Client, address: str) -> None:
        assert browser.get(address).content == b"ok\n"

    @pytest.mark.parametrize("address", ["/ready", "/readyz"])
    def test_not_ready_is_503_and_says_what_would_be_right(self, browser: Client, address: str) -> None:
        answer = browser.get(address)
        assert answer.status_code == 503
        assert "scheduler: It has never run. Right would be" in answer.content.decode()

    def test_machines_get_it_as_json(self, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)  # before the packs are to be reviewed
        answer = browser.get("/ready", headers={"Accept": "application/json"})
        assert answer.json()["ready"] is False
        assert [each["part"] for each in answer.json()["unready"]] == ["scheduler"]
