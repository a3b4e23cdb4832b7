"""Bringing an installation up: what is checked before anything starts, and what is told."""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.launch import system
from config.launch.errors import LaunchError
from config.launch.installation import Installation
from config.launch.processes import describe_broker, describe_services, find_broker
from config.launch.progress import Progress
from config.launch.up import check_port, read_plan

ROOT = Path(__file__).resolve().parents[3]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_environment_decides_folder_address_and_port(tmp_path: Path) -> None:
    plan = read_plan(ROOT, {"OPENBOOK_VAR": str(tmp_path), "OPENBOOK_PORT": "8123", "OPENBOOK_ADDRESS": "0.0.0.0"})
    assert plan.installation.var == tmp_path
    assert plan.url == "http://127.0.0.1:8123/"  # an address a person can open
    assert plan.env["OPENBOOK_VAR"] == str(tmp_path)


def test_wrong_variables_stop_it_before_anything_is_made() -> None:
    with pytest.raises(LaunchError, match=r"(?s)OPENBOOK_PORT is “many”.*OPENBOOK_WORKERS is “0”"):
        read_plan(ROOT, {"OPENBOOK_PORT": "many", "OPENBOOK_WORKERS": "0"})


def test_a_port_in_use_is_named_with_a_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LaunchError, match=rf"Port {port} on 127.0.0.1 is in use.*OPENBOOK_PORT={port + 1} make up"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_what_is_missing_is_told_with_the_command_where_apt_may_not_be_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(system, "LIBRARIES", {"libno-such-thing.so.9": "libno-such-thing9"})
    monkeypatch.setattr(system, "_find_sudo", lambda: None)
    with pytest.raises(LaunchError, match=r"sudo apt-get install --yes --no-install-recommends libno-such-thing9\n"):
        system.install_missing_packages(Progress(io.StringIO()), tmp_path / "log")


def test_nothing_is_installed_where_nothing_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(system, "find_missing_packages", lambda *, for_tests: [])
    monkeypatch.setattr(system, "_find_sudo", lambda: pytest.fail("no right is asked for"))
    system.install_missing_packages(Progress(io.StringIO()), tmp_path / "log")


def test_the_broker_listens_on_a_socket_of_its_owner_only(tmp_path: Path) -> None:
    command = describe_broker(find_broker(Path(sys.executable)), Installation(tmp_path))
    options = " ".join(command[1:])
    assert "--port 0" in options
    assert "--unixsocketperm 700" in options
    assert "--appendonly yes" in options


def test_without_any_broker_it_tells_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LaunchError, match="apt-get install --yes redis-server"):
        find_broker(python)


def test_the_worker_takes_as_many_tasks_at_a_time_as_asked() -> None:
    assert describe_services(Path("python"), 3)["worker"][-2:] == ["--concurrency", "3"]


def test_steps_are_plain_lines_without_a_terminal() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    with progress.step("Working"):
        progress.detail("half")
    assert re.fullmatch(r"  … Working\n  ✓ Working \(\d\.\d s\)\n", stream.getvalue())


def test_steps_change_in_place_on_a_terminal() -> None:
    stream = Terminal()
    progress = Progress(stream)
    with progress.step("Working"):
        progress.detail("half")
    assert stream.getvalue().count("\n") == 1
    assert "Working: half" in stream.getvalue()


def test_a_python_that_is_too_old_is_told_what_to_do(tmp_path: Path) -> None:
    script = (ROOT / "config" / "launch" / "__main__.py").read_text().replace("(3, 11) <=", "(4, 0) <=")
    (tmp_path / "main.py").write_text(script)
    done = subprocess.run([sys.executable, tmp_path / "main.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "make up PYTHON=" in done.stderr


def test_the_launcher_needs_nothing_but_python(tmp_path: Path) -> None:
    """It runs before anything is installed: with no packages at all it gets as far as the lock of the folder."""
    installation = Installation(tmp_path / "var")
    installation.prepare()
    held = installation.lock()
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            "import sys; sys.path.insert(0, '.'); import runpy; runpy.run_module('config.launch', run_name='__main__')",
        ],
        cwd=ROOT,
        env={"OPENBOOK_VAR": str(installation.var), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(held)
    assert done.returncode == 1
    assert "already runs from" in done.stderr
    assert "Traceback" not in done.stderr
