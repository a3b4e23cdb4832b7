"""Makes the digests of a run: what moved and what is overdue, to each owner and subscriber, each cause once.

It may run twice or die in the middle: the run, the recipient and each cause have unique keys, and what is there is
not made again.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from audit.models import (
    UNFINISHED,
    Channel,
    Delivery,
    Escalation,
    Movement,
    Rating,
    ReassessmentRun,
    Scope,
    Subscription,
    ToldCause,
    WorkState,
)
from audit.selectors.among import Among
from audit.selectors.findings import GRAVITY
from audit.services.leasing import LeaseLostError
from audit.services.news.describing import Digest, choose_mail_language, describe_digest
from audit.services.news.escalating import raise_escalations
from audit.services.news.gathering import gather_moved
from audit.services.sending import DELIVER_DIGEST, send_on_commit

MOST_SYSTEMS: Final = 100
"""So many systems stand in a digest, the gravest first; the page of the run has all."""
LEASE: Final = timedelta(seconds=45)
OWNERS_TOLD_FROM: Final = Rating.MODERATE
_ESCALATIONS_FOR: Final = timedelta(days=14)
"""An escalation that could not be told when it was raised, since nothing ran, is told within so many days."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to be told, merged over the ways that lead to one address: what of, from which rating and level on."""

    key: str
    channel: Channel
    to: str
    subscriptions: tuple[Subscription, ...] = ()
    owns: bool = False


def tell_run(*, run_id: int) -> int:
    """Gather what moved, escalate what is overdue, and queue a digest for each recipient; gives their number.

    A run that is under way, or was told of already, is left alone.
    """
    run = ReassessmentRun.objects.defer("due_ids").get(pk=run_id)
    token = str(uuid.uuid4())
    now = timezone.now()
    ended = ReassessmentRun.objects.filter(pk=run_id, told_at=None).exclude(state__in=UNFINISHED)
    free = ended.filter(Q(lease_until=None) | Q(lease_until__lt=now))
    if not free.update(lease_token=token, lease_until=now + LEASE):
        return 0
    held = ended.filter(lease_token=token)

    def hold_on() -> None:
        if not held.update(lease_until=timezone.now() + LEASE):
            raise LeaseLostError("another worker tells of this run")

    gather_moved(run, go_on=hold_on)
    raise_escalations(as_of=run.as_of)
    queued = 0
    for recipient in list_recipients(run):
        hold_on()
        queued += _tell(recipient, run)
    held.update(told_at=timezone.now(), lease_token="", lease_until=None)
    return queued


def find_untold(*, most: int) -> list[int]:
    """The runs that have ended and were not told of: the message was lost, or the worker died."""
    ended = ReassessmentRun.objects.exclude(state__in=UNFINISHED).filter(
        Q(lease_until=None, finished_at__lt=timezone.now() - LEASE) | Q(lease_until__lt=timezone.now()), told_at=None
    )
    return list(ended.order_by("id").values_list("id", flat=True)[:most])


def list_recipients(run: ReassessmentRun) -> Iterator[Recipient]:
    """The owners of what moved or is overdue, and the subscribers; one recipient for one address."""
    by_address: dict[str, list[Subscription]] = {}
    subscribed = Subscription.objects.filter(is_active=True, user__is_active=True).select_related("user")
    for subscription in subscribed.order_by("id"):
        if subscription.channel == Channel.WEBHOOK:
            yield Recipient(f"hook:{subscription.pk}", Channel.WEBHOOK, subscription.url, (subscription,))
        elif address := (subscription.address or subscription.user.email).strip():
            by_address.setdefault(address.lower(), []).append(subscription)
    owners = _list_owners(run)
    for address in sorted(by_address.keys() | owners):
        subscriptions = tuple(by_address.get(address, ()))
        yield Recipient(f"mail:{address}", Channel.EMAIL, address, subscriptions, owns=address in owners)


def _list_owners(run: ReassessmentRun) -> set[str]:
    moved = Movement.objects.filter(run=run, rating__in=_from(OWNERS_TOLD_FROM))
    overdue = _recent(run).values_list("finding__system__owner_email", flat=True)
    found = {*moved.values_list("system__owner_email", flat=True).distinct(), *overdue.distinct()}
    return {address.strip().lower() for address in found if address.strip()}


def _recent(run: ReassessmentRun) -> QuerySet[Escalation]:
    """Those of these days whose findings are open.

    By their ids: a database that begins with the findings goes through all that are open.
    """
    since = run.as_of - _ESCALATIONS_FOR
    raised = Escalation.objects.filter(raised_on__gt=since, raised_on__lte=run.as_of).order_by()
    ids = list(raised.values_list("pk", flat=True))
    if not ids:
        return Escalation.objects.none()
    return Escalation.objects.filter(Among(F("pk"), ids), finding__closed_on=None).order_by()


def _tell(recipient: Recipient, run: ReassessmentRun) -> int:
    """Queue the digest of one recipient; gives 1 if there is one and was none yet."""
    for _ in range(2):  # another run's digest may take a cause at the same moment: then look again
        try:
            with transaction.atomic():
                return _queue(recipient, run)
        except IntegrityError:
            _log.info("another worker tells this recipient", extra={"recipient": recipient.key, "run_id": run.pk})
    return 0


def _queue(recipient: Recipient, run: ReassessmentRun) -> int:
    if Delivery.objects.filter(run=run, recipient=recipient.key).exists():
        return 0
    digest = _collect(recipient, run)
    if not digest.causes:
        return 0
    content = describe_digest(digest, run, language=choose_mail_language(recipient.channel))
    delivery = Delivery.objects.create(
        run=run,
        subscription=recipient.subscriptions[0] if recipient.subscriptions else None,
        recipient=recipient.key,
        channel=recipient.channel,
        to=recipient.to,
        subject=str(content["subject"])[:300],
        rating=str(content["rating"]),
        content=content,
        state=WorkState.QUEUED,
        requested_at=timezone.now(),
        requested_by=f"reassessment {run.pk}",
        next_try_at=timezone.now(),
    )
    ToldCause.objects.bulk_create(
        ToldCause(recipient=recipient.key, cause=cause, delivery=delivery) for cause in digest.causes
    )
    send_on_commit(DELIVER_DIGEST, [delivery.pk])
    return 1


def _collect(recipient: Recipient, run: ReassessmentRun) -> Digest:
    """What a recipient was not told of yet."""
    digest = Digest()
    wanted = _select_movements(recipient)
    moved = Movement.objects.filter(wanted, run=run).select_related("system", "before", "after")
    digest.moved = list(moved.order_by(GRAVITY, "system__reference")[:MOST_SYSTEMS])
    digest.more = moved.count() - len(digest.moved) if len(digest.moved) == MOST_SYSTEMS else 0
    escalations = _recent(run).filter(_select_escalations(recipient)).select_related("finding__system")
    earlier = ToldCause.objects.filter(recipient=recipient.key)
    raised = list(escalations.order_by("-level", "since", "pk"))
    known = set(earlier.filter(cause__in=[f"overdue:{row.pk}" for row in raised]).values_list("cause", flat=True))
    digest.overdue = [row for row in raised if f"overdue:{row.pk}" not in known]
    digest.causes = [f"moved:{run.pk}:{movement.system_id}" for movement in digest.moved]
    digest.causes += [f"overdue:{row.pk}" for row in digest.overdue]
    wants_a_line = any(each.tells_nothing_moved for each in recipient.subscriptions)
    if not digest.causes and wants_a_line and _may_say_nothing_moved(recipient, run):
        digest.causes = [f"nothing:{run.as_of.isoformat()}"]
    return digest


def _may_say_nothing_moved(recipient: Recipient, run: ReassessmentRun) -> bool:
    """Whether the recipient was told nothing of the day yet, and no earlier run of the day is still to be told of.

    A run that found nothing says nothing of one that did: a message that came twice must not take back what moved.
    """
    of_the_day = ReassessmentRun.objects.filter(as_of=run.as_of)
    if of_the_day.filter(pk__lt=run.pk, told_at=None).exists():
        return False
    return not Delivery.objects.filter(recipient=recipient.key, run__in=of_the_day.values("pk")).exists()


def _select_movements(recipient: Recipient) -> Q:
    wanted = Q(pk__in=[])
    if recipient.owns:
        wanted |= Q(system__owner_email__iexact=recipient.to, rating__in=_from(OWNERS_TOLD_FROM))
    for each in recipient.subscriptions:
        wanted |= _within(each, "system") & Q(rating__in=_from(Rating(each.least_rating)))
    return wanted


def _select_escalations(recipient: Recipient) -> Q:
    wanted = Q(pk__in=[])
    if recipient.owns:
        wanted |= Q(finding__system__owner_email__iexact=recipient.to)
    for each in recipient.subscriptions:
        if each.escalation_level:
            graver = Q(finding__rating__in=_from(Rating(each.least_rating)), level__gte=each.escalation_level)
            wanted |= _within(each, "finding__system") & graver
    return wanted


def _within(subscription: Subscription, path: str) -> Q:
    match subscription.scope:
        case Scope.SYSTEM:
            return Q(**{path: subscription.system_id})
        case Scope.ENTITY:
            return Q(**{f"{path}__legal_entity": subscription.legal_entity_id})
        case _:
            return Q()


def _from(least: Rating) -> list[str]:
    return Rating.values[Rating.values.index(least) :]
