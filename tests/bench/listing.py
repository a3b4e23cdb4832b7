"""The lists of API and admin on a large register, as ratios to the bare query and to a small register."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from governance.models import AISystem
from tests.bench.measuring import Figure, median_ratio, median_seconds

PAGE = 50


def sign_in() -> Client:
    """A client signed in as an administrator."""
    user, _ = User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def measure_admin(client: Client) -> float:
    """Processor seconds of the admin's first page of systems as the register is now."""
    return median_seconds(lambda: _get(client, reverse("admin:governance_aisystem_changelist")), times=3)


def compare_admin(small: float, large: float, systems: int) -> Figure:
    """The admin's list on the large register to that on the small one."""
    return Figure("admin_list", large / small, "x the page on 100 rows", 1.15, f"{systems} systems")


def measure_api(client: Client) -> Iterator[Figure]:
    """A page of the API's list to the bare rows as JSON, with all that a request costs."""
    address = f"{reverse('api-system-list')}?page_size={PAGE}"
    columns = [*json.loads(_get(client, address))["results"][0]]
    known = {field.attname for field in AISystem._meta.concrete_fields}
    chosen = [name if name in known else f"{name}_id" for name in columns if name in known or f"{name}_id" in known]

    def bare() -> str:
        return json.dumps(list(AISystem.objects.order_by("id").values(*chosen)[:PAGE]), default=str)

    ratio = median_ratio(lambda: _get(client, address), bare, times=20)
    yield Figure("api_list", ratio, "x bare values and JSON", 1.3, f"{AISystem.objects.count()} systems")


def _get(client: Client, address: str) -> bytes:
    answer = client.get(address, headers={"accept": "text/html,application/json"})
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}: {answer.content[:200]!r}")
    return bytes(answer.content)
