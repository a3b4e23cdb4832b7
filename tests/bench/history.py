"""The register's history: what appending and verifying cost beside the bare work."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection, transaction

from governance.models import AISystem, AuditEvent
from governance.services.recording import EventDraft, record_events, verify_chain
from tests.bench.measuring import Figure, median_ratio

BATCH = 100
BATCHES = 20
COLUMNS = (
    *("id", "at", "actor", "action", "object_type", "object_id", "object_label", "system_id", "changes"),
    *("previous_hash", "hash"),
)


def measure_history() -> Iterator[Figure]:
    """Appends in batches of 100 and the check of the whole chain, to the same with nothing but hashing and SQL."""
    system = AISystem.objects.order_by("id")[0]
    drafts = [EventDraft("changed", system, {"owner": ("before", f"owner {n}")}) for n in range(BATCH)]

    def append() -> None:
        for _ in range(BATCHES):
            record_events(actor="bench", drafts=drafts)

    ratio = median_ratio(append, lambda: append_bare(system))
    yield Figure("audit_append", ratio, "x bare append", 1.3, f"batches of {BATCH}")
    # What the bare append wrote is in a table of its own; the chain that is verified holds.
    yield Figure("audit_verify", median_ratio(verify_chain, verify_bare), "x bare check", 1.3, _count())


def _count() -> str:
    return f"{AuditEvent.objects.count()} events"


def append_bare(system: AISystem) -> None:
    """The same rows chained and written with executemany into a table without any check."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE IF NOT EXISTS bare_event AS SELECT * FROM governance_auditevent WHERE 0")
    head = ""
    marks = ", ".join(["%s"] * len(COLUMNS))
    for _ in range(BATCHES):
        rows = []
        with transaction.atomic():
            for number in range(BATCH):
                at = datetime.now(UTC).isoformat()
                changes = json.dumps({"owner": ["before", f"owner {number}"]})
                row = ("bench", "changed", "aisystem", str(system.pk), str(system), system.pk, changes)
                hashed = hashlib.sha256("|".join(map(str, (at, *row, head))).encode()).hexdigest()
                rows.append((None, at, *row, head, hashed))
                head = hashed
            with connection.cursor() as cursor:
                cursor.executemany(f"INSERT INTO bare_event ({', '.join(COLUMNS)}) VALUES ({marks})", rows)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bare_event")


def verify_bare() -> None:
    """Read the chain as tuples and hash the canonical JSON of each."""
    head = ""
    rows = AuditEvent.objects.order_by("id").values_list(*COLUMNS[1:])
    for at, *content, previous, stated in rows.iterator(chunk_size=1000):
        text = json.dumps([at.isoformat(), *content, previous], separators=(",", ":"), ensure_ascii=False)
        if previous != head or len(hashlib.sha256(text.encode()).hexdigest()) != len(stated):
            raise RuntimeError("the chain does not hold")
        head = stated
