"""What is kept between runs says what a fresh measurement would, and a run looks at nothing that did not move."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import (
    Assessment,
    Escalation,
    Finding,
    GroundLedger,
    PackSetRecord,
    Standing,
    Subscription,
    SystemGround,
    WorkState,
)
from audit.models import Ground as GroundRecord
from audit.portfolio.figures import Figures, read_figures, recall_figures
from audit.portfolio.figures.ground import Ground, NarrowRows, trace_grounds
from audit.portfolio.figures.recalling import QUERIES_TO_RECALL
from audit.services import grounds
from audit.services.assessing import assess_now
from audit.services.due import find_due, look_among
from audit.services.grounds import bring_up, current_figures, find_moved, mark_grounds, note_missing
from audit.services.marking import mark_dirty
from audit.services.news.digesting import tell_run
from audit.services.reassessing import assess_all
from governance.models import AISystem, Subcontractor, Vendor
from tests.audit.scenes import TODAY, contract, make_component, make_system, make_vendor, make_vendor_chatbot, use

pytestmark = pytest.mark.django_db

Change = Callable[[random.Random], None]


def describe(figures: Figures) -> dict[str, Any]:
    """All that the figures say of every system, and of the portfolio."""
    found: dict[str, Any] = {"largest": figures.largest_group(), "chained": figures.chained}
    for system_id in AISystem.objects.order_by("id").values_list("id", flat=True):
        ground = figures.grounds.get(system_id)
        stamp = figures.stamp_of(ground) if ground is not None else None
        found[str(system_id)] = (figures.share_for(system_id), figures.other_contracts_for(system_id), stamp)
    return found


def any_of(rows: Any, rng: random.Random) -> Any:
    return rng.choice(list(rows.order_by("id")))


def change_system(rng: random.Random) -> None:
    system = any_of(AISystem.objects, rng)
    system.is_critical_function = rng.choice([True, True, False, None])
    system.business_function = rng.choice(["Payments", " payments", "Lending", ""])
    system.stage = rng.choice(["on_market_or_in_service", "withdrawn", "on_market_or_in_service"])
    system.save()
    mark_dirty(kind="aisystem", ids=[system.pk])


def change_use(rng: random.Random) -> None:
    system = any_of(AISystem.objects, rng)
    system.uses.all().delete()
    if rng.random() < 0.8:
        host = any_of(Vendor.objects, rng) if rng.random() < 0.5 else None
        mode = rng.choice(["vendor_api", "self_hosted", "other_host", ""])
        use(system, make_component(vendor=any_of(Vendor.objects, rng)), run_mode=mode, host=host)
    mark_dirty(kind="aisystem", ids=[system.pk])


def change_component(rng: random.Random) -> None:
    used = [row.component for system in AISystem.objects.all() for row in system.uses.select_related("component")]
    for component in used[:1]:
        component.vendor = any_of(Vendor.objects, rng)
        component.save()
        mark_dirty(kind="component", ids=[component.pk])


def change_contract(rng: random.Random) -> None:
    system = any_of(AISystem.objects, rng)
    if rng.random() < 0.4:
        system.dependencies.all().delete()
    else:
        known = rng.choice([True, True, False, None])
        row = contract(system, any_of(Vendor.objects, rng), subcontractors_known=known)
        if rng.random() < 0.4:
            Subcontractor.objects.create(dependency=row, vendor=any_of(Vendor.objects, rng), rank=rng.choice([1, 2]))
    mark_dirty(kind="aisystem", ids=[system.pk])


def change_vendor(rng: random.Random) -> None:
    vendor, parent = any_of(Vendor.objects, rng), any_of(Vendor.objects, rng)
    named = parent != vendor and rng.random() < 0.6
    vendor.parent_status = "named" if named else rng.choice(["none", "unknown"])
    vendor.ultimate_parent = parent if named else None
    vendor.save()
    mark_dirty(kind="vendor", ids=[vendor.pk])


def add_system(rng: random.Random) -> None:
    use(make_system(business_function="Lending"), make_component(vendor=any_of(Vendor.objects, rng)))


def remove_system(_rng: random.Random) -> None:
    system = AISystem.objects.filter(uses=None, dependencies=None).order_by("id").last()
    if system is not None:
        gone = system.pk
        Standing.objects.filter(system=system).delete()
        system.delete()
        mark_grounds([gone])


# Each kind of change that what a system rests on may depend on, marked as the product marks it.
CHANGES: list[Change] = [
    *(change_system, change_use, change_component, change_contract, change_vendor, add_system, remove_system)
]


def test_after_any_changes_what_is_kept_says_what_a_fresh_measurement_says() -> None:
    rng = random.Random(7)
    for _ in range(4):
        make_vendor()
        make_vendor_chatbot(business_function="Payments")
    for _ in range(30):
        for change in rng.choices(CHANGES, k=rng.choice([1, 1, 3])):
            change(rng)
        kept = current_figures(TODAY)
        assert describe(kept) == describe(read_figures(TODAY))
        # Counted one by one it is the same as kept by and by.
        assert SystemGround.objects.count() == AISystem.objects.count()
        for ground in GroundRecord.objects.all():
            assert ground.systems == SystemGround.objects.filter(ground=ground).count() > 0
    assert GroundLedger.objects.get().version > 20


def test_a_change_while_grounds_are_brought_up_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    system, _, _ = make_vendor_chatbot(business_function="Payments")
    bring_up()
    reads: list[int] = []

    def trace_and_change(rows: NarrowRows) -> tuple[dict[int, Ground], dict[int, str]]:
        traced = trace_grounds(rows)
        if not reads:  # another process changes the system and marks it, just after its rows were read
            AISystem.objects.filter(pk=system.pk).update(is_critical_function=True)
            mark_dirty(kind="aisystem", ids=[system.pk])
        reads.append(len(traced[0]))
        return traced

    monkeypatch.setattr(grounds, "trace_grounds", trace_and_change)
    mark_dirty(kind="aisystem", ids=[system.pk])
    figures = current_figures(TODAY)
    assert list(SystemGround.objects.filter(is_stale=True).values_list("system_id", flat=True)) == [system.pk]
    ground = figures.grounds.get(system.pk)
    assert ground is not None
    assert ground.is_critical is True, "its own rows are read anew while they wait"
    assert describe(current_figures(TODAY)) == describe(read_figures(TODAY))
    assert reads == [1, 1]


def test_systems_that_came_or_went_without_a_word_are_noticed_by_their_number() -> None:
    first, second = make_system(), make_system()
    bring_up()
    SystemGround.objects.filter(system_id=first.pk).delete()  # as if it had been added by a slower transaction
    note_missing()
    assert list(SystemGround.objects.filter(is_stale=True).values_list("system_id", flat=True)) == [first.pk]
    Standing.objects.all().delete()
    second.delete()
    bring_up()
    note_missing()
    bring_up()
    assert list(SystemGround.objects.values_list("system_id", flat=True)) == [first.pk]


@pytest.fixture
def bank() -> list[AISystem]:
    """Three critical systems on one vendor and one on another, all judged."""
    vendor, other = make_vendor(), make_vendor()
    systems = []
    for number, each in enumerate((vendor, vendor, vendor, other)):
        system = make_system(business_function=f"Function {number}", is_critical_function=True)
        use(system, make_component(vendor=each), is_primary=True, run_mode="vendor_api")
        contract(system, each, subcontractors_known=True)
        systems.append(system)
    assess_all(as_of=TODAY, requested_by="test")
    return systems


def test_another_systems_change_makes_due_whose_share_moved_and_no_other(bank: list[AISystem]) -> None:
    assert find_due(as_of=TODAY) == []
    # A fifth function on the second vendor: 3 of 4 become 3 of 5, 1 of 4 becomes 2 of 5; our own stays at none.
    own = make_system(business_function="Scoring", is_critical_function=False)
    use(own, make_component(own_work_of=own.legal_entity), run_mode="self_hosted")
    assess_all(as_of=TODAY, requested_by="test")
    fifth = make_system(business_function="Function 5", is_critical_function=True)
    use(fifth, make_component(vendor=bank[3].dependencies.get().vendor), run_mode="vendor_api")
    mark_dirty(kind="aisystem", ids=[fifth.pk])
    bring_up()
    assert find_moved() == [system.pk for system in bank]
    assert find_due(as_of=TODAY) == [*(system.pk for system in bank), fifth.pk]
    assert find_moved() == [], "each is noted once"


def test_what_is_being_judged_while_its_figures_move_is_judged_again(bank: list[AISystem]) -> None:
    serial = Standing.objects.get(system=bank[0]).dirty_serial
    # It was judged by the figures that hold after the change, as far as its row tells, but it is running.
    AISystem.objects.filter(pk=bank[3].pk).update(is_critical_function=False)
    mark_dirty(kind="aisystem", ids=[bank[3].pk])
    bring_up()
    stamps = dict(GroundRecord.objects.values_list("id", "stamp"))
    held = SystemGround.objects.get(system_id=bank[0].pk).ground_id
    rows = Standing.objects.filter(system=bank[0])
    rows.update(state=WorkState.RUNNING, concentration=stamps[held or 0])
    assert bank[0].pk in find_moved()
    assert rows.get().dirty_serial == serial + 1


def test_pages_recall_the_figures_without_writing(bank: list[AISystem]) -> None:
    with CaptureQueriesContext(connection) as queries:
        figures = recall_figures(TODAY)
    assert len(queries) == QUERIES_TO_RECALL
    assert all(query["sql"].startswith("SELECT") for query in queries)
    assert figures.largest_group() == read_figures(TODAY).largest_group()
    # Its own rows moved and nobody brought that up yet: its own ground is traced anew, the others' stand.
    bank[0].dependencies.all().delete()
    mark_dirty(kind="aisystem", ids=[bank[0].pk])
    ground = recall_figures(TODAY).grounds.get(bank[0].pk)
    assert ground is not None
    assert ground.contracts == ()


@pytest.mark.parametrize(
    ("packs", "due"),
    [
        (["older", "now", "now", "now"], [0]),
        (["now", "other", "now", "other"], [1, 3]),
        (["older", "now", "other", "now"], [0, 2]),
        (["older"] * 4, [0, 1, 2, 3]),
    ],
    ids=["before", "since", "both", "all"],
)
def test_what_other_packs_judged_is_due_whenever_that_was(
    bank: list[AISystem], packs: list[str], due: list[int]
) -> None:
    now = PackSetRecord.objects.get()
    for system, named in zip(bank, packs, strict=True):
        by = now if named == "now" else PackSetRecord.objects.get_or_create(sha256=named.ljust(64, "0"), content={})[0]
        Assessment.objects.filter(system=system).update(pack_set=by)
    assert find_due(as_of=TODAY) == [bank[place].pk for place in due]
    assert look_among([system.pk for system in bank], as_of=TODAY).due == [bank[place].pk for place in due]


GROWS_WITH_THE_PORTFOLIO = (
    *(
        "audit_standing",
        "audit_assessment",
        "audit_factsheetrecord",
        "audit_outcomerecord",
        "audit_finding",
        "audit_systemground",
    ),
    *("audit_movement", "audit_toldcause", "governance_aisystem", "governance_systemcomponent", "governance_dataflow"),
    *("governance_vendordependency", "governance_controlstatus", "governance_evidence", "governance_evaluationrecord"),
)
HOLDS_ONLY_WHAT_MOVED = re.compile(r"INDEX (standing_dirty|standing_news|systemground_stale)\b")


def list_scans(queries: CaptureQueriesContext) -> Iterator[str]:
    """The queries that go through a whole table of the portfolio, or through all findings that are open.

    Counting one reads no row of it, and looking up the last by an index stops at it.
    """
    for query in queries.captured_queries:
        sql = query["sql"]
        if not sql.startswith(("SELECT", "UPDATE", "DELETE")) or sql.startswith("SELECT COUNT(*)"):
            continue
        if sql.endswith("ORDER BY 1 DESC LIMIT 1"):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}".replace("%", "%%"))
            steps = [row[3] for row in cursor.fetchall()]
        for step in steps:
            scanned = re.match(r"SCAN (\w+)", step)
            if scanned and scanned[1] in GROWS_WITH_THE_PORTFOLIO and not HOLDS_ONLY_WHAT_MOVED.search(step):
                yield f"{step}: {sql[:300]}"
            if "INDEX finding_open" in step:
                yield f"{step}: {sql[:300]}"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL scans tables that are as small as a test's")
def test_a_run_over_one_change_reads_nothing_of_what_did_not_move(bank: list[AISystem]) -> None:
    Subscription.objects.create(user=get_user_model().objects.create_user("ada", email="ada@bank.example"))
    assess_all(as_of=TODAY, requested_by="test")
    overdue = Finding.objects.filter(closed_on=None).order_by("id")[:3]
    Finding.objects.filter(pk__in=overdue.values("pk")).update(due_on=TODAY - timedelta(days=90))
    tell_run(run_id=assess_all(as_of=TODAY, requested_by="test").run_id)
    assert Escalation.objects.count() == 3
    assess_all(as_of=TODAY, requested_by="test")  # looks whether any is left of other packs, and notes that none is
    bank[0].answers = {"data.controller": {"value": True}}
    bank[0].save()
    mark_dirty(kind="aisystem", ids=[bank[0].pk])
    with CaptureQueriesContext(connection) as queries:
        run = assess_all(as_of=TODAY, requested_by="test")
        tell_run(run_id=run.run_id)
    assert run.assessed == 1
    assert list(list_scans(queries)) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL scans tables that are as small as a test's")
def test_one_system_is_judged_without_reading_the_others(bank: list[AISystem]) -> None:
    mark_dirty(kind="aisystem", ids=[bank[0].pk])
    with CaptureQueriesContext(connection) as queries:
        assess_now(system_id=bank[0].pk, as_of=TODAY, requested_by="ada")
    assert list(list_scans(queries)) == []
