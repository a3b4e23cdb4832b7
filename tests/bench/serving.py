"""The register's history and its lists on PostgreSQL, with the database's seconds: a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import django

from tests.bench.measuring import Figure
from tests.bench.servers import run_servers

ENDING = "_postgres"


def measure_on_postgres(listed: int) -> Iterator[Figure]:
    """Start a cluster and give what the process below measures on it."""
    with tempfile.TemporaryDirectory(prefix="openbook-bench-") as name, run_servers(Path(name)) as servers:
        own = Path(name) / "var"
        own.mkdir(mode=0o700)
        environment = {**servers.environment, "BENCH_DATABASE_PID": str(servers.postgres_pid), "OPENBOOK_VAR": str(own)}
        command = [sys.executable, "-m", "tests.bench.serving", str(listed)]
        done = subprocess.run(
            command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, check=False
        )
    if done.returncode:
        raise RuntimeError(f"{command!r} ended with {done.returncode}")
    for figure in json.loads(done.stdout.splitlines()[-1]):
        yield Figure(**figure)


def _measure(listed: int) -> Iterator[Figure]:
    # The models can be named only once Django is set up.
    from django.db import connection

    from governance.models import AISystem
    from tests.bench import history, listing, register

    register.make_register()
    register.grow_register(100, with_rows=True)
    client = listing.sign_in()
    small = listing.measure_admin(client)
    yield from history.measure_history(ENDING)
    register.grow_register(listed, with_rows=False)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself within minutes
    yield from listing.measure_api(client, ENDING)
    yield listing.compare_admin(small, listing.measure_admin(client), AISystem.objects.count(), ENDING)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps([asdict(figure) for figure in _measure(int(sys.argv[1]))]) + "\n")
