"""The calendar of duties of one system for the officers' screens, from its latest outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from audit.models import Standing
from audit.portfolio.duties_calendar import CalendarEntry, DutyState
from audit.reports.dated import arrange_outcome
from audit.reports.outcome import read_outcome

TITLES: Final = {
    DutyState.COMING: "To come",
    DutyState.OPEN: "Day not known",
    DutyState.IN_FORCE: "In force",
    DutyState.ENDED: "Ended",
}


@dataclass(frozen=True, slots=True)
class CalendarGroup:
    """The duties that stand alike on the day, by day."""

    title: str
    entries: Sequence[CalendarEntry]


def read_system_calendar(*, system_id: int) -> list[CalendarGroup]:
    """The duties of a system by how they stand on the day of its latest assessment; nothing before the first."""
    rows = Standing.objects.select_related(
        "assessment__fact_sheet", "assessment__outcome_record", "assessment__pack_set"
    )
    standing = rows.filter(system_id=system_id).first()
    if standing is None or standing.assessment is None:
        return []
    kept = standing.assessment
    entries = arrange_outcome(read_outcome(kept.result).regulation.duties, kept.as_of)
    groups = [CalendarGroup(title, [one for one in entries if one.state is state]) for state, title in TITLES.items()]
    return [group for group in groups if group.entries]
