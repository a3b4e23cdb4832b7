"""The promise of the README: one command to a running Openbook with a first report, and Ctrl-C ends all of it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.launch.packages import RUNTIME_LOCK, has_packages
from tests.ports import find_free_port

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 900

pytestmark = [
    pytest.mark.slow,
    pytest.mark.faults,
    pytest.mark.skipif(
        not has_packages(ROOT, RUNTIME_LOCK), reason="it would change .venv, which `make test` has not made here"
    ),
]


def processes_of(var: Path) -> list[str]:
    """The command lines of all processes of the installation, by their environment or, as the broker, by its socket."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and int(folder.name) != os.getpid():
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if f"{var}/broker" in command or f"OPENBOOK_VAR={var}\0".encode() in (folder / "environ").read_bytes():
                    found.append(command)
            except OSError:  # it has just ended, or belongs to somebody else
                continue
    return found


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    var = tmp_path / "v"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENBOOK_", "DJANGO_"))}
    kept.pop("DATABASE_URL", None)
    kept.pop("REDIS_URL", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "config.launch"],
        cwd=ROOT,
        env=kept | {"OPENBOOK_VAR": str(var), "OPENBOOK_PORT": str(find_free_port()), "HOME": str(tmp_path / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    yield process, var
    watchdog.cancel()
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_one_command_brings_it_up_and_one_signal_ends_all_of_it(
    launched: tuple[subprocess.Popen[str], Path],
) -> None:
    process, var = launched
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C stops it" in line:
            break
    assert re.search(r"Password +\S{12,}", said), said
    report = re.search(r"First report +(\S+\.pdf)", said)
    assert report, said
    pdf = Path(report[1])
    assert pdf.is_relative_to(var)
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert {path.stat().st_mode & 0o077 for path in var.rglob("*") if path.is_file()} == {0}  # for their owner only
    commands = " ".join(processes_of(var))
    assert all(name in commands for name in ("gunicorn", " worker ", " beat ", "broker.sock")), commands

    process.send_signal(signal.SIGINT)
    assert "Stopped." in process.stdout.read()
    assert process.wait() == 0
    assert processes_of(var) == []
    assert not (var.parent / "home").exists()  # nothing was written elsewhere
