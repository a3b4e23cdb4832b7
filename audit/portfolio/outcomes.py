"""What the latest assessment of each system says of leaving, and which assets its vendor holds, as plain rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.db.models.fields.json import KeyTransform

from audit.models import Standing
from governance.choices import LifecycleStage
from governance.models import AISystem

QUERIES: Final = 2
"""How many queries ``read_outcomes`` and ``read_assets`` make together."""

_HELD: Final = "lock.assets_at_vendor"
_EXPORTABLE: Final = "lock.assets_exportable"


class ExitDays(NamedTuple):
    """How many days leaving takes, at best and at worst."""

    low: int
    high: int


class Assets(NamedTuple):
    """What of ours a vendor holds, and what of it can be taken out."""

    held: frozenset[str]
    exportable: frozenset[str]

    @property
    def stranded(self) -> tuple[str, ...]:
        """What would be lost."""
        return tuple(sorted(self.held - self.exportable))


def read_outcomes() -> dict[int, ExitDays]:
    """The exit time by system, from the latest assessments; systems without one are left out."""
    days = KeyTransform("exit_time_days", KeyTransform("lock_in", "assessment__outcome_record__content"))
    rows = (
        Standing.objects.filter(assessment__isnull=False)
        .exclude(system__stage=LifecycleStage.WITHDRAWN)
        .annotate(days=days)
        .values_list("system_id", "days")
    )
    return {system_id: ExitDays(found["low"], found["high"]) for system_id, found in rows if found}


def read_assets() -> dict[int, Assets]:
    """The assets by system, from the questionnaire; systems without both answers are left out."""
    rows = (
        AISystem.objects.exclude(stage=LifecycleStage.WITHDRAWN)
        .annotate(held=KeyTransform(_HELD, "answers"), exportable=KeyTransform(_EXPORTABLE, "answers"))
        .values_list("id", "held", "exportable")
    )
    found = {}
    for system_id, held, exportable in rows:
        one, other = _list_in(held), _list_in(exportable)
        if one is not None and (other is not None or not one):
            found[system_id] = Assets(one, other or frozenset())
    return found


def _list_in(answer: object) -> frozenset[str] | None:
    """The list of an answer, which is bare or an object with a value."""
    value = answer.get("value") if isinstance(answer, Mapping) else answer
    return frozenset(map(str, value)) if isinstance(value, list) else None
