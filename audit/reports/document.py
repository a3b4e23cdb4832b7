"""What every kind of report gives to be printed: all of it frozen, so that printing asks the database nothing."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Protocol

from audit.models import Report
from audit.reports.attachments import Attachment
from audit.reports.contents import Part


class PrintableReport(Protocol):
    """The view of one report. Its kind's templates read more of it; rendering reads only this."""

    @property
    def kind(self) -> str:
        """The report's kind, which names the template."""

    @property
    def language(self) -> str:
        """The language it is written in, as HTML names it."""

    @property
    def made_at(self) -> datetime:
        """The moment that the file bears, in UTC; the same whenever it is made again."""

    @property
    def is_draft(self) -> bool:
        """Whether it carries the watermark, and no field to sign in."""

    @property
    def number(self) -> str:
        """The report's number, for example OB-2026-0042."""

    @property
    def title(self) -> str:
        """What kind of report it is, in its language."""

    @property
    def subject(self) -> str:
        """What it is about, by name."""

    @property
    def author(self) -> str:
        """The organisation that reports."""

    @property
    def description(self) -> str:
        """Number, version, status and day in one line, for the file's metadata."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its parts in order, each with its template."""

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The evidence that is embedded, in the order in which it is listed."""


def moment_of(report: Report) -> datetime:
    """Give the moment the file bears: that of the request, so that a second rendering gives the same bytes."""
    moment = report.requested_at or datetime.combine(report.as_of, time.min, tzinfo=UTC)
    return moment.astimezone(UTC).replace(microsecond=0)
