"""Stress runs that were filed: the scenario, the day, the result."""

from __future__ import annotations

from django.db import models

from audit.models.work import LeasedWork
from governance.models.base import name_day


class StressRecord(LeasedWork):
    """One scenario over the whole portfolio as it stood on a day.

    The state, lease and error are those of the task that computes it. A result, once there, is not changed.
    """

    scenario = models.CharField(max_length=20, help_text="For example vendor_gone.")
    parameters = models.JSONField(default=dict, help_text="As they were given: {word: value}.")
    as_of = models.DateField()
    result = models.JSONField(null=True, blank=True, help_text="As manage.py stress --json gives it.")
    result_sha256 = models.CharField(max_length=64, blank=True)
    systems_surely_hit = models.PositiveIntegerField(null=True, blank=True)
    systems_perhaps_hit = models.PositiveIntegerField(null=True, blank=True)
    critical_functions_hit = models.PositiveIntegerField(null=True, blank=True)
    note = models.TextField(blank=True, help_text="Why it was run, what was decided on it.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "stress run"
        ordering = ("-id",)
        permissions = (("request_stress", "Can run a stress scenario"),)

    def __str__(self) -> str:
        return f"{self.scenario.replace('_', ' ').capitalize()} as of {name_day(self.as_of)}"
