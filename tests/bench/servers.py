"""A PostgreSQL cluster and a Redis of the bench's own, on this machine only, gone when it ends."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Servers:
    """What a process needs to use them, and the process id of PostgreSQL, whose seconds count too."""

    environment: Mapping[str, str]
    postgres_pid: int


def find_initdb() -> Path | None:
    """The program that makes a cluster, on PATH or where Debian puts it; none if it is not installed."""
    named = shutil.which("initdb")
    return Path(named) if named else max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=None)


@contextmanager
def run_servers(folder: Path) -> Iterator[Servers]:
    """Start both below the folder. Raises ``RuntimeError`` where they are not installed or do not come up."""
    initdb, redis = find_initdb(), shutil.which("redis-server")
    if initdb is None or redis is None:
        raise RuntimeError("PostgreSQL and redis-server are not installed; these figures need both")
    # PostgreSQL refuses to run as root: then its own user runs it.
    owner = [] if os.geteuid() else ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"]
    folder.chmod(0o755)
    home = folder / "pg"
    home.mkdir()
    home.chmod(0o777)
    password, port = secrets.token_hex(16), _find_free_port()
    (home / "password").write_text(f"{password}\n")
    options = ["--username=openbook", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = [*owner, str(initdb), f"--pgdata={home}/data", f"--pwfile={home}/password", *options]
    subprocess.run(made, check=True, capture_output=True)
    settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=127.0.0.1"]
    server = [*owner, str(initdb.parent / "postgres"), f"-D{home}/data", f"-k{home}", f"-p{port}"]
    started = [
        _start([*server, *(f"-c{setting}" for setting in settings)]),
        _start([redis, "--port", "0", "--unixsocket", f"{folder}/redis.sock", "--save", "", "--dir", str(folder)]),
    ]
    try:
        _wait_for(home / f".s.PGSQL.{port}", folder / "redis.sock")
        yield Servers(
            {
                "DATABASE_URL": f"postgresql://openbook:{password}@127.0.0.1:{port}/postgres",
                "REDIS_URL": f"redis+socket://{folder}/redis.sock?virtual_host=0",
            },
            started[0].pid,
        )
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _find_free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(*sockets: Path) -> None:
    end = time.monotonic() + WAIT_SECONDS
    for path in sockets:
        while not _answers(path):
            if time.monotonic() > end:
                raise RuntimeError(f"no server answers at {path}")
            time.sleep(0.1)


def _answers(path: Path) -> bool:
    with closing(socket.socket(socket.AF_UNIX)) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
