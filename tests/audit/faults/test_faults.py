"""Real workers and a real broker are killed in the middle of real work: nothing is lost and nothing is doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import environ
import psycopg
import pytest
from psycopg import sql

from tests.audit.faults.installation import ROOT

pytestmark = [pytest.mark.faults, pytest.mark.slow]

SCENES = ("kill_child", "kill_worker", "kill_broker", "deliver_many_times", "kill_run", "kill_renderer")


@pytest.fixture(scope="module")
def migrated() -> Iterator[Path]:
    """An empty SQLite database with all tables, to be copied for each scene."""
    with tempfile.TemporaryDirectory(prefix="openbook-faults-") as folder:
        environment = describe_environment(Path(folder), f"sqlite:///{folder}/empty.sqlite3")
        run(["-m", "django", "migrate", "--verbosity", "0"], environment)
        with_wal = Path(folder) / "empty.sqlite3"
        run(["-c", f"import sqlite3; sqlite3.connect('{with_wal}').execute('PRAGMA wal_checkpoint(TRUNCATE)')"], {})
        yield with_wal


def describe_environment(folder: Path, database_url: str) -> dict[str, str]:
    return {
        "OPENBOOK_VAR": str(folder),
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def run(arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-6000:]}"
    return done.stdout


@pytest.fixture
def environment(migrated: Path) -> Iterator[dict[str, str]]:
    """A folder and a database of its own for one scene, on PostgreSQL where the tests run on it."""
    # A Unix socket's path may have about a hundred characters, so the folder lies high.
    with tempfile.TemporaryDirectory(prefix="obf-", dir="/tmp") as name:
        folder = Path(name)
        url = os.environ.get("DATABASE_URL", "")
        if not url.startswith("postgres"):
            (folder / "scene.sqlite3").write_bytes(migrated.read_bytes())
            yield describe_environment(folder, f"sqlite:///{folder}/scene.sqlite3")
            return
        database = f"openbook_faults_{os.getpid()}"
        server = environ.Env.db_url_config(url)
        with psycopg.connect(
            host=server["HOST"],
            port=server["PORT"] or None,
            user=server["USER"],
            password=server["PASSWORD"] or None,
            dbname="postgres",
            autocommit=True,
        ) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
            try:
                scene = describe_environment(folder, url.rpartition("/")[0] + f"/{database}")
                run(["-m", "django", "migrate", "--verbosity", "0"], scene)
                yield scene
            finally:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_is_lost_and_nothing_is_doubled(scene: str, environment: dict[str, str]) -> None:
    if scene == "kill_broker" and os.environ.get("REDIS_URL"):
        pytest.skip("the broker of REDIS_URL is not this test's to kill")
    outcome = json.loads(run(["-m", "tests.audit.faults.scenario", scene], environment).splitlines()[-1])
    print(scene, outcome)  # noqa: T201 - the measured seconds belong into the log
