"""The register's own history: an append-only chain of what was changed, by whom and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from typing_extensions import override

from governance.models.canonical import CanonicalJSONField

if TYPE_CHECKING:
    PlainNumberField = models.BigIntegerField[Any, Any]
else:
    PlainNumberField = models.BigIntegerField


class PlaceField(PlainNumberField):
    """The place of a row among all, counted by who appends it; so no database keeps a counter of its own."""

    @override
    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """Only what SQLite calls an integer is the key of the table itself there; it takes 64 bits as well."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class AuditEvent(models.Model):
    """One change. Each event's hash covers the hash before it, so that a removed or altered one shows.

    Rows are written by ``governance.services`` only. The database refuses updates and deletes, and any event that
    does not stand after the last one with its hash; no index on the hashes is needed for that.
    """

    id = PlaceField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200, help_text="The user's name, or the part of the service that acted.")
    action = models.CharField(max_length=30, help_text="added, changed, deleted, imported, downloaded, …")
    object_type = models.CharField(max_length=50)
    object_id = models.CharField(max_length=50)
    object_label = models.CharField(max_length=300)
    system_id = models.BigIntegerField(
        null=True, blank=True, db_index=True, help_text="The system it concerns, if it concerns one."
    )
    changes = CanonicalJSONField(default=dict, help_text="{field: [before, after]}")
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = "event"
        ordering = ("-id",)
        indexes = (models.Index(fields=["object_type", "object_id"], name="event_by_object"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.action} {self.object_label}"
