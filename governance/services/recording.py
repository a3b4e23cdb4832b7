"""The register's own history: appends to the chain of events, and announces changes after commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Final, TypeAlias

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from governance.models import AISystem, AuditEvent
from governance.models.canonical import canonical_text
from governance.services.chaining import format_instant, hash_content
from governance.signals import register_changed

Changes: TypeAlias = Mapping[str, tuple[object, object]]
PlainValue: TypeAlias = "bool | int | float | str | list[PlainValue] | dict[str, PlainValue] | None"
_End: TypeAlias = tuple[int, str]
_Row: TypeAlias = tuple[int, str, str, str, str, str, str, int | None, str, str, str]

# Any number will do as long as nothing else in this database locks on it: "OBEV" in ASCII.
_CHAIN_LOCK: Final = 0x4F424556
_COLUMNS: Final = (
    *("id", "at", "actor", "action", "object_type", "object_id", "object_label", "system_id", "changes"),
    *("previous_hash", "hash"),
)
_NAMES: Final = ", ".join(_COLUMNS)
_INSERT: Final = f"INSERT INTO governance_auditevent ({_NAMES}) VALUES ({', '.join(['%s'] * 11)})"  # noqa: S608 - no input in it
_COPY: Final = f"COPY governance_auditevent ({_NAMES}) FROM STDIN"
_PLAIN_TYPES: Final = (str, int, float, NoneType)


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What is to be recorded of one row: the action, the row, and its fields before and after."""

    action: str
    instance: models.Model
    changes: Changes


@transaction.atomic
def record_event(*, actor: str, action: str, instance: models.Model, changes: Changes) -> AuditEvent:
    """Append one event to the chain and give it back."""
    with connection.cursor() as cursor:
        end, now = _find_end(cursor), timezone.now()
        row = _chain_rows(end, now, actor, [EventDraft(action, instance, changes)])[0]
        cursor.execute(_INSERT, row)
    event = AuditEvent.from_db(connection.alias, _COLUMNS, row)
    event.at, event.changes = now, _plain_changes(changes)
    return event


@transaction.atomic
def record_events(*, actor: str, drafts: Iterable[EventDraft]) -> int:
    """Append several events of one instant in one go, all or none, and give their number."""
    with connection.cursor() as cursor:
        rows = _chain_rows(_find_end(cursor), timezone.now(), actor, drafts)
        if connection.vendor == "postgresql" and rows:
            with cursor.copy(_COPY) as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(_INSERT, rows)
    return len(rows)


def _find_end(cursor: CursorWrapper) -> _End:
    """The number and hash of the last event; from here until the transaction ends, nobody else appends.

    Appends wait for each other: PostgreSQL on an advisory lock that ends with the transaction, SQLite because
    its transactions begin by taking the only write lock. The database refuses a fork in any case.
    """
    if connection.vendor == "postgresql":
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])
    cursor.execute("SELECT id, hash FROM governance_auditevent ORDER BY id DESC LIMIT 1")
    found: _End | None = cursor.fetchone()
    return found or (0, "")


def announce_change(*, instance: models.Model) -> None:
    """Send ``register_changed`` for the row once the transaction has committed."""
    kind, primary_key = instance._meta.model_name, instance.pk

    def send() -> None:
        register_changed.send(sender=type(instance), kind=kind, ids=[primary_key])

    transaction.on_commit(send)


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


def _chain_rows(end: _End, now: datetime, actor: str, drafts: Iterable[EventDraft]) -> list[_Row]:
    """The rows of the events that follow the end of the chain, each with the hash of the one before it."""
    last, head = end
    actor, at = actor[:200], format_instant(now)
    stored_at = str(connection.ops.adapt_datetimefield_value(now))
    rows: list[_Row] = []
    for number, draft in enumerate(drafts, start=last + 1):
        instance = draft.instance
        kind, key, label = str(instance._meta.model_name), str(instance.pk), str(instance)[:300]
        system_id, changes = _find_system_id(instance), canonical_text(_plain_changes(draft.changes))
        hashed = hash_content(at, actor, draft.action, kind, key, label, system_id, changes, head)
        rows.append((number, stored_at, actor, draft.action, kind, key, label, system_id, changes, head, hashed))
        head = hashed
    return rows


def _plain_changes(changes: Changes) -> dict[str, list[PlainValue]]:
    return {
        field: [
            before if isinstance(before, _PLAIN_TYPES) else plain_value(before),
            after if isinstance(after, _PLAIN_TYPES) else plain_value(after),
        ]
        for field, (before, after) in changes.items()
    }


def _find_system_id(instance: models.Model) -> int | None:
    if isinstance(instance, AISystem):
        return instance.pk
    system_id = getattr(instance, "system_id", None)
    if system_id is None and (dependency := getattr(instance, "dependency", None)) is not None:
        system_id = dependency.system_id
    return system_id
