"""Reports: made once, in a worker, from one assessment; with the hashes that let an auditor check them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from audit.models.assessments import Assessment
from audit.models.work import LeasedWork
from governance.models import AISystem, Vendor


class ReportKind(models.TextChoices):
    """The kinds of report."""

    SYSTEM_AUDIT = "system_audit", "System audit report"
    PORTFOLIO = "portfolio", "Portfolio report"
    VENDOR = "vendor", "Vendor report"
    DECISION_MEMO = "decision_memo", "Decision memo"
    CHANGE = "change", "Change report"


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
    """One PDF. The state, lease and error are those of the rendering task.

    The row holds all from which it is made: its kind, its subject (a system, an organisation, or neither for the whole
    portfolio), the day, and the parameters that its kind asks for.
    """

    number = models.CharField(max_length=20, help_text="For example OB-2026-0042; versions of a report share it.")
    version = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=20, choices=ReportKind.choices, default=ReportKind.SYSTEM_AUDIT)
    status = models.CharField(max_length=10, choices=ReportStatus.choices, default=ReportStatus.DRAFT)
    language = models.CharField(max_length=10, default="en")
    system = models.ForeignKey(AISystem, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    assessment = models.ForeignKey(Assessment, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    organisation = models.ForeignKey(
        Vendor,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
        help_text="The company at the top of the group that a vendor report is about.",
    )
    as_of = models.DateField(help_text="The day for which it is made.")
    parameters = models.JSONField(
        default=dict, blank=True, help_text="What its kind asks for beside subject and day; canonical."
    )
    series = models.CharField(
        max_length=200, blank=True, db_index=True, help_text="Kind, subject and language; its versions share it."
    )
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    prepared_by = models.CharField(max_length=200, blank=True)
    reviewed_by = models.CharField(max_length=200, blank=True)
    approved_by = models.CharField(max_length=200, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    distribution = models.CharField(max_length=300, blank=True)
    file = models.FileField(upload_to="reports/%Y/", blank=True)
    file_deleted_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the retention policy deleted the file; its hashes stay."
    )
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
            models.CheckConstraint(
                condition=~Q(kind="system_audit") | Q(system__isnull=False, assessment__isnull=False),
                name="report_of_system_has_its_system",
                violation_error_message="A system audit report names its system and the assessment it is made from.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="vendor") | Q(organisation__isnull=False),
                name="report_of_vendor_has_its_vendor",
                violation_error_message="A vendor report names the organisation it is about.",
            ),
        )

    @property
    def subject(self) -> str:
        """What it is about, by the name people use; the portfolio where it names neither system nor organisation."""
        if self.system is not None:
            return self.system.name
        return self.organisation.name if self.organisation is not None else "Portfolio"

    def __str__(self) -> str:
        return f"{self.number} version {self.version}"
