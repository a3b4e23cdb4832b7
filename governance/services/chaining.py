"""The chain of events: the text of an event that is hashed, and the check of all hashes in their order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from json.encoder import encode_basestring as quote
from typing import Final, TypeAlias

from django.db import connection

from governance.models import AuditEvent
from governance.models.canonical import canonical_text

_StoredRow: TypeAlias = "tuple[int, str, str, str, str, str, str, int | None, str, str, str]"

_CHUNK: Final = 2000
_COLUMNS: Final = (
    *("actor", "action", "object_type", "object_id", "object_label", "system_id", "changes", "previous_hash", "hash"),
)


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


def hash_content(  # noqa: PLR0917 - the columns in their order; called for every event there is
    at: str,
    actor: str,
    action: str,
    object_type: str,
    object_id: str,
    object_label: str,
    system_id: int | None,
    changes: str,
    previous_hash: str,
) -> str:
    """The SHA-256, in hexadecimal, of an event as canonical JSON: ``at`` in ISO form, ``changes`` as JSON already.

    The keys stand here in the order in which sorting puts them.
    """
    text = (
        f'{{"action":{quote(action)},"actor":{quote(actor)},"at":"{at}","changes":{changes},'
        f'"object_id":{quote(object_id)},"object_label":{quote(object_label)},"object_type":{quote(object_type)},'
        f'"previous_hash":"{previous_hash}","system_id":{"null" if system_id is None else system_id}}}'
    )
    return hashlib.sha256(text.encode()).hexdigest()


def hash_event(event: AuditEvent) -> str:
    """The SHA-256 of the event's content together with the hash before it, in hexadecimal."""
    return hash_content(
        format_instant(event.at),
        *(event.actor, event.action, event.object_type, event.object_id, event.object_label, event.system_id),
        *(canonical_text(event.changes), event.previous_hash),
    )


def format_instant(at: datetime) -> str:
    """The instant in UTC with six digits after the second, as it is hashed."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def verify_chain() -> ChainVerdict:
    """Recompute every event's hash in order and say where the chain first fails, if it does."""
    head, count, written, at = "", 0, "", ""
    for rows in _read_events():
        for key, stored_at, actor, action, kind, object_id, label, system_id, changes, previous_hash, stated in rows:
            if stored_at != written:
                written, at = stored_at, _restore_instant(stored_at)
            problem = ""
            if previous_hash != head:
                problem = "does not follow the event before it: one was removed, added or moved"
            elif stated != hash_content(at, actor, action, kind, object_id, label, system_id, changes, head):
                sorted_changes = _sort_keys(changes)
                if stated != hash_content(at, actor, action, kind, object_id, label, system_id, sorted_changes, head):
                    problem = "does not fit its own hash: its content was changed"
            if problem:
                return ChainVerdict(count, head, first_bad_id=key, problem=f"Event {key} {problem}.")
            head, count = stated, count + 1
    return ChainVerdict(count, head)


def _read_events() -> Iterator[Sequence[_StoredRow]]:
    """All events in their order as stored; the instant as its text, which no database driver has to take apart."""
    at = "(at AT TIME ZONE 'UTC')::text" if connection.vendor == "postgresql" else "at || ''"
    names = ", ".join(_COLUMNS)
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT id, {at}, {names} FROM governance_auditevent ORDER BY id")  # noqa: S608 - no input in it
        while rows := cursor.fetchmany(_CHUNK):
            yield rows


def _restore_instant(written: str) -> str:
    """The instant as it is hashed, from its text in the database, which leaves zeros at the end out."""
    time = written[11:] if "." in written else f"{written[11:]}."
    return f"{written[:10]}T{time:0<15}+00:00"


def _sort_keys(changes: str) -> str:
    """The text that was hashed of changes stored before they were kept as that text; as it is where it is not JSON."""
    try:
        return canonical_text(json.loads(changes))
    except ValueError:
        return changes
