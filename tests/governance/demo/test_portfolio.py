"""A seeded portfolio is the same for the same seed, whole in itself, and never mixed with what is there."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from governance.models import AISystem, ControlStatus, DataFlow, SystemComponent, VendorDependency
from governance.vocabulary import load_vocabulary

pytestmark = pytest.mark.django_db


def seed(systems: int, number: int = 1) -> str:
    out = StringIO()
    call_command("seed_portfolio", systems=systems, seed=number, stdout=out)
    return out.getvalue()


def describe(prefix: str) -> list[object]:
    rows = AISystem.objects.filter(reference__startswith=prefix).order_by("reference")
    return [
        (
            row.name,
            row.business_function,
            row.stage,
            sorted(row.answers),
            row.dependencies.count(),
            row.controls.count(),
        )
        for row in rows
    ]


def test_without_the_demonstration_it_says_what_is_missing() -> None:
    with pytest.raises(CommandError, match="load_demo"):
        seed(1)


@pytest.mark.usefixtures("stored_demonstration")
def test_the_same_seed_gives_the_same_portfolio_and_another_seed_another() -> None:
    assert seed(20) == "20 systems added, 0 there already\n"
    first = describe("P1-")
    AISystem.objects.filter(reference__startswith="P1-").delete()
    seed(7)
    assert seed(20) == "13 systems added, 7 there already\n"  # continued where it was cut short
    assert describe("P1-") == first
    seed(20, number=2)
    assert describe("P2-") != first


@pytest.mark.usefixtures("stored_demonstration")
def test_every_row_stands_by_itself_and_every_answer_is_of_the_vocabulary() -> None:
    seed(40)
    systems = AISystem.objects.filter(reference__startswith="P1-")
    assert all(row.is_fictional for row in systems)
    known = load_vocabulary().facts
    assert {key for row in systems for key in row.answers} <= set(known)
    for model in (SystemComponent, DataFlow, VendorDependency, ControlStatus):
        assert model._default_manager.filter(system__in=systems).exists()
    assert not DataFlow.objects.filter(system__in=systems).exclude(after=None).exists()


def test_a_number_that_cannot_be_is_refused() -> None:
    with pytest.raises(CommandError, match="--systems"):
        seed(0)
