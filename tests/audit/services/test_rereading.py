"""What moved without a word is found within a week: SQL by hand, and other code that makes facts of the same rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Assessment, Standing, SystemGround, WorkState
from audit.services import rereading
from audit.services.marking import mark_dirty, mark_for_the_next_run
from audit.services.reassessing import assess_all
from audit.services.rereading import LOOKED_AT_EVERY, find_unannounced
from audit.snapshots import fingerprints, sight_systems
from governance.models import AISystem, Vendor
from tests.audit.scenes import TODAY, make_own_model, make_vendor_chatbot
from tests.audit.services.test_bulk import assess_many

pytestmark = pytest.mark.django_db

PROFILES = {"sys.profiling": {"value": True}}


@pytest.fixture
def pair() -> list[int]:
    """Two systems that were judged today, and read a while ago."""
    ids = [make_vendor_chatbot()[0].id, make_own_model()[0].id]
    assess_many(ids)
    age(LOOKED_AT_EVERY)
    return ids


def age(by: timedelta) -> None:
    Standing.objects.update(read_on=timezone.localdate() - by)


def change_by_hand(system_id: int) -> None:
    AISystem.objects.filter(pk=system_id).update(answers=PROFILES)


def read_days() -> dict[int, date | None]:
    return dict(Standing.objects.values_list("system_id", "read_on"))


def test_a_change_by_hand_is_found_and_the_next_run_judges_it(pair: list[int]) -> None:
    before = Assessment.objects.count()
    change_by_hand(pair[0])
    assert assess_all(as_of=TODAY, requested_by="schedule").assessed == 0  # nothing tells of it
    assert find_unannounced(as_of=TODAY) == (2, pair[:1])
    standing = Standing.objects.get(system=pair[0])
    assert (standing.is_dirty, standing.dirty_serial, standing.state) == (True, 1, WorkState.DONE)
    assert assess_all(as_of=TODAY, requested_by="schedule").assessed == 1
    assert Assessment.objects.count() == before + 1
    assessment = Assessment.objects.filter(system=pair[0]).latest("id")
    assert assessment.fact_sheet.content["facts"]["sys.profiling"]["value"] is True
    assert find_unannounced(as_of=TODAY).read == 0


def test_a_vendor_that_moves_by_hand_is_found_at_the_systems_that_rely_on_it(pair: list[int]) -> None:
    Vendor.objects.filter(dependencies__system=pair[0]).update(country="CN")
    assert find_unannounced(as_of=TODAY).moved == pair[:1]


def test_what_did_not_move_is_noted_as_read_and_not_marked(pair: list[int]) -> None:
    assert find_unannounced(as_of=TODAY) == (2, [])
    assert set(read_days().values()) == {timezone.localdate()}
    assert not Standing.objects.filter(is_dirty=True).exists()
    assert not SystemGround.objects.filter(is_stale=True).exists()
    assert find_unannounced(as_of=TODAY) == (0, [])


def test_it_is_looked_at_before_a_run_would_have_to_read_it(pair: list[int]) -> None:
    age(LOOKED_AT_EVERY - timedelta(days=1))
    assert find_unannounced(as_of=TODAY).read == 0
    age(-timedelta(days=1))  # by a clock that has been put back since
    assert find_unannounced(as_of=TODAY).read == 2
    Standing.objects.update(read_on=None)
    assert find_unannounced(as_of=TODAY).read == 2


@pytest.mark.parametrize(
    "why",
    [
        {"is_dirty": True},
        {"state": WorkState.QUEUED},
        {"state": WorkState.RUNNING},
        {"valid_until": TODAY},
        {"as_of": TODAY + timedelta(days=1)},
        {"assessment": None, "is_dirty": True},
    ],
)
def test_what_is_read_anyway_is_left_alone(pair: list[int], why: dict[str, Any]) -> None:
    change_by_hand(pair[0])
    Standing.objects.filter(system=pair[0]).update(**why)
    before = Standing.objects.filter(system=pair[0]).values().get()
    assert find_unannounced(as_of=TODAY) == (1, [])
    assert Standing.objects.filter(system=pair[0]).values().get() == before


def test_other_code_that_makes_facts_of_rows_has_all_judged_again(
    pair: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprints, "hash_method", lambda: "of another version")
    assert find_unannounced(as_of=TODAY).moved == pair
    assert assess_all(as_of=TODAY, requested_by="schedule").assessed == 2
    age(LOOKED_AT_EVERY)
    assert find_unannounced(as_of=TODAY) == (2, [])


def test_a_change_that_is_announced_meanwhile_is_left_to_its_announcement(
    pair: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def announce(*given: Any, **how: Any) -> Any:
        change_by_hand(pair[0])
        mark_dirty(kind="aisystem", ids=pair[:1])
        return sight_systems(*given, **how)

    monkeypatch.setattr(rereading, "sight_systems", announce)
    assert find_unannounced(as_of=TODAY).moved == []
    assert Standing.objects.get(system=pair[0]).dirty_serial == 1


def test_a_serial_that_moved_is_not_marked(pair: list[int]) -> None:
    assert mark_for_the_next_run(serials={pair[0]: 0, pair[1]: 7}) == pair[:1]
    assert set(Standing.objects.filter(is_dirty=True).values_list("system_id", flat=True)) == set(pair[:1])


def test_one_that_dies_in_the_middle_goes_on_with_the_rest(pair: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rereading, "_AT_ONCE", 1)
    read_again, calls = rereading._read_again, []

    def die(*given: Any) -> list[int]:
        calls.append(given)
        if len(calls) == 2:
            raise MemoryError
        return read_again(*given)

    change_by_hand(pair[1])
    monkeypatch.setattr(rereading, "_read_again", die)
    with pytest.raises(MemoryError):
        find_unannounced(as_of=TODAY)
    monkeypatch.setattr(rereading, "_read_again", read_again)
    assert find_unannounced(as_of=TODAY) == (1, pair[1:])


def test_what_was_read_longest_ago_comes_first(pair: list[int]) -> None:
    """So that in a large register the last of them get their turn, too."""
    for system_id in pair[::-1]:
        age(LOOKED_AT_EVERY)
        Standing.objects.filter(system=system_id).update(read_on=timezone.localdate() - 2 * LOOKED_AT_EVERY)
        find_unannounced(as_of=TODAY, most=1)
        assert [key for key, day in read_days().items() if day == timezone.localdate()] == [system_id]


def test_only_so_many_at_a_time(pair: list[int]) -> None:
    assert find_unannounced(as_of=TODAY, most=1).read == 1
    assert find_unannounced(as_of=TODAY, most=1).read == 1
    assert find_unannounced(as_of=TODAY, most=1).read == 0


def test_the_log_names_them(pair: list[int], caplog: pytest.LogCaptureFixture) -> None:
    change_by_hand(pair[0])
    find_unannounced(as_of=TODAY)
    [record] = [each for each in caplog.records if each.name == rereading.__name__]
    assert (record.levelname, record.number, record.system_ids) == ("WARNING", 1, pair[:1])  # type: ignore[attr-defined] # given as extra


def test_as_many_queries_for_many_systems_as_for_a_few(count_systems: Callable[[int], int]) -> None:
    assert count_systems(2) == count_systems(9)


@pytest.fixture
def count_systems() -> Callable[[int], int]:
    """The queries that so many systems take."""

    def count(number: int) -> int:
        ids = [make_vendor_chatbot()[0].id for _ in range(number)]
        assess_many(ids)
        age(timedelta(0))
        find_unannounced(as_of=TODAY)
        Standing.objects.filter(system_id__in=ids).update(read_on=None)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert find_unannounced(as_of=TODAY).read == number
        return len(caught)

    return count
