"""Measures and prints one line a figure, or JSON with --json; names what could not be measured."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import traceback
from pathlib import Path

import django


def main() -> int:
    """Make a register in a folder of its own, measure on it, and throw it away."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object with all figures")
    parser.add_argument("--assessed", type=int, default=2_000, help="systems that are assessed (default 2,000)")
    parser.add_argument("--changed", type=int, default=1_200, help="systems of which 100 change (default 1200)")
    parser.add_argument("--listed", type=int, default=100_000, help="systems in the lists (default 100000)")
    parser.add_argument("--pages", type=int, default=120, help="pages of the longest report (default 120)")
    parser.add_argument("--portfolio", type=int, default=300, help="systems in the portfolio report (300)")
    parser.add_argument("--queued", type=int, default=40, help="reports queued at once (default 40)")
    parser.add_argument("--only", default="", help="only the groups whose name holds this, for example reassess")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the folder is thrown away then, too
    folder = tempfile.mkdtemp(prefix="openbook-bench-")
    os.environ |= {"OPENBOOK_VAR": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "OPENBOOK_LOG_LEVEL": "error"}
    for name in ("DATABASE_URL", "REDIS_URL", "OPENBOOK_MODE"):
        os.environ.pop(name, None)
    os.environ["OPENBOOK_RATE_USER"] = "1000000/minute"
    try:
        Path(folder).chmod(0o700)
        django.setup()
        return _report(asked)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _report(asked: argparse.Namespace) -> int:
    """Measure group by group, so that one that fails does not take the others with it."""
    from tests.bench import groups
    from tests.bench.reporting import Sizes

    figures, missing = [], []
    sizes = Sizes(asked.pages, asked.portfolio, asked.queued)
    for name, group in groups.plan(asked.assessed, asked.changed, asked.listed, sizes):
        if asked.only not in name:
            continue
        try:
            for figure in group():
                figures.append(figure)
                if not asked.json:
                    sys.stdout.write(f"{figure.to_line()}\n")
                    sys.stdout.flush()
        except groups.UNMEASURABLE:
            missing.append(name)
            traceback.print_exc()
    if asked.json:
        rows = [
            {
                "name": one.name,
                "value": one.value,
                "unit": one.unit,
                "target": one.target,
                "verdict": one.verdict,
                "note": one.note,
            }
            for one in figures
        ]
        sys.stdout.write(json.dumps({"figures": rows, "missing": missing}, indent=2) + "\n")
    elif missing:
        sys.stdout.write(f"Not measured: {', '.join(missing)}; the reasons stand above.\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
