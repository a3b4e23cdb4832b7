"""Webhooks go to public addresses over https, carry a signature, and follow no redirect."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from audit.models import Subscription
from audit.services.news import webhooks
from audit.services.news.signing import derive_secret, is_signed_by, sign_body
from audit.services.news.webhooks import WebhookFailedError, WebhookRefusedError, check_url, post
from tests.audit.services.news.receiver import Receiver, receiving


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.example.org/", "https://"),
        ("ftp://hooks.example.org/", "https://"),
        ("https:///path", "no host"),
        ("https://name:word@hooks.example.org/", "name or password"),
        ("https://hooks.example.org\\@127.0.0.1/", "belong in no address"),
        ("https://hooks.example.org/a b", "belong in no address"),
        ("https://hooks.example.org:99999/", "is not an address"),
        ("https://127.0.0.1/", "not a public address"),
        ("https://10.1.2.3/", "not a public address"),
        ("https://192.168.0.1/", "not a public address"),
        ("https://172.16.0.1/", "not a public address"),
        ("https://169.254.169.254/latest/meta-data/", "not a public address"),
        ("https://100.64.0.1/", "not a public address"),
        ("https://0.0.0.0/", "not a public address"),
        ("https://224.0.0.1/", "not a public address"),
        ("https://[::1]/", "not a public address"),
        ("https://[fd00::1]/", "not a public address"),
        ("https://[fe80::1]/", "not a public address"),
        ("https://[::ffff:127.0.0.1]/", "not a public address"),
        ("https://[2002:7f00:0001::]/", "not a public address"),  # 127.0.0.1 as 6to4
        ("https://[64:ff9b::7f00:1]/", "not a public address"),  # 127.0.0.1 as NAT64
    ],
)
def test_what_leads_inside_or_is_no_https_is_refused(url: str, why: str) -> None:
    with pytest.raises(WebhookRefusedError, match=why):
        check_url(url)


def test_a_public_address_passes() -> None:
    assert check_url("https://hooks.example.org/openbook") == ("hooks.example.org", 443)
    assert check_url("https://8.8.8.8:8443/") == ("8.8.8.8", 8443)


def test_an_allowed_network_passes_and_its_neighbour_does_not(settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = ["10.20.0.0/16"]
    check_url("https://10.20.3.4/")
    with pytest.raises(WebhookRefusedError):
        check_url("https://10.21.3.4/")


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:10.0.0.7"])
def test_a_name_that_leads_inside_is_refused_when_it_is_resolved(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when only one of its addresses does."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET

    async def resolve(self: Any, host: str, port: int, **_given: Any) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", port)),
            (family, socket.SOCK_STREAM, 6, "", (address, port)),
        ]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    with pytest.raises(WebhookRefusedError, match="not a public address"):
        post("https://innocent.example.org/", body=b"{}", headers={})


def test_the_signature_is_the_hmac_of_instant_and_body() -> None:
    body, secret = b'{"a":1}', "obwh_secret"
    expected = hmac.new(b"obwh_secret", b'1700000000.{"a":1}', hashlib.sha256).hexdigest()
    signature = sign_body(body, secret=secret, timestamp=1_700_000_000)
    assert signature == f"v1={expected}"
    good: dict[str, Any] = {"signature": signature, "secret": secret, "timestamp": 1_700_000_000, "now": 1_700_000_100}
    assert is_signed_by(body, **good)
    for wrong in ({"now": 1_700_000_301}, {"secret": "other"}, {"timestamp": 1_700_000_001}, {"signature": "v1=00"}):
        assert not is_signed_by(body, **{**good, **wrong})
    assert not is_signed_by(b'{"a":2}', **good)


def test_each_subscription_and_each_salt_has_a_secret_of_its_own() -> None:
    one, other = Subscription(pk=1, salt="a"), Subscription(pk=2, salt="a")
    secrets = {derive_secret(one), derive_secret(other), derive_secret(Subscription(pk=1, salt="b"))}
    assert len(secrets) == 3
    assert derive_secret(one) == derive_secret(Subscription(pk=1, salt="a"))


class TestPosting:
    pytestmark = pytest.mark.loopback

    @pytest.fixture
    def receiver(self, settings: Any) -> Iterator[Receiver]:
        settings.WEBHOOK_ALLOWS_HTTP, settings.WEBHOOK_NETWORKS = True, ["127.0.0.0/8"]
        with receiving(Receiver()) as here:
            yield here

    def test_what_is_posted_arrives_with_its_headers(self, receiver: Receiver) -> None:
        assert post(receiver.url, body=b"{}", headers={"Openbook-Delivery": "7"}) == 204
        [(headers, body)] = receiver.got
        assert (headers["Openbook-Delivery"], body) == ("7", b"{}")

    def test_a_redirect_is_not_followed(self, receiver: Receiver) -> None:
        receiver.statuses, receiver.headers = [302], {"Location": "http://169.254.169.254/"}
        with pytest.raises(WebhookFailedError, match="302"):
            post(receiver.url, body=b"{}", headers={})
        assert len(receiver.got) == 1

    def test_a_busy_receiver_says_when_to_come_back(self, receiver: Receiver) -> None:
        receiver.statuses, receiver.headers = [503], {"Retry-After": "120"}
        with pytest.raises(WebhookFailedError, match="503") as failed:
            post(receiver.url, body=b"{}", headers={})
        assert (failed.value.retry_after, failed.value.is_gone) == (120.0, False)

    def test_nobody_there_is_a_failure_and_not_an_accident(self, receiver: Receiver) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        with pytest.raises(WebhookFailedError, match="could not be reached"):
            post(url, body=b"{}", headers={})

    def test_one_who_takes_the_call_and_says_nothing_is_left(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(webhooks, "SECONDS", 0.3)
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            with pytest.raises(WebhookFailedError, match="No answer"):
                post(f"http://127.0.0.1:{silent.getsockname()[1]}/", body=b"{}", headers={})
