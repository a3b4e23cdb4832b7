"""A whole installation under a supervisor that starts what was killed: database, broker, worker, scheduler."""

from __future__ import annotations

import os
import random
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from config.launch.installation import Installation
from config.launch.processes import BEAT, WORKER, describe_broker, find_broker
from tests.audit.faults.installation import ROOT, wait_for
from tests.clock import choose_time_zone
from tests.ports import find_free_port

WORKERS: Final = 2


def find_initdb() -> Path | None:
    """The program that makes a PostgreSQL cluster, on PATH or where Debian puts it; none if it is not installed."""
    named = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(named) if named else installed[-1] if installed else None


def _find_children(pid: int) -> list[int]:
    with suppress(FileNotFoundError):  # it has ended by itself; the supervisor starts it again
        return sorted(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    return []


class Supervised:
    """The processes of one installation, each started again after it was killed.

    Embedded: SQLite and the embedded broker. On servers: a PostgreSQL cluster and a Redis of its own, the Redis
    without any file, so that its death loses all messages.
    """

    def __init__(self, folder: Path, *, on_servers: bool, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.settings = settings or {}
        self.on_servers = on_servers
        self.installation = Installation(folder)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._hand = threading.RLock()
        self._ended = threading.Event()
        self._broker_socket = folder / "redis.sock" if on_servers else self.installation.socket
        self._password = secrets.token_hex(16)
        self._secret_key = secrets.token_urlsafe(64)
        self._port = find_free_port()
        self._time_zone = choose_time_zone()
        self.environment = self._describe_environment("openbook")
        # PostgreSQL refuses to run as root: then its own user runs it.
        self._as_owner = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "--"]
        if not on_servers or os.geteuid() != 0:
            self._as_owner = []

    @property
    def killable(self) -> tuple[str, ...]:
        """What can be killed; SQLite has no process of its own, so its death is the worker's."""
        always = ("child", "worker", "broker", "scheduler")
        return (*always, "database") if self.on_servers else always

    def _describe_environment(self, database: str) -> Mapping[str, str]:
        url, redis = f"sqlite:///{self.folder}/{database}.sqlite3", ""
        if self.on_servers:
            url = f"postgresql://openbook:{self._password}@127.0.0.1:{self._port}/{database}"
            redis = f"redis+socket://{self._broker_socket}?virtual_host=0"
        return {
            **os.environ,
            **self.settings,
            "OPENBOOK_VAR": str(self.folder),
            "OPENBOOK_SECRET_KEY": self._secret_key,
            "OPENBOOK_TIME_ZONE": self._time_zone,
            "DATABASE_URL": url,
            "REDIS_URL": redis,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    @property
    def twin_environment(self) -> Mapping[str, str]:
        """Where the undisturbed twin lives: a database of its own, and no worker that would hear of it."""
        nowhere = f"redis+socket://{self.folder}/nobody.sock?virtual_host=0"
        return {**self._describe_environment("twin"), "REDIS_URL": nowhere}

    def begin(self) -> None:
        """Make the cluster if there is to be one, and start the database and the broker."""
        if self.on_servers:
            self._make_cluster()
            self.start("database")
        else:
            self.installation.broker.mkdir(parents=True, exist_ok=True)
        self.start("broker")

    def _make_cluster(self) -> None:
        initdb = find_initdb()
        assert initdb is not None, "PostgreSQL is not installed: no initdb on PATH or below /usr/lib/postgresql"
        self._bin = initdb.resolve().parent
        home = self.folder / "pg"
        home.mkdir(mode=0o777)
        home.chmod(0o777)
        self.folder.chmod(0o711)
        (home / "password").write_text(self._password)
        (home / "password").chmod(0o644)
        made = [str(initdb), "--pgdata", str(home / "data"), "--username", "openbook", "--auth", "scram-sha-256"]
        made += ["--pwfile", str(home / "password"), "--encoding", "UTF8", "--locale", "C.UTF-8"]
        subprocess.run([*self._as_owner, *made], check=True, capture_output=True)
        self.start("database")
        self._psql("CREATE DATABASE twin")
        self._end_one("database")

    def copy_twin(self) -> None:
        """Make the database of what the twin's holds now; nobody may be at work on it."""
        if self.on_servers:
            self._psql("CREATE DATABASE openbook TEMPLATE twin")
            # A copied sequence gives the numbers that its model had fetched ahead, without a word in the log until a
            # checkpoint; a kill before that would take them back, and it would give them twice.
            self._psql("CHECKPOINT")
            return
        with closing(sqlite3.connect(self.folder / "twin.sqlite3")) as database:
            database.execute("VACUUM INTO ?", (str(self.folder / "openbook.sqlite3"),))

    def _psql(self, statement: str) -> None:
        command = [str(self._bin / "psql"), "-h", "127.0.0.1", "-p", str(self._port), "-U", "openbook"]
        command += ["-d", "postgres", "-c", statement]
        environment = {**os.environ, "PGPASSWORD": self._password}
        subprocess.run(command, env=environment, check=True, capture_output=True)

    def mend(self) -> None:
        """From now on start what ends by itself, as ``make up`` and compose do: a worker may go with its broker."""
        threading.Thread(target=self._mend, name="supervisor", daemon=True).start()

    def _mend(self) -> None:
        while not self._ended.wait(0.5):
            with self._hand:
                for name in [name for name, process in self.running.items() if process.poll() is not None]:
                    self.start(name)

    def start(self, name: str) -> None:
        """Start one of the processes; gives back control once the database or the broker answers."""
        with self._hand, (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                self._describe(name),
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if name == "database":
            ready = [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self._port)]
            wait_for("the database", lambda: subprocess.run(ready, check=False).returncode == 0)
        if name == "broker":
            wait_for("the broker", self._broker_socket.exists)

    def _describe(self, name: str) -> list[str]:
        if name == "database":
            data = str(self.folder / "pg" / "data")
            where = ["-k", str(self.folder / "pg"), "-p", str(self._port), "-c", "listen_addresses=127.0.0.1"]
            return [*self._as_owner, str(self._bin / "postgres"), "-D", data, *where]
        if name == "broker" and self.on_servers:
            return ["redis-server", "--port", "0", "--unixsocket", str(self._broker_socket), "--save", ""]
        if name == "broker":
            return describe_broker(find_broker(Path(sys.executable)), self.installation)
        if name == "worker":
            return [sys.executable, "-m", *WORKER, "--concurrency", str(WORKERS)]
        return [sys.executable, "-m", *BEAT]

    def kill(self, name: str, chooser: random.Random) -> None:
        """End a process and all of its children as a power cut would, or one child of the worker alone."""
        if name == "child":
            self._kill_child(chooser)
            return
        self._end_one(name)

    def _kill_child(self, chooser: random.Random) -> None:
        children: list[int] = []

        def has_children() -> bool:
            children[:] = _find_children(self.running["worker"].pid)
            return bool(children)

        wait_for("a child of the worker", has_children)  # one that has just been started has none yet
        with suppress(ProcessLookupError):  # it has ended by itself a moment ago
            os.kill(chooser.choice(children), signal.SIGKILL)

    def _end_one(self, name: str) -> None:
        with self._hand:
            process = self.running.pop(name)
        with suppress(ProcessLookupError):  # it has ended by itself a moment ago
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if name == "broker":
            self._broker_socket.unlink(missing_ok=True)

    def end(self) -> None:
        """End all of it."""
        self._ended.set()
        for name in reversed(list(self.running)):
            self._end_one(name)
