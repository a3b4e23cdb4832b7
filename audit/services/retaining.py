"""Retention: files of reports whose time is over are deleted; the row, its hashes and who signed stay."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from audit.models import Report, ReportStatus, WorkState
from governance.services.recording import record_event

ACTOR: Final = "retention policy"
MOST_AT_ONCE: Final = 500
_log = logging.getLogger(__name__)


def delete_expired_files(*, now: datetime | None = None) -> int:
    """Delete the files whose days are over, and give how many.

    The days are ``REPORT_DRAFT_DAYS`` and ``REPORT_FINAL_DAYS``; 0 keeps the files. Each deletion stands in the
    history with the file's name and hash. Safe to run twice, and to die in the middle: a row whose file is gone
    already is marked, and recorded once.
    """
    now = now or timezone.now()
    return sum(_delete(report, now) for report in _find_expired(now))


def _find_expired(now: datetime) -> Iterator[Report]:
    kept = {ReportStatus.DRAFT: settings.REPORT_DRAFT_DAYS, ReportStatus.FINAL: settings.REPORT_FINAL_DAYS}
    for status, days in kept.items():
        if days > 0:
            made = Report.objects.filter(status=status, state=WorkState.DONE).exclude(file="")
            yield from made.filter(finished_at__lt=now - timedelta(days=days)).order_by("finished_at")[:MOST_AT_ONCE]


def _delete(report: Report, now: datetime) -> int:
    """Mark first, under a lock of the row's own condition, then delete: of two runs one does it."""
    name = str(report.file.name)
    with transaction.atomic():
        rows = Report.objects.filter(pk=report.pk, state=WorkState.DONE, file=name)
        if not rows.update(file="", file_deleted_at=now):
            return 0
        changes = {"file": (name, ""), "sha256": (report.sha256, report.sha256)}
        record_event(actor=ACTOR, action="deleted the file of", instance=report, changes=changes)
        # Inside the transaction: where the storage refuses, the row still names its file and the next run tries again.
        default_storage.delete(name)
    _log.info("file of a report deleted by the retention policy", extra={"report": str(report)})
    return 1
