"""Keeps the processes of an installation running, and ends all of them together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from config.launch.errors import LaunchError
from config.launch.installation import Installation
from config.launch.progress import Progress

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
_STEADY = 30.0  # seconds after which a process counts as well again
_PATIENCE = 20.0  # seconds a process gets to finish what it is doing
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def next_delay(failures: int) -> float:
    """Seconds to wait before the next start after so many failures in a row: doubling, half a minute at most."""
    return min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** max(0, failures - 1))


@dataclass
class _Child:
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    start_again: float = 0.0


class Supervisor:
    """Starts processes, restarts those that crash, and stops them in the reverse of the order they were started in."""

    def __init__(self, installation: Installation, root: Path, env: Mapping[str, str], progress: Progress) -> None:
        self._installation = installation
        self._root = root
        self._env = dict(env)
        self._progress = progress
        self._children: dict[str, _Child] = {}
        self.stopping = False

    def listen(self) -> None:
        """Stop on Ctrl-C and on SIGTERM; a second one ends the processes at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process under this name; its output goes to var/log/<name>.log."""
        self._children[name] = _Child(command, self._installation.open_log(name))
        self._spawn(self._children[name])

    def check(self) -> None:
        """Start again what has crashed, each time a little later."""
        now = time.monotonic()
        for name, child in self._children.items():
            if child.process is None:
                if now >= child.start_again and not self.stopping:
                    self._spawn(child)
            elif (code := child.process.poll()) is not None and not self.stopping:
                child.failures = 1 if now - child.started > _STEADY else child.failures + 1
                delay = next_delay(child.failures)
                child.process, child.start_again = None, now + delay
                how = f"signal {-code}" if code < 0 else f"exit code {code}"
                self._progress.say(f"  ! {name} ended ({how}); starting it again in {delay:g} s. Log: {child.log}")

    def has_failed(self, name: str) -> bool:
        """Whether this process does not stay up."""
        return self._children[name].failures >= 3

    def run(self) -> None:
        """Watch over the processes until asked to stop."""
        while not self.stopping:
            time.sleep(0.3)
            self.check()

    def wait_for(self, process: subprocess.Popen[bytes]) -> int:
        """Let a short-lived helper process finish, watching over the others meanwhile; its exit code."""
        while process.poll() is None and not self.stopping:
            time.sleep(0.1)
            self.check()
        if process.poll() is None:
            process.terminate()
        return process.wait()

    def stop(self) -> None:
        """End every process: ask all but the first, which the others need, wait, kill what does not answer."""
        self.stopping = True
        processes = [child.process for child in self._children.values() if child.process is not None]
        for process in processes[1:]:
            process.terminate()
        for process in reversed(processes):
            _end(process)

    def _spawn(self, child: _Child) -> None:
        with child.log.open("ab") as output:
            child.process = subprocess.Popen(
                child.command,
                cwd=self._root,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches only us, so that we choose the order of ending
                preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads here, and the kernel has no other way
            )
        child.started = time.monotonic()

    def _on_signal(self, _number: int, _frame: object) -> None:
        if self.stopping:
            for child in self._children.values():
                if child.process is not None:
                    _signal_group(child.process, signal.SIGKILL)
        self.stopping = True


def die_with_parent() -> None:
    """Ask the kernel to end this process when the supervisor dies, even if that is killed."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()  # harmless if it has ended
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE)
    _signal_group(process, signal.SIGKILL)  # the process itself if it did not answer, and whatever it left behind
    process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def fail_with_log(installation: Installation, name: str, what: str) -> LaunchError:
    """An error that shows the end of a process's log."""
    return LaunchError(f"{what} The end of {installation.logs / name}.log:\n\n{installation.read_log_end(name)}")
