"""Reminders of watched days: each is raised once, on the first day somebody looks after it is due."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from governance.models import AISystem


class WatchedKind(models.TextChoices):
    """What happens on a watched day."""

    NOTICE = "notice_by", "Last day to give notice"
    RETIREMENT = "retirement", "The version is retired at its host"
    CONTRACT_END = "contract_end", "The contract ends"
    EXIT_TEST = "exit_test_ages", "The exit test is a year old"
    PRICE = "price_guarantee_ends", "The price is no longer guaranteed"


class Reminder(models.Model):
    """That a watched day was near, or had passed. ``lead_days`` 0 tells that the day has come."""

    system = models.ForeignKey(AISystem, on_delete=models.CASCADE, related_name="reminders")
    what = models.CharField(max_length=25, choices=WatchedKind.choices)
    subject = models.CharField(max_length=300, help_text="The contract, or the component at its host.")
    on = models.DateField(verbose_name="day")
    lead_days = models.PositiveSmallIntegerField(help_text="So many days before the day it is due.")
    raised_on = models.DateField()
    seen_by = models.CharField(max_length=200, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("on", "system", "what")
        indexes = (
            models.Index(fields=["on", "system", "what"], condition=Q(seen_at__isnull=True), name="reminder_unseen"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["system", "what", "subject", "on", "lead_days"], name="reminder_once_for_each_lead"
            ),
            models.CheckConstraint(condition=Q(what__in=WatchedKind.values), name="reminder_kind_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.subject} on {self.on}"
