"""Who is involved: the organisation's own legal entities, and the vendors it depends on."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django_countries.fields import CountryField

from governance.choices import ParentStatus
from governance.models.base import Recorded, Sourced, one_of
from governance.validators import validate_lei


class LegalEntity(Recorded):
    """A company of the organisation that uses or provides AI systems; the law addresses it."""

    name = models.CharField(max_length=200, unique=True, help_text="The registered name.")
    lei = models.CharField(
        "LEI", max_length=20, blank=True, validators=[validate_lei], help_text="Legal Entity Identifier, 20 characters."
    )
    country = CountryField(help_text="Where it is established.")
    answers = models.JSONField(
        default=dict, blank=True, help_text="Answers about the entity itself (facts org.* and jur.*), by fact key."
    )
    is_fictional = models.BooleanField(default=False, editable=False, help_text="Part of the demonstration.")

    class Meta:
        verbose_name = "legal entity"
        verbose_name_plural = "legal entities"
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["lei"], condition=~Q(lei=""), name="legalentity_lei_unique"),)

    def __str__(self) -> str:
        return self.name


class Vendor(Recorded, Sourced):
    """A company that supplies, publishes or hosts something an AI system depends on."""

    name = models.CharField(max_length=200, unique=True, help_text="The name people use.")
    legal_name = models.CharField(max_length=200, blank=True, help_text="The registered name; empty if not known.")
    lei = models.CharField("LEI", max_length=20, blank=True, validators=[validate_lei])
    country = CountryField(blank=True, help_text="Where it is established; empty if not known.")
    ultimate_parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="subsidiaries",
        help_text="The company at the top of its group.",
    )
    parent_status = models.CharField(max_length=10, choices=ParentStatus.choices, default=ParentStatus.UNKNOWN)
    is_fictional = models.BooleanField(default=False, editable=False, help_text="Part of the demonstration.")
    corrected_fields = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text="Fields an officer has corrected; the catalogue leaves them alone.",
    )
    catalogue_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=["lei"], condition=~Q(lei=""), name="vendor_lei_unique"),
            one_of("parent_status", ParentStatus, name="vendor_parent_status_known"),
            models.CheckConstraint(
                condition=Q(parent_status=ParentStatus.NAMED, ultimate_parent__isnull=False)
                | (~Q(parent_status=ParentStatus.NAMED) & Q(ultimate_parent__isnull=True)),
                name="vendor_parent_named_if_known",
                violation_error_message="Name the ultimate parent, or say that there is none or that it is not known.",
            ),
            models.CheckConstraint(
                condition=Q(ultimate_parent__isnull=True) | ~Q(ultimate_parent=F("id")),
                name="vendor_not_own_parent",
                violation_error_message="A vendor cannot be its own ultimate parent; choose “Has no parent”.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a parent that leads back here, and a parent that has a parent of its own: only one is ultimate."""
        super().clean()
        parent = self.ultimate_parent
        if parent is None or parent.ultimate_parent_id is None:
            return
        passed = [parent]
        while (above := passed[-1].ultimate_parent) is not None and above not in passed:
            passed.append(above)
            if above.pk == self.pk:
                break
        names = " → ".join(str(vendor) for vendor in (self, *passed))
        if self.pk is not None and passed[-1].pk == self.pk:
            message = f"The chain of parents loops: {names}. Name the company at the top, or say that it is not known."
        else:
            message = (
                f"Two ultimate parents: {parent} stands below {parent.ultimate_parent} itself ({names}). "
                "Name the one at the top."
            )
        raise ValidationError({"ultimate_parent": message})
