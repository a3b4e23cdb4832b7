"""The system libraries that WeasyPrint loads, and how to get them where apt may be used."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from config.launch.errors import LaunchError
from config.launch.progress import Progress

# Shared library -> Debian and Ubuntu package.
LIBRARIES: Mapping[str, str] = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


# Command -> package, for the tests only: they look at PDFs, drive a browser and run on PostgreSQL and Redis.
TOOLS: Mapping[str, str] = {
    "pdftotext": "poppler-utils",
    "chromium": "chromium",
    "initdb": "postgresql",
    "redis-server": "redis-server",
    "fc-list": "fontconfig",
}
# Debian keeps PostgreSQL's programs off PATH.
POSTGRESQL_PROGRAMS = Path("/usr/lib/postgresql")


def find_missing_packages(*, for_tests: bool = False) -> list[str]:
    """The Debian packages that this machine lacks, in a fixed order."""
    missing = [package for library, package in LIBRARIES.items() if not _loads(library)]
    if importlib.util.find_spec("ensurepip") is None:
        missing.append("python3-venv")
    if for_tests:
        missing += [package for tool, package in TOOLS.items() if not _is_installed(tool)]
    return missing


def install_missing_packages(progress: Progress, log: Path, *, for_tests: bool = False) -> None:
    """Install what is missing with apt if that needs no password; otherwise raise LaunchError with the command."""
    missing = find_missing_packages(for_tests=for_tests)
    if not missing:
        return
    sudo = _find_sudo()
    if shutil.which("apt-get") is None or sudo is None:
        raise LaunchError(_explain(missing))
    with progress.step(f"Installing system packages: {' '.join(missing)}"), log.open("ab") as output:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
        for command in (["apt-get", "update"], install):
            done = subprocess.run([*sudo, *command], env=environment, stdout=output, stderr=output, check=False)
        if done.returncode:
            raise LaunchError(f"{_explain(missing)}\nIt was tried and failed; the reason stands in {log}.")
    still_missing = find_missing_packages(for_tests=for_tests)
    if still_missing:
        raise LaunchError(_explain(still_missing))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _is_installed(tool: str) -> bool:
    return shutil.which(tool) is not None or any(POSTGRESQL_PROGRAMS.glob(f"*/bin/{tool}"))


def _find_sudo() -> list[str] | None:
    """What to put before a command to run it as root: nothing, sudo without a password, or None if it cannot be."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _explain(packages: list[str]) -> str:
    command = f"sudo apt-get update && sudo apt-get install --yes --no-install-recommends {' '.join(packages)}"
    return (
        f"System packages are missing: {', '.join(packages)}. Install them with\n\n    {command}\n\n"
        "and run the same command again. (These are the names on Debian 12 and Ubuntu 24.04.)"
    )
