"""Section 19: an extract of the register's history, the glossary, and the page with the hashes."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.utils.translation import gettext, pgettext

from audit.reports.attachments import Attachment
from audit.reports.records import ReportRecords
from audit.reports.sections.front import Entry
from audit.reports.stored import told
from audit.reports.wording import moment, say, say_count
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
            Entry(gettext("Fact sheet"), assessment.fact_sheet.sha256),
            Entry(gettext("Result"), assessment.result_sha256),
            Entry(gettext("Rule packs and engine"), assessment.packs_hash),
            *(
                Entry(
                    say("Pack {name}, {version}", name=name, version=identity.partition("+")[0]),
                    identity.rpartition("sha256:")[2],
                )
                for name, identity in records.outcome.packs
            ),
        ),
        files=tuple(Entry(attachment.name, attachment.file.sha256) for attachment in attachments),
    )


def _event(event: AuditEvent) -> EventRow:
    names = [str(name) for name in event.changes] if isinstance(event.changes, dict) else []
    fields = ", ".join(names[:MOST_FIELDS]) if event.action != "added" else ""
    if fields and len(names) > MOST_FIELDS:
        more = len(names) - MOST_FIELDS
        fields = say_count("{fields} and 1 more", "{fields} and {more} more", more, fields=fields, more=more)
    what = _told(event)
    return EventRow(
        at=moment(event.at),
        actor=event.actor,
        what=f"{what}: {fields}" if fields else what,
        hash=event.hash[:12],
    )


def _told(event: AuditEvent) -> str:
    """Give what was done to which row; an action of another version is named as it is stored."""
    actions = {
        "accepted": pgettext("done in the register", "accepted"),
        "added": pgettext("done in the register", "added"),
        "answered": pgettext("done in the register", "answered"),
        "changed": pgettext("done in the register", "changed"),
        "corrected": pgettext("done in the register", "corrected"),
        "deleted": pgettext("done in the register", "deleted"),
        "downloaded": pgettext("done in the register", "downloaded"),
        "proposed": pgettext("done in the register", "proposed"),
        "responded": pgettext("done in the register", "responded"),
    }
    action = actions.get(event.action, event.action)
    # A control is labelled by its state; other rows by what people call them.
    label = told(event.object_label) if event.object_type == "controlstatus" else event.object_label
    return say("{action} {kind} “{label}”", action=action, kind=_kind(event.object_type), label=label)


def _kind(object_type: str) -> str:
    """Give the name of a model of the register, or of the judgement, as people call it."""
    for app in ("governance", "audit"):
        if object_type in apps.all_models[app]:
            return gettext(str(apps.all_models[app][object_type]._meta.verbose_name))
    return object_type
