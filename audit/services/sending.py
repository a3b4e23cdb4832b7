"""Sends tasks by name after the commit; while the broker is down the rows stay, and the sweeper sends them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Final

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError

ASSESS_SYSTEM: Final = "audit.tasks.assess_system"
RENDER_REPORT: Final = "audit.tasks.render_report"
REASSESS_DUE: Final = "audit.tasks.reassess_due"
REASSESS_CHUNK: Final = "audit.tasks.reassess_chunk"
RUN_STRESS: Final = "audit.tasks.run_stress"
RAISE_REMINDERS: Final = "audit.tasks.raise_reminders"
TELL_RUN: Final = "audit.tasks.tell_run"
DELIVER_DIGEST: Final = "audit.tasks.deliver_digest"
COMPUTE_SCENARIO: Final = "audit.tasks.compute_scenario"
MOST_AT_ONCE: Final = 100
"""Of a change that reaches more rows the rest is left to the sweeper, so that a request stays quick."""

_log = logging.getLogger(__name__)


def send_on_commit(task: str, ids: Iterable[int]) -> None:
    """Send one message for each id once the transaction has committed."""
    chosen = list(ids)[:MOST_AT_ONCE]
    if chosen:
        transaction.on_commit(lambda: send(task, chosen))


def send(task: str, ids: Iterable[int | None]) -> int:
    """Send one message for each id now, ``None`` for a task without an argument.

    Gives how many went out before the broker failed, if it did.
    """
    sent = 0
    for row_id in ids:
        try:
            current_app.send_task(task, args=[] if row_id is None else [row_id], retry=False)
        except (BrokerError, OSError) as error:
            _log.warning("broker not reachable, the sweeper will send it", extra={"task": task, "error": str(error)})
            return sent
        sent += 1
    return sent
