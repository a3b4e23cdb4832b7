"""Who is told: owners and subscribers by scope and rating, each cause once, and one line when nothing moved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import Delivery, Escalation, Finding, Movement, ReassessmentRun, ToldCause, WorkState
from audit.services.news import digesting
from audit.services.news.digesting import find_untold, list_recipients, tell_run
from audit.services.sweeping import sweep
from tests.audit.scenes import TODAY, make_own_model, make_vendor_chatbot
from tests.audit.services.news.scene import OWNER, make_person, run, run_and_tell, set_transfer, subscribe

pytestmark = pytest.mark.django_db


def told(run: ReassessmentRun) -> dict[str, str]:
    return dict(Delivery.objects.filter(run=run).values_list("recipient", "subject"))


def test_owner_and_subscriber_are_told_of_what_moved() -> None:
    system = make_vendor_chatbot(owner_email=OWNER)[0]
    subscribe(make_person())
    run_and_tell()
    set_transfer(system, "none")
    made = run_and_tell()
    subject = "Openbook: 1 system moved (gravest: high)"
    assert told(made) == {f"mail:{OWNER}": subject, "mail:ada@bank.example": subject}
    content: Any = Delivery.objects.filter(run=made).latest("id").content
    assert content["line"] == "1 of 1 system moved as of 20 November 2026."
    assert [row["system"] for row in content["moved"]] == [system.reference]


def test_a_subscription_tells_of_its_scope_and_rating_alone() -> None:
    mine, other = make_vendor_chatbot()[0], make_vendor_chatbot()[0]
    people = {name: make_person(name) for name in ("all", "entity", "system", "elsewhere", "grave")}
    subscribe(people["all"])
    subscribe(people["entity"], scope="entity", legal_entity=mine.legal_entity)
    subscribe(people["system"], scope="system", system=mine)
    subscribe(people["elsewhere"], scope="system", system=other)
    subscribe(people["grave"], least_rating="very_high")  # the finding is rated high
    run_and_tell()
    set_transfer(mine, "none")
    assert set(told(run_and_tell())) == {f"mail:{name}@bank.example" for name in ("all", "entity", "system")}


def test_one_address_gets_one_digest_however_many_ways_lead_to_it() -> None:
    system = make_vendor_chatbot(owner_email="Ada@Bank.Example")[0]
    ada = make_person()
    subscribe(ada)
    subscribe(ada, scope="system", system=system)
    run_and_tell()
    set_transfer(system, "none")
    made = run_and_tell()
    assert list(told(made)) == ["mail:ada@bank.example"]
    assert ToldCause.objects.filter(recipient="mail:ada@bank.example").count() == 1


def test_whoever_may_not_sign_in_any_more_is_told_nothing() -> None:
    system = make_vendor_chatbot()[0]
    subscribe(make_person("gone", is_active=False))
    subscribe(make_person("off"), is_active=False)
    run_and_tell()
    set_transfer(system, "none")
    assert told(run_and_tell()) == {}


def test_a_webhook_is_a_recipient_of_its_own() -> None:
    system = make_vendor_chatbot()[0]
    hook = subscribe(make_person(), channel="webhook", url="https://hooks.bank.example/openbook")
    run_and_tell()
    set_transfer(system, "none")
    run_and_tell()
    delivery = Delivery.objects.get()
    assert (delivery.recipient, delivery.to) == (f"hook:{hook.pk}", hook.url)


def test_nothing_moved_is_one_line_once_a_day_for_those_who_want_it() -> None:
    make_vendor_chatbot(owner_email=OWNER)
    subscribe(make_person("quiet"), tells_nothing_moved=True)
    subscribe(make_person("other"))
    first, second = run_and_tell(), run_and_tell()
    assert told(first) == {"mail:quiet@bank.example": "Openbook: nothing moved as of 20 November 2026"}
    assert told(second) == {}
    content: Any = Delivery.objects.get().content
    assert content["line"] == "Nothing moved: 1 system stands as it did, as of 20 November 2026."
    assert (content["moved"], content["overdue"]) == ([], [])


def test_nothing_moved_is_not_said_on_a_day_of_which_something_was_told() -> None:
    system = make_vendor_chatbot(owner_email=OWNER)[0]
    run_and_tell(TODAY - timedelta(days=1))
    subscribe(make_person("quiet"), tells_nothing_moved=True)
    set_transfer(system, "none")
    moved, in_vain, tomorrow = run_and_tell(), run_and_tell(), run_and_tell(TODAY + timedelta(days=1))
    assert set(told(moved)) == {"mail:quiet@bank.example", f"mail:{OWNER}"}
    assert told(in_vain) == {}
    assert told(tomorrow) == {"mail:quiet@bank.example": "Openbook: nothing moved as of 21 November 2026"}


def test_nothing_moved_waits_for_an_earlier_run_of_the_day_that_is_still_to_be_told_of() -> None:
    """The worker that told of the first run died; the second found nothing left to do."""
    make_vendor_chatbot(owner_email=OWNER)
    subscribe(make_person("quiet"), tells_nothing_moved=True)
    first, in_vain = run(), run_and_tell()
    assert told(in_vain) == {}
    tell_run(run_id=first.pk)
    assert list(told(first)) == ["mail:quiet@bank.example"]


def test_telling_twice_makes_no_second_digest() -> None:
    system = make_vendor_chatbot(owner_email=OWNER)[0]
    run_and_tell()
    set_transfer(system, "none")
    made = run()
    assert (tell_run(run_id=made.pk), tell_run(run_id=made.pk)) == (1, 0)
    # And not even when the note that it was told got lost with the worker.
    ReassessmentRun.objects.filter(pk=made.pk).update(told_at=None, lease_until=None)
    assert tell_run(run_id=made.pk) == 0
    assert Delivery.objects.count() == ToldCause.objects.count() == 1


def test_telling_that_was_killed_halfway_is_finished_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    systems = [make_vendor_chatbot(owner_email=f"owner{number}@bank.example")[0] for number in range(3)]
    run_and_tell()
    for system in systems:
        set_transfer(system, "none")
    made = run()
    queue = digesting._queue
    made_so_far: list[Any] = []

    def die_after_one(recipient: Any, of: ReassessmentRun) -> int:
        if made_so_far:
            raise KeyboardInterrupt
        made_so_far.append(recipient)
        return queue(recipient, of)

    monkeypatch.setattr(digesting, "_queue", die_after_one)
    with pytest.raises(KeyboardInterrupt):
        tell_run(run_id=made.pk)
    monkeypatch.setattr(digesting, "_queue", queue)
    assert Delivery.objects.count() == 1
    assert tell_run(run_id=made.pk) == 0  # the lease of the dead worker still runs
    ReassessmentRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert find_untold(most=5) == [made.pk]
    assert tell_run(run_id=made.pk) == 2
    assert set(told(made)) == {f"mail:owner{number}@bank.example" for number in range(3)}
    assert Movement.objects.filter(run=made).count() == 3


def test_a_run_under_way_is_not_told_of() -> None:
    make_vendor_chatbot(owner_email=OWNER)
    made = run_and_tell()
    ReassessmentRun.objects.filter(pk=made.pk).update(state=WorkState.RUNNING, told_at=None)
    assert tell_run(run_id=made.pk) == 0
    made.refresh_from_db()
    assert made.told_at is None


def test_the_sweeper_finds_a_run_whose_message_was_lost() -> None:
    make_own_model()
    made = run()
    assert sweep()["audit.tasks.tell_run"] == []  # its message may still be on its way
    ReassessmentRun.objects.update(finished_at=timezone.now() - timedelta(minutes=1))
    assert sweep()["audit.tasks.tell_run"] == [made.pk]
    tell_run(run_id=made.pk)
    assert sweep()["audit.tasks.tell_run"] == []


def test_the_end_of_a_run_sends_for_its_digest(
    sent: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    make_own_model()
    with django_capture_on_commit_callbacks(execute=True):
        made = run()
    assert ("audit.tasks.tell_run", made.pk) in sent


def test_overdue_findings_are_told_to_the_owner_and_to_those_of_their_level() -> None:
    system = make_vendor_chatbot(owner_email=OWNER)[0]
    subscribe(make_person("manager"), escalation_level=2, least_rating="low")
    subscribe(make_person("none"), escalation_level=0, least_rating="low")
    set_transfer(system, "none")
    run_and_tell()
    finding = Finding.objects.get(key="data:transfer_without_tool")
    Finding.objects.filter(pk=finding.pk).update(due_on=TODAY - timedelta(days=1))
    # One day past: the first of the levels 1, 14 and 30; the manager is told from the second on.
    assert told(run_and_tell()) == {f"mail:{OWNER}": "Openbook: 1 finding is overdue (gravest: high)"}
    assert told(run_and_tell()) == {}
    later = run_and_tell(TODAY + timedelta(days=13))
    assert set(told(later)) == {f"mail:{OWNER}", "mail:manager@bank.example"}
    content: Any = Delivery.objects.filter(run=later).latest("id").content
    [row] = content["overdue"]
    assert (row["level"], row["days"], row["system"]) == (2, 14, system.reference)
    assert Escalation.objects.count() == 2


def test_more_systems_than_a_digest_holds_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digesting, "MOST_SYSTEMS", 2)
    systems = [make_vendor_chatbot()[0] for _ in range(3)]
    subscribe(make_person())
    run_and_tell()
    for system in systems:
        set_transfer(system, "none")
    run_and_tell()
    content: Any = Delivery.objects.get().content
    assert (len(content["moved"]), content["more"]) == (2, 1)
    assert Delivery.objects.get().subject == "Openbook: 3 systems moved (gravest: high)"


def test_recipients_are_listed_in_one_order() -> None:
    make_vendor_chatbot(owner_email=OWNER)
    subscribe(make_person("zoe"))
    subscribe(make_person("bob"))
    made = run_and_tell()
    assert [each.key for each in list_recipients(made)] == ["mail:bob@bank.example", "mail:zoe@bank.example"]
