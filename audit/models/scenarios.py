"""The whole portfolio as of another day, kept beside the truth and never mixed with it."""

from __future__ import annotations

from django.db import models

from audit.models.work import LeasedWork
from governance.models import AISystem
from governance.models.base import name_day


class Scenario(LeasedWork):
    """Today's facts judged as of another day, past or to come; beside what was true when it was computed.

    No standing, finding or assessment is written for it. The work is that of its parts.
    """

    as_of = models.DateField("day", help_text="The day it is judged as of.")
    compared_on = models.DateField(help_text="The day whose outcomes it is compared with.")
    packs = models.JSONField(default=dict, help_text="As an assessment carries them.")
    engine = models.CharField(max_length=20)
    systems_total = models.PositiveIntegerField(default=0)
    systems_done = models.PositiveIntegerField(default=0)
    systems_failed = models.PositiveIntegerField(default=0)
    duties = models.JSONField(
        default=list,
        help_text="Each duty in force then: how many systems do not meet it, and of how many it is unknown.",
    )

    entities = models.JSONField(
        default=list, help_text="Each legal entity with its own duties in force then that are not met or not known."
    )

    class Meta:
        ordering = ("-id",)
        permissions = (("request_scenario", "Can compute the portfolio as of another day"),)

    def __str__(self) -> str:
        return f"As of {name_day(self.as_of)}"


class ScenarioPart(LeasedWork):
    """Some systems of a scenario, computed by one worker at a time; it may run twice."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    system_ids = models.JSONField(default=list)

    class Meta:
        verbose_name = "part of a scenario"
        verbose_name_plural = "parts of scenarios"
        ordering = ("scenario", "number")
        constraints = (models.UniqueConstraint(fields=["scenario", "number"], name="scenariopart_once"),)

    def __str__(self) -> str:
        return f"Part {self.number} of {self.scenario}"


class ScenarioOutcome(models.Model):
    """What one system would be on the day, and what of it differs from its outcome now.

    ``duties`` are those in force on that day that are not met or of which nothing is recorded; ``changes`` the items
    that differ from ``compared_on``.
    """

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="outcomes")
    system = models.ForeignKey(AISystem, on_delete=models.CASCADE, related_name="scenario_outcomes")
    aia_class = models.CharField(max_length=40, blank=True, help_text="Empty: undecided.")
    class_now = models.CharField(max_length=40, blank=True, help_text="Empty: undecided, or not assessed yet.")
    is_assessed_now = models.BooleanField(help_text="Whether there was an outcome to compare with.")
    class_changes = models.BooleanField(default=False)
    lock_in_band = models.CharField(max_length=12, blank=True)
    transparency_band = models.CharField(max_length=12, blank=True)
    duties_unmet = models.PositiveIntegerField(default=0)
    duties_unknown = models.PositiveIntegerField(default=0)
    duties_begun = models.PositiveIntegerField(default=0, help_text="In force then and not now.")
    duties = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    entity_duties = models.TextField(
        blank=True, editable=False, help_text="What it would say of the duties of its legal entity."
    )
    error = models.TextField(blank=True, help_text="Why it could not be judged.")

    class Meta:
        ordering = ("scenario", "-duties_unmet", "-duties_unknown", "system")
        constraints = (models.UniqueConstraint(fields=["scenario", "system"], name="scenariooutcome_once"),)

    def __str__(self) -> str:
        return f"{self.system} {self.scenario}"
