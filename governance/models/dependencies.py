"""The contractual arrangements a system depends on, with their sub-contractors, exit plan and exit test."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django_countries.fields import CountryField

from governance.choices import ExitTestKind, Fallback, Substitutability, SwitchingCharge
from governance.models.base import Recorded, name_day, one_of
from governance.models.parties import Vendor
from governance.models.systems import AISystem

validate_currency = RegexValidator(r"^[A-Z]{3}$", "A currency has three capital letters, for example EUR (ISO 4217).")


class VendorDependency(Recorded):
    """The arrangement under which a vendor serves a system. An empty field is not known yet.

    The term is open-ended only if ``is_open_ended`` says so; an exit has never been tested only if
    ``exit_tested`` is False. Lists that are ``None`` are not known; an empty list is known to be empty.
    """

    system = models.ForeignKey(AISystem, on_delete=models.CASCADE, related_name="dependencies")
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="dependencies")
    contract_reference = models.CharField(max_length=100, blank=True)
    service = models.CharField(max_length=300, help_text="What the vendor does for this system.")
    ict_service_type = models.CharField(
        max_length=3,
        blank=True,
        verbose_name="type of ICT service",
        help_text="S01 to S19 of the DORA register, if it is an ICT service.",
    )
    is_ict_service = models.BooleanField(
        null=True,
        blank=True,
        verbose_name="ICT service of a third party",
        help_text="DORA Art. 3(21). Empty: not known yet.",
    )
    is_data_processing_service = models.BooleanField(
        null=True,
        blank=True,
        verbose_name="cloud or edge service",
        help_text="Data Act Art. 2(8). Empty: not known yet.",
    )

    start_on = models.DateField(null=True, blank=True, verbose_name="contract starts")
    end_on = models.DateField(null=True, blank=True, verbose_name="contract ends")
    is_open_ended = models.BooleanField(
        null=True, blank=True, help_text="Yes: the term has no end. Empty: not known yet."
    )
    notice_days = models.PositiveIntegerField(null=True, blank=True, verbose_name="notice we must give, in days")
    vendor_notice_days = models.PositiveIntegerField(
        null=True, blank=True, verbose_name="notice the vendor must give, in days"
    )
    auto_renewal = models.BooleanField(null=True, blank=True, verbose_name="renews by itself")
    termination_for_convenience = models.BooleanField(null=True, blank=True, verbose_name="we may end it without cause")
    exit_transition_days = models.PositiveIntegerField(
        null=True, blank=True, verbose_name="service guaranteed during exit, in days"
    )
    switching_charge = models.CharField(max_length=12, choices=SwitchingCharge.choices, blank=True)
    minimum_commitment_months = models.PositiveIntegerField(
        null=True, blank=True, verbose_name="committed spend still to run, in months"
    )
    price_cap = models.BooleanField(null=True, blank=True, verbose_name="a rise in price is capped")
    price_guaranteed_until = models.DateField(
        null=True, blank=True, help_text="The first day on which the vendor may ask another price. Empty: not known."
    )
    annual_cost = models.DecimalField(
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        verbose_name="cost in a year",
        help_text="What this arrangement costs in a year, or is expected to (DORA register, field B_02.01.0050).",
    )
    annual_cost_currency = models.CharField(
        max_length=3, blank=True, validators=[validate_currency], verbose_name="currency", help_text="For example EUR."
    )
    clauses = models.JSONField(
        null=True,
        blank=True,
        help_text="Clauses in the contract (values of ict.contract_clauses); empty field: nobody has looked.",
    )

    substitutability = models.CharField(max_length=20, choices=Substitutability.choices, blank=True)
    subcontracting_permitted = models.BooleanField(null=True, blank=True)
    subcontractors_known = models.BooleanField(null=True, blank=True, help_text="Yes: the list below is complete.")

    exit_plan = models.BooleanField(null=True, blank=True, verbose_name="exit plan is written down")
    exit_tested = models.BooleanField(
        null=True, blank=True, verbose_name="exit was tested", help_text="No: never tested. Empty: not known yet."
    )
    exit_tested_on = models.DateField(null=True, blank=True)
    exit_test_kind = models.CharField(max_length=15, choices=ExitTestKind.choices, blank=True)
    exit_test_phases = models.JSONField(default=list, blank=True)
    exit_tested_target = models.CharField(max_length=200, blank=True, verbose_name="moved to")
    exit_tested_days = models.FloatField(null=True, blank=True, verbose_name="days those phases took")
    fallback = models.CharField(max_length=20, choices=Fallback.choices, blank=True)
    fallback_activation_days = models.FloatField(
        null=True, blank=True, verbose_name="days until the fallback carries the work"
    )
    tolerable_outage_days = models.FloatField(null=True, blank=True, verbose_name="days the business can do without")
    skills_in_house = models.BooleanField(null=True, blank=True, verbose_name="our people can run the substitute")
    validation_days = models.FloatField(null=True, blank=True, verbose_name="days our model validation needs")

    class Meta:
        verbose_name = "dependency"
        verbose_name_plural = "dependencies"
        ordering = ("system", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["system", "vendor", "contract_reference"], name="dependency_once_for_each_contract"
            ),
            one_of("switching_charge", SwitchingCharge, name="dependency_switching_known", blank=True),
            one_of("substitutability", Substitutability, name="dependency_substitutability_known", blank=True),
            one_of("exit_test_kind", ExitTestKind, name="dependency_exit_test_known", blank=True),
            one_of("fallback", Fallback, name="dependency_fallback_known", blank=True),
            models.CheckConstraint(
                condition=Q(start_on__isnull=True) | Q(end_on__isnull=True) | Q(end_on__gt=F("start_on")),
                name="dependency_ends_after_start",
                violation_error_message="The contract ends before it starts; the end must be after the start.",
            ),
            models.CheckConstraint(
                condition=Q(is_open_ended__isnull=True) | Q(is_open_ended=False) | Q(end_on__isnull=True),
                name="dependency_open_ended_has_no_end",
                violation_error_message="A contract with an end is not open-ended; clear one of the two.",
            ),
            models.CheckConstraint(
                condition=Q(exit_tested_on__isnull=True) | Q(exit_tested=True),
                name="dependency_tested_if_test_day",
                violation_error_message="A day of the exit test is given, so “exit was tested” must be yes.",
            ),
            models.CheckConstraint(
                condition=(Q(exit_tested_days__isnull=True) | Q(exit_tested_days__gte=0))
                & (Q(fallback_activation_days__isnull=True) | Q(fallback_activation_days__gte=0))
                & (Q(tolerable_outage_days__isnull=True) | Q(tolerable_outage_days__gte=0))
                & (Q(validation_days__isnull=True) | Q(validation_days__gte=0)),
                name="dependency_days_not_negative",
                violation_error_message="A number of days cannot be negative.",
            ),
            models.CheckConstraint(
                condition=Q(annual_cost__isnull=True) | Q(annual_cost__gte=0),
                name="dependency_cost_not_negative",
                violation_error_message="A cost cannot be negative.",
            ),
            models.CheckConstraint(
                condition=Q(annual_cost__isnull=True) | ~Q(annual_cost_currency=""),
                name="dependency_cost_has_currency",
                violation_error_message="Name the currency of the cost, for example EUR.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.vendor}: {self.service}"

    def clean(self) -> None:
        """Refuse a notice longer than the term, a price guaranteed before the start, and a dependency on ourselves."""
        super().clean()
        problems = {
            "notice_days": self._why_notice_is_wrong(),
            "price_guaranteed_until": self._why_guarantee_is_wrong(),
            "vendor": self._why_vendor_is_wrong(),
        }
        found = {field: message for field, message in problems.items() if message}
        if found:
            raise ValidationError(found)

    def _why_notice_is_wrong(self) -> str:
        if self.start_on is None or self.end_on is None or self.notice_days is None:
            return ""
        term = (self.end_on - self.start_on).days
        if term <= 0 or self.notice_days <= term:
            return ""
        return (
            f"A notice of {self.notice_days} days is longer than the term of {term} days "
            f"({name_day(self.start_on)} to {name_day(self.end_on)}); check the notice and both days."
        )

    def _why_guarantee_is_wrong(self) -> str:
        if self.price_guaranteed_until is None or self.start_on is None or self.price_guaranteed_until > self.start_on:
            return ""
        until, start = name_day(self.price_guaranteed_until), name_day(self.start_on)
        return f"The price is guaranteed until {until}, but the contract starts {start}."

    def _why_vendor_is_wrong(self) -> str:
        try:
            vendor, entity = self.vendor, self.system.legal_entity
        except ObjectDoesNotExist:
            return ""  # one of them is missing, and its own field says so
        is_same = vendor.name == entity.name or bool(entity.lei and vendor.lei == entity.lei)
        if not is_same:
            return ""
        return f"{entity.name} cannot depend on itself: name the company that serves it, or leave this contract out."


class Subcontractor(models.Model):
    """A company that a vendor uses for the service; ``rank`` 1 is the vendor's own sub-contractor (DORA register)."""

    dependency = models.ForeignKey(VendorDependency, on_delete=models.CASCADE, related_name="subcontractors")
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="subcontracts")
    rank = models.PositiveSmallIntegerField(
        default=1, help_text="1: used by the vendor; 2: used by a company of rank 1; and so on."
    )
    service = models.CharField(max_length=300, blank=True)
    country = CountryField(blank=True, help_text="Where it works on our data; empty if not known.")

    class Meta:
        verbose_name = "sub-contractor"
        ordering = ("dependency", "rank", "id")
        constraints = (
            models.UniqueConstraint(fields=["dependency", "vendor", "rank"], name="subcontractor_once"),
            models.CheckConstraint(
                condition=Q(rank__gte=1),
                name="subcontractor_rank_from_one",
                violation_error_message="The rank starts at 1.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.vendor} (rank {self.rank})"

    def clean(self) -> None:
        """Refuse a chain that leads back to the contracting vendor."""
        super().clean()
        try:
            contracting = self.dependency.vendor_id
        except ObjectDoesNotExist:
            return  # a new contract whose own form is wrong; that form says so
        if self.vendor_id is not None and self.vendor_id == contracting:
            raise ValidationError(
                {
                    "vendor": f"{self.vendor} is the contracting vendor itself; a chain cannot lead back to it. "
                    "Name the company that it uses."
                }
            )
