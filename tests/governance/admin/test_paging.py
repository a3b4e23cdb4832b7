"""Long lists are not counted on their first page; a list that was narrowed, and any further page, is counted."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory

from governance.admin.base import NamedAdmin
from governance.models import Vendor

PRETENDED = 50_000


@pytest.fixture
def vendors(db: None) -> None:
    Vendor.objects.bulk_create([Vendor(name=f"Vendor {number}") for number in range(3)])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE pg_class SET reltuples = %s WHERE oid = 'governance_vendor'::regclass", [PRETENDED])


@pytest.mark.parametrize(
    ("address", "words", "on_postgresql"),
    [("/", "", PRETENDED), ("/?p=1", "", PRETENDED), ("/?p=2", "", 3), ("/", "Vendor 1", 1)],
)
def test_only_the_first_page_of_a_whole_list_is_estimated(
    vendors: None, address: str, words: str, on_postgresql: int
) -> None:
    rows = Vendor.objects.filter(name=words) if words else Vendor.objects.all()
    paginator = NamedAdmin(Vendor, admin.site).get_paginator(RequestFactory().get(address), rows, 50)
    assert paginator.count == (on_postgresql if connection.vendor == "postgresql" else rows.count())
