"""A digest goes out once; what fails waits longer each time, and what is given up stays as a dead letter."""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from audit.models import Delivery, Subscription, WorkState
from audit.services.news import delivering
from audit.services.news.delivering import LONGEST_WAIT, deliver, find_undelivered, measure_wait, send_again
from audit.services.news.signing import derive_secret, is_signed_by
from tests.audit.scenes import make_vendor_chatbot
from tests.audit.services.news.receiver import Receiver, receiving
from tests.audit.services.news.scene import OWNER, make_person, run_and_tell, set_transfer, subscribe

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Delivery:
    """An e-mail to the owner of a chatbot that sends data to the US without a tool."""
    system = make_vendor_chatbot(owner_email=OWNER, name="Anna <the bot>")[0]
    run_and_tell()
    set_transfer(system, "none")
    run_and_tell()
    return Delivery.objects.get()


def state_of(delivery: Delivery) -> tuple[str, int, str]:
    delivery.refresh_from_db()
    return delivery.state, delivery.attempts, delivery.error


def wait_over(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(next_try_at=timezone.now() - timedelta(seconds=1))


def test_an_installation_whose_reports_are_german_writes_german_mails_and_tells_machines_in_english(
    settings: Any,
) -> None:
    settings.REPORT_LANGUAGE = "de"
    system = make_vendor_chatbot(owner_email=OWNER)[0]
    subscribe(make_person(), channel="webhook", url="https://hooks.example/in")
    run_and_tell()
    set_transfer(system, "none")
    run_and_tell()
    letter, told = (Delivery.objects.get(channel=channel) for channel in ("email", "webhook"))
    assert letter.subject == "Openbook: 1 System mit Änderungen (höchste Einstufung: hoch)"
    assert told.subject == "Openbook: 1 system moved (gravest: high)"
    assert deliver(delivery_id=letter.pk)
    [sent] = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    html = str(sent.alternatives[0][0])
    assert '<html lang="de">' in html
    for words in ("Neue Feststellung", "Personenbezogene Daten verlassen den EWR", "Ursache: eine Angabe"):
        assert words in sent.body
        assert words in html
    for english in ("because of", "New finding", "Rated", "Sent to", "moved"):
        assert english not in sent.body


def test_an_e_mail_says_the_same_as_text_and_as_html(letter: Delivery) -> None:
    assert deliver(delivery_id=letter.pk)
    [sent] = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    html = str(sent.alternatives[0][0])
    for words in ("New finding", "without a transfer tool", "http://127.0.0.1:8000/runs/"):
        assert words in sent.body
        assert words in html
    assert "Anna <the bot>" in sent.body  # plain text as it is
    assert "Anna &lt;the bot&gt;" in html  # and no tag in HTML
    assert sent.extra_headers["Message-ID"] == f"<{letter.key}@localhost>"
    assert state_of(letter)[0] == WorkState.DONE


def test_delivering_twice_sends_once(letter: Delivery) -> None:
    assert [deliver(delivery_id=letter.pk) for _ in range(3)] == [True, False, False]
    assert len(mail.outbox) == 1


def test_while_one_worker_has_it_another_does_not(letter: Delivery) -> None:
    token = delivering._claim(letter.pk)
    assert token
    assert not deliver(delivery_id=letter.pk)
    assert mail.outbox == []


def test_a_worker_killed_before_it_handed_over_loses_nothing(letter: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "build_mail", kill)
    with pytest.raises(KeyboardInterrupt):
        deliver(delivery_id=letter.pk)
    monkeypatch.undo()
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert find_undelivered(most=5) == [letter.pk]
    assert deliver(delivery_id=letter.pk)
    assert len(mail.outbox) == 1


def kill(*_given: object, **_named: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("has_arrived", [False, True])
def test_a_worker_killed_while_it_handed_over_sends_no_second_one(
    letter: Delivery, monkeypatch: pytest.MonkeyPatch, has_arrived: bool
) -> None:
    """Nobody can tell whether it arrived: it is set aside, and people may send it again."""
    send = EmailMultiAlternatives.send

    def send_and_die(self: Any, *given: Any, **named: Any) -> int:
        if has_arrived:
            send(self, *given, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(EmailMultiAlternatives, "send", send_and_die)
    with pytest.raises(KeyboardInterrupt):
        deliver(delivery_id=letter.pk)
    monkeypatch.undo()
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert not deliver(delivery_id=letter.pk)  # a message that comes again
    assert find_undelivered(most=5) == []
    state, _, error = state_of(letter)
    assert state == WorkState.FAILED
    assert "it may have arrived" in error
    assert len(mail.outbox) == int(has_arrived)
    assert send_again(delivery_ids=[letter.pk], by="ada") == 1
    assert deliver(delivery_id=letter.pk)


def test_a_mail_server_that_is_away_is_tried_again_later_and_then_given_up(
    letter: Delivery, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.DELIVERY_ATTEMPTS = 3

    def away(*_given: Any, **_named: Any) -> int:
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(EmailBackend, "open", away)
    for attempt in (1, 2):
        assert not deliver(delivery_id=letter.pk)
        state, attempts, error = state_of(letter)
        assert (state, attempts) == (WorkState.QUEUED, attempt)
        assert "nobody there" in error
        assert letter.next_try_at is not None
        assert letter.next_try_at > timezone.now()
        assert not deliver(delivery_id=letter.pk)  # too early
        assert find_undelivered(most=5) == []
        wait_over(letter)
        assert find_undelivered(most=5) == [letter.pk]
    deliver(delivery_id=letter.pk)
    state, attempts, error = state_of(letter)
    assert (state, attempts) == (WorkState.FAILED, 3)
    assert "Given up after 3 attempts" in error


@pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected("closed"), TimeoutError("timed out")], ids=type)
def test_a_connection_that_breaks_while_the_server_takes_it_sends_no_second_one(
    letter: Delivery, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    """The server may have taken the message and its answer been lost."""

    def break_off(*_given: Any, **_named: Any) -> int:
        raise error

    monkeypatch.setattr(EmailMultiAlternatives, "send", break_off)
    assert not deliver(delivery_id=letter.pk)
    state, attempts, says = state_of(letter)
    assert (state, attempts) == (WorkState.FAILED, 1)
    assert "it may have arrived" in says
    assert find_undelivered(most=5) == []


def test_a_server_that_says_no_for_now_is_asked_again(letter: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: Any, **_named: Any) -> int:
        raise smtplib.SMTPDataError(451, b"try again later")

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    assert not deliver(delivery_id=letter.pk)
    assert state_of(letter)[0] == WorkState.QUEUED


def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(
    letter: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: Any, **_named: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({OWNER: (550, b"no such user")})

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    assert not deliver(delivery_id=letter.pk)
    state, attempts, error = state_of(letter)
    assert (state, attempts) == (WorkState.FAILED, 1)
    assert "no such user" in error


def test_only_a_dead_letter_is_sent_again(letter: Delivery) -> None:
    assert send_again(delivery_ids=[letter.pk], by="ada") == 0
    deliver(delivery_id=letter.pk)
    assert send_again(delivery_ids=[letter.pk], by="ada") == 0


def test_waits_double_up_to_six_hours_and_half_of_each_is_chance() -> None:
    assert [measure_wait(attempt, draw=lambda: 1.0) for attempt in (1, 2, 3)] == [30.0, 60.0, 120.0]
    assert [measure_wait(attempt, draw=lambda: 0.0) for attempt in (1, 2, 3)] == [15.0, 30.0, 60.0]
    assert measure_wait(30, draw=lambda: 1.0) == LONGEST_WAIT == 6 * 3600


class TestWebhooks:
    pytestmark = pytest.mark.loopback

    @pytest.fixture
    def receiver(self, settings: Any) -> Iterator[Receiver]:
        settings.WEBHOOK_ALLOWS_HTTP, settings.WEBHOOK_NETWORKS = True, ["127.0.0.0/8"]
        with receiving(Receiver()) as here:
            yield here

    @pytest.fixture
    def posted(self, receiver: Receiver) -> Delivery:
        subscribe(make_person(), channel="webhook", url=receiver.url)
        system = make_vendor_chatbot()[0]
        run_and_tell()
        set_transfer(system, "none")
        run_and_tell()
        return Delivery.objects.get()

    def test_the_receiver_can_check_who_sent_it_and_when(self, posted: Delivery, receiver: Receiver) -> None:
        assert deliver(delivery_id=posted.pk)
        [(headers, body)] = receiver.got
        instant = int(headers["Openbook-Timestamp"])
        secret = derive_secret(Subscription.objects.get())
        assert is_signed_by(
            body, signature=headers["Openbook-Signature"], secret=secret, timestamp=instant, now=instant
        )
        content = json.loads(body)
        assert headers["Openbook-Delivery"] == content["delivery"] == str(posted.key)
        [moved] = content["moved"]
        assert [row["what"] for row in moved["findings"]] == ["opened"]

    def test_every_attempt_carries_the_same_key_and_the_same_body(self, posted: Delivery, receiver: Receiver) -> None:
        receiver.statuses = [500, 503, 200]
        for _ in range(3):
            deliver(delivery_id=posted.pk)
            wait_over(posted)
        assert state_of(posted) == (WorkState.DONE, 3, "")
        assert len({(headers["Openbook-Delivery"], body) for headers, body in receiver.got}) == 1
        assert len(receiver.got) == 3

    def test_a_receiver_that_asks_for_more_time_gets_it(self, posted: Delivery, receiver: Receiver) -> None:
        receiver.statuses, receiver.headers = [429], {"Retry-After": "1800"}
        deliver(delivery_id=posted.pk)
        posted.refresh_from_db()
        assert posted.next_try_at is not None
        assert posted.next_try_at > timezone.now() + timedelta(minutes=29)

    def test_a_receiver_that_is_gone_is_a_dead_letter_at_once(self, posted: Delivery, receiver: Receiver) -> None:
        receiver.statuses = [410]
        deliver(delivery_id=posted.pk)
        assert state_of(posted)[:2] == (WorkState.FAILED, 1)

    def test_an_address_inside_is_a_dead_letter_at_once(self, posted: Delivery, settings: Any) -> None:
        settings.WEBHOOK_NETWORKS = []
        assert not deliver(delivery_id=posted.pk)
        state, attempts, error = state_of(posted)
        assert (state, attempts) == (WorkState.FAILED, 1)
        assert "OPENBOOK_WEBHOOK_NETWORKS" in error

    def test_a_subscription_that_was_switched_off_or_deleted_gets_nothing_more(
        self, posted: Delivery, receiver: Receiver
    ) -> None:
        Subscription.objects.update(is_active=False)
        assert not deliver(delivery_id=posted.pk)
        assert "switched off" in state_of(posted)[2]
        Subscription.objects.all().delete()
        send_again(delivery_ids=[posted.pk], by="ada")
        assert not deliver(delivery_id=posted.pk)
        assert "deleted" in state_of(posted)[2]
        assert receiver.got == []
