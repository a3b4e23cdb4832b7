"""Reads the rows of systems again that nobody said had moved: what no mark and no history tells is found so.

Every change through the product marks whom it reaches. What happens behind its back, such as SQL by hand or a faulty
import of the database, does not; nor does a new version of the code that makes facts of rows. Both stay unseen for
``LOOKED_AT_EVERY`` at most, at the price of reading each row once in that time.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from audit.models import UNFINISHED, Standing
from audit.selectors.among import among
from audit.services.grounds import current_figures
from audit.services.keeping import READ_AGAIN_AFTER
from audit.services.marking import mark_for_the_next_run
from audit.snapshots import sight_systems

LOOKED_AT_EVERY: Final = READ_AGAIN_AFTER - timedelta(days=1)
"""A day before a run would have to read them: so a new version of the packs mostly finds them read."""
MOST: Final = 100_000
"""So many systems at a time; of a larger register the rest is looked at on the next day."""
_AT_ONCE: Final = 1_000
_NAMED: Final = 20

_log = logging.getLogger(__name__)


class Reread(NamedTuple):
    """How many systems were read again, and which of them had moved."""

    read: int
    moved: list[int]


def find_unannounced(*, as_of: date, most: int = MOST) -> Reread:
    """Read systems again that were read longest ago, and mark those whose rows or figures moved, for the next run.

    Left alone is what is marked, is being assessed, or is due by the day: it is read anyway.
    """
    longest_ago = F("read_on").asc(nulls_first=True)
    ids = list(_find_unread(as_of).order_by(longest_ago, "system_id").values_list("system_id", flat=True)[:most])
    moved: list[int] = []
    for start in range(0, len(ids), _AT_ONCE):
        moved += _read_again(ids[start : start + _AT_ONCE], as_of)
    if moved:
        _log.warning(
            "systems are no longer what they were judged by, and nobody said so; the next run assesses them",
            extra={"number": len(moved), "system_ids": moved[:_NAMED]},
        )
    return Reread(len(ids), moved)


def _find_unread(as_of: date) -> QuerySet[Standing]:
    """What is settled, and was not read lately; a day in the future was written by a clock that has been put back."""
    today = timezone.localdate()
    return _settled(as_of).exclude(read_on__gt=today - LOOKED_AT_EVERY, read_on__lte=today)


def _settled(as_of: date) -> QuerySet[Standing]:
    holds = Q(valid_until=None) | Q(valid_until__gt=as_of)
    rows = Standing.objects.filter(holds, is_dirty=False, as_of__lte=as_of, assessment__isnull=False)
    return rows.exclude(state__in=UNFINISHED)


def _read_again(system_ids: Sequence[int], as_of: date) -> list[int]:
    """Note of some systems that they were read, and mark those that are no longer what they were judged by."""
    # The serials before the rows: of a change that is announced meanwhile nobody says that it was not.
    rows = _settled(as_of).filter(among("system_id", system_ids)).order_by()
    found = rows.values_list("system_id", "dirty_serial", "basis_sha256")
    before = {system_id: (serial, basis) for system_id, serial, basis in found}
    figures = current_figures(as_of, expected=before)
    differ = {
        one.system_id: before[one.system_id][0]
        for one in sight_systems(sorted(before), as_of, concentration=figures)
        if one.take_fingerprint() != before[one.system_id][1]
    }
    same = before.keys() - differ.keys()
    Standing.objects.filter(among("system_id", same)).update(read_on=timezone.localdate())
    return mark_for_the_next_run(serials=differ) if differ else []
