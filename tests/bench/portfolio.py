"""Measures reassessment in a process of its own, on whatever database its environment names: JSON on standard output.

A process of its own, because memory is that of a whole process, and one process has one database.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - the registry comes first
from django.core.management import call_command  # noqa: E402 - the registry comes first
from django.db import connection  # noqa: E402 - the registry comes first

from audit import rulepacks  # noqa: E402 - the registry comes first
from audit.engine.assess import assess  # noqa: E402 - the registry comes first
from audit.engine.expressions.columns import a_reader  # noqa: E402 - the registry comes first
from audit.models import ReassessmentRun, RunChunk, Standing, Subscription, WorkState  # noqa: E402 - the registry comes first
from audit.rulepacks import load_packs  # noqa: E402 - the registry comes first
from audit.services.assessing import assess_now  # noqa: E402 - the registry comes first
from audit.services.grounds import current_figures  # noqa: E402 - the registry comes first
from audit.services.marking import mark_dirty  # noqa: E402 - the registry comes first
from audit.services.news.digesting import tell_run  # noqa: E402 - the registry comes first
from audit.services.reassessing import assess_all, start_run, work_on_run  # noqa: E402 - the registry comes first
from audit.services.sending import REASSESS_CHUNK, send  # noqa: E402 - the registry comes first
from audit.services.tagging import forget_tags  # noqa: E402 - the registry comes first
from audit.snapshots import build_fact_sheets  # noqa: E402 - the registry comes first
from governance.models import AISystem  # noqa: E402 - the registry comes first
from tests.audit.reissuing import reissue  # noqa: E402 - the registry comes first
from tests.bench.assessing import AS_OF, read_raw  # noqa: E402 - the registry comes first
from tests.bench.measuring import growth_exponent  # noqa: E402 - the registry comes first

REPEATS = 5
_days = count(1)
_issues = count(1)


def seconds_of(work: Callable[[], object]) -> float:
    """Processor seconds of this process and of the database's, for one run of the work."""
    before = _spent()
    work()
    return _spent() - before


def _spent() -> float:
    return time.process_time() + _spent_by_database()


def _spent_by_database() -> float:
    pid = os.environ.get("BENCH_DATABASE_PID")
    if not pid:
        return 0.0
    family = [pid, *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    ticks = 0
    for member in family:
        try:
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended this moment, and its parent has its seconds now
        # utime and stime of each; of the server itself also those of its children that have ended.
        ticks += sum(map(int, fields[11 : 15 if member == pid else 13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def prepare(systems: int) -> None:
    """The tables, the demonstration, and a portfolio of so many systems beside it."""
    for command, options in (("migrate", {"verbosity": 0}), ("load_catalogue", {}), ("load_demo", {})):
        call_command(command, stdout=io.StringIO(), **options)
    call_command("seed_portfolio", systems=systems, stdout=io.StringIO())


def judge_all() -> None:
    """Judge every system anew as if all its rows had moved."""
    forget_outcomes()
    judge_another_day()


def rejudge_all() -> None:
    """Judge every system anew because the packs have a new version; rows and day are the same as before.

    Where the rows were read lately, and none is marked as changed, they are not read again. On another day something
    ends or begins for one system in a hundred, and for many more at the turn of a year.
    """
    rulepacks._load_packs = reissue(_load, next(_issues))  # type: ignore[assignment] # another loader, cached as well
    _forget_day()
    assess_all(as_of=_latest_day(), requested_by="bench")


def judge_another_day() -> None:
    """Judge what is due on the next day."""
    # The same day would find its assessments stored already.
    assess_all(as_of=AS_OF + timedelta(days=next(_days)), requested_by="bench")


_load: Final = rulepacks._load_packs


def forget_reading() -> None:
    """As if the rows were read too long ago: ``rejudge_all`` has to read them again."""
    Standing.objects.update(read_on=None)


def mark_all() -> None:
    """Mark every system as changed, though nothing moved."""
    Standing.objects.update(is_dirty=True)


def confirm_all() -> None:
    """Look at every system on the day on which it was judged last."""
    assess_all(as_of=_latest_day(), requested_by="bench")


def _forget_day() -> None:
    """As in a process that has judged nothing on this day: the facts it has read are forgotten for other days'."""
    forget_tags()
    for days in range(1, 4):
        with a_reader(AS_OF - timedelta(days=days)):
            pass


def _latest_day() -> date:
    return Standing.objects.order_by("-as_of").values_list("as_of", flat=True)[0] or AS_OF


def measure_ratios(systems: int, *parts: int) -> dict[str, object]:
    """The median ratios to the raw read beside it, of those ways to judge all systems that are asked for by place."""
    prepare(systems)
    judge_all()
    rejudge_all()
    read_raw()
    count_of = AISystem.objects.count()
    found: dict[str, object] = {"systems": count_of}
    for name, make_ready, work in [WAYS[place] for place in parts]:
        ratios, seconds = [], []
        for _ in range(REPEATS):
            make_ready()
            raw = seconds_of(read_raw)
            seconds.append(seconds_of(work))
            ratios.append(seconds[-1] / ((raw + seconds_of(read_raw)) / 2))
        found |= {name: statistics.median(ratios), f"{name}_ms": 1000 * statistics.median(seconds) / count_of}
    return found


def forget_outcomes() -> None:
    """As if all rows had moved: what was judged before is no help."""
    Standing.objects.update(is_dirty=True, basis_sha256="")


def leave_all() -> None:
    """Nothing has to be made ready."""


WAYS: Final = (
    ("full", forget_reading, rejudge_all),
    ("kept", leave_all, rejudge_all),
    ("moved", forget_outcomes, judge_another_day),
    ("confirmed", mark_all, confirm_all),
    ("told", rejudge_all, lambda: tell_run(run_id=ReassessmentRun.objects.latest("id").pk)),
)


def measure_changed(systems: int, changed: int = 100) -> dict[str, object]:
    """The processor seconds of a run of which so few systems changed, and of the digests of what moved by it.

    Each of them has another answer, as an officer would save it; a subscriber is told.
    """
    prepare(systems)
    judge_all()
    _subscribe()
    day = _latest_day()
    tell_run(run_id=assess_all(as_of=day, requested_by="bench").run_id)
    let_settle()
    ids = list(AISystem.objects.order_by("id").values_list("id", flat=True))
    step = max(len(ids) // changed, 1)
    parts: dict[str, list[float]] = {"start": [], "judge": [], "tell": []}
    for place in range(REPEATS):
        change(ids[place % step :: step][:changed])
        started = len(parts["start"])
        parts["start"].append(seconds_of(lambda: start_run(as_of=day, requested_by="bench")))
        run = ReassessmentRun.objects.latest("id")
        parts["judge"].append(seconds_of(partial(work_on_run, run_id=run.pk)))
        parts["tell"].append(seconds_of(partial(tell_run, run_id=run.pk)))
        run.refresh_from_db()
        if run.systems_due != min(changed, len(ids)):
            raise RuntimeError(f"run {started} found {run.systems_due} systems due")
    alone = []
    for system_id in ids[: REPEATS * step : step]:
        change([system_id])
        alone.append(seconds_of(partial(assess_now, system_id=system_id, as_of=day, requested_by="bench")))
    return {
        "seconds": statistics.median(map(sum, zip(*parts.values(), strict=True))),
        **{name: statistics.median(spent) for name, spent in parts.items()},
        "alone": 1000 * statistics.median(alone),
        "due": run.systems_due,
        "moved": run.movements.count(),
        "systems": len(ids),
    }


def let_settle() -> None:
    """What autovacuum does by itself in the minutes after so many rows were written: no register is a minute old."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _subscribe() -> None:
    user = get_user_model().objects.create_user("bench", email="bench@example.org")
    Subscription.objects.create(user=user)


def change(system_ids: Sequence[int]) -> None:
    """Turn one answer of each system round, and mark it as the register's signal does."""
    for system in AISystem.objects.filter(pk__in=system_ids):
        turned = [key for key, given in sorted(system.answers.items()) if isinstance(given.get("value"), bool)]
        for key in turned[system.pk % max(len(turned), 1) :][:1]:
            system.answers[key] = {**system.answers[key], "value": not system.answers[key]["value"]}
            system.save(update_fields=["answers"])
    mark_dirty(kind="aisystem", ids=system_ids)


def measure_memory(systems: int) -> dict[str, object]:
    """The most memory above the idle worker, in megabytes, while all systems are judged."""
    prepare(systems)
    return {"systems": AISystem.objects.count()} | _judge_watched()


def _judge_watched() -> dict[str, object]:
    """In a child, so that what preparing took does not count as idle."""
    connection.close()
    reader, writer = os.pipe()
    if os.fork() == 0:
        load_packs()
        idle = _resident()
        Path(f"/proc/{os.getpid()}/clear_refs").write_text("5")  # the peak begins anew
        judge_all()
        os.write(writer, json.dumps({"idle": idle, "peak": _peak()}).encode())
        os._exit(0)
    os.close(writer)
    os.wait()
    found: dict[str, float] = json.loads(os.read(reader, 1000))
    return {"above": found["peak"] - found["idle"], **found}


def _resident() -> float:
    return _status("VmRSS")


def _peak() -> float:
    return _status("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:")), 0.0)


def measure_growth(sizes: Sequence[int]) -> dict[str, object]:
    """How the seconds grow with the systems."""
    found: list[tuple[int, float]] = []
    for size in sizes:
        prepare(size)
        judge_all()
        found.append((AISystem.objects.count(), statistics.median(seconds_of(judge_all) for _ in range(3))))
    return {
        "exponent": growth_exponent([size for size, _ in found], [spent for _, spent in found]),
        "sizes": [size for size, _ in found],
    }


def start(systems: int) -> dict[str, object]:
    """Start a run over all systems and leave its chunks to others."""
    prepare(systems)
    Standing.objects.update(is_dirty=True, basis_sha256="")
    run = start_run(as_of=AS_OF + timedelta(days=int(time.time()) % 300), requested_by="bench")
    return {"run": run.pk, "chunks": run.chunks.count(), "systems": run.systems_due}


def work(run_id: int) -> dict[str, object]:
    """Work on a run as one worker; tells its seconds by the clock and by the processor."""
    some = [AISystem.objects.values_list("id", flat=True)[0]]
    next(build_fact_sheets(some, AS_OF, concentration=current_figures(AS_OF)))
    assess("warm", {}, {}, load_packs(), AS_OF)  # a worker that has run before has all its rules compiled
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()  # so that all begin at the same moment
    began, spent = time.monotonic(), time.process_time()
    outcome = work_on_run(run_id=run_id)
    return {
        "assessed": outcome.assessed,
        "clock": time.monotonic() - began,
        "processor": time.process_time() - spent,
        "began": began,
        "ended": time.monotonic(),
    }


def measure_messages(count_of: int) -> dict[str, object]:
    """Processor seconds a message costs sender and worker when its chunk is gone: broker, task and claim alone."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app",
        "config.celery",
        "worker",
        "--pool",
        "solo",
        "--loglevel",
        "error",
    ]
    worker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _send_and_wait(20)
        before, sender = _spent_by(worker.pid), time.process_time()
        _send_and_wait(count_of)
        spent = _spent_by(worker.pid) - before + time.process_time() - sender
    finally:
        worker.terminate()
        worker.wait()
    return {"seconds": spent / count_of}


def _send_and_wait(messages: int) -> None:
    marker = ReassessmentRun.objects.create(as_of=AS_OF)
    last = RunChunk.objects.create(run=marker, number=0, state=WorkState.QUEUED)
    send(REASSESS_CHUNK, [0] * messages)
    send(REASSESS_CHUNK, [last.pk])
    end = time.monotonic() + 120
    while not RunChunk.objects.filter(pk=last.pk, state=WorkState.DONE).exists():
        if time.monotonic() > end:
            raise RuntimeError("the worker did not take the messages")
        time.sleep(0.5)


def _spent_by(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


TASKS: dict[str, Callable[[Sequence[int]], dict[str, object]]] = {
    "ratios": lambda given: measure_ratios(*given),
    "changed": lambda given: measure_changed(given[0]),
    "memory": lambda given: measure_memory(given[0]),
    "growth": measure_growth,
    "start": lambda given: start(given[0]),
    "work": lambda given: work(given[0]),
    "messages": lambda given: measure_messages(given[0]),
}


def main() -> Iterator[str]:
    """Do the task that is asked for."""
    parser = argparse.ArgumentParser(prog="tests.bench.portfolio", description=__doc__)
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("given", type=int, nargs="+")
    asked = parser.parse_args()
    yield json.dumps(TASKS[asked.task](asked.given))


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in main())
