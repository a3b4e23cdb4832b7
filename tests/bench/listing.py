"""The lists of API and admin on a large register, as ratios to the bare query and to a small register."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pydantic_core import to_json
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from governance.api.views import SystemViewSet
from governance.models import AISystem
from tests.bench.measuring import Figure, median_ratio, median_seconds

PAGE = 50
DEEP = 1900


def sign_in() -> Client:
    """A client signed in as an administrator."""
    user, _ = User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def measure_admin(client: Client) -> float:
    """Processor seconds of the admin's first page of systems as the register is now."""
    return median_seconds(lambda: _get(client, reverse("admin:governance_aisystem_changelist")), times=3)


def compare_admin(small: float, large: float, systems: int, ending: str = "") -> Figure:
    """The admin's list on the large register to that on the small one."""
    return Figure(f"admin_list{ending}", large / small, "x the page on 100 rows", 1.15, f"{systems} systems")


def measure_api(client: Client, ending: str = "") -> Iterator[Figure]:
    """Pages of the API's list to the bare rows as JSON by the fastest encoder there is, near and deep in the list.

    The list is asked as the server asks it once it knows who is there: permission, rate, page, rows, JSON.
    """
    user, view = User.objects.get(username="bench"), SystemViewSet.as_view({"get": "list"})
    systems = AISystem.objects.count()
    address = f"{reverse('api-system-list')}?page_size={PAGE}"
    row = json.loads(_get(client, address))["results"][0]
    known = {field.name for field in AISystem._meta.concrete_fields}
    plain = [name for name in row if name in known]
    across = {name: F(name.replace("legal_entity_", "legal_entity__")) for name in row if name not in known}
    whole = median_seconds(lambda: _get(client, address), times=20)
    for page in (1, min(DEEP, systems // PAGE)):
        last = AISystem.objects.order_by("id").values_list("id", flat=True)[PAGE * (page - 1) - 1] if page > 1 else None
        cursor = f"&{urlencode({'cursor': b64encode(f'p={last}'.encode()).decode()})}" if last else ""
        ask = partial(_ask, view, f"{address}{cursor}", user)
        _check(ask, last)
        ratio = median_ratio(ask, partial(_read_bare, plain, across, last), times=50)
        note = f"page {page} of {systems} systems; a whole request {1000 * whole:.1f} ms"
        name = "api_list" if page == 1 else "api_list_deep"
        yield Figure(f"{name}{ending}", ratio, "x bare values and JSON", 1.3, note)


def _ask(view: Callable[..., Response], address: str, user: User) -> bytes:
    request = APIRequestFactory().get(address)
    force_authenticate(request, user)
    return bytes(view(request).render().content)


def _read_bare(plain: list[str], across: dict[str, F], last: int | None) -> bytes:
    rows = AISystem.objects.order_by("id") if last is None else AISystem.objects.filter(id__gt=last).order_by("id")
    return to_json(list(rows.values(*plain, **across)[:PAGE]))


def _check(ask: Callable[[], bytes], last: int | None) -> None:
    """The page is the one that is meant, and takes one query."""
    ask()
    with CaptureQueriesContext(connection) as queries:
        rows = json.loads(ask())["results"]
    if len(queries) != 1 or len(rows) != PAGE or rows[0]["id"] <= (last or 0):
        raise RuntimeError(f"{len(rows)} rows in {len(queries)} queries")


def _get(client: Client, address: str) -> bytes:
    answer = client.get(address, headers={"accept": "text/html,application/json"})
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}: {answer.content[:200]!r}")
    return bytes(answer.content)
