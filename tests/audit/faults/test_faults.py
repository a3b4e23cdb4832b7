"""Real workers and a real broker are killed in the middle of real work: nothing is lost and nothing is doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import environ
import psycopg
import pytest
from psycopg import sql

from tests.audit.faults.installation import ROOT

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.django_db]

SERVER = os.environ.get("DATABASE_URL", "")
ON_POSTGRESQL = SERVER.startswith("postgres")
KILLS = ("kill_child", "kill_worker", "kill_broker", "deliver_many_times", "kill_run")
IN_THE_WORKER = ("kill_renderer", "hang", "hang_beyond_reason", "fill_the_disk", "break_a_rule_file")
"""What goes wrong inside of a worker, in which neither broker nor database plays a part: shown on one of the two."""
SCENES = KILLS if ON_POSTGRESQL else (*KILLS, *IN_THE_WORKER)
TEMPLATE = f"openbook_faults_{os.getpid()}"


@pytest.fixture(scope="module")
def migrated(request: pytest.FixtureRequest) -> Iterator[Path]:
    """An empty database with all tables, to be copied for each scene: a file, or a template on the server."""
    if not ON_POSTGRESQL:
        yield request.getfixturevalue("migrated_file")
        return
    with (
        tempfile.TemporaryDirectory(prefix="openbook-faults-") as name,
        created_database(TEMPLATE) as url,
    ):
        run(["-m", "django", "migrate", "--verbosity", "0"], describe_environment(Path(name), url))
        yield Path(name)


@contextmanager
def created_database(name: str, template: str = "template1") -> Iterator[str]:
    """A database on the server of the tests, for a while; gives its address."""
    server = environ.Env.db_url_config(SERVER)
    with psycopg.connect(
        host=server["HOST"],
        port=server["PORT"] or None,
        user=server["USER"],
        password=server["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as connection:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield f"{SERVER.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


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
        timeout=1200,
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-6000:]}"
    return done.stdout


@pytest.fixture
def environment(migrated: Path) -> Iterator[dict[str, str]]:
    """A folder and a database of its own for one scene, on PostgreSQL where the tests run on it."""
    # A Unix socket's path may have about a hundred characters, so the folder lies high.
    with tempfile.TemporaryDirectory(prefix="obf-", dir="/tmp") as name:
        folder = Path(name)
        if ON_POSTGRESQL:
            with created_database(f"{TEMPLATE}_scene", TEMPLATE) as url:
                yield describe_environment(folder, url)
            return
        (folder / "scene.sqlite3").write_bytes(migrated.read_bytes())
        yield describe_environment(folder, f"sqlite:///{folder}/scene.sqlite3")


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_is_lost_and_nothing_is_doubled(scene: str, environment: dict[str, str]) -> None:
    if scene == "kill_broker" and os.environ.get("REDIS_URL"):
        pytest.skip("the broker of REDIS_URL is not this test's to kill")
    outcome = json.loads(run(["-m", "tests.audit.faults.scenario", scene], environment).splitlines()[-1])
    print(scene, outcome)  # noqa: T201 - the measured seconds belong into the log
