"""What the browser may load: the policy is sent with every page, and no page needs an exception from it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from governance.models import AISystem
from tests.audit.pages_bank import make_report

PAGES = ["portfolio", "findings", "calendar", "reports", "sign_in", "api-docs"]
# An inline script or style, an event handler, or a style attribute would all need 'unsafe-inline'.
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
ELSEWHERE = re.compile(r"""(?:src|href)=["'](?:https?:)?//(?!www\.w3\.org)""", re.IGNORECASE)


def _pages(bank: dict[str, AISystem], client: Client) -> dict[str, str]:
    make_report(bank["chatbot"])
    addresses = [reverse(name) for name in PAGES]
    addresses += [reverse("system", args=[system.pk]) for system in bank.values()]
    addresses += ["/nowhere/"]
    return {address: client.get(address).content.decode() for address in addresses}


def test_no_page_holds_an_inline_script_or_style(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    for address, page in _pages(bank, sign_in("officer")).items():
        assert INLINE.findall(page) == [], address


def test_pages_load_nothing_from_other_hosts(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    for address, page in _pages(bank, sign_in("officer")).items():
        loaded = [tag for tag in re.findall(r"<(?:script|link|img)[^>]*>", page) if ELSEWHERE.search(tag)]
        assert loaded == [], address


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_allows_our_own_files_and_nothing_inline(
    name: str, bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    policy = sign_in("officer").get(reverse(name))["Content-Security-Policy"]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy


def test_what_a_user_typed_is_shown_as_text(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    system = bank["chatbot"]
    system.name = "<script>alert(1)</script>"
    system.save()
    client = sign_in("officer")
    for address in (reverse("portfolio"), reverse("system", args=[system.pk])):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
