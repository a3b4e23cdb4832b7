"""By new packs a system is judged without its rows being read, while nothing says that these may have moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit import rulepacks
from audit.models import Assessment, Standing, TaggedSheet, WorkState
from audit.services import assessing, judging, keeping
from audit.services.assessing import assess_now
from audit.services.keeping import READ_AGAIN_AFTER
from audit.services.leasing import LeaseLostError
from audit.services.marking import mark_dirty
from audit.snapshots import Sighting, fingerprints, sight_systems
from governance.models import AISystem, LegalEntity
from tests.audit.reissuing import reissue
from tests.audit.scenes import TODAY, make_own_model, make_vendor_chatbot
from tests.audit.services.test_bulk import assess_many

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The systems whose rows are read to judge them."""
    systems: list[int] = []

    def note(system_ids: Sequence[int], as_of: date, **how: Any) -> Iterator[Sighting]:
        systems.extend(system_ids)
        return sight_systems(system_ids, as_of, **how)

    monkeypatch.setattr(assessing, "sight_systems", note)
    return systems


@pytest.fixture
def pair() -> list[int]:
    """Two systems that were judged today."""
    ids = [make_vendor_chatbot()[0].id, make_own_model()[0].id]
    assess_many(ids)
    return ids


@pytest.fixture
def rejudge(monkeypatch: pytest.MonkeyPatch, pair: list[int], read: list[int]) -> Callable[..., list[int]]:
    """Judges both by another version of the packs; gives those whose rows were read for it."""
    load, issue = rulepacks._load_packs, 0

    def judge(as_of: date = TODAY) -> list[int]:
        nonlocal issue
        issue += 1
        monkeypatch.setattr(rulepacks, "_load_packs", reissue(load, issue))
        read.clear()
        assess_many(pair, as_of, may_confirm=True)
        assert Assessment.objects.filter(as_of=as_of).count() >= len(pair)
        assert not Standing.objects.exclude(state=WorkState.DONE, lease_token="").exists()
        return sorted({*read})

    return judge


def test_what_was_read_lately_and_not_marked_is_not_read(rejudge: Callable[..., list[int]], pair: list[int]) -> None:
    assert rejudge() == []
    for standing in Standing.objects.select_related("assessment", "assessment__pack_set"):
        first, second = Assessment.objects.filter(system=standing.system_id).order_by("id")
        assert standing.assessment == second
        assert (first.fact_sheet_id, first.outcome_record_id) == (second.fact_sheet_id, second.outcome_record_id)
        assert (first.valid_until, first.outcome_sha256) == (second.valid_until, second.outcome_sha256)
        assert first.pack_set_id != second.pack_set_id
        assert (second.trigger, second.engine) == (first.trigger, first.engine)


def test_a_marked_system_is_read(rejudge: Callable[..., list[int]], pair: list[int]) -> None:
    mark_dirty(kind="aisystem", ids=pair[:1])
    assert rejudge() == pair[:1]
    assert rejudge() == []


def test_what_nobody_marked_is_found_when_the_rows_are_read_again(
    rejudge: Callable[..., list[int]], pair: list[int]
) -> None:
    """As SQL by hand leaves it: neither announced nor in the history."""
    before = Standing.objects.get(system=pair[0]).basis_sha256
    AISystem.objects.filter(pk=pair[0]).update(answers={"sys.profiling": {"value": True}})
    assert rejudge() == []
    Standing.objects.update(read_on=timezone.localdate() - READ_AGAIN_AFTER)
    assert rejudge() == []
    Standing.objects.update(read_on=timezone.localdate() - READ_AGAIN_AFTER - timedelta(days=1))
    assert rejudge() == pair
    assert Standing.objects.get(system=pair[0]).basis_sha256 != before
    assert set(Standing.objects.values_list("read_on", flat=True)) == {timezone.localdate()}
    assert rejudge() == []


def test_an_assessment_that_somebody_asks_for_reads_the_rows(
    rejudge: Callable[..., list[int]], pair: list[int], read: list[int]
) -> None:
    rejudge()
    AISystem.objects.filter(pk=pair[0]).update(answers={"sys.profiling": {"value": True}})
    before = Standing.objects.get(system=pair[0]).basis_sha256
    assess_now(system_id=pair[0], as_of=TODAY, requested_by="ada")
    assert read == pair[:1]
    assert Standing.objects.get(system=pair[0]).basis_sha256 != before


@pytest.mark.parametrize(
    "lapse",
    [
        lambda patch: patch.setattr(fingerprints, "hash_method", lambda: "of another version"),
        lambda _: LegalEntity.objects.create(name="Bought yesterday", country="NL"),
        lambda _: Standing.objects.update(read_on=timezone.localdate() + timedelta(days=1)),
        lambda _: Standing.objects.update(read_on=None),
        lambda _: TaggedSheet.objects.update(controls='{"AIA-9":{"status":"no such status"}}'),
        lambda _: Standing.objects.update(valid_until=TODAY),
        lambda _: Standing.objects.update(outcome_sha256="0" * 64),
    ],
    ids=["code", "companies", "clock put back", "never", "controls", "time", "another assessment"],
)
def test_what_may_not_hold_any_more_is_read(
    lapse: Callable[[pytest.MonkeyPatch], Any],
    rejudge: Callable[..., list[int]],
    pair: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lapse(monkeypatch)
    assert rejudge() == pair


def test_a_change_while_it_is_judged_is_not_lost(
    rejudge: Callable[..., list[int]], pair: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reading of the standing and the storing: the rows are read, and the system stays to be judged."""
    find = keeping._find_same

    def change_meanwhile(*given: Any) -> list[int]:
        found = find(*given)
        monkeypatch.setattr(keeping, "_find_same", find)
        mark_dirty(kind="aisystem", ids=pair[:1])
        return found

    monkeypatch.setattr(keeping, "_find_same", change_meanwhile)
    assert rejudge() == pair[:1]
    standings = {one.system_id: one for one in Standing.objects.all()}
    assert not any(one.is_dirty for one in standings.values())  # by the serial that was read before the rows


def test_a_change_after_the_rows_were_read_is_not_lost(
    rejudge: Callable[..., list[int]], pair: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have the fingerprint of the assessment before, and not any more: the system stays to be judged."""
    mark_dirty(kind="aisystem", ids=pair[:1])

    def change_meanwhile(*given: Any) -> Any:
        mark_dirty(kind="aisystem", ids=pair[:1])
        return keeping.keep_read(*given)

    monkeypatch.setattr(judging, "keep_read", change_meanwhile)
    with pytest.raises(AssertionError):  # not all are done
        rejudge()
    standing = Standing.objects.get(system=pair[0])
    assert (standing.is_dirty, standing.state, standing.lease_token) == (True, WorkState.QUEUED, "")


def test_of_a_row_that_went_to_another_worker_nothing_is_stored(
    rejudge: Callable[..., list[int]], pair: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    find = keeping._find_same

    def lose_meanwhile(*given: Any) -> list[int]:
        found = find(*given)
        Standing.objects.filter(system=pair[0]).update(lease_token="another")
        return found

    monkeypatch.setattr(keeping, "_find_same", lose_meanwhile)
    with pytest.raises(LeaseLostError):
        rejudge()
    assert Assessment.objects.filter(system=pair[0]).count() == 1
    assert Assessment.objects.filter(system=pair[1]).count() == 2
    assert Standing.objects.get(system=pair[0]).lease_token == "another"


def test_judged_twice_it_is_stored_once(rejudge: Callable[..., list[int]], pair: list[int], read: list[int]) -> None:
    """As a chunk that runs a second time, although what it stored is not due any more."""
    rejudge()
    stored = list(Assessment.objects.order_by("id").values())
    assess_many(pair, may_confirm=True)
    assert list(Assessment.objects.order_by("id").values()) == stored
