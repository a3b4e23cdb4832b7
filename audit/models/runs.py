"""A run of reassessment over many systems, and the chunks in which workers do it."""

from __future__ import annotations

from django.db import models

from audit.models.work import LeasedWork, WorkState
from governance.models.base import name_day


class Hold(models.TextChoices):
    """Whether people have stopped a run."""

    NONE = "", "Goes on"
    PAUSED = "paused", "Paused"
    CANCELLED = "cancelled", "Cancelled"


class ReassessmentRun(LeasedWork):
    """One run: who or what started it, which systems were due and why, how far it is.

    Systems that were confirmed unchanged are only counted here; they have no row of their own. The work is that of
    its chunks, and the figures are their sums; the run itself has no lease.
    """

    as_of = models.DateField()
    systems_total = models.PositiveIntegerField(default=0, help_text="In the register on that day.")
    systems_due = models.PositiveIntegerField(default=0, help_text="Whose facts, packs or day changed.")
    systems_done = models.PositiveIntegerField(default=0)
    systems_changed = models.PositiveIntegerField(default=0, help_text="Whose outcome changed.")
    systems_failed = models.PositiveIntegerField(default=0)
    systems_new = models.PositiveIntegerField(
        default=0, help_text="With a first outcome since the run before; there is nothing to compare it with."
    )
    due_ids = models.JSONField(default=list, editable=False)
    failures = models.JSONField(default=dict, blank=True, help_text="{system id: error}")
    hold = models.CharField(max_length=10, choices=Hold.choices, default=Hold.NONE, blank=True)
    held_by = models.CharField(max_length=200, blank=True, help_text="Who paused or cancelled it.")

    heard_event = models.BigIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="The last event of the history when it began; the next run looks from there on.",
    )
    told_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When what moved was put into digests."
    )

    class Meta:
        verbose_name = "reassessment"
        ordering = ("-id",)
        permissions = (("hold_reassessmentrun", "Can pause, resume and cancel a reassessment"),)

    def __str__(self) -> str:
        return f"Reassessment as of {name_day(self.as_of)}"


class RunChunk(LeasedWork):
    """Some systems of a run, worked by one worker at a time; it may run twice."""

    run = models.ForeignKey(ReassessmentRun, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    system_ids = models.JSONField(default=list)
    systems = models.PositiveIntegerField(default=0, help_text="How many it holds.")
    systems_changed = models.PositiveIntegerField(default=0)
    failures = models.JSONField(default=dict, blank=True, help_text="{system id: error}")

    class Meta:
        verbose_name = "part of a reassessment"
        verbose_name_plural = "parts of reassessments"
        ordering = ("run", "number")
        constraints = (models.UniqueConstraint(fields=["run", "number"], name="runchunk_once"),)

    def __str__(self) -> str:
        return f"Part {self.number} of {self.run}"


UNFINISHED = (WorkState.QUEUED, WorkState.RUNNING)
"""A run or chunk in one of these states is under way."""
