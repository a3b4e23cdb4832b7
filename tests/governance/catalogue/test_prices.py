"""Every price, end and context that the catalogue takes from the public price list stands there so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from governance.catalogue.reading import read_catalogue
from governance.catalogue.schema import ComponentEntry, HostEntry
from governance.choices import HostRole

PRICE_LIST = "litellm-prices/model_prices_and_context_window_backup.json"
CATALOGUE = read_catalogue().components
# Where the catalogue follows another source than the price list, the two stand in its conflicts.
FOLLOWS_ANOTHER = {
    ("command-a-plus", "price"): "command-a-plus-05-2026",
    ("gemini-2-5-pro", "retire"): "gemini/gemini-2.5-pro",
}


@pytest.fixture(scope="module")
def price_list(shared_data: Path) -> dict[str, Any]:
    listed: dict[str, Any] = json.loads((shared_data / PRICE_LIST).read_text(encoding="utf-8"))
    return listed


def hosts_from_price_list() -> Iterator[tuple[ComponentEntry, HostEntry]]:
    for entry in CATALOGUE.values():
        for host in entry.hosts:
            if "litellm" in host.source:
                yield entry, host


def test_prices_are_those_of_the_list(price_list: dict[str, Any]) -> None:
    differing, compared = set(), 0
    for entry, host in hosts_from_price_list():
        listed = price_list.get(host.model_id)
        if listed is None or host.unit != "USD per million tokens":
            continue
        for told, key in ((host.price_in, "input_cost_per_token"), (host.price_out, "output_cost_per_token")):
            in_list = (listed.get(key) or 0) * 1_000_000
            compared += told is not None
            # A zero in the list is a price that was not filled in: the catalogue then has none. The list has rests
            # of divisions such as 1.31999e-06; the catalogue rounds to a tenth of a cent.
            if abs((told or 0) - in_list) > 0.001:
                differing.add((entry.id, "price", host.model_id))
    assert compared > 250
    assert differing == {(key, kind, model) for (key, kind), model in FOLLOWS_ANOTHER.items() if kind == "price"}


def test_ends_and_context_sizes_are_those_of_the_list(price_list: dict[str, Any]) -> None:
    differing, compared = set(), 0
    for entry, host in hosts_from_price_list():
        listed = price_list.get(host.model_id)
        if listed is None:
            continue
        if (host.retires_on.isoformat() if host.retires_on else None) != listed.get("deprecation_date"):
            differing.add((entry.id, "retire", host.model_id))
        context = listed.get("max_input_tokens", listed.get("max_tokens"))
        compared += context is not None
        if host.context_tokens != (context or None):
            differing.add((entry.id, "context", host.model_id))
    assert compared > 150
    assert differing == {(key, kind, model) for (key, kind), model in FOLLOWS_ANOTHER.items() if kind == "retire"}


def test_what_was_not_at_hand_is_marked_and_bears_no_grade() -> None:
    """A second list of prices, models.dev of 2026-08-22, is not here: what rests on it alone was never looked up."""
    by_list = {True: 0, False: 0}
    for entry in CATALOGUE.values():
        for host in entry.hosts:
            by_list[host.checked] += 1
            assert host.checked is ("models.dev" not in host.source), (entry.id, host.company)
            assert ("not checked here" in host.note) is not host.checked, (entry.id, host.company)
            assert bool(host.grade) is host.checked, (entry.id, host.company)
    assert by_list[False] >= 81
    assert by_list[True] >= 200


def test_a_gateway_that_was_checked_is_listed_with_the_model(price_list: dict[str, Any]) -> None:
    checked = [
        (entry.id, host)
        for entry, host in hosts_from_price_list()
        if host.role is not HostRole.HOST and "several of the family" not in host.note
    ]
    assert len(checked) > 25
    assert [(key, host.model_id) for key, host in checked if host.model_id not in price_list] == []


def test_no_size_of_a_context_is_hidden_in_a_note() -> None:
    hidden = [
        (entry.id, host.company)
        for entry in CATALOGUE.values()
        for host in entry.hosts
        if re.search(r"context \d", host.note)
    ]
    assert hidden == []
    sizes = [host for entry in CATALOGUE.values() for host in entry.hosts if host.context_tokens]
    assert len(sizes) > 220
    assert all(host.source and host.day for host in sizes)


def test_who_is_called_a_host_on_the_lists_word_is_listed_with_that_very_model(price_list: dict[str, Any]) -> None:
    """A host without an entry of its own says so: a service over many models, or a version that was not stated."""
    unlisted = [
        (entry.id, host.company, host.note)
        for entry, host in hosts_from_price_list()
        if host.role is HostRole.HOST and host.model_id not in price_list
    ]
    unsaid = [
        (key, company)
        for key, company, note in unlisted
        if not re.search(r"prices per model|named only by a price list", note)
    ]
    assert unsaid == []


@pytest.mark.parametrize(("key", "kind"), list(FOLLOWS_ANOTHER))
def test_where_the_list_is_not_followed_the_conflict_is_shown(key: str, kind: str) -> None:
    words = {"price": "price", "retire": "retire|end|horizon"}[kind]
    assert any(re.search(words, conflict.field, re.IGNORECASE) for conflict in CATALOGUE[key].conflicts)


def test_no_conflict_is_between_two_sources_that_say_the_same() -> None:
    for entry in CATALOGUE.values():
        for conflict in entry.conflicts:
            assert len({opinion.value for opinion in conflict.values}) > 1, (entry.id, conflict.field)
