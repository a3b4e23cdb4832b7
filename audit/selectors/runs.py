"""Runs of reassessment: how far one is, how long it still takes, and what moved with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from audit.models import UNFINISHED, Delivery, Hold, Movement, Rating, ReassessmentRun
from audit.selectors.findings import GRAVITY


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is; ``mark`` changes when it begins, rests, goes on or ends, not with each system."""

    done: int
    due: int
    percent: int
    state: str
    hold: str
    is_working: bool
    seconds_left: int | None
    mark: str

    @property
    def left(self) -> str:
        """The time left in words; empty while it cannot be told."""
        return "" if self.seconds_left is None else name_seconds(self.seconds_left)


def read_progress(run: ReassessmentRun, *, now: datetime | None = None) -> RunProgress:
    """How far a run is, from its row alone."""
    is_working = run.state in UNFINISHED
    seen = repr((run.state, run.hold, run.told_at is not None))
    return RunProgress(
        done=run.systems_done,
        due=run.systems_due,
        percent=100 * run.systems_done // run.systems_due if run.systems_due else 100,
        state=run.state,
        hold=run.hold,
        is_working=is_working,
        seconds_left=_measure_left(run, now or timezone.now()) if is_working and run.hold == Hold.NONE else None,
        mark=hashlib.sha256(seen.encode()).hexdigest()[:16],
    )


def _measure_left(run: ReassessmentRun, now: datetime) -> int | None:
    """What is left, at the pace so far; none before the first part is done."""
    if run.started_at is None or not run.systems_done:
        return None
    spent = (now - run.started_at).total_seconds()
    return max(round(spent / run.systems_done * (run.systems_due - run.systems_done)), 0)


def name_seconds(seconds: int) -> str:
    """A time in words, no more exact than a forecast can be."""
    if seconds < 60:
        return "less than a minute"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"about {minutes} minute{'' if minutes == 1 else 's'}"
    return f"about {round(minutes / 60)} hours"


def list_runs() -> QuerySet[ReassessmentRun]:
    """All runs, the newest first, with how many systems moved with each."""
    return ReassessmentRun.objects.defer("due_ids", "failures").annotate(moved=Count("movements")).order_by("-id")


def list_movements(run: ReassessmentRun) -> QuerySet[Movement]:
    """What moved with a run, the gravest first."""
    rows = Movement.objects.filter(run=run).select_related("system", "before", "after")
    return rows.order_by(GRAVITY, "system__reference")


def count_movements(run: ReassessmentRun) -> list[tuple[str, int]]:
    """How many systems moved by rating, the gravest first."""
    rows = Movement.objects.filter(run=run).order_by().values_list("rating").annotate(number=Count("id"))
    found = dict(rows)
    return [(rating, found[rating]) for rating in reversed(Rating.values) if rating in found]


def list_deliveries(run: ReassessmentRun) -> QuerySet[Delivery, Mapping[str, Any]]:
    """The digests of a run, as plain rows."""
    columns: QuerySet[Delivery, Mapping[str, Any]] = (
        Delivery.objects.filter(run=run)
        .order_by("recipient")
        .values("id", "channel", "to", "state", "attempts", "finished_at", "next_try_at", "error", "subject")
    )
    return columns
