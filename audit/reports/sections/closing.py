"""Section 19: an extract of the register's history, the glossary, and the page with the hashes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from audit.reports.attachments import Attachment
from audit.reports.records import ReportRecords
from audit.reports.sections.front import Entry
from governance.models import AuditEvent

MOST_FIELDS = 4


@dataclass(frozen=True, slots=True)
class EventRow:
    """One change in the register."""

    at: str
    actor: str
    what: str
    hash: str


@dataclass(frozen=True, slots=True)
class Closing:
    """History and hashes; glossary and the words on the signature stand in the template."""

    events: tuple[EventRow, ...]
    events_in_all: int
    hashes: tuple[Entry, ...]
    files: tuple[Entry, ...]


def build_closing(records: ReportRecords, attachments: tuple[Attachment, ...]) -> Closing:
    """Build section 19 from the records and the files that will be attached."""
    assessment = records.assessment
    return Closing(
        events=tuple(_event(event) for event in records.events),
        events_in_all=records.events_in_all,
        hashes=(
            Entry("Fact sheet", assessment.fact_sheet.sha256),
            Entry("Result", assessment.result_sha256),
            Entry("Rule packs and engine", assessment.packs_hash),
            *(
                Entry(f"Pack {name}, {identity.partition('+')[0]}", identity.rpartition("sha256:")[2])
                for name, identity in records.outcome.packs
            ),
        ),
        files=tuple(
            Entry(attachment.name, hashlib.sha256(attachment.content).hexdigest()) for attachment in attachments
        ),
    )


def _event(event: AuditEvent) -> EventRow:
    names = [str(name) for name in event.changes] if isinstance(event.changes, dict) else []
    fields = ", ".join(names[:MOST_FIELDS]) if event.action != "added" else ""
    if fields and len(names) > MOST_FIELDS:
        fields += f" and {len(names) - MOST_FIELDS} more"
    what = f"{event.action} {event.object_type} “{event.object_label}”"
    return EventRow(
        at=f"{event.at:%Y-%m-%d %H:%M} UTC",
        actor=event.actor,
        what=f"{what}: {fields}" if fields else what,
        hash=event.hash[:12],
    )
