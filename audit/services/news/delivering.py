"""Delivers digests: claimed by one worker, tried again with growing waits, and kept as dead letters when given up.

A webhook's receiver can tell a second attempt by its key, so what a dying worker left is tried again. Of an e-mail
nobody can tell; one that was being handed over when its worker died is set aside instead, for people to decide.
"""

from __future__ import annotations

import json
import logging
import random
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from smtplib import SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException
from typing import Final

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from audit.models import Channel, Delivery, WorkState
from audit.services.leasing import LeaseLostError
from audit.services.news.mailing import build_mail
from audit.services.news.signing import derive_secret, sign_body
from audit.services.news.webhooks import WebhookFailedError, WebhookRefusedError, post
from audit.services.sending import DELIVER_DIGEST, send_on_commit

LEASE: Final = timedelta(minutes=2)
"""Longer than any delivery takes: ten seconds for a webhook, a few times ten for a mail server that is slow."""
FIRST_WAIT: Final = 30.0
LONGEST_WAIT: Final = 6 * 3600.0
RESENT_AFTER: Final = timedelta(seconds=45)
"""A delivery whose message is not taken up by then is sent again by the sweeper."""

_UNCLEAR: Final = (
    "The worker ended while it handed the message to the mail server, so it may have arrived. "
    "It is not sent a second time by itself: ask the recipient, and send it again if it did not."
)
_BROKEN_OFF: Final = (
    "The connection to the mail server broke off while it took the message, so it may have arrived. "
    "It is not sent a second time by itself: ask the recipient, and send it again if it did not."
)
_chance = random.SystemRandom()
_log = logging.getLogger(__name__)


class _PermanentError(RuntimeError):
    """Trying again would not help; the text says why."""


def deliver(*, delivery_id: int) -> bool:
    """Deliver one digest if it is due and nobody else does; true if it went out now."""
    token = _claim(delivery_id)
    if not token:
        return False
    row = Delivery.objects.filter(pk=delivery_id, lease_token=token)
    delivery = row.select_related("subscription__user").get()
    try:
        _refuse_unwanted(delivery)
        send = _send_mail if delivery.channel == Channel.EMAIL else _send_webhook
        send(delivery, token)
    except (_PermanentError, WebhookRefusedError) as error:
        _give_up(row, str(error))
        return False
    except (WebhookFailedError, SMTPException, OSError) as error:
        _try_later(row, delivery, error)
        return False
    finished = row.filter(state=WorkState.RUNNING).update(
        state=WorkState.DONE, finished_at=timezone.now(), lease_token="", lease_until=None, next_try_at=None, error=""
    )
    if not finished:
        raise LeaseLostError("another worker took this delivery over")
    return True


def _claim(delivery_id: int) -> str:
    now, token = timezone.now(), str(uuid.uuid4())
    waiting = Q(state=WorkState.QUEUED, next_try_at__lte=now)
    # A webhook that a dead worker left is tried again; an e-mail only if it was not being handed over yet.
    left = Q(state=WorkState.RUNNING, lease_until__lt=now) & (Q(channel=Channel.WEBHOOK) | Q(handed_over_at=None))
    claimed = Delivery.objects.filter(waiting | left, pk=delivery_id).update(
        state=WorkState.RUNNING,
        lease_token=token,
        lease_until=now + LEASE,
        started_at=now,
        attempts=F("attempts") + 1,
        handed_over_at=None,
    )
    return token if claimed else ""


def _refuse_unwanted(delivery: Delivery) -> None:
    subscription = delivery.subscription
    if delivery.channel == Channel.WEBHOOK and subscription is None:
        raise _PermanentError("The subscription was deleted, and with it the secret that signs for it.")
    if subscription is not None and not (subscription.is_active and subscription.user.is_active):
        raise _PermanentError("The subscription was switched off, or its person may no longer sign in.")


def _send_mail(delivery: Delivery, token: str) -> None:
    mail = build_mail(delivery)
    mail.connection = connection = get_connection()
    connection.open()  # what fails here has sent nothing, and is tried again
    try:
        _hand_over(delivery, token)
        mail.send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if codes and all(code >= 500 for code in codes):
            raise _PermanentError(f"The mail server refuses the address {delivery.to}: {error.recipients}") from error
        raise
    except (SMTPResponseException, SMTPNotSupportedError):
        raise  # the server said no, so it has not taken it
    except OSError as error:
        raise _PermanentError(f"{_BROKEN_OFF} ({type(error).__name__}: {error})") from error
    finally:
        with suppress(OSError):
            connection.close()


def _send_webhook(delivery: Delivery, token: str) -> None:
    if delivery.subscription is None:
        raise _PermanentError("The subscription was deleted.")
    body = write_body(delivery)
    timestamp = int(time.time())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Openbook",
        "Openbook-Delivery": str(delivery.key),
        "Openbook-Timestamp": str(timestamp),
        "Openbook-Signature": sign_body(body, secret=derive_secret(delivery.subscription), timestamp=timestamp),
    }
    _hand_over(delivery, token)
    post(delivery.to, body=body, headers=headers)


def write_body(delivery: Delivery) -> bytes:
    """What is posted: the digest with its key, the same bytes at every attempt."""
    content = {"delivery": str(delivery.key), **delivery.content}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _hand_over(delivery: Delivery, token: str) -> None:
    """Note on the row, before anything leaves the house, that it is leaving."""
    now = timezone.now()
    row = Delivery.objects.filter(pk=delivery.pk, lease_token=token, state=WorkState.RUNNING)
    if not row.update(handed_over_at=now, lease_until=now + LEASE):
        raise LeaseLostError("another worker took this delivery over")


def _try_later(row: QuerySet[Delivery], delivery: Delivery, error: Exception) -> None:
    text = f"{type(error).__name__}: {error}" if not isinstance(error, WebhookFailedError) else str(error)
    if isinstance(error, WebhookFailedError) and error.is_gone:
        _give_up(row, f"{text} The receiver wants no more of them; switch the subscription off.")
        return
    if delivery.attempts >= settings.DELIVERY_ATTEMPTS:
        _give_up(row, f"{text} Given up after {delivery.attempts} attempts.")
        return
    asked = error.retry_after if isinstance(error, WebhookFailedError) else 0.0
    wait = max(measure_wait(delivery.attempts), min(asked, 3600.0))
    _log.warning("delivery failed, will be tried again", extra={"delivery_id": delivery.pk, "wait_s": round(wait)})
    row.filter(state=WorkState.RUNNING).update(
        state=WorkState.QUEUED,
        lease_token="",
        lease_until=None,
        handed_over_at=None,
        next_try_at=timezone.now() + timedelta(seconds=wait),
        error=text[:4000],
    )


def measure_wait(attempts: int, *, draw: Callable[[], float] = _chance.random) -> float:
    """Seconds until the next attempt: 30, 60, 120 … up to six hours, of which a random half is spread."""
    full = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    return float(full / 2 + draw() * full / 2)


def _give_up(row: QuerySet[Delivery], text: str) -> None:
    _log.error("delivery given up, it stays as a dead letter", extra={"error": text})
    row.filter(state=WorkState.RUNNING).update(
        state=WorkState.FAILED,
        finished_at=timezone.now(),
        lease_token="",
        lease_until=None,
        next_try_at=None,
        error=text[:4000],
    )


@transaction.atomic
def send_again(*, delivery_ids: list[int], by: str) -> int:
    """Queue dead letters anew, the same messages to the same places; gives how many there were."""
    now = timezone.now()
    dead = Delivery.objects.filter(pk__in=delivery_ids, state=WorkState.FAILED)
    ids = list(dead.select_for_update().values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=ids, state=WorkState.FAILED).update(
        state=WorkState.QUEUED,
        attempts=0,
        requested_at=now,
        requested_by=by[:200],
        next_try_at=now,
        handed_over_at=None,
        finished_at=None,
    )
    send_on_commit(DELIVER_DIGEST, ids)
    return len(ids)


def find_undelivered(*, most: int) -> list[int]:
    """The deliveries whose time has come and that nobody took up; unclear e-mails are set aside first."""
    now = timezone.now()
    unclear = Delivery.objects.filter(
        state=WorkState.RUNNING, lease_until__lt=now, channel=Channel.EMAIL, handed_over_at__isnull=False
    )
    unclear.update(
        state=WorkState.FAILED, finished_at=now, lease_token="", lease_until=None, next_try_at=None, error=_UNCLEAR
    )
    due = Q(state=WorkState.QUEUED, next_try_at__lt=now - RESENT_AFTER) | Q(attempts__gt=0, next_try_at__lt=now)
    left = Q(state=WorkState.RUNNING, lease_until__lt=now)
    rows = Delivery.objects.filter(due & Q(state=WorkState.QUEUED) | left)
    return list(rows.order_by("next_try_at", "id").values_list("id", flat=True)[:most])
