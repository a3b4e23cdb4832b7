"""What frames every report but its kind's own parts: cover line, document control, and the page with the hashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext, pgettext

from audit.engine.assess import ENGINE_VERSION
from audit.models import Report, ReportStatus
from audit.reports.attachments import Attachment
from audit.reports.contents import Part
from audit.reports.document import moment_of
from audit.reports.many import UsedPack
from audit.reports.sections.front import (
    Entry,
    Role,
    VersionRow,
    describe_versions,
    distribute,
    limit_use,
    list_roles,
    not_recorded,
)
from audit.reports.wording import long_day, say, short_day


def tell_days(as_of: date, recorded: date) -> str:
    """Say of which day a report is, and up to which day facts and law are in it."""
    if recorded == as_of:
        return say("as of {day}, on facts recorded to that day and law adopted by it", day=long_day(as_of))
    return say(
        "as of {day}, on facts recorded to {recorded} and law adopted by {adopted}",
        day=long_day(as_of),
        recorded=long_day(recorded),
        adopted=long_day(min(as_of, recorded)),
    )


def find_cut_off(report: Report, judged_on: date | None) -> date:
    """The day to which the facts of a report on many systems are recorded.

    One of an earlier day keeps to the judgements made by then; where the last of them was made later, as of that day,
    the facts are as late. No report holds what was recorded after it was asked for.
    """
    asked_on = timezone.localdate(moment_of(report))
    return min(asked_on, max(report.as_of, judged_on or report.as_of))


@dataclass(frozen=True, slots=True)
class FileRow:
    """An attached file, what it holds, and its hash."""

    name: str
    holds: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Frame:
    """All that stands around a report's own parts, for the templates in ``reports/frame/``."""

    kind: str
    language: str
    made_at: datetime
    is_draft: bool
    is_fictional: bool
    number: str
    status: str
    title: str
    subject: str
    author: str
    subtitle: str
    document_line: str
    entries: tuple[tuple[Entry, Entry], ...]
    use_limit: str
    versions: tuple[VersionRow, ...]
    roles: tuple[Role, ...]
    distribution: str
    software: str
    packs: tuple[UsedPack, ...]
    files: tuple[FileRow, ...]
    parts: tuple[Part, ...]
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True)
class FramedReport:
    """A printable report in a frame; a kind's view adds its own parts (see ``document.PrintableReport``)."""

    frame: Frame

    @property
    def kind(self) -> str:
        """The report's kind."""
        return self.frame.kind

    @property
    def language(self) -> str:
        """The language it is written in."""
        return self.frame.language

    @property
    def made_at(self) -> datetime:
        """The moment that the file bears."""
        return self.frame.made_at

    @property
    def is_draft(self) -> bool:
        """Whether it carries the watermark, and no field to sign in."""
        return self.frame.is_draft

    @property
    def number(self) -> str:
        """The report's number."""
        return self.frame.number

    @property
    def title(self) -> str:
        """What kind of report it is."""
        return self.frame.title

    @property
    def subject(self) -> str:
        """What it is about, by name."""
        return self.frame.subject

    @property
    def author(self) -> str:
        """The organisation that reports."""
        return self.frame.author

    @property
    def description(self) -> str:
        """Number, version, status and day in one line."""
        return f"{self.frame.document_line}, {self.frame.subtitle}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its parts in order."""
        return self.frame.parts

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The evidence that is embedded."""
        return self.frame.attachments


def build_frame(
    report: Report,
    *,
    title: str,
    subject: str,
    author: str,
    subtitle: str,
    entries: Sequence[Entry],
    parts: tuple[Part, ...],
    packs: Sequence[UsedPack],
    attachments: tuple[Attachment, ...],
    is_fictional: bool = False,
) -> Frame:
    """Build the frame of a report; reads its versions in one query.

    ``entries`` stand on the cover beside number and people; ``packs`` and ``attachments`` are those whose hashes the
    last page prints.
    """
    is_draft = report.status == ReportStatus.DRAFT
    status = pgettext("status", "draft") if is_draft else pgettext("status", "final")
    identity = {"number": report.number, "version": report.version, "status": status}
    versions = (
        Report.objects.filter(number=report.number, version__lte=report.version)
        .select_related("supersedes")
        .order_by("version")
    )
    return Frame(
        kind=report.kind,
        language=report.language or "en",
        made_at=moment_of(report),
        is_draft=is_draft,
        is_fictional=is_fictional,
        number=report.number,
        status=status,
        title=title,
        subject=subject,
        author=author,
        subtitle=subtitle,
        document_line=say("{number} · version {version} · {status} · internal use", **identity),
        entries=_pair(
            [
                Entry(gettext("Report"), say("{number}, version {version}, {status}", **identity)),
                Entry(gettext("Prepared"), report.prepared_by or report.requested_by or not_recorded()),
                *entries,
                Entry(gettext("Approved"), _approval(report)),
                Entry(
                    gettext("Distribution"),
                    distribute(report),
                ),
            ]
        ),
        use_limit=limit_use(),
        versions=describe_versions(versions),
        roles=list_roles(report),
        distribution=distribute(report),
        software=say("Openbook, engine {version}", version=ENGINE_VERSION),
        packs=tuple(packs),
        files=tuple(FileRow(each.name, each.description, each.file.sha256) for each in attachments),
        parts=parts,
        attachments=attachments,
    )


def _approval(report: Report) -> str:
    if not report.approved_by:
        return gettext("not yet approved")
    return f"{report.approved_by}, {short_day(report.approved_on)}"


def _pair(entries: Sequence[Entry]) -> tuple[tuple[Entry, Entry], ...]:
    """Put entries side by side, two in a row."""
    padded = [*entries, Entry("", "")] if len(entries) % 2 else [*entries]
    return tuple(zip(padded[::2], padded[1::2], strict=True))
