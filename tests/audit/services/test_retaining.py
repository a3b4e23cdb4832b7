"""Files whose days are over are deleted once and recorded; rows, hashes and what policy keeps stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from audit.models import Report
from audit.services.retaining import delete_expired_files
from audit.tasks import delete_expired_files as task
from governance.models import AISystem, AuditEvent
from tests.audit.pages_bank import make_bank, make_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> dict[str, AISystem]:
    return make_bank()


@pytest.fixture(autouse=True)
def policy(settings: Any) -> None:
    settings.REPORT_DRAFT_DAYS, settings.REPORT_FINAL_DAYS = 90, 0


def made(system: AISystem, days_ago: int, status: str = "draft") -> Report:
    return make_report(system, status=status, finished_at=timezone.now() - timedelta(days=days_ago))


def test_an_old_draft_loses_its_file_and_keeps_its_hash(bank: dict[str, AISystem]) -> None:
    old, young = made(bank["chatbot"], 91), made(bank["chatbot"], 89)
    name, sha256 = str(old.file.name), old.sha256
    assert delete_expired_files() == 1
    old.refresh_from_db()
    assert not default_storage.exists(name)
    assert (old.file.name, old.sha256, old.state) == ("", sha256, "done")
    assert old.file_deleted_at is not None
    young.refresh_from_db()
    assert default_storage.exists(str(young.file.name))
    event = AuditEvent.objects.get(action="deleted the file of")
    assert (event.actor, event.object_id) == ("retention policy", str(old.pk))
    assert event.changes["file"] == [name, ""]


def test_nothing_is_deleted_twice_nor_recorded_twice(bank: dict[str, AISystem]) -> None:
    made(bank["chatbot"], 91)
    task()
    assert delete_expired_files() == 0
    assert AuditEvent.objects.filter(action="deleted the file of").count() == 1


def test_finals_follow_their_own_days_and_zero_keeps_all(bank: dict[str, AISystem], settings: Any) -> None:
    made(bank["chatbot"], 4000, "final")
    assert delete_expired_files() == 0
    settings.REPORT_FINAL_DAYS = 3650
    assert delete_expired_files() == 1


def test_where_the_storage_refuses_the_row_still_names_its_file(
    bank: dict[str, AISystem], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = made(bank["chatbot"], 91)

    def refuse(_name: str) -> None:
        raise OSError("the store is away")

    monkeypatch.setattr(default_storage, "delete", refuse)
    with pytest.raises(OSError, match="away"):
        delete_expired_files()
    old.refresh_from_db()
    assert old.file.name
    assert old.file_deleted_at is None
    monkeypatch.undo()
    assert delete_expired_files(now=timezone.now() + timedelta(days=1)) == 1
