"""One step on a seeded portfolio in a database of its own, for the marathon: make it, change it, judge it, show it.

``python -m tests.audit.faults.portfolio STEP …`` prints one JSON object; the environment says in which database.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - Django has to be set up first
from django.core.management import call_command  # noqa: E402 - as above
from django.db import DatabaseError, connection, transaction  # noqa: E402 - as above
from django.db.models import F, Max, Q, QuerySet  # noqa: E402 - as above
from django.utils import timezone  # noqa: E402 - as above
from django_celery_beat.models import PeriodicTask  # noqa: E402 - as above

from audit.models import (  # noqa: E402 - as above
    UNFINISHED,
    Assessment,
    Channel,
    Delivery,
    Finding,
    Movement,
    Rating,
    ReassessmentRun,
    Scope,
    Standing,
    Subscription,
)
from audit.services.news.digesting import tell_run  # noqa: E402 - as above
from audit.services.news.signing import derive_secret  # noqa: E402 - as above
from audit.services.reassessing import assess_all  # noqa: E402 - as above
from audit.services.sending import REASSESS_DUE, send  # noqa: E402 - as above
from governance.models import AISystem, LegalEntity  # noqa: E402 - as above

PATIENCE_SECONDS: Final = 900.0
TOGGLED: Final = ("sys.profiling", "sys.interacts_with_people", "trans.people_told", "trans.human_override")
"""Answers that decide a class, a duty or a score, so that each change opens some findings and closes others."""

_JUDGED: Final = ("system_id", "as_of", "fact_sheet__sha256", "outcome_sha256", "pack_set__sha256", "valid_until")
_FOUND: Final = (
    *("system_id", "key", "rating", "title", "condition", "times_opened"),
    *("opened_on", "closed_on", "closed_because", "times_told", "is_told_open"),
)
_STANDING: Final = (
    *("system_id", "system__reference", "assessment__outcome_sha256", "has_news", "told_assessment__outcome_sha256"),
    *("is_dirty", "state", "error", "open_findings"),
)
_MOVED: Final = (
    *("system_id", "before__outcome_sha256", "after__outcome_sha256"),
    *("rating", "causes", "is_exact", "changes", "findings"),
)

Figures = dict[str, object]


def prepare(systems: str, seed: str, receiver: str) -> Figures:
    """Make the tables, the catalogue, the demonstration and the portfolio, judge it once, and subscribe to its news.

    Gives the secret of each webhook by its path.
    """
    call_command("migrate", verbosity=0)
    for command in ("load_catalogue", "load_demo"):
        call_command(command, stdout=sys.stderr)
    call_command("seed_portfolio", systems=int(systems), seed=int(seed), stdout=sys.stderr)
    tell_run(run_id=_judge())
    # An hour would strike in one round or another, or in none: what asks for a run here is ``begin``, and twice.
    PeriodicTask.objects.exclude(crontab=None).update(enabled=False)
    return {"systems": AISystem.objects.count(), "secrets": _subscribe(receiver)}


def _subscribe(receiver: str) -> dict[str, str]:
    """An e-mail and a webhook for the whole portfolio and for each legal entity, from the lowest rating on."""
    secrets = {}
    wanted: list[dict[str, object]] = [{"scope": Scope.PORTFOLIO, "tells_nothing_moved": True}]
    with_systems = LegalEntity.objects.exclude(systems=None).order_by("id").distinct()
    wanted += [{"scope": Scope.ENTITY, "legal_entity": entity} for entity in with_systems]
    for number, about in enumerate(wanted):
        user = get_user_model().objects.create_user(f"reader{number}", email=f"reader{number}@bank.example")
        every = {"user": user, "least_rating": Rating.values[0], **about}
        Subscription.objects.create(channel=Channel.EMAIL, **every)
        path = f"/{number}"
        hook = Subscription.objects.create(channel=Channel.WEBHOOK, url=receiver + path, **every)
        secrets[path] = derive_secret(hook)
    return secrets


def begin(number: str) -> Figures:
    """Change every system, ask the workers for a run, and wait until one of them has begun; gives when it did.

    They are asked twice, as by a message that came again, and sometimes by the schedule: one of the runs is in vain.
    """
    begun = ReassessmentRun.objects.filter(id__gt=ReassessmentRun.objects.aggregate(id=Max("id", default=0))["id"])
    _change(int(number))
    send(REASSESS_DUE, [None, None])
    _wait(lambda: begun.exclude(started_at=None).exists(), every=0.1)
    began = begun.exclude(started_at=None).earliest("id").started_at
    return {"began": began.timestamp() if began else 0.0}


def _change(turn: int) -> None:
    """Change one answer of every system, another one each time, and mark all as changed."""
    with transaction.atomic():
        changed = []
        for system in AISystem.objects.only("id", "answers").order_by("id").iterator(chunk_size=2000):
            key = TOGGLED[(system.pk + turn) % len(TOGGLED)]
            is_true = (system.answers.get(key) or {}).get("value") is True
            system.answers[key] = {"value": not is_true, "grade": "self_declared", "source": f"change {turn}"}
            changed.append(system)
        AISystem.objects.bulk_update(changed, ["answers"], batch_size=500)
        Standing.objects.update(is_dirty=True, dirty_since=timezone.now(), dirty_serial=F("dirty_serial") + 1)


def follow(number: str, since: str) -> Figures:
    """What the twin does, undisturbed in one process: the same change, judged and told, with nothing sent."""
    _change(int(number))
    tell_run(run_id=_judge())
    return _show(since)


def _judge() -> int:
    return assess_all(as_of=timezone.localdate(), requested_by="twin").run_id


def await_end(since: str) -> Figures:
    """Wait until nothing is under way, nobody left to be assessed and nothing to be told; only the scheduler helps.

    Gives what is stored, and when the last run ended and its last message was out.
    """
    _wait(lambda: not _is_left())
    run = ReassessmentRun.objects.exclude(systems_due=0).latest("id")
    last = run.deliveries.aggregate(at=Max("finished_at"))["at"] or run.told_at
    times = {name: at.timestamp() for name, at in (("ended", run.finished_at), ("quiet", last)) if at}
    return {**_show(since), "times": times}


def _is_left() -> bool:
    return (
        ReassessmentRun.objects.filter(Q(state__in=UNFINISHED) | Q(told_at=None)).exists()
        or Standing.objects.filter(Q(is_dirty=True) | Q(state__in=UNFINISHED)).exists()
        or Delivery.objects.filter(state__in=UNFINISHED).exists()
    )


def _wait(is_there: Callable[[], bool], *, every: float = 0.5) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            if is_there():
                return
        except DatabaseError:
            connection.close()  # killed a moment ago; the next look opens a new one
        time.sleep(every)
    runs = ReassessmentRun.objects.filter(Q(state__in=UNFINISHED) | Q(told_at=None)).values_list("id", "state", "error")
    systems = Standing.objects.filter(Q(is_dirty=True) | Q(state__in=UNFINISHED)).count()
    letters = Delivery.objects.filter(state__in=UNFINISHED).values_list("id", "state", "error")
    raise AssertionError(
        f"waited {PATIENCE_SECONDS:.0f} s in vain; runs left: {list(runs)}, systems left: {systems}, "
        f"deliveries left: {list(letters)}"
    )


def _show(since: str) -> Figures:
    """Give what was stored since, without ids and times of the clock: a hash of each system's, and each delivery."""
    seen: dict[str, int] = json.loads(since)
    assessments = Assessment.objects.filter(pk__gt=seen.get("assessment", 0))
    movements = Movement.objects.filter(pk__gt=seen.get("movement", 0))
    letters = Delivery.objects.filter(pk__gt=seen.get("delivery", 0))
    systems = {
        reference: hashlib.sha256(text.encode()).hexdigest()
        for reference, text in _describe_systems(assessments, movements)
    }
    inputs = Assessment.objects.values("system", "as_of", "fact_sheet", "pack_set").distinct()
    moves = Movement.objects.values("system", "before", "after").distinct()
    return {
        "systems": systems,
        "doubled": Assessment.objects.count() - inputs.count() + Movement.objects.count() - moves.count(),
        "failed": sum(ReassessmentRun.objects.values_list("systems_failed", flat=True)),
        "letters": [_describe_letter(row) for row in letters.order_by("recipient", "id")],
        "seen": {
            "assessment": assessments.aggregate(last=Max("pk", default=0))["last"],
            "movement": movements.aggregate(last=Max("pk", default=0))["last"],
            "delivery": letters.aggregate(last=Max("pk", default=0))["last"],
        },
    }


def _describe_systems(judged: QuerySet[Assessment], moved: QuerySet[Movement]) -> Iterator[tuple[str, str]]:
    assessments = _group(judged.order_by("system_id", "id").values_list(*_JUDGED))
    findings = _group(Finding.objects.order_by("system_id", "key").values_list(*_FOUND))
    movements = _group(_without_ids(moved.order_by("system_id", "id").values_list(*_MOVED)))
    for system_id, reference, *row in Standing.objects.order_by("system_id").values_list(*_STANDING):
        parts = [assessments[system_id], findings[system_id], movements[system_id], row]
        yield reference, json.dumps(parts, default=date.isoformat, sort_keys=True)


def _without_ids(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[object, ...]]:
    for *row, findings in rows:
        yield (*row, [*_number_out(findings)])


def _number_out(findings: Iterable[Mapping[str, object]]) -> Iterator[dict[str, object]]:
    """Findings without their numbers: several workers may open them in another order than the twin."""
    return ({name: value for name, value in finding.items() if name != "id"} for finding in findings)


def _describe_letter(delivery: Delivery) -> Figures:
    """A delivery with the hash of what it says, whatever numbers its run and its findings have here."""
    said = {name: value for name, value in delivery.content.items() if name not in {"run", "url", "overdue"}}
    moved, overdue = delivery.content["moved"], delivery.content["overdue"]
    said["moved"] = [{**row, "findings": [*_number_out(row["findings"])]} for row in moved]
    said["overdue"] = sorted([str(row[name]) for name in sorted(row) if name != "url"] for row in overdue)
    return {
        "key": str(delivery.key),
        "recipient": delivery.recipient,
        "channel": delivery.channel,
        "state": delivery.state,
        "error": delivery.error,
        "said": hashlib.sha256(json.dumps([delivery.to, said], sort_keys=True).encode()).hexdigest(),
        "to": urlsplit(delivery.to).path if delivery.channel == Channel.WEBHOOK else delivery.to,
        "systems": [row["system"] for row in moved],
    }


def _group(rows: Iterable[tuple[object, ...]]) -> Mapping[object, list[object]]:
    grouped: dict[object, list[object]] = defaultdict(list)
    for system_id, *row in rows:
        grouped[system_id].append(row)
    return grouped


STEPS: Final[dict[str, Callable[..., Figures]]] = {step.__name__: step for step in (prepare, begin, follow, await_end)}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])), flush=True)  # noqa: T201 - this is how the marathon hears of it
    connection.close()
    os._exit(0)  # at once: the moment of a kill counts from what was printed
