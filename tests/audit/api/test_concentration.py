"""Concentration and watched days through the API: pages like those of every list, of all that is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from audit.portfolio.concentration import read_concentration
from audit.portfolio.dated import read_dated
from audit.portfolio.watch import list_ahead
from governance.models import AISystem, Subcontractor
from tests.audit.pages_bank import make_bank
from tests.audit.scenes import contract, make_system, make_vendor, make_vendor_chatbot, offer

Client = Callable[[str], APIClient]
ADDRESSES = ("/api/concentration/", "/api/concentration/roots/", "/api/concentration/flaws/", "/api/watched-days/")


@pytest.fixture
def bank(db: None) -> dict[str, AISystem]:
    """Five systems with alternatives, two flaws, and days of several kinds, four on one day."""
    bank = make_bank()
    dependency = bank["chatbot"].dependencies.get()
    Subcontractor.objects.create(dependency=dependency, vendor=make_vendor(name="Third rank"), rank=3)
    lab, other, today = make_vendor(name="Lab"), make_vendor(name="Other host"), timezone.localdate()
    for number in range(4):
        system = make_vendor_chatbot()[0]
        offer(system.uses.get().component, other)
        contract(system, lab, end_on=today + timedelta(days=30), notice_days=10 * number)
    contract(make_system(), lab, end_on=today + timedelta(days=3), price_guaranteed_until=today + timedelta(days=30))
    Subcontractor.objects.create(dependency=system.dependencies.get(vendor=lab), vendor=other, rank=2)
    return bank


def follow(client: APIClient, address: str, way: str = "next") -> Iterator[dict[str, Any]]:
    """The pages from an address on."""
    found: str | None = address
    while found:
        response = client.get(found)
        assert response.status_code == 200, response.content
        assert set(response.json()) == {"next", "previous", "results"}
        yield response.json()
        found = response.json()[way]


def rows_of(pages: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for page in pages for row in page["results"]]


def test_the_pages_hold_all_that_is_computed_once_and_in_order(bank: dict[str, AISystem], call_as: Client) -> None:
    client, today = call_as("auditor"), timezone.localdate()
    whole: Any = read_concentration(today).to_json()
    expected = {
        "/api/concentration/": [share for shares in whole["shares"].values() for share in shares],
        "/api/concentration/roots/": whole["roots"],
        "/api/concentration/flaws/": whole["flaws"],
        "/api/watched-days/": [watched.to_json() for watched in list_ahead(read_dated(), today)],
    }
    for address, rows in expected.items():
        assert len(rows) > 1, address
        for size in (1, 3, 200):
            pages = [*follow(client, f"{address}?page_size={size}")]
            assert [row for page in pages for row in page["results"]] == rows, (address, size)
            assert all(len(page["results"]) == size for page in pages[:-1])
            assert pages[0]["previous"] is None
            if len(pages) > 1:
                last = f"{pages[-2]['next']}"
                back = [*follow(client, last, "previous")]
                assert [page["results"] for page in reversed(back)] == [page["results"] for page in pages]


def test_they_are_narrowed_and_what_is_wrong_is_refused(bank: dict[str, AISystem], call_as: Client) -> None:
    client, today = call_as("auditor"), timezone.localdate()
    whole = {address: rows_of(follow(client, f"{address}?page_size=2")) for address in ADDRESSES}
    of_system = whole["/api/concentration/roots/"][1]["system"]
    key = AISystem.objects.get(reference=of_system).pk
    cases: list[tuple[str, str, Callable[[dict[str, Any]], bool]]] = [
        ("/api/concentration/", "axis=country", lambda row: row["axis"] == "country"),
        ("/api/concentration/roots/", f"system={key}", lambda row: row["system"] == of_system),
        ("/api/concentration/roots/", "hidden_root=unknown", lambda row: row["hidden_root"] is None),
        ("/api/concentration/roots/", "hidden_root=true", lambda row: row["hidden_root"] is True),
        ("/api/concentration/flaws/", "kind=gap", lambda row: row["kind"] == "gap"),
        ("/api/watched-days/", "what=notice_by", lambda row: row["what"] == "notice_by"),
        ("/api/watched-days/", f"system={key}", lambda row: row["system"] == of_system),
        (
            "/api/watched-days/",
            f"until={today + timedelta(days=15)}",
            lambda row: row["on"] < str(today + timedelta(days=15)),
        ),
        (
            "/api/watched-days/",
            f"as_of={today + timedelta(days=15)}",
            lambda row: row["on"] >= str(today + timedelta(days=15)),
        ),
    ]
    narrowed = 0
    for address, given, keeps in cases:
        kept = [row for row in whole[address] if keeps(row)]
        narrowed += 0 < len(kept) < len(whole[address])
        assert rows_of(follow(client, f"{address}?{given}&page_size=2")) == kept, given
    assert narrowed >= 6, "most cases leave something in and something out"
    for address in ADDRESSES:
        for given in ("as_of=yesterday", "as_of=1850-01-01", "colour=red"):
            assert client.get(f"{address}?{given}").status_code == 400, (address, given)
        for given in ("cursor=x", "cursor=-1", f"cursor={'9' * 40}"):
            assert client.get(f"{address}?{given}").status_code == 404, (address, given)
    for wrong in ("concentration/?axis=colour", "concentration/roots/?system=x", "concentration/flaws/?kind=ugly"):
        assert client.get(f"/api/{wrong}").status_code == 400
    assert client.get("/api/watched-days/?what=lunch").status_code == 400


def test_a_page_follows_though_its_day_is_gone(bank: dict[str, AISystem], call_as: Client) -> None:
    client, today = call_as("auditor"), timezone.localdate()
    rows = rows_of(follow(client, "/api/watched-days/"))
    gone = today + timedelta(days=3)
    later = [row for row in rows if row["on"] > str(gone)]
    assert client.get(f"/api/watched-days/?cursor={gone}.1").json()["results"] == later
    between = client.get(f"/api/watched-days/?cursor={gone + timedelta(days=1)}.7").json()
    assert between["results"] == later
    assert between["previous"], "what came before is still there"
