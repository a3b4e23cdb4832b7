"""Every list of the API: prepared pages are the rows themselves, and a line says what its serializer would."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable

import pytest
from django.utils.dateparse import parse_datetime
from rest_framework.test import APIClient

from audit.api.urls import router as judgement
from audit.models import Standing
from governance.api.lists import RowListViewSet, row_columns
from governance.api.prepared import PreparedRows
from governance.api.serializers import SystemRowSerializer
from governance.api.urls import router as register
from governance.models import AISystem
from tests.audit.scenes import make_entity, make_system

LISTS = [
    pytest.param(view, id=prefix)
    for router in (register, judgement)
    for prefix, view, _name in router.registry
    if issubclass(view, RowListViewSet)
]


@pytest.fixture
def systems(db: None) -> list[AISystem]:
    entity = make_entity()
    made = [make_system(legal_entity=entity, is_critical_function=known) for known in (None, True, False, None, True)]
    Standing.objects.bulk_create([Standing(system=one) for one in made], ignore_conflicts=True)
    return made


@pytest.mark.django_db
@pytest.mark.parametrize("view", LISTS)
def test_a_list_reads_what_its_serializer_describes(view: type[RowListViewSet]) -> None:
    columns = row_columns(view.row_serializer, view.row_order)
    assert columns.names == tuple(view.row_serializer().fields)
    assert columns.paths[columns.place] == view.row_order.removeprefix("-")
    assert list(view.queryset.values_list(*columns.paths)[:1]) == []  # each is a column of one query


@pytest.mark.parametrize("backwards", ["", "-"])
def test_prepared_pages_are_the_pages_of_the_rows(systems: list[AISystem], backwards: str) -> None:
    rows = AISystem.objects.values_list("id", "name", "is_critical_function", "legal_entity__name", "updated_at")
    prepared, ordered = PreparedRows(rows, "id").order_by(f"{backwards}id"), rows.order_by(f"{backwards}id")
    middle = systems[2].pk
    for most in (2, 3, 2):
        assert list(prepared[0:most]) == list(ordered[:most])
        assert list(prepared.filter(id__gt=str(middle))[0:most]) == list(ordered.filter(id__gt=middle)[:most])
        assert list(prepared.filter(id__lt=str(middle))[0:most]) == list(ordered.filter(id__lt=middle)[:most])
    assert list(prepared.filter(id__gt=str(systems[0].pk))[1:3]) == list(ordered.filter(id__gt=systems[0].pk)[1:3])


def test_a_line_is_what_the_serializer_of_the_row_gives(
    systems: list[AISystem], call_as: Callable[[str], APIClient]
) -> None:
    AISystem.objects.filter(pk=systems[0].pk).update(name='Line\u2028end “Ä” \x07"\\')
    answer = call_as("auditor").get("/api/systems/")
    expected = SystemRowSerializer(AISystem.objects.order_by("id"), many=True).data
    given = answer.json()["results"]
    assert [list(line) for line in given] == [list(line) for line in expected]
    for line, wanted in zip(given, expected, strict=True):
        assert parse_datetime(line.pop("updated_at")) == parse_datetime(wanted.pop("updated_at"))
        assert line == json.loads(json.dumps(wanted))
    assert b"Line\\u2028end" in answer.content


@pytest.mark.parametrize("narrowed", ["", "stage={stage}&"])
@pytest.mark.parametrize("name", ["systems", "standings"])
def test_pages_lead_forward_and_back_without_a_gap(
    systems: list[AISystem], call_as: Callable[[str], APIClient], name: str, narrowed: str
) -> None:
    client = call_as("auditor")
    first = client.get(f"/api/{name}/?{narrowed.format(stage=systems[0].stage)}page_size=2").json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    pages = [page["results"] for page in (first, second, third)]
    assert ([len(page) for page in pages], third["next"]) == ([2, 2, 1], None)
    assert client.get(third["previous"]).json()["results"] == pages[1]
    assert client.get(second["previous"]).json()["results"] == pages[0]


@pytest.mark.parametrize("place", ["abc", "9" * 30, "-1", "٣"])
def test_a_place_that_is_no_number_is_refused(place: str, call_as: Callable[[str], APIClient]) -> None:
    cursor = b64encode(f"p={place}".encode()).decode()
    assert call_as("auditor").get("/api/systems/", {"cursor": cursor}).status_code == 404


def test_a_reader_may_ask_for_indented_json_but_not_for_another_kind(call_as: Callable[[str], APIClient]) -> None:
    client = call_as("auditor")
    indented = client.get("/api/systems/", headers={"accept": "application/json; indent=2"})
    assert indented.content.startswith(b'{\n  "next"')
    assert client.get("/api/systems/", headers={"accept": "text/csv"}).status_code == 406
