"""What the marathon holds to be wrong of what arrived: else its rounds would prove nothing."""

from __future__ import annotations

import smtplib
import socket
from dataclasses import replace
from typing import Any

import pytest

from tests.audit.faults.letterbox import Letter, Letterbox
from tests.audit.faults.telling import Teller, Told

UNCLEAR = "The worker ended while it handed the message to the mail server, so it may have arrived."


def row(key: str, channel: str = "email", **columns: Any) -> dict[str, Any]:
    to = "/0" if channel == "webhook" else "ada@bank.example"
    every = {"key": key, "recipient": f"{channel}:{to}", "channel": channel, "state": "done", "error": "", "to": to}
    return {**every, "said": "h", "systems": ["AB-001"], **columns}


def letter(key: str, to: str = "ada@bank.example") -> Letter:
    return Letter(key=key, to=to, is_signed=True, sha256="b", systems=("AB-001",))


def look(here: list[dict[str, Any]], *, mails: tuple[Letter, ...] = (), posts: tuple[Letter, ...] = ()) -> Told:
    return Teller(Letterbox(mails=list(mails), posts=list(posts))).look(here, here)


def test_what_arrived_once_as_it_was_written_is_right() -> None:
    told = look([row("1"), row("2", "webhook")], mails=(letter("1"),), posts=(letter("2", "/0"),))
    assert (told.wrong, told.lines, told.mails, told.posts) == ([], 2, 1, 1)


@pytest.mark.parametrize("times", [0, 2])
def test_an_e_mail_that_did_not_arrive_or_arrived_twice_is_wrong(times: int) -> None:
    assert len(look([row("1")], mails=(letter("1"),) * times).wrong) == 1


@pytest.mark.parametrize(("times", "wrong"), [(0, 0), (1, 0), (2, 1)])
def test_an_e_mail_that_was_set_aside_may_have_arrived_once(times: int, wrong: int) -> None:
    told = look([row("1", state="failed", error=UNCLEAR)], mails=(letter("1"),) * times)
    assert (len(told.wrong), told.set_aside) == (wrong, 1)


def test_a_webhook_counts_by_its_key_and_has_one_body() -> None:
    twice = look([row("2", "webhook")], posts=(letter("2", "/0"),) * 2)
    assert (twice.wrong, twice.repeated, twice.lines) == ([], 1, 1)
    assert look([row("2", "webhook")]).wrong
    assert look([row("2", "webhook")], posts=(letter("2", "/0"), replace(letter("2", "/0"), sha256="c"))).wrong
    assert look([row("2", "webhook")], posts=(replace(letter("2", "/0"), is_signed=False),)).wrong


def test_other_words_than_the_twins_are_wrong_on_either_side() -> None:
    teller = Teller(Letterbox(mails=[letter("1")]))
    wrong = teller.look([row("1")], [row("9", said="other words")]).wrong
    assert wrong == [
        "email:ada@bank.example was not told what the twin says",
        "email:ada@bank.example was told what the twin does not say",
    ]


def test_the_same_line_under_two_keys_is_wrong() -> None:
    assert look([row("1"), row("2")], mails=(letter("1"), letter("2"))).wrong == [
        "email:ada@bank.example was told of AB-001 2 times in one round"
    ]


def test_what_comes_again_a_round_later_is_found() -> None:
    box = Letterbox(mails=[letter("1")])
    teller = Teller(box)
    assert teller.look([row("1")], [row("1")]).wrong == []
    box.mails.append(letter("1"))
    assert teller.look([], []).wrong == ["1 with key 1 to ada@bank.example: came again after its round"]


@pytest.mark.loopback
def test_half_a_mail_is_none_and_a_whole_one_is_read() -> None:
    box = Letterbox()
    port = int(box.open()["OPENBOOK_EMAIL_URL"].rpartition(":")[2])
    head = "To: ada@bank.example\r\nMessage-ID: <7@x>\r\n\r\n"
    text = "AB-001 Chatbot [high]\r\n\r\nOverdue findings\r\nAB-002 Other: x [high]\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port)) as half:
            half.sendall(b"MAIL FROM:<a@b.example>\r\nRCPT TO:<ada@bank.example>\r\nDATA\r\n" + head.encode())
        with smtplib.SMTP("127.0.0.1", port) as mail:
            mail.sendmail("a@b.example", "ada@bank.example", head + text)
    finally:
        box.close()
    [arrived] = box.mails
    assert (arrived.key, arrived.to, arrived.is_signed, arrived.systems) == ("7", "ada@bank.example", True, ("AB-001",))
