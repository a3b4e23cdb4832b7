"""Who is told what: subscriptions, digests on their way, and the causes that a recipient has been told of."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from audit.models.findings import Rating
from audit.models.runs import ReassessmentRun
from audit.models.work import LeasedWork
from governance.models import AISystem, LegalEntity


class Channel(models.TextChoices):
    """How somebody is told."""

    EMAIL = "email", "E-mail"
    WEBHOOK = "webhook", "Webhook"


class Scope(models.TextChoices):
    """Of which systems somebody is told."""

    PORTFOLIO = "portfolio", "The whole portfolio"
    ENTITY = "entity", "The systems of a legal entity"
    SYSTEM = "system", "One system"


def make_salt() -> str:
    """A new salt for the secret of a webhook."""
    return secrets.token_urlsafe(16)


class Subscription(models.Model):
    """That a person, or a machine in their name, is told what moves and what is overdue.

    The secret of a webhook is not stored: it is derived from the installation's key and ``salt``
    (``audit.services.news.signing``), so that a new salt is a new secret.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="subscriptions",
        verbose_name="who",
        help_text="The person told, or who answers for the webhook. Nothing is sent while they may not sign in.",
    )
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    address = models.EmailField(blank=True, help_text="Empty: the person’s own e-mail address.")
    url = models.URLField("address of the webhook", max_length=500, blank=True, help_text="For example https://…")
    salt = models.CharField(max_length=40, default=make_salt, editable=False)
    least_rating = models.CharField(
        "from which rating on",
        max_length=10,
        choices=Rating.choices,
        default=Rating.MODERATE,
        help_text="What is rated lower is not told.",
    )
    scope = models.CharField("of which systems", max_length=10, choices=Scope.choices, default=Scope.PORTFOLIO)
    legal_entity = models.ForeignKey(LegalEntity, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    system = models.ForeignKey(AISystem, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    escalation_level = models.PositiveSmallIntegerField(
        "overdue findings from level",
        default=1,
        help_text="1: as soon as they are overdue. Higher for those above the owner. 0: none.",
    )
    tells_nothing_moved = models.BooleanField(
        "also when nothing moved", default=False, help_text="One line, once a day: that a run was made."
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("user", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(channel=Channel.EMAIL, url="") | (Q(channel=Channel.WEBHOOK, address="") & ~Q(url="")),
                name="subscription_where_to",
                violation_error_message="A webhook needs its address and no e-mail address, an e-mail no webhook.",
            ),
            models.CheckConstraint(
                condition=Q(scope=Scope.PORTFOLIO, legal_entity=None, system=None)
                | Q(scope=Scope.ENTITY, legal_entity__isnull=False, system=None)
                | Q(scope=Scope.SYSTEM, legal_entity=None, system__isnull=False),
                name="subscription_scope_named",
                violation_error_message="Name the legal entity, or the system, that the scope asks for, and no other.",
            ),
            models.CheckConstraint(condition=Q(least_rating__in=Rating.values), name="subscription_rating_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_channel_display()} to {self.user}"

    def clean(self) -> None:
        """An e-mail needs an address, the subscription's or the person's."""
        super().clean()
        if self.channel == Channel.EMAIL and not self.address and self.user_id and not self.user.email:
            raise ValidationError({"address": "This person has no e-mail address; give one here."})


class Delivery(LeasedWork):
    """One digest to one recipient: one message, with all that the recipient was not told of yet.

    ``state`` failed is a dead letter: it stays, with the reason, until somebody sends it again. ``handed_over_at`` is
    set before the mail server is called; a worker that dies then leaves a message of which nobody knows whether it
    arrived, and it is not sent a second time by itself.
    """

    run = models.ForeignKey(ReassessmentRun, on_delete=models.CASCADE, related_name="deliveries")
    subscription = models.ForeignKey(
        Subscription, null=True, blank=True, on_delete=models.SET_NULL, related_name="deliveries"
    )
    recipient = models.CharField(max_length=600, help_text="mail:ada@example.org, or hook: and a subscription.")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    to = models.CharField("to", max_length=500, help_text="The e-mail address, or the address of the webhook.")
    subject = models.CharField(max_length=300)
    rating = models.CharField(max_length=10, choices=Rating.choices, blank=True)
    content = models.JSONField(help_text="The digest, as the webhook gets it.")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="The same at every attempt.")
    next_try_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ("-id",)
        permissions = (("send_again_delivery", "Can send a digest again"),)
        constraints = (models.UniqueConstraint(fields=["run", "recipient"], name="delivery_once_in_a_run"),)
        indexes = (models.Index(fields=["state", "next_try_at"], name="delivery_waiting"),)

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"


class ToldCause(models.Model):
    """That a recipient is told of a cause by a delivery; the unique key keeps it from being told again."""

    recipient = models.CharField(max_length=600)
    cause = models.CharField(max_length=100, help_text="moved:RUN:SYSTEM, overdue:ESCALATION or nothing:DAY.")
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="causes")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["recipient", "cause"], name="toldcause_once"),)

    def __str__(self) -> str:
        return f"{self.cause} to {self.recipient}"
