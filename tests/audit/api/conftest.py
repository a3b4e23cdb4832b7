"""A client of the API for each group."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tests.audit.pages_bank import make_user


@pytest.fixture
def call_as(db: None) -> Callable[[str], APIClient]:
    def client_of(group: str) -> APIClient:
        client = APIClient()
        client.force_login(make_user(group))
        return client

    return client_of
