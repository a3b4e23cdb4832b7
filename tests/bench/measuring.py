"""How a figure is measured: processor seconds, medians, ratios within one run."""

from __future__ import annotations

import gc
import math
import os
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

REPEATS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; ``met`` when the value is at most the target."""

    name: str
    value: float
    unit: str
    target: float
    note: str = ""

    @property
    def verdict(self) -> Literal["met", "short"]:
        """Whether the target is reached."""
        return "met" if self.value <= self.target else "short"

    def to_line(self) -> str:
        """The figure on one line: name, value, unit, target, verdict."""
        return f"{self.name:<24} {self.value:>10.3f}  {self.unit:<22} {self.target:>8g}  {self.verdict}"


def spend(work: Callable[[], object]) -> float:
    """User and system seconds of this process and its children for one run of the work."""
    gc.collect()
    before = _spent()
    work()
    return _spent() - before


def _spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime + _spent_by_database()


def _spent_by_database() -> float:
    """Seconds of the PostgreSQL that ``BENCH_DATABASE_PID`` names, to the nanosecond; none where there is none."""
    pid = os.environ.get("BENCH_DATABASE_PID")
    if not pid:
        return 0.0
    family = [pid, *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return sum(int(Path(f"/proc/{member}/schedstat").read_text().split()[0]) for member in family) / 1e9


def median_seconds(work: Callable[[], object], *, repeats: int = REPEATS, times: int = 1) -> float:
    """The median processor seconds of one piece of work; ``times`` runs are measured together when one is short."""

    def many() -> None:
        for _ in range(times):
            work()

    work()  # caches are filled and modules loaded before it counts
    return statistics.median(spend(many) for _ in range(repeats)) / times


def median_ratio(work: Callable[[], object], floor: Callable[[], object], *, times: int = 1) -> float:
    """The median of the ratios work to floor, both measured next to each other so that noise strikes both."""
    work()
    floor()
    ratios = []
    for _ in range(REPEATS):
        worked = spend(lambda: [work() for _ in range(times)])
        bare = spend(lambda: [floor() for _ in range(times)])
        ratios.append(worked / max(bare, 1e-9))
    return statistics.median(ratios)


def growth_exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The slope of log seconds over log size by least squares: 1 means in proportion."""
    xs, ys = [math.log(size) for size in sizes], [math.log(max(second, 1e-9)) for second in seconds]
    x_mean, y_mean = statistics.fmean(xs), statistics.fmean(ys)
    spread = sum((x - x_mean) ** 2 for x in xs)
    return sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / spread
