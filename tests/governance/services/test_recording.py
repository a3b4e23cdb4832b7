"""The register's history cannot be changed unseen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from governance.models import AuditEvent, Vendor
from governance.services.chaining import ChainVerdict, hash_event, verify_chain
from governance.services.recording import EventDraft, announce_change, record_event, record_events
from governance.signals import register_changed


@pytest.fixture
def vendor(db: None) -> Vendor:
    return Vendor.objects.create(name="Nordlicht Software")


def record(vendor: Vendor, note: str = "a") -> AuditEvent:
    return record_event(actor="anna", action="changed", instance=vendor, changes={"name": ("before", note)})


def test_each_event_names_the_hash_before_it(vendor: Vendor) -> None:
    first, second = record(vendor), record(vendor)
    assert first.previous_hash == ""
    assert second.previous_hash == first.hash


def test_an_intact_chain_is_counted_and_its_head_given(vendor: Vendor) -> None:
    record(vendor)
    last = record(vendor)
    verdict = verify_chain()
    assert (verdict.is_intact, verdict.events, verdict.head) == (True, 2, last.hash)


def test_an_empty_chain_is_intact(db: None) -> None:
    assert verify_chain().is_intact


@pytest.mark.parametrize(
    "statement", ["UPDATE governance_auditevent SET actor = 'x'", "DELETE FROM governance_auditevent"]
)
def test_the_database_refuses_to_change_or_delete_events(vendor: Vendor, statement: str) -> None:
    record(vendor)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify_chain().events == 1


@pytest.mark.parametrize(
    ("place", "follows"),
    # The second and last event is the only one that a third may follow, and the third is its place.
    [(None, "first"), (3, "first"), (3, ""), (2, "last"), (0, "last")],
)
def test_the_database_refuses_what_does_not_follow_the_last_event(
    vendor: Vendor, place: int | None, follows: str
) -> None:
    hashes = {"first": record(vendor).hash, "last": record(vendor).hash, "": ""}
    fork = AuditEvent(pk=place, at=timezone.now(), actor="eve", action="changed", object_type="vendor", object_id="1")
    fork.previous_hash = hashes[follows]
    fork.hash = hash_event(fork)
    with pytest.raises(DatabaseError), transaction.atomic():
        fork.save(force_insert=True)
    assert (verify_chain().is_intact, verify_chain().events) == (True, 2)


def test_the_last_event_cannot_be_replaced(vendor: Vendor) -> None:
    last = record(vendor)
    verb = "INSERT" if connection.vendor == "postgresql" else "INSERT OR REPLACE"
    tail = "ON CONFLICT (id) DO UPDATE SET actor = 'eve'" if connection.vendor == "postgresql" else ""
    columns = "id, at, actor, action, object_type, object_id, object_label, changes, previous_hash, hash"
    copied = (
        f"{verb} INTO governance_auditevent ({columns}) SELECT {columns} FROM governance_auditevent WHERE true {tail}"
    )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copied)
    assert verify_chain().head == last.hash


def test_an_altered_event_is_found(vendor: Vendor) -> None:
    event = record(vendor)
    record(vendor)
    lift_protection()
    AuditEvent.objects.filter(pk=event.pk).update(actor="someone else")
    verdict = verify_chain()
    assert verdict.first_bad_id == event.pk
    assert "its content was changed" in verdict.problem


def test_a_removed_event_is_found_at_the_one_after_it(vendor: Vendor) -> None:
    _, middle, last = record(vendor), record(vendor), record(vendor)
    lift_protection()
    AuditEvent.objects.filter(pk=middle.pk).delete()
    assert verify_chain().first_bad_id == last.pk
    with pytest.raises(CommandError, match=f"Event {last.pk}"):
        call_command("verify_events")


def test_events_that_changed_places_are_found(vendor: Vendor) -> None:
    first, second = record(vendor), record(vendor, "b")
    lift_protection()
    for before, after in ((first.pk, 99), (second.pk, first.pk), (99, second.pk)):
        AuditEvent.objects.filter(pk=before).update(id=after)
    assert verify_chain().first_bad_id == first.pk


def test_changes_are_stored_as_the_text_that_is_hashed(vendor: Vendor) -> None:
    written = {"name": ("“Ä”\n", 'a "b" \\'), "facts": ({"b": 1, "a": [None, True]}, 1.5)}
    event = record_event(actor="anna", action="changed", instance=vendor, changes=written)
    read = AuditEvent.objects.get()
    assert (hash_event(read), read.changes) == (event.hash, event.changes)
    # Keys in their order, no spaces, letters as they are.
    text = r"""{"facts":[{"a":[null,true],"b":1},1.5],"name":["“Ä”\n","a \"b\" \\"]}"""
    assert AuditEvent.objects.values_list(Cast("changes", TextField()), flat=True).get() == text


def test_events_that_were_stored_before_changes_were_kept_as_that_text_still_hold(vendor: Vendor) -> None:
    record(vendor)
    last = record(vendor)
    assert rewrite_changes('{"name": ["before", "\\u0061"]}').head == last.hash
    assert rewrite_changes('{"name": ["before", "b"]}').first_bad_id == last.pk
    assert rewrite_changes("not JSON").first_bad_id == last.pk


def rewrite_changes(text: str) -> ChainVerdict:
    """The verdict with other changes in the last event."""
    lift_protection()
    with connection.cursor() as cursor:
        last = "(SELECT max(id) FROM governance_auditevent)"
        cursor.execute(f"UPDATE governance_auditevent SET changes = %s WHERE id = {last}", [text])
    return verify_chain()


def test_several_events_are_recorded_in_their_order(vendor: Vendor) -> None:
    drafts = [EventDraft("imported", vendor, {"row": (None, number)}) for number in range(3)]
    assert record_events(actor="import", drafts=drafts) == 3
    assert [event.changes["row"][1] for event in AuditEvent.objects.order_by("id")] == [0, 1, 2]
    assert verify_chain().events == 3


def test_values_that_json_does_not_know_are_kept_as_text(vendor: Vendor) -> None:
    event = record_event(actor="anna", action="changed", instance=vendor, changes={"owner": (vendor, {1, 2})})
    event.refresh_from_db()
    assert event.changes == {"owner": [str(vendor.pk), [1, 2]]}
    assert verify_chain().is_intact


@pytest.mark.django_db(transaction=True)
def test_a_change_is_announced_after_commit_and_not_when_rolled_back() -> None:
    vendor = Vendor.objects.create(name="Nordlicht Software")
    heard: list[object] = []

    def listen(**message: object) -> None:
        heard.append((message["kind"], message["ids"]))

    register_changed.connect(listen)
    try:
        with transaction.atomic():
            announce_change(instance=vendor)
            assert heard == []
        with transaction.atomic():
            announce_change(instance=vendor)
            transaction.set_rollback(True)
    finally:
        register_changed.disconnect(listen)
    assert heard == [("vendor", [vendor.pk])]


@pytest.mark.django_db(transaction=True)
def test_appends_at_the_same_time_wait_for_each_other() -> None:
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("SQLite in memory has one connection; the next test does it with processes on a file.")
    vendor = Vendor.objects.create(name="Nordlicht Software")
    failures: list[BaseException] = []

    def append() -> None:
        try:
            for _ in range(5):
                record(vendor)
        except DatabaseError as wrong:
            failures.append(wrong)
        finally:
            connection.close()

    threads = [threading.Thread(target=append) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    verdict = verify_chain()
    assert (verdict.is_intact, verdict.events) == (True, 20)


APPEND = """
from governance.models import Vendor
from governance.services.recording import record_event
for number in range(10):
    record_event(actor="anna", action="changed", instance=Vendor.objects.get(), changes={"row": (None, number)})
"""


@pytest.mark.slow
@pytest.mark.django_db
def test_processes_on_one_sqlite_file_append_to_one_chain(migrated_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "chain.sqlite3"
    shutil.copyfile(migrated_file, file)
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{file}"}

    command = [sys.executable, "manage.py"]
    create = "from governance.models import Vendor; Vendor.objects.create(name='Nordlicht')"
    subprocess.run([*command, "shell", "-c", create], env=environment, check=True, stdout=subprocess.DEVNULL)
    writers = [
        subprocess.Popen([*command, "shell", "-c", APPEND], env=environment, stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    verdict = subprocess.run(
        [*command, "verify_events"], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert verdict.startswith("20 events, all in their chain.")


def lift_protection() -> None:
    """What someone with full access to the database could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE governance_auditevent DISABLE TRIGGER USER")
        else:
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS governance_auditevent_no_{verb}")
