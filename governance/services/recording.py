"""The register's own history: appends to the chain of events, checks it, and announces changes after commit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, TypeAlias

from django.db import connection, models, transaction
from django.utils import timezone

from governance.models import AISystem, AuditEvent
from governance.signals import register_changed

Changes: TypeAlias = Mapping[str, tuple[object, object]]
PlainValue: TypeAlias = "bool | int | float | str | list[PlainValue] | dict[str, PlainValue] | None"

# Any number will do as long as nothing else in this database locks on it: "OBEV" in ASCII.
_CHAIN_LOCK: Final = 0x4F424556


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What is to be recorded of one row: the action, the row, and its fields before and after."""

    action: str
    instance: models.Model
    changes: Changes


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """Whether the chain of events holds; ``head`` is the hash of the last event, to be kept elsewhere.

    Events cut off at the end leave an intact, shorter chain: only a head that was kept elsewhere shows that.
    """

    events: int
    head: str
    first_bad_id: int | None = None
    problem: str = ""

    @property
    def is_intact(self) -> bool:
        """Tell whether every event fits its own hash and the one before it."""
        return self.first_bad_id is None


def record_event(*, actor: str, action: str, instance: models.Model, changes: Changes) -> AuditEvent:
    """Append one event to the chain and give it back."""
    return record_events(actor=actor, drafts=[EventDraft(action, instance, changes)])[0]


@transaction.atomic
def record_events(*, actor: str, drafts: Sequence[EventDraft]) -> list[AuditEvent]:
    """Append several events in one go; either all are recorded or none.

    Appends wait for each other: PostgreSQL on an advisory lock that ends with the transaction, SQLite because
    its transactions begin by taking the only write lock. A unique ``previous_hash`` refuses a fork in any case.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])
    head = AuditEvent.objects.order_by("-id").values_list("hash", flat=True).first() or ""
    events: list[AuditEvent] = []
    for draft in drafts:
        event = _make_event(actor, draft, head)
        head = event.hash
        events.append(event)
    return AuditEvent.objects.bulk_create(events, batch_size=500)


def announce_change(*, instance: models.Model) -> None:
    """Send ``register_changed`` for the row once the transaction has committed."""
    kind, primary_key = instance._meta.model_name, instance.pk

    def send() -> None:
        register_changed.send(sender=type(instance), kind=kind, ids=[primary_key])

    transaction.on_commit(send)


def verify_chain() -> ChainVerdict:
    """Recompute every event's hash in order and say where the chain first fails, if it does."""
    head, count = "", 0
    for event in AuditEvent.objects.order_by("id").iterator(chunk_size=1000):
        problem = ""
        if event.previous_hash != head:
            problem = "does not follow the event before it: one was removed, added or moved"
        elif event.hash != hash_event(event):
            problem = "does not fit its own hash: its content was changed"
        if problem:
            return ChainVerdict(count, head, first_bad_id=event.pk, problem=f"Event {event.pk} {problem}.")
        head, count = event.hash, count + 1
    return ChainVerdict(count, head)


def hash_event(event: AuditEvent) -> str:
    """The SHA-256 of the event's content together with the hash before it, in hexadecimal."""
    content = {
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor,
        "action": event.action,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "object_label": event.object_label,
        "system_id": event.system_id,
        "changes": event.changes,
        "previous_hash": event.previous_hash,
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain_value(value: object) -> PlainValue:
    """The value as JSON holds it: days as ISO text, decimals and anything else as their text."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Mapping():
            return {str(key): plain_value(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain_value(item) for item in value]
        case models.Model():
            return str(value.pk)
        case _:
            return str(value)


def _make_event(actor: str, draft: EventDraft, previous_hash: str) -> AuditEvent:
    instance = draft.instance
    event = AuditEvent(
        at=timezone.now(),
        actor=actor[:200],
        action=draft.action,
        object_type=str(instance._meta.model_name),
        object_id=str(instance.pk),
        object_label=str(instance)[:300],
        system_id=_find_system_id(instance),
        changes={field: [plain_value(before), plain_value(after)] for field, (before, after) in draft.changes.items()},
        previous_hash=previous_hash,
    )
    event.hash = hash_event(event)
    return event


def _find_system_id(instance: models.Model) -> int | None:
    if isinstance(instance, AISystem):
        return instance.pk
    system_id = getattr(instance, "system_id", None)
    if system_id is None and (dependency := getattr(instance, "dependency", None)) is not None:
        system_id = dependency.system_id
    return system_id
