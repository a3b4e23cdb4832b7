"""The AI systems in use, the components they are made of, and where their data flow."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django_countries.fields import CountryField

from governance.choices import (
    Adaptation,
    FlowRole,
    LifecycleStage,
    ReplaceObject,
    RunMode,
    TrainingUse,
    TransferTool,
)
from governance.models.base import Recorded, one_of
from governance.models.components import Component
from governance.models.parties import LegalEntity, Vendor


class AISystem(Recorded):
    """An AI system as the organisation uses it, for one purpose.

    ``answers`` holds the questionnaire: ``{fact key: {"value": …, "grade": …, "source": …, "expires_on": …,
    "answered_by": …, "answered_on": …}}``; a key that is not there is not known yet. No key has a default.
    """

    reference = models.CharField(max_length=30, unique=True, help_text="Number in the register, for example SYS-014.")
    name = models.CharField(max_length=200)
    legal_entity = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, related_name="systems", help_text="The company that uses or provides it."
    )
    purpose = models.TextField(help_text="What it is for, in two or three sentences.")
    business_function = models.CharField(
        max_length=200, blank=True, help_text="The part of the business that depends on it."
    )
    is_critical_function = models.BooleanField(
        null=True,
        blank=True,
        verbose_name="critical or important function",
        help_text="Whether that function is critical or important (DORA Art. 3(22)). Empty: not known yet.",
    )
    owner = models.CharField(max_length=200, help_text="The role that answers for it.")
    owner_email = models.EmailField(blank=True)
    stage = models.CharField(max_length=30, choices=LifecycleStage.choices)
    in_service_on = models.DateField(
        null=True,
        blank=True,
        verbose_name="in service since",
        help_text="The first day of use, or of placing on the market. Empty: not known, or not yet in service.",
    )
    withdrawn_on = models.DateField(null=True, blank=True)
    facts_confirmed_on = models.DateField(null=True, blank=True, help_text="When the owner last confirmed these facts.")
    facts_confirmed_by = models.CharField(max_length=200, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    components = models.ManyToManyField(Component, through="SystemComponent", related_name="systems")
    is_fictional = models.BooleanField(default=False, editable=False, help_text="Part of the demonstration.")

    class Meta:
        verbose_name = "AI system"
        ordering = ("reference",)
        constraints = (
            models.UniqueConstraint(fields=["legal_entity", "name"], name="system_name_unique_in_entity"),
            one_of("stage", LifecycleStage, name="system_stage_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True)
                | Q(in_service_on__isnull=True)
                | Q(withdrawn_on__gte=F("in_service_on")),
                name="system_withdrawn_after_service",
                violation_error_message="A system cannot be withdrawn before it came into service.",
            ),
        )
        # The rows are wide, and many pages only ask which are withdrawn.
        indexes = (models.Index(fields=["stage"], name="system_stage"),)

    def __str__(self) -> str:
        return f"{self.reference} {self.name}"


class SystemComponent(models.Model):
    """That a system uses a component, and how the component is run for it."""

    system = models.ForeignKey(AISystem, on_delete=models.CASCADE, related_name="uses")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="uses")
    is_primary = models.BooleanField(
        default=False, verbose_name="main component", help_text="The one that decides what the system can do."
    )
    run_mode = models.CharField(
        max_length=30,
        choices=RunMode.choices,
        blank=True,
        verbose_name="how it is run",
        help_text="Empty: not known yet.",
    )
    adaptation = models.CharField(
        max_length=12, choices=Adaptation.choices, blank=True, help_text="Empty: not known yet."
    )
    host = models.ForeignKey(
        Vendor,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="hosted_uses",
        help_text="The company that runs it for us; empty if we do, or if not known.",
    )
    replace_object = models.CharField(
        max_length=10,
        choices=ReplaceObject.choices,
        blank=True,
        verbose_name="what would be replaced",
        help_text="Empty: not known yet.",
    )
    yearly_volume_in = models.DecimalField(
        max_digits=16,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="Sent in a year, in the quantity its price is for (million tokens). Empty: not known.",
    )
    yearly_volume_out = models.DecimalField(
        max_digits=16, decimal_places=3, null=True, blank=True, help_text="Received in a year, in the same quantity."
    )
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = "component in use"
        verbose_name_plural = "components in use"
        ordering = ("-is_primary", "id")
        constraints = (
            models.UniqueConstraint(fields=["system", "component"], name="systemcomponent_once"),
            models.UniqueConstraint(
                fields=["system"], condition=Q(is_primary=True), name="systemcomponent_one_primary"
            ),
            one_of("run_mode", RunMode, name="systemcomponent_run_mode_known", blank=True),
            one_of("adaptation", Adaptation, name="systemcomponent_adaptation_known", blank=True),
            one_of("replace_object", ReplaceObject, name="systemcomponent_replace_known", blank=True),
            models.CheckConstraint(
                condition=(Q(yearly_volume_in__isnull=True) | Q(yearly_volume_in__gte=0))
                & (Q(yearly_volume_out__isnull=True) | Q(yearly_volume_out__gte=0)),
                name="systemcomponent_volume_not_negative",
                violation_error_message="A volume cannot be negative.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.component} in {self.system}"


class DataFlow(models.Model):
    """One step on which data travel: to whom, in which country, on what basis, for how long.

    ``after`` names the step before it (empty: it starts with us), so that chains can be drawn.
    """

    system = models.ForeignKey(AISystem, on_delete=models.CASCADE, related_name="data_flows")
    after = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="onward",
        help_text="The step before this one.",
    )
    from_name = models.CharField("from", max_length=200, help_text="Who sends the data, for example “Customers”.")
    to_name = models.CharField("to", max_length=200, help_text="Who receives them.")
    to_vendor = models.ForeignKey(Vendor, null=True, blank=True, on_delete=models.PROTECT, related_name="data_flows")
    to_role = models.CharField("role of the recipient", max_length=15, choices=FlowRole.choices)
    from_country = CountryField(blank=True, help_text="Empty: not known.")
    to_country = CountryField(blank=True, help_text="Empty: not known.")
    data = models.CharField(max_length=300, help_text="What flows, for example “chat text”.")
    has_personal_data = models.BooleanField(null=True, blank=True, help_text="Empty: not known yet.")
    special_categories = models.JSONField(
        default=list, blank=True, help_text="Special categories of personal data (GDPR Art. 9) in it."
    )
    transfer_tool = models.CharField(max_length=12, choices=TransferTool.choices, default=TransferTool.UNKNOWN)
    retention_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="How long the recipient keeps them. Empty: not known."
    )
    training_use = models.CharField(max_length=10, choices=TrainingUse.choices, default=TrainingUse.UNKNOWN)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("system", "id")
        constraints = (
            one_of("to_role", FlowRole, name="dataflow_role_known"),
            one_of("transfer_tool", TransferTool, name="dataflow_tool_known"),
            one_of("training_use", TrainingUse, name="dataflow_training_known"),
            models.CheckConstraint(
                condition=Q(after__isnull=True) | ~Q(after=F("id")),
                name="dataflow_not_after_itself",
                violation_error_message="A data flow cannot follow itself.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_name} to {self.to_name}: {self.data}"

    def clean(self) -> None:
        """Refuse a step that follows a step of another system, or that comes after itself by a detour."""
        super().clean()
        step = self.after
        if step is None:
            return
        if self.system_id is not None and step.system_id != self.system_id:
            raise ValidationError({"after": f"“{step}” is a step of another system; choose one of this system."})
        seen: set[int] = set()
        while step is not None and step.pk not in seen:
            if self.pk is not None and step.pk == self.pk:
                raise ValidationError({"after": f"The chain loops: “{step}” comes after this step already."})
            seen.add(step.pk)
            step = step.after
