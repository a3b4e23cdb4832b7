"""The register's history: what appending and verifying cost beside the bare work in the same database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final, TypeAlias

from django.db import connection, transaction

from governance.models import AISystem, AuditEvent
from governance.services.chaining import verify_chain
from governance.services.recording import EventDraft, record_event, record_events
from tests.bench.measuring import Figure, median_ratio

BATCH: Final = 100
BATCHES: Final = 50
SINGLES: Final = 300
TABLE: Final = "bench_bare_event"
COLUMNS: Final = "at, actor, action, object_type, object_id, object_label, system_id, changes, previous_hash, hash"
_BareRow: TypeAlias = "tuple[str, str, str, str, str, str, int, str, str, str]"
_write_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def measure_history(ending: str = "") -> Iterator[Figure]:
    """Appends in batches and one by one, and the check of the whole chain, to the same with only hashing and SQL.

    The bare table lies in the same database and has the same indexes to search by, but nothing guards it.
    """
    systems = AISystem.objects.order_by("id")[:BATCH]
    drafts = [EventDraft("changed", one, {"owner": ("before", f"owner {n}")}) for n, one in enumerate(systems)]

    def append() -> None:
        for _ in range(BATCHES):
            record_events(actor="bench", drafts=drafts)

    def append_singly() -> None:
        for draft in drafts * (SINGLES // BATCH):
            record_event(actor="bench", action=draft.action, instance=draft.instance, changes=draft.changes)

    def append_bare_batches() -> None:
        for _ in range(BATCHES):
            append_bare(drafts)

    def append_bare_singly() -> None:
        for draft in drafts * (SINGLES // BATCH):
            append_bare([draft])

    with _bare_table():
        ratio = median_ratio(append, append_bare_batches)
        yield Figure(f"audit_append{ending}", ratio, "x bare append", 1.3, f"batches of {BATCH}")
        ratio = median_ratio(append_singly, append_bare_singly)
        yield Figure(f"audit_append_single{ending}", ratio, "x bare append", 1.3, "each in a transaction of its own")
        # Both chains are of one length; what the bare appends wrote is in a table of its own.
        _shorten_bare(AuditEvent.objects.count(), drafts)
        ratio = median_ratio(_holds(verify_chain), verify_bare)
        yield Figure(f"audit_verify{ending}", ratio, "x bare check", 1.3, f"{AuditEvent.objects.count()} events")


def append_bare(drafts: Sequence[EventDraft]) -> None:
    """The same rows chained and written: executemany on SQLite, COPY on PostgreSQL for more than one."""
    is_postgresql = connection.vendor == "postgresql"
    with transaction.atomic(), connection.cursor() as cursor:
        if is_postgresql:
            cursor.execute("SELECT pg_advisory_xact_lock(1)")
        cursor.execute(f"SELECT hash FROM {TABLE} ORDER BY id DESC LIMIT 1")
        last = cursor.fetchone()
        rows = _chain_bare(drafts, last[0] if last else "")
        if is_postgresql and len(rows) > 1:
            with cursor.copy(f"COPY {TABLE} ({COLUMNS}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * 10)
            cursor.executemany(f"INSERT INTO {TABLE} ({COLUMNS}) VALUES ({marks})", rows)


def _chain_bare(drafts: Sequence[EventDraft], head: str) -> list[_BareRow]:
    rows = []
    at = datetime.now(UTC).isoformat()
    for draft in drafts:
        key, label, changes = draft.instance.pk, str(draft.instance), _write_json(draft.changes)
        hashed = _hash_bare(at, "bench", draft.action, "aisystem", str(key), label, str(key), changes, head)
        rows.append((at, "bench", draft.action, "aisystem", str(key), label, key, changes, head, hashed))
        head = hashed
    return rows


def _hash_bare(*content: str) -> str:
    return hashlib.sha256("|".join(content).encode()).hexdigest()


def verify_bare() -> None:
    """Read the bare chain as tuples of what is stored, and hash each."""
    head = ""
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM {TABLE} ORDER BY id")
        while rows := cursor.fetchmany(2000):
            for *content, system_id, changes, previous, stated in rows:
                if previous != head or _hash_bare(*content, str(system_id), changes, head) != stated:
                    raise RuntimeError("the bare chain does not hold")
                head = stated


def _holds(verify: Callable[[], object]) -> Callable[[], None]:
    def check() -> None:
        verdict = verify()
        if not getattr(verdict, "is_intact", False):
            raise RuntimeError("the chain does not hold")

    return check


def _shorten_bare(wanted: int, drafts: Sequence[EventDraft]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")
    for _ in range(wanted // BATCH):
        append_bare(drafts)
    append_bare(drafts[: wanted % BATCH])


@contextmanager
def _bare_table() -> Iterator[None]:
    key = "bigint GENERATED BY DEFAULT AS IDENTITY" if connection.vendor == "postgresql" else "integer"
    names = [name.strip() for name in COLUMNS.split(",")]
    columns = ", ".join(f"{name} {'bigint' if name == 'system_id' else 'text'}" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(f"CREATE TABLE {TABLE} (id {key} PRIMARY KEY, {columns})")
        for searched in ("system_id", "object_type, object_id"):
            cursor.execute(f"CREATE INDEX {TABLE}_{searched[:6]} ON {TABLE} ({searched})")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {TABLE}")
