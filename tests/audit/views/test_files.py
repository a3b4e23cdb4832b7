"""Downloads from a store elsewhere, and of files that the retention policy deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Report
from audit.services.retaining import delete_expired_files
from governance.models import AISystem
from tests.audit.pages_bank import make_report
from tests.config.s3_stub import Objects, use_store


@pytest.fixture
def store(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Objects]:
    with use_store(settings, monkeypatch) as objects:
        yield objects


@pytest.mark.loopback
def test_a_report_is_downloaded_from_the_store_with_its_tag(
    store: Objects, bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    report = make_report(bank["chatbot"], content=b"%PDF-1.7 in the store")
    assert list(store.values()) == [b"%PDF-1.7 in the store"]
    client, address = sign_in("auditor"), reverse("download_report", args=[report.pk])
    response = client.get(address)
    assert b"".join(response.streaming_content) == b"%PDF-1.7 in the store"  # type: ignore[attr-defined] # it streams
    assert response["ETag"] == f'"{Report.objects.get().sha256}"'
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_a_deleted_file_says_so_where_it_was_offered(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client], settings: Any
) -> None:
    finished = timezone.now() - timedelta(days=91)
    report = make_report(bank["chatbot"], status="draft", finished_at=finished)
    settings.REPORT_DRAFT_DAYS = 90
    delete_expired_files()
    client = sign_in("auditor")
    response = client.get(reverse("download_report", args=[report.pk]))
    assert response.status_code == 410
    assert report.sha256 in response.content.decode()
    assert "file deleted on" in client.get(reverse("reports")).content.decode()
