"""A digest as an e-mail: plain text and HTML of the same content, with an identity that every attempt shares."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from audit.models import Delivery
from audit.reports.languages import SOURCE_LANGUAGE


def build_mail(delivery: Delivery) -> EmailMultiAlternatives:
    """The message of a delivery; its Message-ID is made of the delivery's key, so that copies can be told."""
    context = {"digest": delivery.content, "to": delivery.to}
    with translation.override(str(delivery.content.get("language", SOURCE_LANGUAGE))):
        plain, rich = render_to_string("mail/digest.txt", context), render_to_string("mail/digest.html", context)
    mail = EmailMultiAlternatives(
        subject=" ".join(delivery.subject.split()),
        body=plain,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[delivery.to],
        headers={"Message-ID": name_message(delivery.key), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(rich, "text/html")
    return mail


def name_message(key: uuid.UUID) -> str:
    """The Message-ID of a delivery."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return f"<{key}@{domain}>"
