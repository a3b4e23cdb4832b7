"""A row is claimed once, kept by a heartbeat, swept when left lying, and given up after a few attempts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import QuerySet

from audit.models import Standing, WorkState
from audit.services.leasing import (
    EXPECTED_WITHIN,
    LEASE,
    MOST_ATTEMPTS,
    LeaseLostError,
    ask_for,
    claim,
    fail,
    find_lying,
    finish,
    hand_back,
    kept_alive,
    renew,
    seize,
)
from tests.audit.faults.installation import wait_for
from tests.audit.scenes import make_system

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def row() -> QuerySet[Standing]:
    standing = Standing.objects.create(system=make_system())
    return Standing.objects.filter(pk=standing.pk)


def holds(row: QuerySet[Standing], token: str) -> bool:
    return row.filter(lease_token=token).exists()


def test_only_one_of_two_workers_gets_the_row(row: QuerySet[Standing]) -> None:
    ask_for(row, requested_by="ada", now=NOW)
    first, second = claim(row, now=NOW), claim(row, now=NOW)
    assert holds(row, first)
    assert not holds(row, second)


def test_nothing_is_claimed_that_nobody_asked_for(row: QuerySet[Standing]) -> None:
    assert not holds(row, claim(row, now=NOW))


def test_asking_twice_queues_once_and_a_running_row_is_left_alone(row: QuerySet[Standing]) -> None:
    assert ask_for(row, requested_by="ada", now=NOW) == 1
    assert ask_for(row, requested_by="bob", now=NOW) == 0
    token = claim(row, now=NOW)
    assert ask_for(row, requested_by="bob", now=NOW) == 0
    assert holds(row, token)
    assert row.get().requested_by == "ada"


COLUMNS = (*("state", "requested_at", "requested_by", "lease_until", "started_at", "finished_at", "attempts", "error"),)
BEFORE = NOW - timedelta(hours=1)
GONE = NOW - timedelta(seconds=1)
ROWS: dict[str, dict[str, object]] = {
    "never asked for": {},
    "done": {"state": "done", "requested_by": "bob", "requested_at": BEFORE, "finished_at": BEFORE, "attempts": 0},
    "failed": {"state": "failed", "requested_by": "bob", "finished_at": BEFORE, "attempts": 4, "error": "away"},
    "queued": {"state": "queued", "requested_by": "bob", "requested_at": BEFORE, "lease_until": NOW, "attempts": 0},
    "tried once": {"state": "queued", "requested_by": "bob", "lease_until": GONE, "attempts": 1, "error": "locked"},
    "tried too often": {"state": "queued", "requested_by": "bob", "lease_until": GONE, "attempts": MOST_ATTEMPTS},
    "being worked on": {"state": "running", "requested_by": "bob", "lease_until": NOW + LEASE, "attempts": 1},
    "left by its worker": {"state": "running", "requested_by": "bob", "lease_until": GONE, "attempts": 1},
    "killed its workers": {"state": "running", "requested_by": "bob", "lease_until": GONE, "attempts": MOST_ATTEMPTS},
    "of another clock": {"state": "running", "lease_until": NOW + timedelta(days=1), "attempts": 1},
}


@pytest.mark.parametrize("found", ROWS.values(), ids=list(ROWS))
def test_asking_and_claiming_at_once_is_as_one_after_the_other(
    row: QuerySet[Standing], found: dict[str, object]
) -> None:
    row.update(lease_token="before", **found)
    ask_for(row, requested_by="ada", now=NOW)
    is_held = holds(row, claim(row, now=NOW))
    one_by_one = row.values_list(*COLUMNS).get()
    row.update(**dict.fromkeys(("requested_at", "lease_until", "started_at", "finished_at")))
    row.update(**{"state": "idle", "requested_by": "", "attempts": 0, "error": "", "lease_token": "before", **found})
    token, is_all = seize(row, number=1, requested_by="ada", now=NOW)
    assert (row.values_list(*COLUMNS).get(), holds(row, token)) == (one_by_one, is_held)
    assert is_all is is_held


def test_rows_that_are_seized_one_after_the_other_can_have_one_token(row: QuerySet[Standing]) -> None:
    other = Standing.objects.create(system=make_system())
    token, _ = seize(row, number=1, requested_by="ada", now=NOW)
    again, is_all = seize(Standing.objects.filter(pk=other.pk), number=1, requested_by="ada", token=token, now=NOW)
    assert (again, is_all) == (token, True)
    assert Standing.objects.filter(lease_token=token).count() == 2


def test_a_row_whose_worker_is_gone_goes_to_the_next_who_then_alone_may_finish_it(row: QuerySet[Standing]) -> None:
    ask_for(row, requested_by="ada", now=NOW)
    dead = claim(row, now=NOW)
    later = NOW + LEASE + timedelta(seconds=1)
    alive = claim(row, now=later)
    assert holds(row, alive)
    with pytest.raises(LeaseLostError):
        finish(row, token=dead, now=later)
    assert not fail(row, token=dead, error="x", now=later)
    finish(row, token=alive, now=later)
    assert row.get().state == WorkState.DONE


def test_a_heartbeat_keeps_the_row(row: QuerySet[Standing]) -> None:
    ask_for(row, requested_by="ada", now=NOW)
    token = claim(row, now=NOW)
    almost = NOW + LEASE - timedelta(seconds=1)
    assert renew(row, token=token, now=almost)
    assert not holds(row, claim(row, now=NOW + LEASE + timedelta(seconds=1)))
    assert not renew(row, token="another", now=almost)


@pytest.mark.django_db(transaction=True)
def test_work_that_takes_long_renews_by_itself(row: QuerySet[Standing]) -> None:
    ask_for(row, requested_by="ada")
    token = claim(row)
    before = row.get().lease_until
    with kept_alive(row, token=token, every=0.01):
        wait_for("a heartbeat", lambda: row.get().lease_until != before)
    assert before is not None
    assert (row.get().lease_until or before) > before


def test_what_was_never_taken_up_is_found_within_a_minute_and_once_only(row: QuerySet[Standing]) -> None:
    ask_for(row, requested_by="ada", now=NOW)
    assert find_lying(row, most=10, now=NOW + timedelta(seconds=5)) == []
    # The sweeper comes every 30 seconds, so the longest wait is the expected time plus one sweep: within 60 s.
    assert EXPECTED_WITHIN + timedelta(seconds=30) < timedelta(seconds=60)
    found_at = NOW + EXPECTED_WITHIN + timedelta(seconds=1)
    assert len(find_lying(row, most=10, now=found_at)) == 1
    assert find_lying(row, most=10, now=found_at) == []


def test_a_dead_workers_row_is_found_and_a_living_ones_is_not(row: QuerySet[Standing]) -> None:
    ask_for(row, requested_by="ada", now=NOW)
    claim(row, now=NOW)
    assert find_lying(row, most=10, now=NOW + LEASE - timedelta(seconds=1)) == []
    assert len(find_lying(row, most=10, now=NOW + LEASE + timedelta(seconds=1))) == 1


def test_a_row_that_kills_its_worker_each_time_is_given_up_with_its_reason(row: QuerySet[Standing]) -> None:
    ask_for(row, requested_by="ada", now=NOW)
    now = NOW
    for _ in range(MOST_ATTEMPTS):
        assert holds(row, claim(row, now=now))
        now += LEASE + timedelta(seconds=1)
    assert not holds(row, claim(row, now=now))
    assert find_lying(row, most=10, now=now) == []
    given_up = row.get()
    assert given_up.state == WorkState.FAILED
    assert "Given up after" in given_up.error
    assert ask_for(row, requested_by="ada", now=now) == 1  # a person may ask again
    assert holds(row, claim(row, now=now))


def test_an_error_that_passes_queues_the_row_again_later(row: QuerySet[Standing]) -> None:
    ask_for(row, requested_by="ada", now=NOW)
    token = claim(row, now=NOW)
    assert hand_back(row, token=token, wait=timedelta(seconds=40), error="database is locked", now=NOW)
    assert find_lying(row, most=10, now=NOW + timedelta(seconds=39)) == []
    assert len(find_lying(row, most=10, now=NOW + timedelta(seconds=41))) == 1
    assert (row.get().attempts, row.get().error) == (1, "database is locked")


def test_a_row_that_meets_the_same_error_each_time_is_given_up_with_that_error(row: QuerySet[Standing]) -> None:
    ask_for(row, requested_by="ada", now=NOW)
    for _ in range(MOST_ATTEMPTS):
        token = claim(row, now=NOW)
        hand_back(row, token=token, wait=timedelta(seconds=1), error="database is locked.", now=NOW)
    find_lying(row, most=10, now=NOW + timedelta(seconds=2))
    assert row.get().error.startswith("database is locked. Given up after")


def test_a_turn_that_is_over_is_no_failed_attempt(row: QuerySet[Standing]) -> None:
    ask_for(row, requested_by="ada", now=NOW)
    for _ in range(MOST_ATTEMPTS + 1):
        token = claim(row, now=NOW)
        assert hand_back(row, token=token, wait=timedelta(seconds=1), now=NOW)


TOMORROW = NOW + timedelta(days=1)


def test_a_lease_written_by_a_clock_that_was_put_back_since_holds_nobody_up(row: QuerySet[Standing]) -> None:
    """The machine thought it was tomorrow, its worker died, and the clock was put right."""
    ask_for(row, requested_by="officer", now=NOW)
    dead = claim(row, now=TOMORROW)
    assert find_lying(row, most=10, now=NOW) == list(row.values_list("pk", flat=True))
    assert holds(row, claim(row, now=NOW))
    assert not renew(row, token=dead, now=NOW)


def test_a_request_written_by_such_a_clock_is_sent_again_at_once(row: QuerySet[Standing]) -> None:
    """Otherwise it would lie until the day the clock had in mind."""
    ask_for(row, requested_by="officer", now=TOMORROW)
    assert find_lying(row, most=10, now=NOW) == list(row.values_list("pk", flat=True))


def test_a_clock_that_jumps_ahead_takes_work_over_and_only_one_result_counts(row: QuerySet[Standing]) -> None:
    """The first worker is alive, but its lease looks run out to the clock that jumped."""
    ask_for(row, requested_by="officer", now=NOW)
    first = claim(row, now=NOW)
    second = claim(row, now=TOMORROW)
    with pytest.raises(LeaseLostError):
        finish(row, token=first, now=NOW)
    finish(row, token=second, now=TOMORROW)
    assert row.get().state == WorkState.DONE


def test_two_clocks_that_differ_by_some_minutes_do_not_take_work_from_each_other(row: QuerySet[Standing]) -> None:
    """A worker whose clock is two minutes ahead keeps its row."""
    ask_for(row, requested_by="officer", now=NOW)
    token = claim(row, now=NOW + timedelta(minutes=2))
    assert find_lying(row, most=10, now=NOW) == []
    claim(row, now=NOW)
    assert holds(row, token)
