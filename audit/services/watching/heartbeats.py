"""Signs of life: noted by what has to run all the time, read by readiness and metrics."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone

from audit.models import Heartbeat

SCHEDULER: Final = "scheduler"
"""Noted by the sweep: the scheduler sent it, the broker carried it, and a worker took it up."""


def note_heartbeat(name: str) -> None:
    """Note that something runs now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def measure_silence(name: str) -> timedelta | None:
    """How long ago something ran last; none if it never did."""
    at = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    return None if at is None else max(timezone.now() - at, timedelta(0))
