"""What the scheduler does by itself. The lines are put into the database once and belong to the administrator then.

They are not Celery's ``beat_schedule``: the scheduler would write that over what was edited at each of its starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the schedule: every so many seconds, or at a minute and hour of the day (UTC)."""

    name: str
    task: str
    about: str
    every_seconds: int = 0
    minute: str = ""
    hour: str = ""


SCHEDULE: Final = (
    Line(
        name="Sweep work left lying",
        task="audit.tasks.sweep_work",
        about="Work that was never sent, or whose worker died, is found within a minute (two sweeps).",
        every_seconds=30,
    ),
    Line(
        name="Reassess what is due: night",
        task="audit.tasks.reassess_due",
        about="Laws start and contracts run out at midnight: this finds what the new day changes.",
        minute="15",
        hour="0",
    ),
    Line(
        name="Reassess what is due: hourly",
        task="audit.tasks.reassess_due",
        about="Finds what another time zone's day, a new rule pack or a lost message left behind.",
        minute="45",
        hour="*",
    ),
    Line(
        name="Look for changes that nobody announced: daily",
        task="audit.tasks.find_unannounced",
        about="Reads the rows again of what was not read for six days; what moved is left to the next run.",
        minute="20",
        hour="1",
    ),
    Line(
        name="Delete the files of reports whose days are over",
        task="audit.tasks.delete_expired_files",
        about="By the days set for drafts and finals; the rows and hashes stay, and each deletion is recorded.",
        minute="10",
        hour="2",
    ),
    Line(
        name="Raise reminders: daily",
        task="audit.tasks.raise_reminders",
        about="Notice days, retirements, contract ends, exit tests, price guarantees: each once, and late if need be.",
        minute="30",
        hour="0",
    ),
)


def install_schedule(**_signal: object) -> None:
    """Add the lines that the database lacks; a line that is there, edited or switched off, stays as it is."""
    present = set(PeriodicTask.objects.values_list("name", flat=True))
    for line in SCHEDULE:
        if line.name not in present:
            _add(line)


def _add(line: Line) -> None:
    if line.every_seconds:
        interval, _ = IntervalSchedule.objects.get_or_create(every=line.every_seconds, period=IntervalSchedule.SECONDS)
        # A sweep that could not be delivered before the next one is worth nothing.
        PeriodicTask.objects.create(
            name=line.name,
            task=line.task,
            description=line.about,
            interval=interval,
            expire_seconds=line.every_seconds,
        )
        return
    crontab, _ = CrontabSchedule.objects.get_or_create(
        minute=line.minute, hour=line.hour, day_of_week="*", day_of_month="*", month_of_year="*", timezone="UTC"
    )
    PeriodicTask.objects.create(name=line.name, task=line.task, description=line.about, crontab=crontab)
