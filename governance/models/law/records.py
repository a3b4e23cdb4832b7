"""What all forms of the law have in common: a version of a system's record, its dates, status and evidence."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from governance.choices import RecordStatus
from governance.models.base import Recorded, one_of
from governance.models.evidence import Evidence
from governance.models.law.elements import Element
from governance.models.systems import AISystem


class LawRecord(Recorded):
    """One version of a record that the law asks for of a system.

    A draft says nothing yet. A final one keeps its content; what follows later (a review, a notification, evidence)
    is added to it, and anything else makes the next version. From ``review_due_on`` on it no longer counts.
    """

    ELEMENTS: ClassVar[tuple[Element, ...]] = ()
    FOLLOW_UP: ClassVar[frozenset[str]] = frozenset({"reviewed_on", "review_due_on", "note"})
    """Columns that may still change on a final record."""
    NOT_CARRIED_OVER: ClassVar[frozenset[str]] = frozenset({"performed_on", "review_due_on", "reviewed_on", "note"})
    """Columns that the next version does not take from the one before it."""
    SHORT_NAME: ClassVar[str] = ""

    system = models.ForeignKey(AISystem, on_delete=models.CASCADE, related_name="%(class)ss")
    version = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=RecordStatus.choices, default=RecordStatus.DRAFT)
    performed_by = models.CharField(max_length=300, blank=True, help_text="Who did it: names or roles.")
    performed_on = models.DateField(null=True, blank=True, help_text="The day on which it was finished.")
    review_due_on = models.DateField(
        null=True,
        blank=True,
        verbose_name="to be reviewed by",
        help_text="From this day on it no longer counts until it is reviewed. The law sets no period; a year is usual.",
    )
    reviewed_on = models.DateField(
        null=True, blank=True, verbose_name="last reviewed on", help_text="The day on which it was found to hold still."
    )
    note = models.TextField(blank=True)
    finalised_on = models.DateField(null=True, blank=True, editable=False)
    finalised_by = models.CharField(max_length=200, blank=True, editable=False)
    evidence = models.ManyToManyField(
        Evidence, blank=True, related_name="%(class)ss", help_text="The signed document, receipts, minutes."
    )

    class Meta:
        abstract = True
        ordering = ("system", "-version")
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.UniqueConstraint(fields=["system", "version"], name="%(class)s_version_once"),
            models.UniqueConstraint(
                fields=["system"], condition=Q(status=RecordStatus.DRAFT), name="%(class)s_one_draft"
            ),
            one_of("status", RecordStatus, name="%(class)s_status_known"),
            models.CheckConstraint(
                condition=~Q(status=RecordStatus.FINAL) | Q(performed_on__isnull=False, review_due_on__isnull=False),
                name="%(class)s_final_is_dated",
                violation_error_message="A final record has the day it was finished and the day of its next review.",
            ),
            models.CheckConstraint(
                condition=Q(review_due_on__isnull=True)
                | Q(performed_on__isnull=True)
                | Q(review_due_on__gt=F("performed_on")),
                name="%(class)s_reviewed_later",
                violation_error_message="The next review must come after the day it was finished.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.SHORT_NAME} of {self.system.reference}, version {self.version}"

    @property
    def is_final(self) -> bool:
        """Tell whether its content is fixed."""
        return self.status == RecordStatus.FINAL
