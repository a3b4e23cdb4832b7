"""Reports: made once, in a worker, from one assessment; with the hashes that let an auditor check them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from audit.models.assessments import Assessment
from audit.models.work import LeasedWork
from governance.models import AISystem


class ReportKind(models.TextChoices):
    """The kinds of report."""

    SYSTEM_AUDIT = "system_audit", "System audit report"


class ReportStatus(models.TextChoices):
    """A draft carries a watermark; a final report is the record."""

    DRAFT = "draft", "Draft"
    FINAL = "final", "Final"


class SigningCertificate(models.Model):
    """A certificate this installation has signed with, kept so that its reports verify after the key was replaced."""

    sha256 = models.CharField(max_length=64, unique=True, help_text="The fingerprint of the signer's certificate.")
    name = models.CharField(max_length=200)
    chain = models.TextField(help_text="The signer's certificate and those of its issuers, as PEM.")
    first_used_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "signing certificate"
        ordering = ("-first_used_at",)

    def __str__(self) -> str:
        return self.name


class Report(LeasedWork):
    """One PDF. The state, lease and error are those of the rendering task."""

    number = models.CharField(max_length=20, help_text="For example OB-2026-0042; versions of a report share it.")
    version = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=20, choices=ReportKind.choices, default=ReportKind.SYSTEM_AUDIT)
    status = models.CharField(max_length=10, choices=ReportStatus.choices, default=ReportStatus.DRAFT)
    language = models.CharField(max_length=10, default="en")
    system = models.ForeignKey(AISystem, on_delete=models.PROTECT, related_name="reports")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="reports")
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    prepared_by = models.CharField(max_length=200, blank=True)
    reviewed_by = models.CharField(max_length=200, blank=True)
    approved_by = models.CharField(max_length=200, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    distribution = models.CharField(max_length=300, blank=True)
    file = models.FileField(upload_to="reports/%Y/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    unsigned_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the file before its signature: the same whenever it is made again."
    )
    signer = models.ForeignKey(
        SigningCertificate, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    content_key = models.CharField(
        max_length=64,
        blank=True,
        db_index=True,
        help_text="SHA-256 of all that goes into it; the same content is not rendered again.",
    )
    pages = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        permissions = (("request_report", "Can request a report"),)
        constraints = (
            models.UniqueConstraint(fields=["number", "version"], name="report_version_once"),
            models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="report_kind_known"),
            models.CheckConstraint(condition=Q(status__in=ReportStatus.values), name="report_status_known"),
        )

    def __str__(self) -> str:
        return f"{self.number} version {self.version}"
