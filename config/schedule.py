"""What the scheduler does by itself, until an administrator changes it under “Periodic tasks” in the admin."""

from __future__ import annotations

from typing import TypedDict

from celery.schedules import crontab


class Entry(TypedDict):
    """One line of the schedule: a task, and every how many seconds or at which hour it is sent."""

    task: str
    schedule: float | crontab


SCHEDULE: dict[str, Entry] = {
    # Work that was never sent, or whose worker died, is found within a minute (two sweeps).
    "sweep work left lying": {"task": "audit.tasks.sweep_work", "schedule": 30.0},
    # Laws start and contracts run out at midnight: the night's run finds what the new day changes.
    "reassess what is due": {"task": "audit.tasks.reassess_due", "schedule": crontab(minute="15", hour="0")},
}
