"""What other packs judged is looked for until none of it is left, and found whenever it comes again."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit import rulepacks
from audit.models import PackSetRecord, Standing, WorkState
from audit.services.assessing import assess_now
from audit.services.due import find_due
from audit.services.marking import ensure_standings
from audit.services.reassessing import assess_all
from governance.models import AISystem
from tests.audit.reissuing import reissue
from tests.audit.scenes import TODAY, make_vendor_chatbot

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged() -> list[AISystem]:
    systems = [make_vendor_chatbot()[0] for _ in range(3)]
    assess_all(as_of=TODAY, requested_by="test")
    return systems


def is_everywhere() -> bool:
    return PackSetRecord.objects.order_by("-id").values_list("is_everywhere", flat=True)[0]


def publish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulepacks, "_load_packs", reissue(rulepacks._load_packs, 1))


def test_that_none_is_left_is_noted_once_and_not_looked_for_again(judged: list[AISystem]) -> None:
    assert not is_everywhere()
    assert find_due(as_of=TODAY) == []
    assert is_everywhere()
    with CaptureQueriesContext(connection) as queries:
        assert find_due(as_of=TODAY) == []
    assert not [query for query in queries if "assessment_id" in query["sql"].partition("WHERE")[2]]


def test_new_packs_make_all_due_until_each_is_judged_by_them(
    judged: list[AISystem], monkeypatch: pytest.MonkeyPatch
) -> None:
    find_due(as_of=TODAY)
    publish(monkeypatch)
    first, *others = [system.pk for system in judged]
    assert find_due(as_of=TODAY) == [first, *others]
    assess_now(system_id=first, as_of=TODAY, requested_by="ada")
    assert find_due(as_of=TODAY) == others
    assert not is_everywhere()
    assess_all(as_of=TODAY, requested_by="test")
    assert find_due(as_of=TODAY) == []
    assert is_everywhere()


def test_after_a_return_to_earlier_packs_what_the_newer_ones_judged_is_due(
    judged: list[AISystem], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_due(as_of=TODAY) == []
    with monkeypatch.context() as newer:
        publish(newer)
        assess_now(system_id=judged[1].pk, as_of=TODAY, requested_by="a worker of the newer version")
    assert find_due(as_of=TODAY) == [judged[1].pk]


def test_one_that_is_set_aside_is_still_one_that_is_left(
    judged: list[AISystem], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(monkeypatch)
    poison = Standing.objects.filter(system=judged[0])
    poison.update(state=WorkState.FAILED, finished_at=timezone.now())
    assess_all(as_of=TODAY, requested_by="test")
    assert find_due(as_of=TODAY) == []
    assert not is_everywhere()
    poison.update(state=WorkState.DONE)
    assert find_due(as_of=TODAY) == [judged[0].pk]


def test_while_a_first_judgement_is_under_way_nobody_says_that_none_is_left(judged: list[AISystem]) -> None:
    new = make_vendor_chatbot()[0]
    ensure_standings([new.pk])
    Standing.objects.filter(system=new).update(state=WorkState.RUNNING, lease_token="of a worker with older packs")
    assert find_due(as_of=TODAY) == [new.pk]
    assert not is_everywhere()


def test_a_standing_without_an_outcome_is_marked(judged: list[AISystem]) -> None:
    rows = Standing.objects.filter(system=judged[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(assessment=None)
    rows.update(assessment=None, is_dirty=True)
    assert find_due(as_of=TODAY) == [judged[0].pk]
