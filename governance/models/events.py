"""The register's own history: an append-only chain of what was changed, by whom and when."""

from __future__ import annotations

from django.db import models


class AuditEvent(models.Model):
    """One change. Each event's hash covers the hash before it, so that a removed or altered one shows.

    Rows are written by ``governance.services`` only; the database refuses updates and deletes.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=200, help_text="The user's name, or the part of the service that acted.")
    action = models.CharField(max_length=30, help_text="added, changed, deleted, imported, downloaded, …")
    object_type = models.CharField(max_length=50)
    object_id = models.CharField(max_length=50)
    object_label = models.CharField(max_length=300)
    system_id = models.BigIntegerField(
        null=True, blank=True, db_index=True, help_text="The system it concerns, if it concerns one."
    )
    changes = models.JSONField(default=dict, help_text="{field: [before, after]}")
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = "event"
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["previous_hash"], name="event_chain_has_no_fork"),)
        indexes = (models.Index(fields=["object_type", "object_id"], name="event_by_object"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.action} {self.object_label}"
