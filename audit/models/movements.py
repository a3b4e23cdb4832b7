"""What moved: the difference of a system's outcome that people are told of, and findings that are overdue."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from audit.models.assessments import Assessment
from audit.models.findings import Finding, Rating
from audit.models.runs import ReassessmentRun
from governance.models import AISystem
from governance.models.base import name_day


class Movement(models.Model):
    """One system whose outcome is another than the one people were told of, with before, after and cause.

    It is written at the end of a run, also for what was assessed between two runs. ``changes`` and ``findings`` are
    as ``audit.services.news`` makes them.
    """

    run = models.ForeignKey(ReassessmentRun, on_delete=models.CASCADE, related_name="movements")
    system = models.ForeignKey(AISystem, on_delete=models.CASCADE, related_name="movements")
    before = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    rating = models.CharField(max_length=10, choices=Rating.choices, help_text="That of the gravest change.")
    causes = models.CharField(max_length=40, help_text="Fact, law and method, comma-separated.")
    changes = models.JSONField(default=list, help_text="Item by item: before, after, causes, facts.")
    findings = models.JSONField(default=list, help_text="Findings opened, opened again and closed.")
    is_exact = models.BooleanField(
        default=True, help_text="Whether each item’s cause was computed; else the cause is that of all that moved."
    )

    class Meta:
        ordering = ("run", "system")
        constraints = (
            models.UniqueConstraint(fields=["run", "system"], name="movement_once_in_a_run"),
            models.CheckConstraint(condition=Q(rating__in=Rating.values), name="movement_rating_known"),
        )

    def __str__(self) -> str:
        return f"{self.system}: {name_day(self.before.as_of)} to {name_day(self.after.as_of)}"


class Escalation(models.Model):
    """That an open finding was so many days past its day; once for each level, whatever runs how often.

    A finding that is opened again, gets another day, or whose accepted risk ran out, begins anew: ``since`` differs.
    """

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="escalations")
    times_opened = models.PositiveSmallIntegerField()
    since = models.DateField(help_text="The day after which it is overdue.")
    level = models.PositiveSmallIntegerField(help_text="1 is the first; see OPENBOOK_ESCALATION_DAYS.")
    raised_on = models.DateField()

    class Meta:
        ordering = ("-raised_on", "finding")
        constraints = (
            models.UniqueConstraint(
                fields=["finding", "times_opened", "since", "level"], name="escalation_once_for_each_level"
            ),
        )
        indexes = (models.Index(fields=["raised_on"], name="escalation_raised"),)

    def __str__(self) -> str:
        return f"{self.finding}: level {self.level}"
