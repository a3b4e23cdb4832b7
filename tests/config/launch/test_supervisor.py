"""The processes live and end together; these tests start real ones."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.launch.installation import Installation
from config.launch.progress import Progress
from config.launch.supervisor import Supervisor, next_delay

ROOT = Path(__file__).resolve().parents[3]
SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
# A process with a child of its own, both of which ignore a polite request to end.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)  # its child inherits that
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1]])
time.sleep(600)
"""
DRIVER = """
import sys
from pathlib import Path
from config.launch.installation import Installation
from config.launch.progress import Progress
from config.launch.supervisor import Supervisor
import config.launch.supervisor
config.launch.supervisor._PATIENCE = 1.0
installation = Installation(Path(sys.argv[1]))
installation.prepare()
supervisor = Supervisor(installation, Path.cwd(), {}, Progress(sys.stdout))
supervisor.listen()
for name in sys.argv[2].split(","):
    supervisor.start(name, [sys.executable, "-c", sys.argv[3], sys.argv[1] + name])
print("ready", flush=True)
supervisor.run()
supervisor.stop()
"""


def wait_until(is_true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def running(token: str) -> list[int]:
    """The processes whose command line holds the token."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and int(folder.name) != os.getpid():
            try:
                line = (folder / "cmdline").read_bytes().decode(errors="replace")
            except OSError:  # it has just ended
                continue
            if token in line:
                found.append(int(folder.name))
    return found


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    installation = Installation(tmp_path / "var")
    installation.prepare()
    made = Supervisor(installation, ROOT, {}, Progress(io.StringIO()))
    yield made
    made.stop()


def test_the_pauses_double_up_to_half_a_minute() -> None:
    assert [next_delay(failures) for failures in (1, 2, 3, 6, 7, 50)] == [0.5, 1, 2, 16, 30, 30]


@pytest.mark.faults
def test_a_killed_process_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    token = str(tmp_path / "sleeper")
    supervisor.start("sleeper", [*SLEEP, token])
    wait_until(lambda: len(running(token)) == 1)  # a process that has just begun may still have no command line
    (first,) = running(token)
    os.kill(first, signal.SIGKILL)

    def is_back() -> bool:
        supervisor.check()
        return running(token) not in ([], [first])

    wait_until(is_back)


@pytest.mark.faults
def test_a_process_that_cannot_start_is_noticed(supervisor: Supervisor) -> None:
    supervisor.start("broken", [sys.executable, "-c", "raise SystemExit(3)"])

    def has_failed() -> bool:
        supervisor.check()
        return supervisor.has_failed("broken")

    wait_until(has_failed)


@pytest.mark.faults
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_behind(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C, a polite end and a killed supervisor all end every child."""
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(tmp_path / "v"), "one,two", "import time; time.sleep(600)"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert driver.stdout is not None
    assert driver.stdout.readline() == "ready\n"
    token = str(tmp_path / "v")
    wait_until(lambda: len(running(token)) == 3)  # the driver and its two children
    driver.send_signal(number)
    driver.wait(120)
    wait_until(lambda: running(token) == [])
    driver.stdout.close()


@pytest.mark.faults
def test_what_ignores_a_polite_end_is_killed_with_its_children(tmp_path: Path) -> None:
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(tmp_path / "v"), "one", STUBBORN],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert driver.stdout is not None
    assert driver.stdout.readline() == "ready\n"
    token = str(tmp_path / "v")
    wait_until(lambda: len(running(token)) == 3)  # the driver, its child and its grandchild
    driver.terminate()
    driver.wait(120)
    wait_until(lambda: running(token) == [])
    driver.stdout.close()
