"""A run of reassessment over many systems."""

from __future__ import annotations

from django.db import models

from audit.models.work import LeasedWork


class ReassessmentRun(LeasedWork):
    """One run: who or what started it, which systems were due and why, how far it is.

    Systems that were confirmed unchanged are only counted here; they have no row of their own.
    """

    as_of = models.DateField()
    systems_total = models.PositiveIntegerField(default=0, help_text="In the register on that day.")
    systems_due = models.PositiveIntegerField(default=0, help_text="Whose facts, packs or day changed.")
    systems_done = models.PositiveIntegerField(default=0)
    systems_changed = models.PositiveIntegerField(default=0, help_text="Whose outcome changed.")
    systems_failed = models.PositiveIntegerField(default=0)
    due_ids = models.JSONField(default=list, editable=False)
    failures = models.JSONField(default=dict, blank=True, help_text="{system id: error}")

    class Meta:
        verbose_name = "reassessment"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Reassessment as of {self.as_of}"
