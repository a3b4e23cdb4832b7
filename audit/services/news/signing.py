"""The signature of a webhook: HMAC-SHA256 over the instant and the body, with a secret for each subscription.

The secret is derived from the installation's key and the subscription's salt. It stands in no table, so whoever reads
the database cannot sign; another salt, or another key, makes another secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from django.utils.crypto import salted_hmac

from audit.models import Subscription

VERSION: Final = "v1"
_PURPOSE: Final = "openbook.webhook.secret"


def derive_secret(subscription: Subscription) -> str:
    """The secret that a subscription's receiver checks signatures with."""
    digest = salted_hmac(_PURPOSE, f"{subscription.pk}:{subscription.salt}", algorithm="sha256").digest()
    return f"obwh_{base64.urlsafe_b64encode(digest).decode('ascii').rstrip('=')}"


def sign_body(body: bytes, *, secret: str, timestamp: int) -> str:
    """The signature header: ``v1=`` and the hexadecimal HMAC of ``TIMESTAMP.BODY``."""
    mac = hmac.new(secret.encode("ascii"), f"{timestamp}.".encode("ascii") + body, hashlib.sha256)
    return f"{VERSION}={mac.hexdigest()}"


def is_signed_by(body: bytes, *, signature: str, secret: str, timestamp: int, now: int, tolerance: int = 300) -> bool:
    """What a receiver does: compare in constant time, and refuse what is older or newer than ``tolerance`` seconds."""
    expected = sign_body(body, secret=secret, timestamp=timestamp)
    return hmac.compare_digest(expected, signature) and abs(now - timestamp) <= tolerance
