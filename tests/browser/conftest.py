"""A real browser against a real server, with the small bank in the database."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import DEFAULT_DB_ALIAS, connections
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from governance.models import AISystem
from tests.audit.pages_bank import GROUPS, PASSWORD, make_bank, make_user

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MILLISECONDS = 60_000
"""How long to wait at most for what a page shows by itself; the machine may be busy with other tests."""
expect.set_options(timeout=PATIENCE_MILLISECONDS)
_HAND = threading.Lock()
"""Held while a request is answered and during a worker's turn: in memory, one would lock the tables of the other."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser of one file; kept longer, its loop would still run in this thread while others sign reports."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no chromium on this machine")
    # Playwright runs its own loop in this thread, which Django would take for an asynchronous view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    answer = WSGIHandler.__call__

    def answer_alone(handler: WSGIHandler, *given: Any) -> Iterable[bytes]:
        with _HAND:
            return answer(handler, *given)

    with patch.object(WSGIHandler, "__call__", answer_alone), sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield opened
        opened.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def people(transactional_db: None) -> None:
    for group in GROUPS:
        make_user(group)


@pytest.fixture
def bank(people: None) -> dict[str, AISystem]:
    return make_bank()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page that fails the test for any error in its console: a blocked file or style, a script that broke."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1300, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MILLISECONDS)
    errors: list[str] = []
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


def sign_in(page: Page, group: str) -> None:
    """Sign in through the form, as a person does."""
    page.goto("/sign-in/")
    page.get_by_label("Name").fill(group)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Portfolio").wait_for()


def take_turn(task: Callable[[int], object], key: int) -> None:
    """Do a worker's turn in a thread of its own, as signing needs: the browser's loop runs in this one."""
    own = connections[DEFAULT_DB_ALIAS]

    def work() -> None:
        if own.vendor == "sqlite":  # it lies in memory: there is the one connection, as for the live server
            connections[DEFAULT_DB_ALIAS] = own
        try:
            task(key)
        finally:
            if own.vendor != "sqlite":
                connections.close_all()

    own.inc_thread_sharing()
    try:
        with ThreadPoolExecutor(max_workers=1) as pool, _HAND:
            pool.submit(work).result()
    finally:
        own.dec_thread_sharing()
