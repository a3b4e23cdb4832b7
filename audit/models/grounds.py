"""What systems and business functions rest on, kept between runs, so that a change costs what it changed.

The rows follow from the register and are brought up with it by ``audit.services.grounds``; nothing else writes them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Ground(models.Model):
    """One way of resting on vendors, stored once for all systems that have it in common."""

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.JSONField(help_text="As audit.portfolio.figures.ground writes it.")
    systems = models.PositiveIntegerField(default=0, help_text="How many systems have it.")
    stamp = models.CharField(max_length=40, blank=True, help_text="The portfolio’s figures for these systems.")
    has_moved = models.BooleanField(
        default=True, help_text="Whether a system may have been judged by another stamp; the next run looks."
    )

    def __str__(self) -> str:
        return self.sha256[:12]


class SystemGround(models.Model):
    """The ground of one system. The key is the system's, without a reference: the row outlives it until it is counted.

    ``ground`` is empty for a system that is withdrawn, and until the row is first looked at.
    """

    system_id = models.BigIntegerField(primary_key=True)
    ground = models.ForeignKey(Ground, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    function = models.CharField(max_length=600, blank=True, help_text="Folded, to be compared; empty: it stands alone.")
    is_stale = models.BooleanField(default=True, help_text="Whether the register moved since it was looked at.")

    class Meta:
        indexes = (
            models.Index(fields=["ground"], name="systemground_ground"),
            models.Index(fields=["function", "ground"], name="systemground_function"),
            models.Index(fields=["system_id"], condition=Q(is_stale=True), name="systemground_stale"),
        )

    def __str__(self) -> str:
        return f"Ground of system {self.system_id}"


class FunctionGround(models.Model):
    """What the systems of one named business function rest on together."""

    function = models.CharField(max_length=600, primary_key=True)
    content = models.JSONField()

    def __str__(self) -> str:
        return self.function


class GroundLedger(models.Model):
    """One row: who brings the grounds up holds it, and its version tells a reader that they moved meanwhile."""

    version = models.BigIntegerField(default=0)
    vendors_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the vendors and their groups.")

    def __str__(self) -> str:
        return f"Version {self.version}"
