"""A small installation of its own for fault tests: broker, worker and database in one folder, killed at will."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.launch.installation import Installation
from config.launch.processes import describe_broker, find_broker

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 300.0
"""How long to wait at most for what comes by itself; nothing is told by it but that it never came."""


def wait_for(what: str, is_there: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> float:
    """Wait until it is there and give how long it took; fail with what was waited for."""
    started = time.monotonic()
    while not is_there():
        if time.monotonic() - started > seconds:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.05)
    return time.monotonic() - started


class Processes:
    """The broker and the worker; each can be killed without warning and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.installation = Installation(folder)
        self.product = ROOT
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.has_own_broker = not os.environ.get("REDIS_URL")

    def start_broker(self) -> None:
        if not self.has_own_broker:
            return
        self.installation.broker.mkdir(parents=True, exist_ok=True)
        self._start("broker", describe_broker(find_broker(Path(sys.executable)), self.installation))
        wait_for("the broker", self._broker_answers)

    def _broker_answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.installation.socket))
            except OSError:
                return False
        return True

    def start_worker(self, processes: int = 1, soft_seconds: int | None = 540, hard_seconds: int | None = 600) -> None:
        """Start the worker; with limits of its own for a task's time, where a scene waits for them."""
        limits = {"task_soft_time_limit": soft_seconds, "task_time_limit": hard_seconds}
        (self.folder / "limits.json").write_text(json.dumps(limits))
        celery = [sys.executable, "-m", "celery", "--app", "tests.audit.faults.stalling", "worker"]
        self._start("worker", [*celery, "--concurrency", str(processes), "--loglevel", "info"])

    def start_ended_worker(self) -> None:
        """Start the worker again if it has ended by itself, as ``make up`` does: it may go with its broker."""
        if self.running["worker"].poll() is not None:
            self.start_worker()

    def copy_product(self) -> Path:
        """Give a copy of the product in which files may be broken; the next worker runs from it."""
        self.product = self.folder / "product"
        self.product.mkdir()
        for part in ("config", "governance", "templates", "tests"):
            (self.product / part).symlink_to(ROOT / part)
        shutil.copytree(ROOT / "audit", self.product / "audit", ignore=shutil.ignore_patterns("__pycache__"))
        return self.product

    def _start(self, name: str, command: list[str]) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            command, cwd=self.product, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )

    def kill(self, name: str) -> None:
        """End the process and all its children as a power cut would."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if name == "broker":
            self.installation.socket.unlink(missing_ok=True)

    def stall(self) -> None:
        (self.folder / "stalled.pid").unlink(missing_ok=True)
        (self.folder / "stall").touch()

    def wait_until_stalled(self) -> int:
        """The process that stopped in the middle of its work."""
        noted = self.folder / "stalled.pid"
        wait_for("work to begin", lambda: noted.exists() and noted.read_text())
        return int(noted.read_text())

    def go_on(self) -> None:
        (self.folder / "stall").unlink(missing_ok=True)

    def end(self) -> None:
        for name in list(self.running):
            self.kill(name)
        shutil.rmtree(self.folder, ignore_errors=True)
