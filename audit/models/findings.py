"""Findings: what is wrong with a system, living across assessments until its cause changes."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import F, Q

from audit.models.assessments import Assessment, Standing
from governance.models import AISystem


class Rating(models.TextChoices):
    """How much a finding matters."""

    LOW = "low", "Low"
    MODERATE = "moderate", "Moderate"
    HIGH = "high", "High"
    VERY_HIGH = "very_high", "Very high"


RATING_MEANINGS: Final = {
    Rating.VERY_HIGH: "The use may have to end, or a critical function stands without cover; to be decided at once.",
    Rating.HIGH: "A duty in force is not met, or the system can fail or bind us without our having decided it.",
    Rating.MODERATE: "It cannot be shown that a duty is met, or a risk will come about unless something is done.",
    Rating.LOW: "The register is incomplete or outdated; the judgement is less certain than it could be.",
}
"""What each rating says. For a critical function, findings on leaving and sub-contractors are one step higher."""


class FindingArea(models.TextChoices):
    """What a finding is about."""

    REGULATORY = "regulatory", "Law"
    LOCK_IN = "lock_in", "Lock-in and exit"
    TRANSPARENCY = "transparency", "Transparency"
    OPENNESS = "openness", "Openness"
    DATA = "data", "Data flows"
    REGISTER = "register", "Register"


class Response(models.TextChoices):
    """What management says to a finding."""

    NONE = "", "No response yet"
    AGREE = "agree", "Agree"
    PARTLY = "partly", "Agree in part"
    DISAGREE = "disagree", "Disagree"


class Finding(models.Model):
    """One condition of one system that falls short of a criterion; ``key`` stays as long as the finding is the same."""

    system = models.ForeignKey(AISystem, on_delete=models.CASCADE, related_name="findings")
    key = models.CharField(
        max_length=200, help_text="For example duty:eu_ai_act.art_4.ai_literacy or lock_in:past_retirement."
    )
    area = models.CharField(max_length=15, choices=FindingArea.choices)
    rating = models.CharField(max_length=10, choices=Rating.choices)
    title = models.CharField(max_length=300)
    condition = models.TextField(help_text="What is the case.")
    criterion = models.CharField(max_length=300, help_text="What ought to be, with its citation.")
    cause = models.TextField(blank=True)
    effect = models.TextField(blank=True)
    recommendation = models.TextField(blank=True)
    opened_on = models.DateField()
    opened_by = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="opened_findings")
    last_seen_by = models.ForeignKey(
        Assessment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The last assessment that found it; empty while it is open: then it is the latest of the system.",
    )
    times_opened = models.PositiveSmallIntegerField(default=1)
    closed_on = models.DateField(null=True, blank=True)
    closed_because = models.CharField(max_length=300, blank=True, help_text="The fact, law or method that changed.")
    owner = models.CharField(max_length=200, blank=True)
    due_on = models.DateField(null=True, blank=True)
    response = models.CharField(max_length=10, choices=Response.choices, blank=True, default=Response.NONE)
    response_text = models.TextField(blank=True)
    response_by = models.CharField(max_length=200, blank=True)
    response_on = models.DateField(null=True, blank=True)
    acceptance_proposed_until = models.DateField(
        null=True, blank=True, help_text="The day one person proposes; it counts once a second person confirms."
    )
    accepted_until = models.DateField(null=True, blank=True, help_text="The risk is accepted until this day.")
    accepted_by = models.CharField(max_length=200, blank=True)
    acceptance_confirmed_by = models.CharField(max_length=200, blank=True, help_text="A second person.")
    times_told = models.PositiveSmallIntegerField(
        default=1, db_default=1, editable=False, help_text="Of which opening people were told last."
    )
    is_told_open = models.BooleanField(
        default=True, db_default=True, editable=False, help_text="Whether it was open when people were told last."
    )

    class Meta:
        ordering = ("system", "key")
        indexes = (
            # In the order of the list, with what it is filtered by, so that it is found without reading the rows.
            *(
                models.Index(
                    fields=["rating", "opened_on", "id", "area", "response", "closed_on"],
                    condition=Q(closed_on__isnull=is_open),
                    name=name,
                )
                for name, is_open in (("finding_open", True), ("finding_closed", False))
            ),
            models.Index(fields=["due_on"], condition=Q(closed_on=None, due_on__isnull=False), name="finding_due"),
            models.Index(
                fields=["accepted_until"],
                condition=Q(closed_on=None, accepted_until__isnull=False),
                name="finding_accepted",
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=["system", "key"], name="finding_once_for_each_key"),
            models.CheckConstraint(condition=Q(rating__in=Rating.values), name="finding_rating_known"),
            models.CheckConstraint(condition=Q(area__in=FindingArea.values), name="finding_area_known"),
            models.CheckConstraint(condition=Q(response__in=Response.values), name="finding_response_known"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="finding_closed_after_opened",
            ),
            models.CheckConstraint(
                condition=Q(accepted_until__isnull=True)
                | (~Q(accepted_by="") & ~Q(acceptance_confirmed_by="") & ~Q(accepted_by=F("acceptance_confirmed_by"))),
                name="finding_accepted_by_two",
                violation_error_message="A risk is accepted by one person and confirmed by another.",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def seen_last_by_id(self) -> int | None:
        """The id of the last assessment that found it."""
        return self.last_seen_by_id if self.closed_on else self.system.standing.assessment_id


class FindingsDigest(models.Model):
    """What findings of a system are open, in one text; where there is none, they are compared with the rows.

    Beside the standing, as it is long and rarely changes: a run writes each standing twice.
    """

    standing = models.OneToOneField(
        Standing, primary_key=True, on_delete=models.CASCADE, related_name="findings_digest"
    )
    lines = models.TextField(help_text="The key of each open finding with a hash of its texts.")

    def __str__(self) -> str:
        return f"Open findings of standing {self.standing_id}"
