"""What the tests of the pages share: the small bank, and a signed-in browser for each group."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from governance.models import AISystem
from tests.audit.pages_bank import make_bank, make_user


@pytest.fixture
def bank(db: None) -> dict[str, AISystem]:
    return make_bank()


@pytest.fixture
def sign_in(db: None) -> Callable[[str], Client]:
    def sign_in_as(group: str) -> Client:
        client = Client()
        client.force_login(make_user(group))
        return client

    return sign_in_as
