"""Only what is due is assessed; a run is one row, survives a dead worker, and sets a poison system aside."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Assessment, ReassessmentRun, Standing, WorkState
from audit.services import reassessing
from audit.services.assessing import assess_claimed, assess_now
from audit.services.leasing import LEASE, LeaseLostError, ask_for
from audit.services.marking import mark_dirty
from audit.services.reassessing import assess_all, claim_run, continue_run, find_due, start_run
from governance.services.recording import record_event
from tests.audit.scenes import (
    TODAY,
    contract,
    make_component,
    make_own_model,
    make_system,
    make_vendor,
    make_vendor_chatbot,
    use,
)

pytestmark = pytest.mark.django_db


def run_all(as_of: date = TODAY) -> ReassessmentRun:
    return ReassessmentRun.objects.get(pk=assess_all(as_of=as_of, requested_by="test").run_id)


def test_what_was_never_assessed_is_due_and_then_no_more() -> None:
    systems = [make_vendor_chatbot()[0], make_own_model()[0], make_system()]
    first, second = run_all(), run_all()
    assert (first.systems_total, first.systems_due, first.systems_done, first.systems_changed) == (3, 3, 3, 3)
    assert (second.systems_total, second.systems_due, second.state) == (3, 0, WorkState.DONE)
    assert Assessment.objects.count() == len(systems)


def test_a_changed_system_is_due_and_no_other() -> None:
    system, other = make_vendor_chatbot()[0], make_own_model()[0]
    run_all()
    mark_dirty(kind="aisystem", ids=[system.id])
    assert find_due(as_of=TODAY) == [system.id]
    assert other.id not in find_due(as_of=TODAY)


def test_a_system_is_due_on_the_day_its_outcome_ends_and_not_before() -> None:
    system = make_own_model()[0]
    run_all()
    Standing.objects.update(valid_until=date(2026, 12, 2))
    assert find_due(as_of=date(2026, 12, 1)) == []
    assert find_due(as_of=date(2026, 12, 2)) == [system.id]


def test_other_packs_make_all_systems_due(monkeypatch: pytest.MonkeyPatch) -> None:
    system = make_own_model()[0]
    run_all()
    Assessment.objects.update(packs_hash="0" * 64)
    assert find_due(as_of=TODAY) == [system.id]


def test_confirming_what_is_unchanged_costs_the_same_for_one_system_and_for_ten() -> None:
    make_system()
    run_all()
    with CaptureQueriesContext(connection) as one:
        run_all()
    for _ in range(9):
        make_system()
    run_all()
    with CaptureQueriesContext(connection) as ten:
        run_all()
    assert len(ten) == len(one) <= 22


def test_a_system_whose_share_of_one_parent_moved_by_anothers_change_is_due() -> None:
    parent = make_vendor()
    first = make_system(business_function="Payments", is_critical_function=True)
    use(first, make_component(vendor=parent), run_mode="vendor_api")
    contract(first, parent, subcontractors_known=True)
    run_all()
    assert run_all().systems_due == 0
    other = make_system(business_function="Lending", is_critical_function=True)
    elsewhere = make_vendor()
    use(other, make_component(vendor=elsewhere), run_mode="vendor_api")
    contract(other, elsewhere, subcontractors_known=True)
    # Payments was all there was on critical functions; with Lending elsewhere its parent carries one half.
    run = run_all()
    assert run.due_ids == [first.id, other.id]
    sheet: Any = Assessment.objects.filter(system=first).latest("id").fact_sheet.content
    assert sheet["facts"]["conc.critical_share"]["value"] == 0.5


def test_a_change_whose_announcement_was_lost_is_found_in_the_history() -> None:
    system, _, vendor = make_vendor_chatbot()
    bystander = make_own_model()[0]
    run_all()
    # Saved and recorded, and the process ended before the commit's signal was sent.
    record_event(actor="ada", action="changed", instance=vendor, changes={"country": ("US", "CA")})
    assert run_all().due_ids == [system.id]
    assert run_all().due_ids == []
    assert bystander.id not in find_due(as_of=TODAY)


def test_a_deleted_row_whose_announcement_was_lost_is_found_by_its_system() -> None:
    system, _, _ = make_vendor_chatbot()
    run_all()
    gone = system.data_flows.get()
    record_event(actor="ada", action="deleted", instance=gone, changes={})
    gone.delete()
    assert run_all().due_ids == [system.id]


def test_a_second_start_gives_the_run_that_is_under_way() -> None:
    make_system()
    assert start_run(as_of=TODAY, requested_by="a").pk == start_run(as_of=TODAY, requested_by="b").pk


def test_a_run_whose_worker_died_is_continued_and_assesses_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reassessing, "CHUNK", 1)
    systems = [make_system() for _ in range(3)]
    run = start_run(as_of=TODAY, requested_by="test")
    token = claim_run(run.pk)
    calls: list[list[int]] = []

    def die_at_the_second(**kwargs: Any) -> Any:
        calls.append(list(kwargs["system_ids"]))
        done = assess_claimed(**kwargs)
        if len(calls) == 2:
            raise KeyboardInterrupt  # as a killed worker: stored, and its progress not noted
        return done

    monkeypatch.setattr(reassessing, "assess_claimed", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        continue_run(run_id=run.pk, lease_token=token)
    assert claim_run(run.pk) == ""  # its lease still runs
    ReassessmentRun.objects.update(lease_until=timezone.now() - LEASE)
    assert continue_run(run_id=run.pk, lease_token=claim_run(run.pk)).is_finished
    assert [ids for ids in calls if ids] == [[system.id] for system in systems]
    assert Assessment.objects.count() == 3
    with pytest.raises(LeaseLostError):
        continue_run(run_id=run.pk, lease_token=token)


def test_a_run_that_takes_longer_than_its_turn_is_handed_back_and_continued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reassessing, "CHUNK", 1)
    for _ in range(2):
        make_system()
    run = start_run(as_of=TODAY, requested_by="test")
    first = continue_run(run_id=run.pk, lease_token=claim_run(run.pk), seconds=-1)
    assert (first.is_finished, first.assessed) == (False, 0)
    assert ReassessmentRun.objects.get(pk=run.pk).state == WorkState.QUEUED
    assert continue_run(run_id=run.pk, lease_token=claim_run(run.pk)).is_finished


def test_a_system_that_breaks_the_judgement_is_set_aside_with_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    sound, poison = make_system(), make_system()

    def break_on_poison(**kwargs: Any) -> Any:
        if poison.id in kwargs["system_ids"]:
            raise LookupError("no such thing")
        return assess_claimed(**kwargs)

    monkeypatch.setattr(reassessing, "assess_claimed", break_on_poison)
    run = run_all()
    assert (run.state, run.systems_done, run.systems_failed) == (WorkState.DONE, 2, 1)
    assert Assessment.objects.get().system_id == sound.id
    failed = Standing.objects.get(system=poison)
    assert failed.state == WorkState.FAILED
    assert "LookupError: no such thing" in failed.error
    assert find_due(as_of=TODAY) == []  # set aside
    Standing.objects.filter(system=poison).update(finished_at=timezone.now() - timedelta(hours=13))
    assert find_due(as_of=TODAY) == [poison.id]
    monkeypatch.undo()
    mark_dirty(kind="aisystem", ids=[poison.id])  # a change brings it back at once
    assert find_due(as_of=TODAY) == [poison.id]


def test_a_system_that_another_worker_assesses_is_left_to_it() -> None:
    system = make_system()
    Standing.objects.create(system=system)
    rows = Standing.objects.filter(system=system)
    ask_for(rows, requested_by="ada")
    rows.update(state=WorkState.RUNNING, lease_token="theirs", lease_until=timezone.now() + LEASE)
    run_all()
    assert not Assessment.objects.exists()
    assert rows.get().lease_token == "theirs"


class TestTheCommand:
    def test_it_says_what_was_due_and_what_was_confirmed(self) -> None:
        system = make_system()
        assess_now(system_id=system.id, as_of=timezone.localdate(), requested_by="test")
        make_system()
        out = StringIO()
        call_command("reassess", stdout=out, stderr=StringIO())
        assert "2 systems, 1 due, 1 changed, 0 failed, 1 confirmed unchanged" in out.getvalue()

    @pytest.mark.parametrize("day", ["2999-01-01", "yesterday", "1850-01-01"])
    def test_a_day_that_cannot_be_is_refused_with_what_would_be_right(self, day: str) -> None:
        with pytest.raises(CommandError, match="--as-of"):
            call_command("reassess", as_of=day, stdout=StringIO(), stderr=StringIO())
