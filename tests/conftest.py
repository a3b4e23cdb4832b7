"""What all tests share: the profiles of property tests, no network, and where the public data lie."""

from __future__ import annotations

import gc
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

ROOT = Path(__file__).resolve().parent.parent
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "admin_client", "admin_user"}
LOOPBACK = ("127.0.0.1", "::1", "localhost")
TAKE_LONG = ("slow", "browser", "faults", "layout")
MAY_USE_LOOPBACK = ("browser", "faults", "loopback")
LOOKS_FOR_RINGS = (10_000, 10, 10)
"""How many new objects have Python look for rings among them: by itself it looks so often that it takes a sixth."""

# Both profiles give the same examples every time; CI looks at more of them.
settings.register_profile("dev", max_examples=50, deadline=None, derandomize=True, database=None)
settings.register_profile(
    "ci",
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer to write the golden files of the reports anew."""
    parser.addoption("--update-golden", action="store_true", help="write the reports' golden files anew")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses the database, so that they can be run again on PostgreSQL (-m database).

    Files with tests that take long come first: two processes that share the files then end together.
    """
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or names & DATABASE_FIXTURES:
            item.add_marker(pytest.mark.database)
    long_files = {item.path for item in items if any(item.get_closest_marker(name) for name in TAKE_LONG)}
    items.sort(key=lambda item: item.path not in long_files)


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of each later search for rings of objects; it stays to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*LOOKS_FOR_RINGS)


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection but Unix sockets; tests that say so may also reach this machine."""
    node: pytest.Item = request.node
    may_use_loopback = any(node.get_closest_marker(name) for name in MAY_USE_LOOPBACK)
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        local = self.family == socket.AF_UNIX or (may_use_loopback and address[0] in LOOPBACK)
        if not local:
            pytest.fail(f"A test tried to reach {address}; only tests marked {', '.join(MAY_USE_LOOPBACK)} may.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data beside the checkout; a test that needs it is skipped where it is not there."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the public data sets are not beside this checkout (../shared/data)")
    return folder


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Path | None:
    """Set the database up, as pytest-django does; gives a copy of it as a file, before any test, where it is SQLite."""
    with django_db_blocker.unblock():
        if connection.vendor != "sqlite" or "mode=memory" not in str(connection.settings_dict["NAME"]):
            return None
        connection.ensure_connection()
        path = tmp_path_factory.mktemp("migrated") / "empty.sqlite3"
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
        return path


@pytest.fixture(scope="session")
def migrated_file(django_db_setup: Path | None) -> Path:
    """An SQLite file with all tables, as the migrations leave it, to be copied by tests with processes of their own."""
    if connection.vendor != "sqlite":
        pytest.skip("it takes a file of SQLite; the run on SQLite tests this")
    assert django_db_setup is not None, "no database was set up: mark the test with django_db"
    return django_db_setup


@pytest.fixture(scope="module")
def rows_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What fixtures of a module store after this one stays for all of its tests, and goes with the module.

    Each test still has a transaction of its own inside, so that none sees what another one changed. Tests of the
    module that want an empty database have to stand before those that use such a fixture.
    """
    kept = ExitStack()
    with django_db_blocker.unblock():
        kept.enter_context(transaction.atomic())
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        kept.close()


@pytest.fixture(scope="module")
def stored_demonstration(rows_of_module: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The catalogue and the demonstration bank, stored once for all tests of a module; they need ``db`` as well."""
    with django_db_blocker.unblock():
        for command in ("load_catalogue", "load_demo"):
            call_command(command, stdout=StringIO(), stderr=StringIO())


@pytest.fixture(autouse=True)
def _emptied_events(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let tests with real transactions empty the table of events, which the database refuses otherwise."""
    marker = request.node.get_closest_marker("django_db")
    is_transactional = (marker and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames
    if is_transactional:
        request.getfixturevalue("transactional_db")
    yield
    if is_transactional and connection.vendor == "sqlite":  # PostgreSQL truncates, which fires no trigger for rows
        _empty_events_on_sqlite()


def _empty_events_on_sqlite() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE %s", ["%auditevent"]
        )
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("DELETE FROM governance_auditevent")
        for _, statement in triggers:
            cursor.execute(statement)
