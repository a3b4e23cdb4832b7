"""One step on a seeded portfolio in a database of its own, for the marathon: make it, change it, judge it, show it.

``python -m tests.audit.faults.portfolio STEP …`` prints one JSON object; the environment says in which database.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Final

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django has to be set up first
from django.db import DatabaseError, connection, transaction  # noqa: E402 - as above
from django.db.models import F  # noqa: E402 - as above
from django.utils import timezone  # noqa: E402 - as above

from audit.models import UNFINISHED, Assessment, Finding, ReassessmentRun, RunChunk, Standing  # noqa: E402 - as above
from audit.services.reassessing import assess_all  # noqa: E402 - as above
from audit.services.sending import REASSESS_DUE, send  # noqa: E402 - as above
from governance.models import AISystem  # noqa: E402 - as above

PATIENCE_SECONDS: Final = 600.0
TOGGLED: Final = ("sys.profiling", "sys.interacts_with_people", "trans.people_told", "trans.human_override")
"""Answers that decide a class, a duty or a score, so that each change opens some findings and closes others."""

_JUDGED: Final = ("system_id", "as_of", "fact_sheet__sha256", "outcome_sha256", "packs_hash", "valid_until")
_FOUND: Final = (
    *("system_id", "key", "rating", "title", "condition", "times_opened"),
    *("opened_on", "closed_on", "closed_because"),
)
_STANDING: Final = (
    *("system_id", "system__reference", "assessment__outcome_sha256"),
    *("is_dirty", "state", "error", "open_findings"),
)

Figures = dict[str, object]


def prepare(systems: str, seed: str) -> Figures:
    """Make the tables, the catalogue, the demonstration and the portfolio."""
    call_command("migrate", verbosity=0)
    for command in ("load_catalogue", "load_demo"):
        call_command(command, stdout=sys.stderr)
    call_command("seed_portfolio", systems=int(systems), seed=int(seed), stdout=sys.stderr)
    return {"systems": AISystem.objects.count()}


def change(number: str) -> Figures:
    """Change one answer of every system, another one each time, and mark all as changed."""
    turn = int(number)
    with transaction.atomic():
        changed = []
        for system in AISystem.objects.only("id", "answers").order_by("id").iterator(chunk_size=2000):
            key = TOGGLED[(system.pk + turn) % len(TOGGLED)]
            is_true = (system.answers.get(key) or {}).get("value") is True
            system.answers[key] = {"value": not is_true, "grade": "self_declared", "source": f"change {turn}"}
            changed.append(system)
        AISystem.objects.bulk_update(changed, ["answers"], batch_size=500)
        Standing.objects.update(is_dirty=True, dirty_since=timezone.now(), dirty_serial=F("dirty_serial") + 1)
    return {"changed": len(changed)}


def judge() -> Figures:
    """Reassess all that is due here, undisturbed."""
    started = time.monotonic()
    assess_all(as_of=timezone.localdate(), requested_by="twin")
    return {"seconds": time.monotonic() - started}


def start() -> Figures:
    """Ask the workers for a run and wait until one of them has begun."""
    before = ReassessmentRun.objects.count()
    send(REASSESS_DUE, [None])
    _wait(lambda: ReassessmentRun.objects.count() > before and RunChunk.objects.exclude(started_at=None).exists())
    return {"runs": before + 1}


def await_end() -> Figures:
    """Wait until no run is under way and no system is left to be assessed; nobody helps but the scheduler."""
    _wait(lambda: not ReassessmentRun.objects.filter(state__in=UNFINISHED).exists() and not _left())
    began, ended = ReassessmentRun.objects.order_by("-id").values_list("started_at", "finished_at")[0]
    return {"seconds": (ended - began).total_seconds() if began and ended else 0.0}


def _left() -> bool:
    return Standing.objects.filter(is_dirty=True).exists() or Standing.objects.filter(state__in=UNFINISHED).exists()


def _wait(is_there: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            if is_there():
                return
        except DatabaseError:
            connection.close()  # killed a moment ago; the next look opens a new one
        time.sleep(0.5)
    runs = ReassessmentRun.objects.filter(state__in=UNFINISHED).values_list("id", "state", "error")
    raise AssertionError(f"waited {PATIENCE_SECONDS:.0f} s in vain; runs left: {list(runs)}, systems left: {_left()}")


def show() -> Figures:
    """Give all that was stored, without ids and times of the clock: a hash, and each system's own for telling which."""
    systems = {reference: hashlib.sha256(text.encode()).hexdigest() for reference, text in _describe_systems()}
    inputs = Assessment.objects.values("system", "as_of", "fact_sheet", "packs_hash").distinct()
    failed = sum(ReassessmentRun.objects.values_list("systems_failed", flat=True))
    return {"systems": systems, "doubled": Assessment.objects.count() - inputs.count(), "failed": failed}


def _describe_systems() -> Iterator[tuple[str, str]]:
    judged = _group(Assessment.objects.order_by("system_id", "id").values_list(*_JUDGED))
    found = _group(Finding.objects.order_by("system_id", "key").values_list(*_FOUND))
    for system_id, reference, *row in Standing.objects.order_by("system_id").values_list(*_STANDING):
        yield reference, json.dumps([judged[system_id], found[system_id], row], default=date.isoformat)


def _group(rows: Iterable[tuple[object, ...]]) -> Mapping[object, list[object]]:
    grouped: dict[object, list[object]] = defaultdict(list)
    for system_id, *row in rows:
        grouped[system_id].append(row)
    return grouped


STEPS: Final[dict[str, Callable[..., Figures]]] = {
    step.__name__: step for step in (prepare, change, judge, start, await_end, show)
}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))  # noqa: T201 - this is how the marathon hears of it
