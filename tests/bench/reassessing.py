"""The lines of reassessment: each in processes of its own, on SQLite and on a PostgreSQL of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, Final

from audit.services.reassessing import size_chunks
from tests.bench.measuring import Figure
from tests.bench.servers import Servers, run_servers

MEMORY_TARGET = 200.0
PORTFOLIO = 100_000
MOST_CHUNKS = 50
TWO_WORKERS_TARGET = 1.7
ALONE_TARGET = 75.0
"""Of these about a third is the judging of one system without others to share anything with."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """On how many systems the lines are measured."""

    full: int
    ratios: int
    memory: int
    growth: tuple[int, ...]
    workers: int


def size_for(systems: int) -> Sizes:
    """The sizes that follow from one: how many systems are judged several times over."""
    return Sizes(
        full=50 * systems,
        ratios=5 * systems,
        memory=5 * systems,
        growth=(systems // 2, systems, 2 * systems),
        workers=5 * systems,
    )


def measure_on_sqlite(sizes: Sizes) -> Iterator[Figure]:
    """Judging all in several ways, memory and growth."""
    with _folder() as folder:
        yield from _ratios("sqlite", _run("ratios", _on_sqlite(folder), sizes.ratios, *OTHER_WAYS))
    with _folder() as folder:
        found = _run("memory", _on_sqlite(folder), sizes.memory)
        note = f"{found['systems']} systems; the idle worker has {found['idle']:.0f} MB"
        yield Figure("reassess_memory", found["above"], "MB above idle", MEMORY_TARGET, note)
    with _folder() as folder:
        found = _run("growth", _on_sqlite(folder), *sizes.growth)
        note = f"{found['sizes']} systems"
        yield Figure("reassess_growth", found["exponent"], "exponent in systems", 1.05, note)


def measure_changed(systems: int) -> Iterator[Figure]:
    """A run of which few systems changed, with its digests, and one system alone; on both databases."""
    with _folder() as folder:
        yield from _changed("", _run("changed", _on_sqlite(folder), systems))
    with _folder() as folder, run_servers(folder) as servers:
        yield from _changed("_postgres", _run("changed", _on_servers(folder, servers), systems))


def _changed(where: str, found: Mapping[str, Any]) -> Iterator[Figure]:
    share = f"start {found['start']:.2f}, judge {found['judge']:.2f}, tell {found['tell']:.2f}"
    note = f"{found['due']} of {found['systems']} changed, {found['moved']} moved; {share}"
    yield Figure(f"reassess_changed{where}", found["seconds"], "processor seconds", 1.0, note)
    yield Figure(f"reassess_one{where}", found["alone"], "ms, judging included", ALONE_TARGET, "one system saved")


def measure_on_servers(sizes: Sizes) -> Iterator[Figure]:
    """The same ratios with the database's seconds, and what a second worker adds."""
    with _folder() as folder, run_servers(folder) as servers:
        environment = _on_servers(folder, servers)
        yield from _ratios("postgres", _run("ratios", environment, sizes.ratios, *OTHER_WAYS))
        _work_together(1, environment, sizes.workers)  # the first time each sheet and finding is new
        one = _work_together(1, environment, sizes.workers)
        two = _work_together(2, environment, sizes.workers)
        busy = f"in the processor {', '.join(two['busy'])}, alone {one['busy'][0]}"
        note = f"{two['systems']} systems in {two['chunks']} chunks; {two['each']} by each, {busy}"
        # The other way round than a cost: what is reached is turned over, so that less is better here, too.
        gained = two["rate"] / one["rate"]
        yield Figure(
            "two_workers",
            TWO_WORKERS_TARGET / gained,
            "x the target's time",
            1.0,
            f"{gained:.2f} times one worker's throughput; {note}",
        )


def measure_full(sizes: Sizes) -> Iterator[Figure]:
    """A whole portfolio judged anew by a new version of the packs, on both databases, and the share of the messages."""
    with _folder() as folder:
        yield from _ratios("sqlite", _run("ratios", _on_sqlite(folder), sizes.full, *ALL_OF_IT))
    with _folder() as folder, run_servers(folder) as servers:
        environment = _on_servers(folder, servers)
        found = _run("ratios", environment, sizes.full, *ALL_OF_IT)
        yield from _ratios("postgres", found)
        yield _celery(_run("messages", environment, 300)["seconds"], found["full_ms"] / 1000)


ALL_OF_IT: Final = (0, 1)
OTHER_WAYS: Final = (4, 2, 3)
_TARGETS: Final = {"full": 2.5, "kept": 2.5, "moved": 6.0, "confirmed": 6.0, "told": 0.1}


def _ratios(name: str, found: Mapping[str, Any]) -> Iterator[Figure]:
    """By new packs with the rows read; by the kept facts alone; all moved; only confirmed; telling that none moved."""
    for part, target in _TARGETS.items():
        if part in found:
            note = f"{found['systems']} systems, {found[f'{part}_ms']:.2f} ms each"
            yield Figure(f"reassess_{part}_{name}", found[part], "x raw read", target, note)


def _celery(message: float, system: float) -> Figure:
    """What the messages of a run over 100,000 systems add to the judging of them."""
    chunks = ceil(PORTFOLIO / size_chunks(PORTFOLIO))
    if chunks > MOST_CHUNKS:
        raise RuntimeError(f"{chunks} chunks for {PORTFOLIO} systems; {MOST_CHUNKS} at most")
    share = 100 * chunks * message / (PORTFOLIO * system)
    note = f"{chunks} chunks for {PORTFOLIO} systems at {1000 * message:.1f} ms a message"
    return Figure("celery_overhead", share, "% of judging", 5.0, note)


def _work_together(workers: int, environment: Mapping[str, str], systems: int) -> dict[str, Any]:
    """Let so many processes work on a run over all systems; systems a second by the clock."""
    run = _run("start", environment, systems)
    started = [_start("work", environment, run["run"]) for _ in range(workers)]
    for process in started:
        _await_ready(process)
    for process in started:
        _tell(process, "go")
    done = [_finish(process) for process in started]
    clock = max(each["ended"] for each in done) - min(each["began"] for each in done)
    busy = [f"{each['processor']:.1f} of {each['clock']:.1f} s" for each in done]
    return {**run, "rate": run["systems"] / clock, "each": [each["assessed"] for each in done], "busy": busy}


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="openbook-bench-") as name:
        yield Path(name)


def _on_sqlite(folder: Path) -> dict[str, str]:
    return {"OPENBOOK_VAR": str(folder)}


def _on_servers(folder: Path, servers: Servers) -> dict[str, str]:
    own = folder / "var"
    own.mkdir(mode=0o700, exist_ok=True)
    database = {"BENCH_DATABASE_PID": str(servers.postgres_pid)}
    return {"OPENBOOK_VAR": str(own), **servers.environment, **database}


def _run(task: str, environment: Mapping[str, str], *given: int) -> dict[str, Any]:
    return _finish(_start(task, environment, *given))


def _start(task: str, environment: Mapping[str, str], *given: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.bench.portfolio", task, *map(str, given)]
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    whole = {**inherited, "OPENBOOK_LOG_LEVEL": "error", **environment}
    return subprocess.Popen(command, env=whole, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _await_ready(process: subprocess.Popen[str]) -> None:
    if process.stdout is None or process.stdout.readline().strip() != "ready":
        raise RuntimeError(f"{process.args!r} did not get ready")


def _tell(process: subprocess.Popen[str], word: str) -> None:
    if process.stdin is not None:
        process.stdin.write(f"{word}\n")
        process.stdin.flush()


def _finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What the process tells; raises ``RuntimeError`` where it failed, the reason stands on standard error."""
    told, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
    found: dict[str, Any] = json.loads(told.splitlines()[-1])
    return found
