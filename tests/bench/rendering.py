"""Makes reports in a process of its own, because memory is that of a whole process: JSON on standard output."""

from __future__ import annotations

import argparse
import json
import os
import pickle
import sys
from dataclasses import replace
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from audit.models import Report  # noqa: E402 - the registry comes first
from audit.reports.render import render_pdf  # noqa: E402 - the registry comes first
from audit.reports.view import ReportView  # noqa: E402 - the registry comes first
from audit.services.reporting import count_pages  # noqa: E402 - the registry comes first
from audit.tasks import render_report  # noqa: E402 - the registry comes first

_MB = 1024.0


def main() -> None:
    """Make one long report, or work off those that are queued, and tell what memory it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--view", help="a pickled view to make once")
    parser.add_argument("--queued", action="store_true", help="make all reports that are queued")
    asked = parser.parse_args()
    told = make_once(Path(asked.view)) if asked.view else work_off()
    sys.stdout.write(json.dumps(told) + "\n")


def make_once(path: Path) -> dict[str, float]:
    """Give the pages of a report, and the megabytes that making it took beside a process that has made a short one."""
    view: ReportView = pickle.loads(path.read_bytes())
    render_pdf(replace(view, evidence=replace(view.evidence, facts=(), rows=())))
    before = _peak()
    pages = count_pages(render_pdf(view)) or 1
    return {"pages": float(pages), "megabytes": _peak() - before}


def work_off() -> dict[str, float]:
    """Give how many reports were made, and the megabytes held after the first tenth and after the last."""
    keys = list(Report.objects.filter(state="queued").order_by("pk").values_list("pk", flat=True))
    early = max(len(keys) // 10, 1)
    first = 0.0
    for at, key in enumerate(keys, 1):
        render_report(key)
        if at == early:
            first = _held()
    made = Report.objects.filter(pk__in=keys, state="done").count()
    return {"queued": float(len(keys)), "made": float(made), "first": first, "last": _held()}


def _peak() -> float:
    """Give the most memory held so far; not that of ``getrusage``, which counts what the parent held at the fork."""
    return _read("VmHWM:")


def _held() -> float:
    return _read("VmRSS:")


def _read(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) / _MB for line in lines if line.startswith(name))


if __name__ == "__main__":
    main()
