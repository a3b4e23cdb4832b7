"""Signing in and out, the lock-out, and the two short answers for load balancers."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.audit.pages_bank import PASSWORD, make_user


def test_who_is_not_signed_in_is_led_back_to_the_page_they_wanted(db: None) -> None:
    make_user("auditor")
    client = Client()
    wanted = reverse("findings")
    first = client.get(wanted)
    assert first["Location"] == f"{reverse('sign_in')}?next={wanted}"
    signed_in = client.post(first["Location"], {"username": "auditor", "password": PASSWORD, "next": wanted})
    assert signed_in["Location"] == wanted


def test_a_wrong_password_is_told_without_saying_which_of_the_two_was_wrong(db: None) -> None:
    make_user("auditor")
    client = Client()
    pages = [
        client.post(reverse("sign_in"), {"username": name, "password": "wrong"}).content.decode()
        for name in ("auditor", "no-such-person")
    ]
    for page in pages:
        assert 'role="alert"' in page
        assert "Please enter a correct" in page


def test_after_too_many_attempts_the_name_is_locked_and_the_page_says_so(db: None, settings: Settings) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    make_user("auditor")
    client = Client()
    wrong = {"username": "auditor", "password": "wrong"}
    for _ in range(2):
        assert client.post(reverse("sign_in"), wrong).status_code == 200
    locked = client.post(reverse("sign_in"), wrong)
    assert locked.status_code == 429
    page = locked.content.decode()
    assert "Locked for now" in page
    assert "15 minutes" in page
    right = client.post(reverse("sign_in"), {"username": "auditor", "password": PASSWORD})
    assert right.status_code == 429


def test_signing_out_ends_the_session(db: None) -> None:
    client = Client()
    client.force_login(make_user("auditor"))
    assert client.get(reverse("sign_out")).status_code == 405  # never by following a link
    client.post(reverse("sign_out"))
    assert client.get(reverse("portfolio")).status_code == 302


def test_a_user_without_a_group_is_told_what_is_missing(db: None) -> None:
    client = Client()
    client.force_login(make_user(""))
    response = client.get(reverse("portfolio"))
    assert response.status_code == 403
    assert "not in a group" in response.content.decode()


def test_readiness_follows_the_database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    assert "database:" not in client.get("/readyz").content.decode()

    def fail() -> None:
        raise DatabaseError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", fail)
        answer = client.get("/readyz")
        assert (answer.status_code, "database: It does not answer" in answer.content.decode()) == (503, True)
        assert client.get("/healthz").status_code == 200
