"""Filling .venv from the lock: what is refused, and when nothing has to be done."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from config.launch.errors import LaunchError
from config.launch.packages import DEVELOPMENT_LOCK, RUNTIME_LOCK, ensure_packages
from config.launch.progress import Progress

ROOT = Path(__file__).resolve().parents[3]
PIN = "tiny==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n"


def pins(lock: Path) -> set[str]:
    entries = lock.read_text().replace("\\\n", " ").splitlines()
    return {entry.split()[0] for entry in entries if "==" in entry and not entry.strip().startswith("#")}


def prepare(root: Path, lock: str) -> Path:
    return ensure_packages(root, RUNTIME_LOCK, Progress(io.StringIO()), root / "log")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose .venv works: it leads to the Python of these tests."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return tmp_path


def test_the_development_lock_holds_the_runtime_lock() -> None:
    assert pins(ROOT / RUNTIME_LOCK) <= pins(ROOT / DEVELOPMENT_LOCK)


@pytest.mark.parametrize("content", ["", "tiny==1.0\n", "tiny>=1.0 --hash=sha256:00\n", PIN + "other==2\n"])
def test_a_lock_that_is_not_whole_is_refused(checkout: Path, content: str) -> None:
    (checkout / RUNTIME_LOCK).write_text(content)
    with pytest.raises(LaunchError, match=r"is broken.*git checkout -- requirements.txt"):
        prepare(checkout, content)


def test_a_missing_lock_is_named(checkout: Path) -> None:
    with pytest.raises(LaunchError, match=r"requirements.txt is missing"):
        prepare(checkout, "")


def test_what_pip_refuses_is_told_and_tried_again_next_time(checkout: Path) -> None:
    lock = checkout / RUNTIME_LOCK
    lock.write_text("./no-such-package==1.0 --hash=sha256:" + "0" * 64 + "\n")
    for _ in range(2):
        with pytest.raises(LaunchError, match=r"(?s)requirements.txt could not be installed.*ERROR"):
            prepare(checkout, "")
    assert not (checkout / ".venv" / "installed.sha256").exists()
