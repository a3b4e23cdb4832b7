"""Makes reports in a process of its own, because memory is that of a whole process: JSON on standard output."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - the registry comes first
from django.db import connection  # noqa: E402 - the registry comes first

from audit.models import Report  # noqa: E402 - the registry comes first
from audit.reports.kinds import build_printable  # noqa: E402 - the registry comes first
from audit.reports.render import render_pdf  # noqa: E402 - the registry comes first
from audit.reports.view import ReportView  # noqa: E402 - the registry comes first
from audit.rulepacks import load_packs  # noqa: E402 - the registry comes first
from audit.services.reporting import count_pages  # noqa: E402 - the registry comes first
from audit.tasks import render_report  # noqa: E402 - the registry comes first
from tests.bench.measuring import spend  # noqa: E402 - the registry comes first

_MB = 1024.0
EARLY, MIDDLE = 20, 100


def main() -> None:
    """Make one long report, or work off those that are queued, and tell what memory it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--view", help="a pickled view to make once")
    parser.add_argument("--kind", help="the kind of report whose last row is made once")
    parser.add_argument("--queued", action="store_true", help="make all reports that are queued")
    asked = parser.parse_args()
    sys.stdout.write(json.dumps(_make(asked.view, asked.kind)) + "\n")


def _make(view: str | None, kind: str | None) -> dict[str, float]:
    if view is not None:
        return make_once(Path(view))
    return make_of_kind(kind) if kind is not None else work_off()


def make_once(path: Path) -> dict[str, float]:
    """Give the pages of a report, and the megabytes that making it took above an idle worker."""
    view: ReportView = pickle.loads(path.read_bytes())
    return _weigh(lambda: render_pdf(view))


def make_of_kind(kind: str) -> dict[str, float]:
    """Give the same of the last report of a kind, from its row to its bytes, and the seconds."""
    report = Report.objects.filter(kind=kind).latest("pk")
    return _weigh(lambda: render_pdf(build_printable(report)))


def _weigh(make: Callable[[], bytes]) -> dict[str, float]:
    """Make a report in a worker that is idle: WeasyPrint and the rules are loaded, and nothing was made before."""
    load_packs()
    importlib.import_module("weasyprint")
    idle, made = _held(), []
    seconds = spend(lambda: made.append(make()))
    pages = count_pages(made[0]) or 1
    return {"pages": float(pages), "megabytes": _peak() - idle, "idle": idle, "seconds": seconds}


def work_off() -> dict[str, float]:
    """Give how many reports were made, and the megabytes held after the 20th (or the first), the 100th, and the last.

    A process makes as many as one of a worker does before another takes its place.
    """
    keys = list(Report.objects.filter(state="queued").order_by("pk").values_list("pk", flat=True))
    turn = settings.CELERY_WORKER_MAX_TASKS_PER_CHILD
    held = [each for start in range(0, len(keys), turn) for each in _work_in_a_child(keys[start : start + turn])]
    made = Report.objects.filter(pk__in=keys, state="done").count()
    early, middle = (held[min(at, len(held)) - 1] for at in (EARLY, MIDDLE))
    first = held[0] if len(held) <= EARLY else early
    told = {"first": first, "middle": middle, "last": held[-1], "most": max(held)}
    return {"queued": float(len(keys)), "made": float(made), **told}


def _work_in_a_child(keys: Sequence[int]) -> list[float]:
    """Make these reports in a process of its own; gives the megabytes it held after each."""
    connection.close()
    reader, writer = os.pipe()
    if os.fork() == 0:
        held = []
        for key in keys:
            render_report(key)
            held.append(_held())
        os.write(writer, json.dumps(held).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        given: list[float] = json.loads(told.read())
    os.wait()
    return given


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
