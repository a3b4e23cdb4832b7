"""Finds changes whose announcement was lost: the process ended between the commit and the marking.

The history is written in the same transaction as the change, so it knows better than the signal. Its events are
numbered in the order in which they are committed, so each is looked at by one run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db.models import Q

from audit.models import Standing
from audit.selectors.among import among
from audit.services.marking import find_reached, mark_systems
from governance.models import AuditEvent

_REQUESTED_BY: Final = "change that was not announced"


def find_last_event() -> int:
    """The number of the last event of the history; zero before the first."""
    return AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0


def mark_unheard(*, after: int, until: int) -> list[int]:
    """Mark the systems that changes reach and that were neither marked nor assessed after them.

    The changes are those of the events behind ``after``, up to and with ``until``.
    """
    changed, latest = _read_changes(after, until)
    unheard: set[int] = set()
    for kind, ids in changed.items():
        reached = find_reached(kind, ids)
        heard = Standing.objects.filter(
            Q(is_dirty=True) | Q(finished_at__gt=latest[kind]), among("system_id", reached)
        ).order_by()
        unheard |= reached - set(heard.values_list("system_id", flat=True))
    if unheard:
        mark_systems(system_ids=unheard, requested_by=_REQUESTED_BY)
    return sorted(unheard)


def _read_changes(after: int, until: int) -> tuple[Mapping[str, set[int]], Mapping[str, datetime]]:
    """The changed rows by kind, and when the last of each kind was changed; of what was deleted, its system."""
    changed: dict[str, set[int]] = defaultdict(set)
    latest: dict[str, datetime] = {}
    events = AuditEvent.objects.filter(id__gt=after, id__lte=until).order_by("-id")
    columns = ("at", "action", "object_type", "object_id", "system_id")
    for at, action, kind, object_id, system_id in events.values_list(*columns).iterator(chunk_size=500):
        # A deleted row reaches nothing any more, and neither does its id; the system it hung on is in the event.
        is_gone = action == "deleted" and system_id is not None
        reached_by, row_id = ("aisystem", str(system_id)) if is_gone else (kind, object_id)
        if row_id.isdecimal():
            changed[reached_by].add(int(row_id))
            latest.setdefault(reached_by, at)
    return changed, latest
