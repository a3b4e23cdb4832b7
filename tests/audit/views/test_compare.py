"""A memo is asked for from the system's page: choices of the register, what is wrong beside it, nothing half-asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Report
from governance.models import AISystem, Component
from tests.audit.portfolio.test_comparison import make_bank, make_open_model

pytestmark = pytest.mark.django_db
OURS = {"choice1-component": "MODEL", "choice1-run_mode": "self_hosted"}


@pytest.fixture
def chatbot() -> AISystem:
    return make_bank()[0]


@pytest.fixture
def model() -> Component:
    return make_open_model(name="Openmodel")[0]


def send(client: Client, system: AISystem, **fields: Any) -> Any:
    return client.post(reverse("compare_choices", args=[system.pk]), {"status": "draft", "language": "en", **fields})


def test_a_choice_with_its_costs_becomes_a_memo_on_the_system(
    chatbot: AISystem, model: Component, sign_in: Callable[[str], Client]
) -> None:
    costs = {"hardware": "60000", "staff": "80000", "running": "0.5", "currency": "usd", "source": "offer 12"}
    fields = {"component": model.pk, "run_mode": "self_hosted", "source_on": "2026-10-01", **costs}
    answer = send(sign_in("officer"), chatbot, **{f"choice1-{name}": value for name, value in fields.items()})
    assert answer.status_code == 302
    memo = Report.objects.get()
    assert (memo.kind, memo.system_id, memo.status) == ("decision_memo", chatbot.pk, "draft")
    [choice] = memo.parameters["choices"]
    assert (choice["component_id"], choice["run_mode"]) == (model.pk, "self_hosted")
    assert (choice["hosting"]["staff"], choice["hosting"]["licence"], choice["hosting"]["currency"]) == (
        "80000",
        "0",
        "USD",
    )


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Choose at least one component to compare with."),
        ({"choice2-run_mode": "self_hosted"}, "Choose what would be run."),
        ({"choice1-component": "MODEL"}, "Say how it would be run."),
        ({**OURS, "choice1-staff": "-1"}, "greater than or equal to 0"),
        ({**OURS, "choice1-staff": "9"}, "hosting.currency is missing"),
        ({"choice1-component": "999999", "choice1-run_mode": "self_hosted"}, "not one of the available choices"),
    ],
)  # fmt: skip # one case, one line
def test_what_is_wrong_is_said_and_nothing_is_asked_for(
    chatbot: AISystem, model: Component, sign_in: Callable[[str], Client], fields: dict[str, str], says: str
) -> None:
    filled = {name: str(model.pk) if value == "MODEL" else value for name, value in fields.items()}
    answer = send(sign_in("officer"), chatbot, **filled)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert not Report.objects.exists()


def test_the_page_offers_models_and_the_companies_that_run_them(
    chatbot: AISystem, model: Component, sign_in: Callable[[str], Client]
) -> None:
    page = sign_in("risk_analyst").get(reverse("compare_choices", args=[chatbot.pk])).content.decode()
    for words in (str(model), "How it would be run", "Costs, if we ran it ourselves", "no winner"):
        assert words in page, words
