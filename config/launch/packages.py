"""The virtual environment .venv, filled from a hash-locked requirements file."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from config.launch.errors import LaunchError
from config.launch.progress import Progress

RUNTIME_LOCK = "requirements.txt"
DEVELOPMENT_LOCK = "requirements-dev.txt"  # holds all of the other lock, a test checks that
_STAMP = "installed.sha256"


def ensure_packages(root: Path, lock_name: str, progress: Progress, log: Path) -> Path:
    """Give the Python of ``root/.venv`` with every package of the lock; quick when the lock has not changed.

    Raises LaunchError if the lock is missing or names a package without a hash, or if pip fails.
    """
    lock = root / lock_name
    python = root / ".venv" / "bin" / "python"
    stamp = root / ".venv" / _STAMP
    if has_packages(root, lock_name):
        return python
    count = _count_packages(lock)
    stamp.unlink(missing_ok=True)
    if not _works(python):
        with progress.step("Making .venv"):
            _make_environment(root / ".venv", log)
    with progress.step(f"Installing {count} Python packages"):
        _install(python, lock, count, progress, log)
    stamp.write_text(_fingerprint(lock), encoding="ascii")
    return python


def has_packages(root: Path, lock_name: str) -> bool:
    """Whether ``root/.venv`` works and was last filled from this very lock, or from one that holds it."""
    stamp = root / ".venv" / _STAMP
    if not stamp.is_file() or not _works(root / ".venv" / "bin" / "python"):
        return False
    return stamp.read_text(encoding="ascii") in _satisfying(root, lock_name)


def _satisfying(root: Path, lock_name: str) -> set[str]:
    return {_fingerprint(root / name) for name in (lock_name, DEVELOPMENT_LOCK) if (root / name).is_file()}


def _fingerprint(lock: Path) -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return hashlib.sha256(version.encode() + lock.read_bytes()).hexdigest()


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    return subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def _count_packages(lock: Path) -> int:
    """How many packages the lock pins; LaunchError if it is not there or not whole."""
    if not lock.is_file():
        raise LaunchError(f"The lock {lock} is missing. Get it back with: git checkout -- {lock.name}")
    entries = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    pins = [entry for entry in entries if entry.strip() and not entry.strip().startswith("#")]
    broken = [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin]
    if broken or not pins:
        named = f" at {', '.join(broken[:3])}" if broken else ": it is empty"
        raise LaunchError(f"The lock {lock} is broken{named}. Get it back with: git checkout -- {lock.name}")
    return len(pins)


def _make_environment(folder: Path, log: Path) -> None:
    with log.open("ab") as output:
        command = [sys.executable, "-m", "venv", "--clear", str(folder)]
        done = subprocess.run(command, stdout=output, stderr=output, check=False)
    if done.returncode:
        raise LaunchError(f"{folder} could not be made; the reason stands in {log}.")


def _install(python: Path, lock: Path, count: int, progress: Progress, log: Path) -> None:
    command = [str(python), "-m", "pip", "install", "--require-hashes", "--no-input", "--disable-pip-version-check"]
    # The lock is complete, so nothing has to be resolved; and Python compiles what is used when it is used.
    command += ["--no-deps", "--no-compile"]
    seen = 0
    tail: list[str] = []
    with (
        log.open("a", encoding="utf-8") as output,
        subprocess.Popen(
            [*command, "--progress-bar", "off", "-r", str(lock)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as pip,
    ):
        assert pip.stdout is not None  # noqa: S101 - a pipe was asked for; this tells the type checker
        for line in pip.stdout:
            output.write(line)
            tail = [*tail, line.rstrip()][-12:]
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                seen += 1
                progress.detail(f"{min(seen, count)} of {count}")
            elif line.startswith("Installing collected"):
                progress.detail("writing files")
    if pip.returncode:
        errors = [line for line in tail if line.startswith("ERROR")] or tail[-3:]
        raise LaunchError("\n".join([f"The packages of {lock.name} could not be installed ({log}):", *errors]))
