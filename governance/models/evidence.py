"""What supports the facts and the controls: evidence, and what was done for each obligation."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from governance.choices import ControlState, EvidenceGrade, EvidenceKind
from governance.models.base import Recorded, one_of
from governance.models.parties import LegalEntity, Vendor
from governance.models.systems import AISystem

validate_sha256 = RegexValidator(r"^[0-9a-f]{64}$", "A SHA-256 has 64 hexadecimal digits in lower case.")


class Evidence(Recorded):
    """A document, page or record that supports facts; from ``expires_on`` on it no longer counts."""

    reference = models.CharField(max_length=30, unique=True, help_text="Number in the register, for example EV-007.")
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=15, choices=EvidenceKind.choices)
    system = models.ForeignKey(AISystem, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence")
    component = models.ForeignKey(
        "governance.Component", null=True, blank=True, on_delete=models.CASCADE, related_name="evidence"
    )
    vendor = models.ForeignKey(Vendor, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence")
    legal_entity = models.ForeignKey(
        LegalEntity, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence"
    )
    file = models.FileField(upload_to="evidence/%Y/", blank=True)
    url = models.CharField(max_length=1000, blank=True)
    sha256 = models.CharField(
        "SHA-256", max_length=64, blank=True, validators=[validate_sha256], help_text="Filled in by itself for a file."
    )
    source = models.CharField(max_length=300, blank=True, help_text="Who made it.")
    grade = models.CharField(max_length=30, choices=EvidenceGrade.choices, verbose_name="how well it supports")
    issued_on = models.DateField()
    expires_on = models.DateField(
        null=True, blank=True, help_text="The first day on which it no longer counts. Empty: does not expire."
    )
    verified_by = models.CharField(max_length=200, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    supports = models.JSONField(default=list, blank=True, help_text="The facts it supports, by key.")
    note = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ("reference",)
        constraints = (
            one_of("kind", EvidenceKind, name="evidence_kind_known"),
            one_of("grade", EvidenceGrade, name="evidence_grade_known"),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("issued_on")),
                name="evidence_expires_after_issue",
                violation_error_message="Evidence must expire after it was issued.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class ControlStatus(Recorded):
    """What has been done for one obligation, by a system or by the legal entity as a whole.

    ``obligation`` is the id of a rule, for example ``eu_ai_act.art_26_2.human_oversight``.
    """

    system = models.ForeignKey(AISystem, null=True, blank=True, on_delete=models.CASCADE, related_name="controls")
    legal_entity = models.ForeignKey(
        LegalEntity, null=True, blank=True, on_delete=models.CASCADE, related_name="controls"
    )
    obligation = models.CharField(max_length=150)
    status = models.CharField(max_length=15, choices=ControlState.choices)
    reason = models.TextField(blank=True, help_text="What was done; or why the obligation does not apply.")
    responsible = models.CharField(max_length=200, blank=True)
    recorded_on = models.DateField()
    expires_on = models.DateField(
        null=True,
        blank=True,
        help_text="From this day it must be shown anew. The evidence's own expiry counts as well.",
    )
    evidence = models.ManyToManyField(Evidence, blank=True, related_name="controls")

    class Meta:
        verbose_name = "control"
        ordering = ("system", "obligation")
        constraints = (
            models.UniqueConstraint(
                fields=["system", "obligation"], condition=Q(system__isnull=False), name="control_once_for_each_system"
            ),
            models.UniqueConstraint(
                fields=["legal_entity", "obligation"],
                condition=Q(legal_entity__isnull=False),
                name="control_once_for_each_entity",
            ),
            one_of("status", ControlState, name="control_status_known"),
            models.CheckConstraint(
                condition=Q(system__isnull=False, legal_entity__isnull=True)
                | Q(system__isnull=True, legal_entity__isnull=False),
                name="control_of_system_or_entity",
                violation_error_message="A control belongs to one system or to one legal entity.",
            ),
            models.CheckConstraint(
                condition=~Q(status=ControlState.NOT_APPLICABLE) | ~Q(reason=""),
                name="control_not_applicable_has_reason",
                violation_error_message="Say why the obligation does not apply.",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("recorded_on")),
                name="control_expires_after_record",
                violation_error_message="A control must expire after it was recorded.",
            ),
        )

    in_words: str = ""
    """The obligation in words, where a screen has told them; the judgement knows them, the register does not."""

    def __str__(self) -> str:
        return f"{self.in_words or self.obligation}: {self.get_status_display().lower()}"
