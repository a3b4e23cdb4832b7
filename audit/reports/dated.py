"""The calendar of the duties of a stored outcome, as the portfolio arranges it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from audit.portfolio.duties_calendar import CalendarEntry, DatedDuty, arrange
from audit.reports.outcome import Duty


def arrange_outcome(duties: Iterable[Duty], as_of: date, system: str = "") -> tuple[CalendarEntry, ...]:
    """What is coming first and by day, then what is open, in force and ended; each stage is an entry of its own."""
    return arrange(system, [_read_dates(duty) for duty in duties], as_of)


def _read_dates(duty: Duty) -> DatedDuty:
    return DatedDuty(
        id=duty.id,
        rule=duty.rule,
        title=duty.title,
        pack=duty.pack,
        citation=duty.citation,
        outcome=duty.outcome,
        in_force=duty.in_force,
        applies_from=duty.applies_from,
        stages=duty.stages,
        possible_days=duty.possible_days,
        other_reading=duty.other_reading,
        repealed_on=duty.repealed_on,
    )
