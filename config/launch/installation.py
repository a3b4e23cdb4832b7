"""What an installation owns, all of it under var/: its secret key, its first password, its logs, and its lock."""

from __future__ import annotations

import fcntl
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from config.launch.errors import LaunchError

_LONGEST_SOCKET = 100  # Linux allows 107 bytes for the path of a Unix socket
_LARGEST_LOG = 10_000_000


@dataclass(frozen=True)
class Installation:
    """The folder of one installation and what lies where in it."""

    var: Path

    @property
    def logs(self) -> Path:
        """The folder of the logs, one file for each process."""
        return self.var / "log"

    @property
    def broker(self) -> Path:
        """The folder of the embedded broker: its socket and its append-only file."""
        return self.var / "broker"

    @property
    def socket(self) -> Path:
        """The Unix socket of the embedded broker."""
        return self.broker / "broker.sock"

    @property
    def password(self) -> Path:
        """The file with the password of the first administrator, made for this installation."""
        return self.var / "admin_password"

    def prepare(self) -> None:
        """Make the folders (mode 0700) and the two secrets (mode 0600), and keep those that are there."""
        try:
            for folder in (self.var, self.logs, self.broker):
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(0o700)
            _make_secret(self.var / "secret_key", secrets.token_urlsafe(64))
            _make_secret(self.password, secrets.token_urlsafe(12))
        except OSError as error:
            raise LaunchError(
                f"{error.filename or self.var} cannot be written ({error.strerror}). Openbook keeps all it makes "
                "there: make it writable for this user, or name another folder with OPENBOOK_VAR=/path make up."
            ) from error
        if len(os.fsencode(self.socket)) > _LONGEST_SOCKET:
            raise LaunchError(
                f"The path {self.socket} is too long for a socket (at most {_LONGEST_SOCKET} characters). "
                "Name a shorter folder with OPENBOOK_VAR=/path make up."
            )

    def lock(self) -> int:
        """Hold the installation for this process; the file descriptor keeps it, and its end gives it back."""
        held = os.open(self.var / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
            raise LaunchError(
                f"Openbook already runs from {self.var}. Stop it where it was started (Ctrl-C), or give this one a "
                "folder and a port of its own: OPENBOOK_VAR=/path OPENBOOK_PORT=8001 make up."
            ) from None
        return held

    def open_log(self, name: str) -> Path:
        """The log file of one process; a large one is put aside first."""
        path = self.logs / f"{name}.log"
        if path.is_file() and path.stat().st_size > _LARGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        path.touch(mode=0o600)
        return path

    def read_log_end(self, name: str, lines: int = 12) -> str:
        """The last lines of a process's log, for a message."""
        path = self.logs / f"{name}.log"
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        return "\n".join(text.splitlines()[-lines:])


def _make_secret(path: Path, value: str) -> None:
    if path.is_file() and path.stat().st_size:
        path.chmod(0o600)
        return
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(value + "\n")
