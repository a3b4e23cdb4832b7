"""Asks the API for what it has to refuse."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient


def refused(client: APIClient, address: str, body: dict[str, Any]) -> dict[str, list[str]]:
    """What it says of each field of a row that it does not take."""
    response = client.post(address, body, format="json")
    assert response.status_code == 400, response.json()
    told: dict[str, list[str]] = response.json()
    return told
