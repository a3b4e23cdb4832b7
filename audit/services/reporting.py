"""Reports: asked for, given again when their content is the same, made once in a worker, kept with their hash."""

from __future__ import annotations

import hashlib
import re
import zlib
from datetime import date
from pathlib import PurePosixPath
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.engine.canonical import hash_canonical
from audit.engine.facts import JsonValue
from audit.models import Assessment, Finding, Report, ReportKind, ReportStatus, Standing, WorkState
from audit.reports.render import render_pdf
from audit.reports.view import build_report_view
from audit.services.assessing import SystemBusyError, assess_now
from audit.services.leasing import ask_for, finish, kept_alive
from audit.services.sending import RENDER_REPORT, send_on_commit
from audit.services.signing import SignedFile, sign_report
from governance.models import AuditEvent

_REUSED: Final = (WorkState.DONE, WorkState.QUEUED, WorkState.RUNNING)
_FINDING_COLUMNS: Final = (
    *("key", "rating", "opened_on", "times_opened", "closed_on", "closed_because", "owner", "due_on", "response"),
    *("response_text", "response_by", "response_on", "accepted_until", "accepted_by", "acceptance_confirmed_by"),
)
_PACKED: Final = re.compile(rb"/ObjStm\b.*?stream\r?\n(.*?)endstream", re.DOTALL)
_PAGE: Final = re.compile(rb"/Type\s*/Page(?![A-Za-z])")


def request_report(
    *, system_id: int, status: str, requested_by: str, language: str = "en", as_of: date | None = None
) -> Report:
    """Queue a report on the system as of the day (today, if none is given), and send it after the commit.

    The system is assessed first where its facts, its day or the packs have moved on. When a report of the very
    same content exists, or is being made, that one is given. Raises what ``assess_now`` raises.
    """
    assessment = _current_assessment(system_id, as_of or timezone.localdate(), requested_by)
    key = compute_content_key(assessment=assessment, status=status, language=language)
    for _attempt in range(5):
        try:
            return _find_or_queue(assessment, status, language, requested_by, key)
        except IntegrityError:
            # Another request took the same number a moment ago; the next look finds its report or a free number.
            continue
    return _find_or_queue(assessment, status, language, requested_by, key)


def _current_assessment(system_id: int, as_of: date, requested_by: str) -> Assessment:
    standing = Standing.objects.filter(system_id=system_id).select_related("assessment").first()
    latest = standing.assessment if standing is not None else None
    if standing is not None and latest is not None and not standing.is_dirty and latest.as_of == as_of:
        return latest
    try:
        return assess_now(system_id=system_id, as_of=as_of, requested_by=requested_by)
    except SystemBusyError:
        if latest is None:
            raise
        return latest


def compute_content_key(*, assessment: Assessment, status: str, language: str) -> str:
    """SHA-256 of all that goes into a report: judgement, facts, packs, findings with responses, and the history."""
    findings: list[JsonValue] = [
        [str(value) for value in row]
        for row in Finding.objects.filter(system_id=assessment.system_id).order_by("key").values_list(*_FINDING_COLUMNS)
    ]
    last_event = (
        AuditEvent.objects.filter(system_id=assessment.system_id).order_by("-id").values_list("hash", flat=True).first()
    )
    content: dict[str, JsonValue] = {
        "kind": ReportKind.SYSTEM_AUDIT.value,
        "status": status,
        "language": language,
        "result": assessment.result_sha256,
        "facts": assessment.fact_sheet.sha256,
        "packs": assessment.packs_hash,
        "findings": findings,
        "history": last_event or "",
    }
    return hash_canonical(content)


@transaction.atomic
def _find_or_queue(assessment: Assessment, status: str, language: str, requested_by: str, key: str) -> Report:
    same = Report.objects.filter(content_key=key, system_id=assessment.system_id)
    report = same.filter(state__in=_REUSED).order_by("id").first() or same.order_by("-id").first()
    if report is not None and report.state == WorkState.DONE and _has_file(report):
        return report
    if report is None:
        report = _number(assessment, status, language, key)
    rows = Report.objects.filter(pk=report.pk)
    if report.state == WorkState.DONE:
        rows.update(state=WorkState.IDLE)
    ask_for(rows, requested_by=requested_by)
    send_on_commit(RENDER_REPORT, [report.pk])
    report.refresh_from_db()
    return report


def _has_file(report: Report) -> bool:
    return report.file.name is not None and report.file.name != "" and default_storage.exists(report.file.name)


def _number(assessment: Assessment, status: str, language: str, key: str) -> Report:
    """A new version of the system's report of the year, or a new number; the one before is superseded by it."""
    year = f"OB-{assessment.as_of:%Y}-"
    of_system = Report.objects.filter(system_id=assessment.system_id, kind=ReportKind.SYSTEM_AUDIT)
    latest = of_system.filter(number__startswith=year).order_by("-version").first()
    if latest is not None:
        number, version = latest.number, latest.version + 1
    else:
        numbers = Report.objects.filter(number__startswith=year).order_by("-number").values_list("number", flat=True)
        last = int(numbers[0].removeprefix(year)) if numbers else 0
        number, version = f"{year}{last + 1:04d}", 1
    return Report.objects.create(
        number=number,
        version=version,
        status=status,
        language=language,
        system_id=assessment.system_id,
        assessment=assessment,
        supersedes=latest,
        content_key=key,
    )


def render_queued_report(*, report_id: int, lease_token: str) -> Report:
    """Make the report's file and finish its row; a second run writes the same file over the first.

    Raises ``LeaseLostError`` when the token no longer holds the row; then nothing is recorded.
    """
    rows = Report.objects.filter(pk=report_id)
    with kept_alive(rows, token=lease_token):
        view = build_report_view(report_id=report_id)
        unsigned = render_pdf(view)
        report = rows.get()
        signed = _sign_if_final(report, unsigned)
    pdf = signed.content if signed is not None else unsigned
    name = f"reports/{report.assessment.as_of:%Y}/{report.number}-v{report.version}-{report.status}.pdf"
    stored = _write_file(name, pdf)
    with transaction.atomic():
        finish(rows, token=lease_token)
        rows.update(
            file=stored,
            sha256=hashlib.sha256(pdf).hexdigest(),
            unsigned_sha256=hashlib.sha256(unsigned).hexdigest(),
            signer=signed.certificate if signed is not None else None,
            pages=count_pages(unsigned),
        )
    report.refresh_from_db()
    return report


def _sign_if_final(report: Report, pdf: bytes) -> SignedFile | None:
    """A draft is not signed: nobody answers for it yet."""
    return sign_report(pdf) if report.status == ReportStatus.FINAL else None


def _write_file(name: str, content: bytes) -> str:
    """Store the bytes under exactly this name; what a run that died left there is replaced."""
    if default_storage.exists(name):
        default_storage.delete(name)
    stored = default_storage.save(name, ContentFile(content))
    return str(PurePosixPath(stored))


def count_pages(pdf: bytes) -> int | None:
    """The number of page objects in the file, packed ones too; none if there are none to be seen."""
    packed = (_unpack(stream) for stream in _PACKED.findall(pdf))
    return len(_PAGE.findall(pdf)) + sum(len(_PAGE.findall(part)) for part in packed) or None


def _unpack(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""
