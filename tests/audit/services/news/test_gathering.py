"""What moved is told once, with before, after and cause; twice-run and killed halfway it comes out the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from audit import rulepacks
from audit.models import Assessment, Finding, Movement, OutcomeRecord, PackSetRecord, Standing
from audit.services.assessing import assess_now
from audit.services.marking import mark_dirty
from audit.services.news import gathering
from audit.services.news.gathering import _prepare, gather_moved
from governance.models import AISystem
from tests.audit.reissuing import reissue
from tests.audit.scenes import TODAY, make_own_model, make_vendor_chatbot
from tests.audit.services.news.scene import run, run_and_tell, set_transfer, what_moved

pytestmark = pytest.mark.django_db
TRANSFER = "data:transfer_without_tool"


def make_critical(system: AISystem) -> None:
    AISystem.objects.filter(pk=system.pk).update(is_critical_function=True)
    mark_dirty(kind="aisystem", ids=[system.pk])


def news_of(movement: Movement) -> list[tuple[str, str]]:
    return [(row["what"], row["key"]) for row in movement.findings]


def test_a_first_outcome_is_counted_and_is_no_news() -> None:
    make_vendor_chatbot()
    make_own_model()
    made = run_and_tell()
    assert (made.systems_new, what_moved(made)) == (2, [])


def test_a_finding_is_opened_closed_and_opened_again_with_its_cause() -> None:
    system = make_vendor_chatbot()[0]
    make_own_model()
    run_and_tell()
    set_transfer(system, "none")
    [opened] = what_moved(run_and_tell())
    # A transfer to the US without a tool is rated high; the tool is the fact data.transfer_tools.
    assert (opened.system, opened.rating, opened.causes) == (system, "high", "fact")
    assert news_of(opened) == [("opened", TRANSFER)]
    assert opened.findings[0]["because"] == "fact: data.transfer_tools"
    set_transfer(system, "scc")
    [closed] = what_moved(run_and_tell())
    # That a grave finding is gone is told, but is no grave news itself.
    assert (news_of(closed), closed.rating) == ([("closed", TRANSFER)], "moderate")
    assert "data.transfer_tools" in closed.findings[0]["because"]
    set_transfer(system, "none")
    [again] = what_moved(run_and_tell())
    assert (news_of(again), again.rating) == ([("reopened", TRANSFER)], "high")
    assert Finding.objects.get(key=TRANSFER).times_opened == 2


def test_nothing_is_told_a_second_time() -> None:
    system = make_vendor_chatbot()[0]
    run_and_tell()
    set_transfer(system, "none")
    run_and_tell()
    for _ in range(2):
        assert what_moved(run_and_tell()) == []
    mark_dirty(kind="aisystem", ids=[system.pk])  # looked at again, and nothing differs
    assert what_moved(run_and_tell()) == []


def test_a_finding_that_came_and_went_between_two_runs_is_no_news() -> None:
    system = make_vendor_chatbot()[0]
    run_and_tell()
    for tool in ("none", "scc"):
        set_transfer(system, tool)
        assess_now(system_id=system.pk, as_of=TODAY, requested_by="test")
    assert what_moved(run_and_tell()) == []


def test_what_was_assessed_between_two_runs_is_told_with_the_next() -> None:
    system = make_vendor_chatbot()[0]
    run_and_tell()
    set_transfer(system, "none")
    assess_now(system_id=system.pk, as_of=TODAY, requested_by="ada")
    made = run_and_tell()
    assert made.systems_due == 0
    assert [news_of(each) for each in what_moved(made)] == [[("opened", TRANSFER)]]


def test_an_item_tells_what_was_what_is_and_which_fact_moved_it() -> None:
    system = make_vendor_chatbot()[0]
    run_and_tell()
    make_critical(system)
    [moved] = what_moved(run_and_tell())
    assert moved.is_exact
    duties = {change["item"]: change for change in moved.changes if change["item"].startswith("duty:dora")}
    # DORA Art. 28(8) asks for an exit strategy where a critical or important function depends on the service.
    strategy = duties["duty:dora.art_28_8.exit_strategy"]
    assert (strategy["before"], strategy["causes"], strategy["facts"]) == (None, ["fact"], ["ict.critical_function"])
    assert strategy["after"]["outcome"] == "open"  # whether the company is a financial entity is not answered
    before, after = moved.before.result, moved.after.result
    scores = {change["item"]: change for change in moved.changes if change["part"] == "lock_in"}
    assert all(change["before"] == before["lock_in"][item] for item, change in scores.items())
    assert all(change["after"] == after["lock_in"][item] for item, change in scores.items())


def test_where_one_fact_alone_moved_nothing_is_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    system = make_vendor_chatbot()[0]
    run_and_tell()
    system.dependencies.update(notice_days=90)  # the fact contract.notice_days, and no other
    mark_dirty(kind="aisystem", ids=[system.pk])

    def refuse(*_given: object) -> None:
        pytest.fail("one fact is the cause of all that moved; there is nothing to tell apart")

    monkeypatch.setattr("audit.services.news.changes.compare", refuse)
    [moved] = what_moved(run_and_tell())
    # The time of an exit grows with the notice that has to be kept, and lock-in with it.
    assert moved.is_exact
    assert {change["part"] for change in moved.changes} == {"lock_in"}
    assert {(*change["causes"], *change["facts"]) for change in moved.changes} == {("fact", "contract.notice_days")}


def test_with_more_than_can_be_compared_the_cause_is_that_of_all_that_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    system = make_vendor_chatbot()[0]
    run_and_tell()
    make_critical(system)
    monkeypatch.setattr(gathering, "MOST_COMPUTED", 0)
    [moved] = what_moved(run_and_tell())
    assert not moved.is_exact
    assert {cause for change in moved.changes for cause in change["causes"]} == {"fact"}


def test_other_packs_without_another_fact_are_the_law_and_the_method() -> None:
    system = make_vendor_chatbot()[0]
    run_and_tell()
    old = Assessment.objects.get(system=system)
    # As if a pack of before had rated lock-in otherwise: the stored outcome differs, and its packs are not kept.
    outcome: Any = old.outcome
    outcome["lock_in"]["band"] = "low" if outcome["lock_in"]["band"] != "low" else "high"
    outcome["regulatory"]["gpai_class"] = "an older word"
    record = OutcomeRecord.objects.create(sha256="0" * 64, content=outcome)
    Assessment.objects.filter(pk=old.pk).update(
        outcome_record=record,
        outcome_sha256=record.sha256,
        pack_set=PackSetRecord.objects.create(sha256="1" * 64, content={"eu_ai_act": "2025.1.1+sha256:0"}),
    )
    Standing.objects.filter(system=system).update(outcome_sha256=record.sha256)
    [moved] = what_moved(run_and_tell())
    causes = {change["item"]: change["causes"] for change in moved.changes}
    # Nobody changed a fact: the law moved what the law says, and the score's own pack moved the score.
    assert causes == {"band": ["method"], "gpai_class": ["law"]}


def test_gathering_twice_at_once_stores_each_difference_once() -> None:
    systems = [make_vendor_chatbot()[0] for _ in range(3)]
    run_and_tell()
    for system in systems:
        set_transfer(system, "none")
    made = run()
    assert (gather_moved(made), gather_moved(made)) == (3, 0)
    assert Movement.objects.filter(run=made).count() == 3


def test_a_worker_that_loses_the_race_for_a_system_stores_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    system = make_vendor_chatbot()[0]
    run_and_tell()
    set_transfer(system, "none")
    made = run()
    waiting = gathering._find_waiting(made)
    assert gather_moved(made) == 1  # the other worker
    assert gathering._gather_some(made, waiting, may_compute=True) == 0
    assert Movement.objects.filter(run=made).count() == 1


def test_gathering_that_was_killed_halfway_is_finished_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    systems = [make_vendor_chatbot()[0] for _ in range(3)]
    run_and_tell()
    for system in systems:
        set_transfer(system, "none")
    made = run()
    monkeypatch.setattr(gathering, "AT_ONCE", 1)
    rounds: list[None] = []

    def die() -> None:
        rounds.append(None)
        if len(rounds) == 3:  # two parts are stored by then
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gather_moved(made, go_on=die)
    assert Movement.objects.filter(run=made).count() == 2
    assert gather_moved(made) == 1
    assert set(Movement.objects.filter(run=made).values_list("system_id", flat=True)) == {each.pk for each in systems}


def test_a_rule_that_breaks_the_comparison_does_not_stop_the_news(monkeypatch: pytest.MonkeyPatch) -> None:
    system = make_vendor_chatbot()[0]
    run_and_tell()
    make_critical(system)

    def broken(*_given: object) -> None:
        raise LookupError("no such thing")

    monkeypatch.setattr("audit.services.news.changes.compare", broken)
    [moved] = what_moved(run_and_tell())
    assert not moved.is_exact
    assert moved.changes


def test_told_outcomes_follow_the_latest() -> None:
    system = make_vendor_chatbot()[0]
    run_and_tell()
    set_transfer(system, "none")
    run_and_tell()
    standing = Standing.objects.get(system=system)
    assert (standing.has_news, standing.told_assessment_id) == (False, None)


def test_what_other_packs_judge_as_before_is_noted_without_comparing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    systems = [make_vendor_chatbot()[0] for _ in range(3)]
    run_and_tell()
    set_transfer(systems[0], "none")
    monkeypatch.setattr(rulepacks, "_load_packs", reissue(rulepacks._load_packs, 1))
    compared: list[int] = []

    def prepare(before: Assessment, *given: Any, **named: Any) -> Any:
        compared.append(before.system_id)
        return _prepare(before, *given, **named)

    monkeypatch.setattr(gathering, "_prepare", prepare)
    assert [each.system for each in what_moved(run_and_tell())] == [systems[0]]
    assert compared == [systems[0].pk]
    assert Standing.objects.filter(has_news=False).count() == 3
    assert Assessment.objects.count() == 6


def test_people_know_the_outcome_before_the_first_that_moved() -> None:
    system = make_vendor_chatbot()[0]
    run_and_tell()
    set_transfer(system, "scc")
    known = assess_now(system_id=system.pk, as_of=TODAY, requested_by="ada").pk
    run_and_tell()
    for tool in ("none", "scc", "none"):
        set_transfer(system, tool)
        mark_dirty(kind="aisystem", ids=[system.pk])
        assess_now(system_id=system.pk, as_of=TODAY, requested_by="ada")
        standing = Standing.objects.get(system=system)
        assert (standing.has_news, standing.told_assessment_id) == (True, known)
    [moved] = what_moved(run_and_tell())
    assert (moved.before_id, [key for _, key in news_of(moved)]) == (known, [TRANSFER])


def test_what_is_judged_again_while_it_is_told_is_told_of_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    system = make_vendor_chatbot()[0]
    run_and_tell()
    set_transfer(system, "none")
    seen: list[int] = []

    def prepare(before: Assessment, after: Assessment, *given: Any, **named: Any) -> Any:
        if not seen:
            set_transfer(system, "scc")
            seen.append(assess_now(system_id=system.pk, as_of=TODAY, requested_by="ada").pk)
        return _prepare(before, after, *given, **named)

    monkeypatch.setattr(gathering, "_prepare", prepare)
    [opened] = what_moved(run_and_tell())
    standing = Standing.objects.get(system=system)
    assert (standing.has_news, standing.told_assessment_id) == (True, opened.after_id)
    assert [news_of(each) for each in what_moved(run_and_tell())] == [[("closed", TRANSFER)]]


def test_days_that_only_counted_down_are_no_news() -> None:
    system = make_vendor_chatbot()[0]
    system.dependencies.update(end_on=date(2027, 6, 30))
    run_and_tell()
    first = Standing.objects.get(system=system).as_of
    assert first is not None
    mark_dirty(kind="aisystem", ids=[system.pk])
    Standing.objects.update(basis_sha256="")
    assert what_moved(run_and_tell(as_of=first + timedelta(days=1))) == []
    assert Standing.objects.get(system=system).as_of == first + timedelta(days=1)
