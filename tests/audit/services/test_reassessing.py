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

from audit.models import Assessment, Finding, Hold, PackSetRecord, ReassessmentRun, RunChunk, Standing, WorkState
from audit.services import assessing, chunks, judging, reassessing
from audit.services.assessing import assess_claimed, assess_now
from audit.services.chunks import ChunkOutcome, claim_chunk, work_on_chunk
from audit.services.due import find_due
from audit.services.grounds import bring_up
from audit.services.hearing import mark_unheard
from audit.services.leasing import LEASE, MOST_ATTEMPTS
from audit.services.marking import mark_dirty
from audit.services.reassessing import (
    RunHeldError,
    assess_all,
    cancel_run,
    pause_run,
    resume_run,
    size_chunks,
    start_run,
    work_on_run,
)
from audit.services.storing import store_chunk
from audit.services.sweeping import sweep
from governance.models import Subcontractor
from governance.models.base import name_day
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
    PackSetRecord.objects.update(sha256="0" * 64)
    assert find_due(as_of=TODAY) == [system.id]


def test_confirming_what_is_unchanged_costs_the_same_for_one_system_and_for_ten() -> None:
    make_system()
    run_all()
    run_all()  # looks whether any is left of other packs, and notes that none is
    with CaptureQueriesContext(connection) as one:
        run_all()
    for _ in range(9):
        make_system()
    run_all()
    with CaptureQueriesContext(connection) as ten:
        run_all()
    assert len(ten) == len(one) <= 37


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


def test_a_company_that_joins_one_chain_moves_all_who_depend_on_its_group() -> None:
    group = make_vendor()
    systems = []
    for function in ("Payments", "Lending"):
        system, vendor = make_system(business_function=function, is_critical_function=True), make_vendor()
        use(system, make_component(vendor=vendor), run_mode="vendor_api")
        dependency = contract(system, vendor, subcontractors_known=True)
        systems.append(system)
    Subcontractor.objects.create(dependency=systems[0].dependencies.get(), vendor=group)
    run_all()
    # Lending's vendor turns out to work with a daughter of the company that stands behind Payments.
    daughter = make_vendor(parent_status="named", ultimate_parent=group)
    link = Subcontractor.objects.create(dependency=dependency, vendor=daughter)
    mark_dirty(kind="subcontractor", ids=[link.pk])
    assert run_all().due_ids == [system.id for system in systems], "the first by its share, the second by its chain"
    sheets: list[Any] = [Assessment.objects.filter(system=system).latest("id").fact_sheet.content for system in systems]
    assert [sheet["facts"]["conc.critical_share"]["value"] for sheet in sheets] == [1.0, 1.0]


def test_a_change_whose_announcement_was_lost_is_found_in_the_history() -> None:
    system, _, vendor = make_vendor_chatbot()
    bystander = make_own_model()[0]
    run_all()
    # Saved and recorded, and the process ended before the commit's signal was sent.
    record_event(actor="ada", action="changed", instance=vendor, changes={"country": ("US", "CA")})
    assert run_all().due_ids == [system.id]
    assert run_all().due_ids == []
    assert bystander.id not in find_due(as_of=TODAY)


def test_each_event_of_the_history_is_looked_at_by_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    system, _, vendor = make_vendor_chatbot()
    looked: list[tuple[int, int]] = []

    def change_meanwhile() -> Any:
        """Recorded after the run looked: the next one has to find it, also years later."""
        record_event(actor="ada", action="changed", instance=vendor, changes={"country": ("US", "CA")})
        return bring_up()

    def look(*, after: int, until: int) -> list[int]:
        looked.append((after, until))
        return mark_unheard(after=after, until=until)

    run_all()
    monkeypatch.setattr(reassessing, "mark_unheard", look)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(reassessing, "bring_up", change_meanwhile)
        assert run_all().due_ids == []
    ReassessmentRun.objects.update(requested_at=timezone.now() - timedelta(days=900))
    assert run_all().due_ids == [system.id]
    assert run_all().due_ids == []
    ends = [until for _, until in looked]
    assert [after for after, _ in looked[1:]] == ends[:-1]
    assert ends[1] == ends[0] + 1 == ends[2]


def test_a_deleted_row_whose_announcement_was_lost_is_found_by_its_system() -> None:
    system, _, _ = make_vendor_chatbot()
    run_all()
    gone = system.data_flows.get()
    record_event(actor="ada", action="deleted", instance=gone, changes={})
    gone.delete()
    assert run_all().due_ids == [system.id]


@pytest.mark.parametrize(
    ("due", "size", "chunks"),
    [
        (1, 1_000, 1),
        (4_015, 1_000, 5),  # a twentieth would be 201: the rows that systems share would be read too often
        (50_000, 2_500, 20),
        (100_000, 5_000, 20),  # twenty messages for 100,000 systems
        (200_000, 5_000, 40),  # what is read together does not grow with the portfolio
    ],
)
def test_a_run_is_cut_so_that_several_workers_end_together(due: int, size: int, chunks: int) -> None:
    assert (size_chunks(due), -(-due // size_chunks(due))) == (size, chunks)


def test_a_second_start_gives_the_run_that_is_under_way() -> None:
    make_system()
    assert start_run(as_of=TODAY, requested_by="a").pk == start_run(as_of=TODAY, requested_by="b").pk


def test_two_that_start_at_the_same_moment_give_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both saw none under way; the other was first to make its own."""
    make_system()
    others: list[ReassessmentRun] = []

    def be_late() -> None:
        monkeypatch.setattr(reassessing, "bring_up", bring_up)
        others.append(start_run(as_of=TODAY, requested_by="other"))
        bring_up()

    monkeypatch.setattr(reassessing, "bring_up", be_late)
    assert start_run(as_of=TODAY, requested_by="late").pk == others[0].pk
    assert ReassessmentRun.objects.count() == 1


def work(chunk: RunChunk) -> ChunkOutcome:
    token = claim_chunk(chunk.pk)
    assert token
    return work_on_chunk(chunk_id=chunk.pk, lease_token=token)


def start(monkeypatch: pytest.MonkeyPatch, systems: int, chunk: int = 1) -> tuple[ReassessmentRun, list[RunChunk]]:
    for bound in ("SMALLEST_CHUNK", "LARGEST_CHUNK"):
        monkeypatch.setattr(reassessing, bound, chunk)
    for _ in range(systems):
        make_vendor_chatbot()
    run = start_run(as_of=TODAY, requested_by="test")
    return run, list(run.chunks.order_by("number"))


def test_a_run_whose_worker_died_is_continued_and_assesses_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    run, parts = start(monkeypatch, systems=3, chunk=2)
    calls: list[list[int]] = []

    def die(**kwargs: Any) -> Any:
        calls.append(list(kwargs["system_ids"]))
        assess_claimed(**kwargs)
        raise KeyboardInterrupt  # as a killed worker: stored, and the chunk not finished

    monkeypatch.setattr(chunks, "assess_claimed", die)
    with pytest.raises(KeyboardInterrupt):
        work(parts[0])
    assert claim_chunk(parts[0].pk) == ""  # its lease still runs
    monkeypatch.setattr(chunks, "assess_claimed", assess_claimed)
    RunChunk.objects.filter(state=WorkState.RUNNING).update(lease_until=timezone.now() - LEASE)
    assert work_on_run(run_id=run.pk).is_finished
    assert calls == [parts[0].system_ids]
    assert Assessment.objects.count() == 3
    assert set(Finding.objects.values_list("times_opened", flat=True)) == {1}
    run.refresh_from_db()
    assert (run.systems_done, run.state) == (3, WorkState.DONE)


def test_a_chunk_that_was_killed_halfway_is_finished_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assessing, "AT_ONCE", 1)
    run, [part] = start(monkeypatch, systems=4, chunk=4)
    stored: list[int] = []

    def die_after_two(*args: Any, **kwargs: Any) -> Any:
        if len(stored) == 2:
            raise KeyboardInterrupt
        done = store_chunk(*args, **kwargs)
        stored.extend(one.system_id for one in done)
        return done

    monkeypatch.setattr(judging, "store_chunk", die_after_two)
    with pytest.raises(KeyboardInterrupt):
        work(part)
    assert Assessment.objects.count() == 2
    monkeypatch.setattr(judging, "store_chunk", store_chunk)
    past = timezone.now() - LEASE
    RunChunk.objects.update(lease_until=past)
    Standing.objects.filter(state=WorkState.RUNNING).update(lease_until=past)
    assert work(part) == ChunkOutcome(run.pk, assessed=2, is_last=True)
    assert Assessment.objects.values("system_id").distinct().count() == Assessment.objects.count() == 4


def test_a_chunk_that_runs_twice_comes_out_as_once(monkeypatch: pytest.MonkeyPatch) -> None:
    run, [part] = start(monkeypatch, systems=2, chunk=2)
    work(part)
    findings = list(Finding.objects.order_by("id").values())
    RunChunk.objects.update(state=WorkState.QUEUED)
    assert work(part).assessed == 0
    assert list(Finding.objects.order_by("id").values()) == findings
    run.refresh_from_db()
    assert (run.systems_done, Assessment.objects.count()) == (2, 2)


def test_the_order_in_which_workers_take_the_chunks_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    def outcome() -> Any:
        columns = ("system_id", "assessment__outcome_sha256", "open_findings", "aia_class", "valid_until")
        return list(Standing.objects.order_by("system_id").values_list(*columns))

    run, parts = start(monkeypatch, systems=4)
    assert [work(part).is_last for part in parts] == [False, False, False, True]
    one_after_the_other = outcome()
    Standing.objects.all().delete()
    Finding.objects.all().delete()
    Assessment.objects.all().delete()
    run, parts = start(monkeypatch, systems=0)
    assert [work(parts[number]).is_last for number in (2, 0, 3, 1)] == [False, False, False, True]
    assert outcome() == one_after_the_other
    assert ReassessmentRun.objects.get(pk=run.pk).state == WorkState.DONE


def test_a_paused_run_rests_and_goes_on_when_it_is_resumed(
    monkeypatch: pytest.MonkeyPatch, sent: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    run, parts = start(monkeypatch, systems=2)
    work(parts[0])
    assert pause_run(run_id=run.pk, by="ada")
    assert not pause_run(run_id=run.pk, by="ada")
    assert claim_chunk(parts[1].pk) == ""
    RunChunk.objects.update(lease_until=timezone.now() - LEASE)
    assert sweep()["audit.tasks.reassess_chunk"] == []  # nor does the sweeper wake it
    with pytest.raises(RunHeldError, match="paused by ada"):
        work_on_run(run_id=run.pk)
    assert start_run(as_of=TODAY, requested_by="schedule").pk == run.pk  # no second run behind its back
    with django_capture_on_commit_callbacks(execute=True):
        assert resume_run(run_id=run.pk, by="ada")
    assert sent == [("audit.tasks.reassess_chunk", parts[1].pk)]
    assert not resume_run(run_id=run.pk, by="ada")
    assert work(parts[1]).is_last


def test_a_cancelled_run_ends_and_what_is_left_is_due_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    run, parts = start(monkeypatch, systems=3)
    work(parts[0])
    token = claim_chunk(parts[1].pk)  # under way while somebody cancels
    assert cancel_run(run_id=run.pk, by="ada")
    assert ReassessmentRun.objects.get(pk=run.pk).state == WorkState.RUNNING
    assert work_on_chunk(chunk_id=parts[1].pk, lease_token=token).is_last
    run.refresh_from_db()
    assert (run.state, run.hold, run.systems_done, run.systems_due) == (WorkState.DONE, Hold.CANCELLED, 2, 3)
    assert not cancel_run(run_id=run.pk, by="ada")
    assert start_run(as_of=TODAY, requested_by="test").due_ids == parts[2].system_ids


def test_a_chunk_that_kills_its_workers_is_given_up_and_the_run_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    run, parts = start(monkeypatch, systems=2)
    work(parts[0])
    RunChunk.objects.filter(pk=parts[1].pk).update(
        state=WorkState.RUNNING, attempts=MOST_ATTEMPTS, lease_until=timezone.now() - LEASE
    )
    sweep()
    run.refresh_from_db()
    assert (run.state, run.systems_done, run.systems_failed) == (WorkState.DONE, 2, 1)
    assert "worker ended each time" in run.failures[str(parts[1].system_ids[0])]


def test_a_system_that_kills_its_workers_is_given_up_before_the_others_of_its_chunk_are_assessed() -> None:
    sound, deadly = make_system(), make_system()
    left_at = timezone.now() - LEASE
    Standing.objects.create(
        system=deadly, state=WorkState.RUNNING, attempts=MOST_ATTEMPTS, lease_until=left_at, started_at=left_at
    )
    run = run_all()
    assert (run.state, Assessment.objects.get().system_id) == (WorkState.DONE, sound.id)
    given_up = Standing.objects.get(system=deadly)
    assert given_up.state == WorkState.FAILED
    assert "worker ended each time" in given_up.error


def test_poison_among_many_is_found_and_the_others_are_assessed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    run, [part] = start(monkeypatch, systems=7, chunk=7)
    poison = part.system_ids[4]

    def break_on_poison(**kwargs: Any) -> Any:
        if poison in kwargs["system_ids"]:
            raise ArithmeticError("no such number")
        return assess_claimed(**kwargs)

    monkeypatch.setattr(chunks, "assess_claimed", break_on_poison)
    work(part)
    run.refresh_from_db()
    assert list(run.failures) == [str(poison)]
    assert "ArithmeticError: no such number" in run.failures[str(poison)]
    assert (run.state, run.systems_done, Assessment.objects.count()) == (WorkState.DONE, 7, 6)


def test_a_system_that_breaks_the_judgement_is_set_aside_with_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    sound, poison = make_system(), make_system()

    def break_on_poison(**kwargs: Any) -> Any:
        if poison.id in kwargs["system_ids"]:
            raise LookupError("no such thing")
        return assess_claimed(**kwargs)

    monkeypatch.setattr(chunks, "assess_claimed", break_on_poison)
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


class TestTheCommand:
    def test_it_says_what_was_due_and_what_was_confirmed(self) -> None:
        system = make_system()
        assess_now(system_id=system.id, as_of=timezone.localdate(), requested_by="test")
        make_system()
        out = StringIO()
        call_command("reassess", stdout=out, stderr=StringIO())
        assert "2 systems, 1 due, 1 changed, 0 failed, 1 confirmed unchanged" in out.getvalue()
        assert f"As of {name_day(timezone.localdate())}:" in out.getvalue()

    @pytest.mark.parametrize("day", ["2999-01-01", "yesterday", "1850-01-01"])
    def test_a_day_that_cannot_be_is_refused_with_what_would_be_right(self, day: str) -> None:
        with pytest.raises(CommandError, match="--as-of"):
            call_command("reassess", as_of=day, stdout=StringIO(), stderr=StringIO())

    def test_it_pauses_resumes_and_cancels_the_run_under_way(self) -> None:
        def say(**options: Any) -> str:
            out = StringIO()
            call_command("reassess", stdout=out, stderr=StringIO(), **options)
            return out.getvalue()

        with pytest.raises(CommandError, match="No reassessment is under way"):
            say(hold="pause")
        make_system()
        start_run(as_of=TODAY, requested_by="test")
        assert "paused, 0 of 1 systems done" in say(hold="pause")
        with pytest.raises(CommandError, match="cannot pause now: it is paused"):
            say(hold="pause")
        assert "goes on" in say(hold="resume")
        assert "cancelled" in say(hold="cancel")
        assert ReassessmentRun.objects.get().state == WorkState.DONE
