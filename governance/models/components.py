"""What AI systems are made of: components, their openness dossier, who runs them, how they were tested."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from governance.choices import (
    MOF_PARTS,
    Availability,
    ComponentKind,
    EvaluationResult,
    EvidenceGrade,
    HostRole,
)
from governance.models.base import Recorded, Sourced, name_day, one_of
from governance.models.parties import Vendor


class Component(Recorded):
    """A model, data set, framework, library, service or assistant of a vendor, in one version.

    ``facts``, ``claims`` and ``conflicts`` come from the catalogue with their sources:
    ``facts`` is a list of ``{"key", "value", "grade", "source", "on", "note"}`` (``key`` is a fact of the
    vocabulary), ``claims`` of ``{"by", "says", "quote", "where", "on"}`` (with ``"entered": true`` where an officer
    entered it), ``conflicts`` of ``{"field", "values": […]}``,
    ``details`` of ``{"topic", "value", "source", "on", "grade", "note"}``: all that is sourced but no fact.
    ``conflict_decisions`` are an officer's: ``{"field", "value", "source", "reason", "by", "on"}``.
    ``index_answers`` are the dimensions of the European Open Source AI Index: ``{"set": day, "types": […],
    "dimensions": {name: open, partial or closed}, "source", "on", "grade", "note"}``.
    """

    key = models.SlugField(
        max_length=100, unique=True, allow_unicode=False, help_text="Short identifier, as in the catalogue."
    )
    name = models.CharField(max_length=200)
    version = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, choices=ComponentKind.choices)
    vendor = models.ForeignKey(
        Vendor,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="components",
        help_text="Who publishes it; empty if nobody does (our own work, a community).",
    )
    own_work_of = models.ForeignKey(
        "governance.LegalEntity",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="own_components",
        help_text="Only if we built it ourselves and hold all its parts.",
    )
    released_on = models.DateField(null=True, blank=True)
    licence_raw = models.CharField("licence, as written", max_length=300, blank=True)
    licence_id = models.CharField(
        "licence, as understood", max_length=200, blank=True, help_text="SPDX expression or named model licence."
    )
    licence_flags = models.JSONField(default=list, blank=True)
    summary = models.TextField(blank=True)
    is_hosted_only = models.BooleanField(
        null=True, blank=True, verbose_name="only as a service", help_text="Empty: not known."
    )
    has_data_information = models.BooleanField(
        null=True,
        blank=True,
        verbose_name="data described well enough to rebuild them",
        help_text="A person’s judgement. Where the data are not open, “open source” needs it. Empty: not judged.",
    )
    facts = models.JSONField(default=list, blank=True)
    claims = models.JSONField(default=list, blank=True)
    conflicts = models.JSONField(default=list, blank=True)
    details = models.JSONField(default=list, blank=True)
    conflict_decisions = models.JSONField(default=list, blank=True)
    index_answers = models.JSONField(default=dict, blank=True)
    renamed_to = models.CharField(
        max_length=200, blank=True, help_text="The name under which it goes on, if it was renamed."
    )
    renamed_on = models.DateField(null=True, blank=True)
    corrected_fields = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text="Fields an officer has corrected; the catalogue leaves them alone.",
    )
    catalogue_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ("name", "version")
        constraints = (
            models.UniqueConstraint(fields=["name", "version"], name="component_name_version_unique"),
            one_of("kind", ComponentKind, name="component_kind_known"),
            models.CheckConstraint(
                condition=Q(own_work_of__isnull=True) | Q(vendor__isnull=True),
                name="component_own_work_has_no_vendor",
                violation_error_message="A component of our own has no vendor; leave one of the two empty.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


class ComponentArtefact(Sourced):
    """One of the 17 parts of the Model Openness Framework for one component."""

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="artefacts")
    part = models.CharField(max_length=40, choices=[(part, part) for part in MOF_PARTS])
    availability = models.CharField(max_length=12, choices=Availability.choices, default=Availability.UNKNOWN)
    licence_raw = models.CharField("licence, as written", max_length=300, blank=True)
    licence_id = models.CharField("licence, as understood", max_length=200, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    note = models.TextField(blank=True)
    catalogue_digest = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Of the row as the catalogue wrote it."
    )

    class Meta:
        verbose_name = "part of the dossier"
        verbose_name_plural = "openness dossier"
        ordering = ("component", "id")
        constraints = (
            models.UniqueConstraint(fields=["component", "part"], name="artefact_once_for_each_part"),
            one_of("availability", Availability, name="artefact_availability_known"),
            one_of("grade", EvidenceGrade, name="artefact_grade_known", blank=True),
        )

    def __str__(self) -> str:
        return f"{self.part}: {self.get_availability_display()}"


class HostOffer(Sourced):
    """That one company offers one model version: from when until when, at what price, until its retirement.

    Sources that disagree stand in separate rows; both are shown and the earlier retirement counts.
    Prices are in ``unit``, which names currency and quantity.
    ``is_checked`` is false for what was taken over from a list that was not at hand to look it up.
    """

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="host_offers")
    company = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="host_offers")
    role = models.CharField(max_length=10, choices=HostRole.choices)
    model_id = models.CharField(max_length=200, blank=True, help_text="The version's name at this company.")
    price_in = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    price_out = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    context_tokens = models.PositiveIntegerField(
        "context, in tokens", null=True, blank=True, help_text="The most that the company takes in one request."
    )
    offered_from = models.DateField(null=True, blank=True)
    offered_until = models.DateField(null=True, blank=True)
    retires_on = models.DateField(null=True, blank=True, help_text="The first day without service, as announced.")
    is_checked = models.BooleanField(
        null=True,
        blank=True,
        verbose_name="looked up in its source",
        help_text="No: taken over from another list, and not checked here.",
    )
    note = models.TextField(blank=True)
    catalogue_digest = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Of the row as the catalogue wrote it."
    )

    class Meta:
        verbose_name = "host"
        ordering = ("component", "company")
        constraints = (
            models.UniqueConstraint(
                fields=["component", "company", "model_id", "source"], name="hostoffer_once_for_each_source"
            ),
            one_of("role", HostRole, name="hostoffer_role_known"),
            one_of("grade", EvidenceGrade, name="hostoffer_grade_known", blank=True),
            models.CheckConstraint(
                condition=(Q(price_in__isnull=True) | Q(price_in__gte=0))
                & (Q(price_out__isnull=True) | Q(price_out__gte=0)),
                name="hostoffer_price_not_negative",
                violation_error_message="A price cannot be negative.",
            ),
            models.CheckConstraint(
                condition=Q(context_tokens__isnull=True) | Q(context_tokens__gt=0),
                name="hostoffer_context_positive",
                violation_error_message="A context has at least one token; leave it empty if it is not known.",
            ),
            models.CheckConstraint(
                condition=Q(offered_from__isnull=True)
                | Q(offered_until__isnull=True)
                | Q(offered_until__gt=F("offered_from")),
                name="hostoffer_ends_after_start",
                violation_error_message="The offer must end after it begins.",
            ),
        )

    def __str__(self) -> str:
        checked = ", not checked here" if self.is_checked is False else ""
        return f"{self.company} ({self.get_role_display().lower()}{checked})"


class EvaluationRecord(Recorded):
    """What was tested, by whom, for which purpose, and with what result."""

    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="evaluations")
    system = models.ForeignKey(
        "governance.AISystem", null=True, blank=True, on_delete=models.CASCADE, related_name="evaluations"
    )
    purpose = models.CharField(max_length=300)
    evaluated_by = models.CharField(max_length=200)
    evaluated_on = models.DateField()
    result = models.CharField(max_length=10, choices=EvaluationResult.choices)
    is_substitute = models.BooleanField(default=False, help_text="Tested as a possible substitute for what is in use.")
    next_due_on = models.DateField(null=True, blank=True)
    summary = models.TextField(blank=True)
    evidence = models.ForeignKey(
        "governance.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="evaluations"
    )

    class Meta:
        verbose_name = "evaluation"
        ordering = ("-evaluated_on",)
        constraints = (
            one_of("result", EvaluationResult, name="evaluation_result_known"),
            models.CheckConstraint(
                condition=Q(next_due_on__isnull=True) | Q(next_due_on__gt=F("evaluated_on")),
                name="evaluation_next_after_last",
                violation_error_message="The next evaluation must be due after this one.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.component}: {self.get_result_display().lower()} on {name_day(self.evaluated_on)}"
