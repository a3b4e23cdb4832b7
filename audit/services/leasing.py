"""Work as rows: asked for, claimed by a conditional update, kept by a heartbeat, finished only by its holder.

A queued row's ``lease_until`` says until when its message is expected to be taken up; a running row's, until when
its worker is believed to live. The sweeper sends again what lies longer than that.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from django.db import DatabaseError, connection
from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat
from django.utils import timezone

from audit.models import UNFINISHED, LeasedWork, WorkState

LEASE: Final = timedelta(seconds=30)
EXPECTED_WITHIN: Final = timedelta(seconds=25)
HEARTBEAT_SECONDS: Final = 8.0
MOST_ATTEMPTS: Final = 4
CLOCKS_AGREE_WITHIN: Final = timedelta(minutes=5)
"""A row that is dated further ahead was written by a clock that has been put back since; it waits for nobody."""

_GIVEN_UP: Final = f" Given up after {MOST_ATTEMPTS} attempts; ask for it again once that is put right."
_NO_REASON: Final = f"The worker ended each time before it could finish; its log of that time says why.{_GIVEN_UP}"

_Work = TypeVar("_Work", bound=LeasedWork)


class LeaseLostError(RuntimeError):
    """The row went to another worker meanwhile; nothing of this run may be stored."""


def ask_for(rows: QuerySet[_Work], *, requested_by: str, now: datetime | None = None) -> int:
    """Queue the rows that are not being worked on; gives their number.

    A row that is queued already keeps its place. One that runs is left alone: its own end sees what changed.
    """
    now = now or timezone.now()
    return _idle(rows).update(
        state=WorkState.QUEUED,
        requested_at=now,
        requested_by=requested_by[:200],
        lease_token="",
        lease_until=now + EXPECTED_WITHIN,
        started_at=None,
        finished_at=None,
        attempts=0,
        error="",
    )


def claim(rows: QuerySet[_Work], *, now: datetime | None = None) -> str:
    """Claim the rows that are queued, or whose worker is gone, under one new token; gives the token.

    Whoever loses the race claims nothing: read the rows by their token afterwards.
    """
    token = str(uuid.uuid4())
    _take(rows, token, now or timezone.now())
    return token


def claim_one(row: QuerySet[_Work], *, now: datetime | None = None) -> str:
    """Claim a row in the same way; gives the token, or an empty text if it is not to be had."""
    token = str(uuid.uuid4())
    return token if _take(row, token, now or timezone.now()) else ""


class Seized(NamedTuple):
    """The token of rows that were claimed, and whether these are all that were wanted."""

    token: str
    is_all: bool


def seize(
    rows: QuerySet[_Work], *, number: int, requested_by: str, token: str = "", now: datetime | None = None
) -> Seized:
    """Ask for the rows and claim them: as ``ask_for`` and then ``claim``, and each row is written once.

    ``number`` is how many they are at most; mostly nobody had asked for any of them, and they are had at once. With
    the ``token`` of others that were seized they are held together.
    """
    now = now or timezone.now()
    token = token or str(uuid.uuid4())
    taken = _idle(rows).update(
        state=WorkState.RUNNING,
        requested_at=now,
        requested_by=requested_by[:200],
        lease_token=token,
        lease_until=now + LEASE,
        started_at=now,
        finished_at=None,
        attempts=1,
        error="",
    )
    if taken < number:
        taken += _take(rows, token, now)
    return Seized(token, taken == number)


def _idle(rows: QuerySet[_Work]) -> QuerySet[_Work]:
    return rows.exclude(state__in=UNFINISHED)


def _take(rows: QuerySet[_Work], token: str, now: datetime) -> int:
    """Claim those of the rows that are free: queued, or of a worker that is gone, and not tried too often."""
    free = Q(state=WorkState.QUEUED) | Q(state=WorkState.RUNNING) & (Q(lease_until__lt=now) | _is_ahead(now))
    return rows.filter(free, attempts__lt=MOST_ATTEMPTS).update(
        state=WorkState.RUNNING,
        lease_token=token,
        lease_until=now + LEASE,
        started_at=now,
        attempts=F("attempts") + 1,
    )


def _is_ahead(now: datetime) -> Q:
    """Rows that a clock wrote which was ahead: no lease of a worker reaches so far, and nobody begins in the future."""
    ahead = now + CLOCKS_AGREE_WITHIN
    held_too_far = Q(state=WorkState.RUNNING, lease_until__gt=ahead)
    return held_too_far | Q(started_at__gt=ahead) | Q(requested_at__gt=ahead)


def renew(rows: QuerySet[_Work], *, token: str, now: datetime | None = None) -> bool:
    """Move the lease on; false when the token no longer holds the row."""
    now = now or timezone.now()
    return bool(rows.filter(lease_token=token, state=WorkState.RUNNING).update(lease_until=now + LEASE))


def finish(
    rows: QuerySet[_Work],
    *,
    token: str,
    outcome: Mapping[str, object] = MappingProxyType({}),
    now: datetime | None = None,
) -> None:
    """Mark the row done, and write what came of it; raises ``LeaseLostError`` when the token no longer holds it.

    Call it in the transaction that stores the result, so that a lost lease takes the result back.
    """
    now = now or timezone.now()
    held = rows.filter(lease_token=token, state=WorkState.RUNNING)
    if not held.update(state=WorkState.DONE, finished_at=now, lease_token="", lease_until=None, error="", **outcome):
        raise LeaseLostError("another worker took this work over; its result counts")


def fail(rows: QuerySet[_Work], *, token: str, error: str, now: datetime | None = None) -> bool:
    """Mark the row failed for good, with a text that people can act on; false when the lease was lost."""
    now = now or timezone.now()
    held = rows.filter(lease_token=token, state=WorkState.RUNNING)
    return bool(
        held.update(state=WorkState.FAILED, finished_at=now, lease_token="", lease_until=None, error=error[:4000])
    )


def hand_back(
    rows: QuerySet[_Work], *, token: str, wait: timedelta, error: str = "", now: datetime | None = None
) -> bool:
    """Queue the row again, to be taken up after ``wait``: its turn is over, or an error passes by itself.

    With an error the attempt stays counted, and the error is shown until the work succeeds.
    """
    now = now or timezone.now()
    held = rows.filter(lease_token=token, state=WorkState.RUNNING)
    attempts = F("attempts") if error else Value(0)
    return bool(
        held.update(
            state=WorkState.QUEUED, lease_token="", lease_until=now + wait, attempts=attempts, error=error[:4000]
        )
    )


def find_lying(rows: QuerySet[_Work], *, most: int, now: datetime | None = None) -> list[int]:
    """The ids of rows whose message was never sent or lost, or whose worker is gone; longest lying first.

    They count as sent again from now. Rows that were tried too often are given up, with the reason.
    """
    now = now or timezone.now()
    under_way = rows.filter(state__in=UNFINISHED)
    lying = under_way.filter(Q(lease_until__lt=now) | _is_ahead(now))
    lying.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=WorkState.FAILED,
        finished_at=now,
        lease_token="",
        lease_until=None,
        error=Case(
            When(error="", then=Value(_NO_REASON)),
            default=Concat("error", Value(_GIVEN_UP)),
            output_field=TextField(),
        ),
    )
    ids = list(lying.order_by("lease_until").values_list("pk", flat=True)[:most])
    rows.filter(pk__in=ids, state=WorkState.QUEUED).update(lease_until=now + EXPECTED_WITHIN)
    return ids


@contextmanager
def kept_alive(rows: QuerySet[_Work], *, token: str, every: float = HEARTBEAT_SECONDS) -> Iterator[None]:
    """Renew the lease from a second thread while the block works without a transaction of its own."""
    ended = threading.Event()

    def beat() -> None:
        has_beaten = False
        try:
            while not ended.wait(every):
                try:
                    has_beaten = True
                    if not renew(rows.all(), token=token):
                        return
                except DatabaseError:
                    # A database that is away for a moment: the lease outlives several missed beats.
                    continue
        finally:
            if has_beaten:  # else this thread has none
                connection.close()

    thread = threading.Thread(target=beat, name=f"lease {token}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
