"""Whether the service can do its work: each part by name, with what is wrong and what would be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from celery import current_app
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError as BrokerError

from audit.engine.assess import PackSet
from audit.rulepacks import PackError, load_packs
from audit.services.watching.heartbeats import SCHEDULER, measure_silence

_BROKER_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Unready:
    """One thing that keeps the service from its work."""

    part: str
    what: str
    right: str

    def __str__(self) -> str:
        return f"{self.part}: {self.what} {self.right}"


def find_unready(*, today: date) -> list[Unready]:
    """All that keeps the service from its work; empty when it is ready. A database that is away hides what needs it."""
    database = list(_check_database())
    if not database:
        database = [*_check_migrations()] or [*_check_scheduler()]
    return [*database, *_check_broker(), *_check_packs(today)]


def _check_database() -> Iterator[Unready]:
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        connections[DEFAULT_DB_ALIAS].close()
        yield Unready(
            "database",
            f"It does not answer ({type(error).__name__}).",
            "Right would be: the server of DATABASE_URL runs, and lets this user in.",
        )


def _check_migrations() -> Iterator[Unready]:
    try:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield Unready("migrations", f"They cannot be read ({type(error).__name__}).", "Run manage.py set_up.")
        return
    if pending:
        names = ", ".join(f"{migration.app_label} {migration.name}" for migration, _ in pending[:3])
        more = f" and {len(pending) - 3} more" if len(pending) > 3 else ""
        yield Unready("migrations", f"Pending: {names}{more}.", "Run manage.py set_up, then restart.")


def _check_broker() -> Iterator[Unready]:
    try:
        with current_app.connection_for_write(connect_timeout=_BROKER_SECONDS) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=_BROKER_SECONDS)
    except (BrokerError, OSError) as error:
        yield Unready(
            "broker",
            f"It does not answer ({type(error).__name__}).",
            "Right would be: the server of REDIS_URL runs. Work is kept in the database meanwhile.",
        )


def _check_packs(today: date) -> Iterator[Unready]:
    try:
        packs = load_packs()
    except PackError as error:
        yield Unready("rule packs", f"They cannot be read: {error}", "Put the files right, or the release before back.")
        return
    for name, review_by in sorted(list_reviews(packs).items()):
        if today > review_by:
            yield Unready(
                "rule packs",
                f"{name} was to be reviewed by {review_by}.",
                "Check it against the law and raise its review_by, or install a newer release.",
            )


def list_reviews(packs: PackSet) -> Mapping[str, date]:
    """The day by which each pack is to be checked again."""
    reviews = {law.id: law.review_by for law in packs.regulatory}
    return {**reviews, "lock_in": packs.lock_in.review_by, "transparency": packs.transparency.review_by}


def _check_scheduler() -> Iterator[Unready]:
    silence, most = measure_silence(SCHEDULER), settings.SCHEDULER_SILENCE
    right = "Right would be: one scheduler (celery beat) and at least one worker run."
    if silence is None:
        yield Unready("scheduler", "It has never run.", right)
    elif silence > most:
        seconds = round(silence.total_seconds())
        yield Unready("scheduler", f"Its sweep ran last {seconds} seconds ago, every 30 would be right.", right)
