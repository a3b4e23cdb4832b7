"""Rows that are their own queue: claimed by a conditional update, kept by a heartbeat, swept when left lying."""

from __future__ import annotations

from django.db import models


class WorkState(models.TextChoices):
    """Where a piece of work stands."""

    IDLE = "idle", "Nothing to do"
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class LeasedWork(models.Model):
    """Work with its state on the row.

    A worker claims it with a conditional update that sets ``lease_token`` and ``lease_until``; while it works it
    moves ``lease_until`` on. The sweeper sends again what was queued and never sent, or whose lease ran out.
    """

    state = models.CharField(max_length=10, choices=WorkState.choices, default=WorkState.IDLE)
    requested_at = models.DateTimeField(null=True, blank=True)
    requested_by = models.CharField(max_length=200, blank=True, help_text="The user's name, or what triggered it.")
    lease_token = models.CharField(max_length=36, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, help_text="Why it failed, and what to do about it.")

    class Meta:
        abstract = True


class Heartbeat(models.Model):
    """When something that has to run all the time ran last; readiness and metrics read it."""

    name = models.CharField(max_length=30, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"
