"""What an installation keeps under var/, and who may read it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from config.launch.errors import LaunchError
from config.launch.installation import Installation


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_and_secrets_are_for_their_owner_only(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "var")
    installation.prepare()
    assert {mode(path) for path in (installation.var, installation.logs, installation.broker)} == {0o700}
    assert mode(installation.password) == mode(installation.var / "secret_key") == 0o600


def test_two_installations_have_different_secrets(tmp_path: Path) -> None:
    one, other = Installation(tmp_path / "one"), Installation(tmp_path / "other")
    one.prepare()
    other.prepare()
    assert one.password.read_text() != other.password.read_text()
    assert (one.var / "secret_key").read_text() != (other.var / "secret_key").read_text()
    assert len((one.var / "secret_key").read_text().strip()) >= 50  # what production asks for


def test_a_second_run_keeps_the_secrets_and_closes_them_again(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "var")
    installation.prepare()
    first = installation.password.read_text()
    installation.password.chmod(0o644)
    installation.prepare()
    assert installation.password.read_text() == first
    assert mode(installation.password) == 0o600


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises(LaunchError, match=rf"{tmp_path / 'var'} cannot be written.*OPENBOOK_VAR"):
        Installation(tmp_path / "var").prepare()


def test_a_path_too_long_for_a_socket_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match=r"too long for a socket.*OPENBOOK_VAR"):
        Installation(tmp_path / ("v" * 120)).prepare()


def test_one_installation_runs_once_at_a_time(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "var")
    installation.prepare()
    held = installation.lock()
    with pytest.raises(LaunchError, match="already runs"):
        installation.lock()
    os.close(held)
    os.close(installation.lock())


def test_a_large_log_is_put_aside(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "var")
    installation.prepare()
    installation.open_log("web").write_bytes(b"x" * 10_000_001)
    assert installation.open_log("web").stat().st_size == 0
    assert (installation.logs / "web.log.1").stat().st_size == 10_000_001
