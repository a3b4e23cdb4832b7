"""What is due for assessment: never assessed, changed, judged by other packs, or past the day its outcome held."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from audit.models import Standing, WorkState
from audit.rulepacks import load_packs
from audit.services.assessing import stamp_packs
from audit.services.turning import is_turned
from audit.snapshots import Concentration
from audit.snapshots.concentration import stamp_concentration
from governance.models import AISystem

FAILED_TRIED_AGAIN_AFTER: Final = timedelta(hours=12)


def find_due(*, as_of: date, among: Collection[int] | None = None) -> list[int]:
    """The systems whose latest outcome may no longer hold on the day, by id.

    Due is what was never assessed, is marked as changed, whose ``valid_until`` has come, of which a duty has turned
    since, or was judged by other packs. What failed is tried again after 12 hours, or when its facts change.
    """
    packs_hash = stamp_packs(load_packs()).sha256
    now = timezone.now()
    outdated = Q(is_dirty=True) | Q(valid_until__lte=as_of) | Q(assessment=None)
    outdated |= ~Q(assessment__packs_hash=packs_hash) | is_turned(as_of)
    set_aside = Q(state=WorkState.FAILED, finished_at__gt=now - FAILED_TRIED_AGAIN_AFTER)
    rows = Standing.objects.filter(outdated).exclude(set_aside)
    systems = AISystem.objects.filter(standing=None)
    if among is not None:
        rows, systems = rows.filter(system_id__in=among), systems.filter(id__in=among)
    return sorted({*rows.values_list("system_id", flat=True), *systems.values_list("id", flat=True)})


def find_moved(concentration: Concentration) -> list[int]:
    """The systems whose concentration is no longer what they were judged by: another system's change moved it.

    They are marked as changed, so that a run that dies finds them again.
    """
    rows = Standing.objects.filter(is_dirty=False).exclude(concentration="").values_list("system_id", "concentration")
    moved = [
        system_id
        for system_id, judged_by in rows
        if judged_by
        != stamp_concentration(concentration.share_for(system_id), concentration.other_contracts_for(system_id))
    ]
    Standing.objects.filter(system_id__in=moved).update(is_dirty=True, dirty_since=timezone.now())
    return moved


def count_unassessed() -> int:
    """How many systems have no assessment yet."""
    assessed = Standing.objects.filter(system=OuterRef("pk"), assessment__isnull=False)
    return AISystem.objects.filter(~Exists(assessed)).count()
