"""Reports: asked for, given again when their content is the same, made once in a worker, kept with their hash."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import PurePosixPath
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.engine.facts import JsonValue
from audit.models import Assessment, Report, ReportKind, ReportStatus, Standing, WorkState
from audit.reports.kinds import build_printable, compute_content_key, find_type, name_series
from audit.reports.languages import choose_language
from audit.reports.render import render_pdf
from audit.services.assessing import SystemBusyError, assess_now
from audit.services.leasing import ask_for, finish, kept_alive
from audit.services.sending import RENDER_REPORT, send_on_commit
from audit.services.signing import SignedFile, sign_report

_REUSED: Final = (WorkState.DONE, WorkState.QUEUED, WorkState.RUNNING)
_PACKED: Final = re.compile(rb"/ObjStm\b.*?stream\r?\n(.*?)endstream", re.DOTALL)
_PAGE: Final = re.compile(rb"/Type\s*/Page(?![A-Za-z])")


def request_report(
    *,
    kind: str = ReportKind.SYSTEM_AUDIT,
    system_id: int | None = None,
    organisation_id: int | None = None,
    parameters: Mapping[str, JsonValue] | None = None,
    status: str,
    requested_by: str,
    language: str | None = None,
    as_of: date | None = None,
) -> Report:
    """Queue a report as of the day (today, if none is given), and send it after the commit.

    ``system_id``, ``organisation_id`` and ``parameters`` are what the kind asks for; without a ``language`` it is the
    installation's own. For a system audit report the
    system is assessed first where its facts, its day or the packs have moved on. When a report of the very same
    content exists, or is being made, that one is given. Raises ``ReportRequestError`` where the request names too
    little, and what ``assess_now`` raises.
    """
    report = Report(
        kind=kind,
        status=status,
        language=choose_language(language),
        system_id=system_id,
        organisation_id=organisation_id,
        as_of=as_of or timezone.localdate(),
        parameters=dict(parameters or {}),
    )
    if kind == ReportKind.SYSTEM_AUDIT and system_id is not None:
        report.assessment = _current_assessment(system_id, report.as_of, requested_by)
        report.as_of = report.assessment.as_of
    find_type(kind).prepare(report)
    report.series = name_series(report)
    report.content_key = compute_content_key(report)
    for _attempt in range(5):
        try:
            return _find_or_queue(report, requested_by)
        except IntegrityError:
            # Another request took the same number a moment ago; the next look finds its report or a free number.
            continue
    return _find_or_queue(report, requested_by)


def _current_assessment(system_id: int, as_of: date, requested_by: str) -> Assessment:
    rows = Standing.objects.select_related(
        "assessment__fact_sheet", "assessment__outcome_record", "assessment__pack_set"
    )
    standing = rows.filter(system_id=system_id).first()
    latest = standing.assessment if standing is not None else None
    if standing is not None and latest is not None and not standing.is_dirty and latest.as_of == as_of:
        return latest
    try:
        return assess_now(system_id=system_id, as_of=as_of, requested_by=requested_by)
    except SystemBusyError:
        if latest is None:
            raise
        return latest


@transaction.atomic
def _find_or_queue(wanted: Report, requested_by: str) -> Report:
    same = Report.objects.filter(content_key=wanted.content_key, series=wanted.series)
    report = same.filter(state__in=_REUSED).order_by("id").first() or same.order_by("-id").first()
    if report is not None and report.state == WorkState.DONE and _has_file(report):
        return report
    if report is None:
        report = _number(wanted)
    rows = Report.objects.filter(pk=report.pk)
    if report.state == WorkState.DONE:
        rows.update(state=WorkState.IDLE)
    ask_for(rows, requested_by=requested_by)
    send_on_commit(RENDER_REPORT, [report.pk])
    report.refresh_from_db()
    return report


def _has_file(report: Report) -> bool:
    return report.file.name is not None and report.file.name != "" and default_storage.exists(report.file.name)


def _number(wanted: Report) -> Report:
    """Save it as a new version in its series of the year, or under a new number; the one before is superseded."""
    year = f"OB-{wanted.as_of:%Y}-"
    latest = Report.objects.filter(series=wanted.series, number__startswith=year).order_by("-version").first()
    if latest is not None:
        wanted.number, wanted.version = latest.number, latest.version + 1
        # A report of an earlier day stands beside those of later days; it takes nothing from them.
        superseded = Report.objects.filter(number=latest.number, as_of__lte=wanted.as_of)
        wanted.supersedes = superseded.order_by("-as_of", "-version").first()
    else:
        numbers = Report.objects.filter(number__startswith=year).order_by("-number").values_list("number", flat=True)
        last = int(numbers[0].removeprefix(year)) if numbers else 0
        wanted.number, wanted.version, wanted.supersedes = f"{year}{last + 1:04d}", 1, None
    wanted.pk = None
    wanted.save(force_insert=True)
    return wanted


def render_queued_report(*, report_id: int, lease_token: str) -> Report:
    """Make the report's file and finish its row; a second run writes the same file over the first.

    Raises ``LeaseLostError`` when the token no longer holds the row; then nothing is recorded.
    """
    rows = Report.objects.filter(pk=report_id)
    with kept_alive(rows, token=lease_token):
        report = rows.get()
        unsigned = render_pdf(build_printable(report))
        signed = _sign_if_final(report, unsigned)
    pdf = signed.content if signed is not None else unsigned
    name = f"reports/{report.as_of:%Y}/{report.number}-v{report.version}-{report.status}.pdf"
    stored = _write_file(name, pdf)
    with transaction.atomic():
        finish(rows, token=lease_token)
        rows.update(
            file=stored,
            file_deleted_at=None,
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
    try:
        stored = default_storage.save(name, ContentFile(content))
    except OSError:
        # A disk that is full, say: half a file must not be taken for the report.
        with suppress(OSError):
            default_storage.delete(name)
        raise
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
