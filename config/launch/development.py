"""What `make test` and `make bench` need: the development packages in .venv, and the programs that tests use."""

from __future__ import annotations

import sys
from pathlib import Path

from config.launch.errors import LaunchError
from config.launch.packages import DEVELOPMENT_LOCK, ensure_packages
from config.launch.progress import Progress
from config.launch.system import install_missing_packages


def main() -> int:
    """Prepare this checkout for development; 0 when all is there."""
    root = Path(__file__).resolve().parents[2]
    progress = Progress(sys.stderr)
    log = root / "var" / "log" / "development.log"
    try:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        log.parent.parent.chmod(0o700)
        install_missing_packages(progress, log, for_tests=True)
        ensure_packages(root, DEVELOPMENT_LOCK, progress, log)
    except LaunchError as problem:
        sys.stderr.write(f"\n{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
