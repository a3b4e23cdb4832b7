"""Many systems at once come out as one by one, twice as once; what nothing moved is confirmed and not written."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from audit.models import Assessment, FactSheetRecord, Finding, FindingsDigest, OutcomeRecord, Standing, WorkState
from audit.services import assessing, judging, storing
from audit.services.assessing import assess_claimed, assess_now
from audit.services.judging import Assessed
from audit.services.leasing import LeaseLostError, ask_for, claim
from audit.services.marking import ensure_standings, mark_dirty
from audit.services.writing import insert_rows
from audit.snapshots import sight_systems
from governance.models import AISystem, Component
from tests.audit.scenes import TODAY, make_component, make_own_model, make_system, make_vendor_chatbot, use

pytestmark = pytest.mark.django_db

NOT_COMPARED = {"id", "assessment", "requested_at", "started_at", "finished_at", "requested_by"}
LATER = TODAY + timedelta(days=20)


@pytest.fixture(scope="module")
def seeded(stored_demonstration: None, django_db_blocker: DjangoDbBlocker) -> list[int]:
    with django_db_blocker.unblock():
        call_command("seed_portfolio", systems=40, stdout=StringIO())
        return list(AISystem.objects.order_by("id").values_list("id", flat=True))


@pytest.fixture
def portfolio(seeded: list[int], db: None) -> list[int]:
    """Forty systems of all the demonstration's kinds, with answers, contracts and controls that differ."""
    return seeded


def assess_many(ids: list[int], as_of: date = TODAY, *, may_confirm: bool = False) -> list[Assessed]:
    ensure_standings(ids)
    rows = Standing.objects.filter(system_id__in=ids)
    ask_for(rows, requested_by="test")
    token = claim(rows)
    return assess_claimed(system_ids=ids, as_of=as_of, requested_by="test", lease_token=token, may_confirm=may_confirm)


def read_all() -> list[Any]:
    """All that is stored, without row numbers and instants."""
    columns = [field.name for field in Standing._meta.concrete_fields if field.name not in NOT_COMPARED]
    findings = [
        field.name for field in Finding._meta.concrete_fields if field.name not in ("id", "opened_by", "last_seen_by")
    ]
    return [
        list(
            Standing.objects.order_by("system_id").values(
                *columns, "assessment__outcome_sha256", "findings_digest__lines"
            )
        ),
        list(Finding.objects.order_by("system_id", "key").values(*findings, "last_seen_by__outcome_sha256")),
        list(
            Assessment.objects.order_by("system_id", "as_of", "outcome_sha256").values(
                "system_id",
                "as_of",
                "outcome_record__sha256",
                "outcome_sha256",
                "pack_set__content",
                "pack_set__sha256",
                "valid_until",
                "engine",
                "trigger",
            )
        ),
        list(FactSheetRecord.objects.order_by("sha256").values_list("sha256", "content")),
        list(OutcomeRecord.objects.order_by("sha256").values_list("sha256", "content")),
    ]


def forget() -> None:
    Standing.objects.all().delete()
    Finding.objects.all().delete()
    Assessment.objects.all().delete()
    FactSheetRecord.objects.all().delete()
    OutcomeRecord.objects.all().delete()


def test_a_change_that_only_findings_show_is_not_confirmed() -> None:
    component = make_component(name="Bard")
    system = make_system()
    use(system, component, run_mode="vendor_api")
    assess_many([system.id])
    # No fact is made of a product's new name, and yet it is a finding.
    Component.objects.filter(pk=component.pk).update(renamed_to="Gemini", renamed_on=date(2024, 2, 8))
    [done] = assess_many([system.id], may_confirm=True)
    assert done.has_changed
    assert Finding.objects.filter(system=system, key="register:renamed:bard", closed_on=None).exists()


def test_a_system_that_went_to_another_worker_is_left_out_and_the_others_are_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine, theirs = make_vendor_chatbot()[0], make_own_model()[0]

    def take_over_meanwhile(*args: Any, **kwargs: Any) -> Any:
        snapshots = list(sight_systems(*args, **kwargs))
        Standing.objects.filter(system=theirs).update(lease_token="theirs")
        return snapshots

    monkeypatch.setattr(assessing, "sight_systems", take_over_meanwhile)
    with pytest.raises(LeaseLostError):
        assess_many([mine.id, theirs.id])
    assert list(Assessment.objects.values_list("system_id", flat=True)) == [mine.id]
    assert not Finding.objects.filter(system=theirs).exists()
    assert Standing.objects.get(system=theirs).lease_token == "theirs"


def test_a_change_meanwhile_leaves_only_its_system_dirty(monkeypatch: pytest.MonkeyPatch) -> None:
    still, moving = make_vendor_chatbot()[0], make_own_model()[0]

    def change_meanwhile(*args: Any, **kwargs: Any) -> Any:
        snapshots = list(sight_systems(*args, **kwargs))
        mark_dirty(kind="aisystem", ids=[moving.id])
        return snapshots

    monkeypatch.setattr(assessing, "sight_systems", change_meanwhile)
    assess_many([still.id, moving.id])
    states = dict(Standing.objects.values_list("system_id", "is_dirty"))
    assert states == {still.id: False, moving.id: True}
    assert Standing.objects.get(system=moving).state == WorkState.QUEUED


def test_many_at_once_come_out_as_one_by_one(portfolio: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    for day in (TODAY, LATER):
        for system_id in portfolio:
            assess_now(system_id=system_id, as_of=day, requested_by="test")
    singly = read_all()
    forget()
    monkeypatch.setattr(assessing, "AT_ONCE", 16)
    for day in (TODAY, LATER):
        assess_many(portfolio, day)
    assert read_all() == singly
    assert Finding.objects.filter(closed_on=None).count() > 100  # there was something to compare


def test_twice_is_as_once(portfolio: list[int]) -> None:
    assess_many(portfolio)
    once = read_all()
    assert not any(done.has_changed for done in assess_many(portfolio))
    assert read_all() == once


def test_what_nothing_moved_is_confirmed_without_a_row_and_without_a_judgement(
    portfolio: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assess_many(portfolio)
    once = read_all()
    mark_dirty(kind="aisystem", ids=portfolio)
    monkeypatch.setattr(judging, "assess_read", None)  # nothing is judged
    done = assess_many(portfolio, may_confirm=True)
    assert not any(one.has_changed for one in done)
    serials = [standing.pop("dirty_serial") for standing in (*once[0],)]
    again = read_all()
    assert [standing.pop("dirty_serial") for standing in again[0]] == [serial + 1 for serial in serials]
    assert again == once
    assert not Standing.objects.exclude(state=WorkState.DONE, is_dirty=False).exists()


def test_what_is_confirmed_on_a_later_day_would_have_come_out_the_same(portfolio: list[int]) -> None:
    """Only the days left are counted down, which are read with the day they are counted from."""
    tomorrow = TODAY + timedelta(days=1)

    def describe(ids: set[int]) -> list[Any]:
        standings = Standing.objects.filter(system_id__in=ids).order_by("system_id")
        columns = [field.name for field in Standing._meta.concrete_fields if field.name not in NOT_COMPARED]
        columns.remove("outcome_sha256")  # of days that are counted down
        findings = Finding.objects.filter(system_id__in=ids).order_by("system_id", "key")
        return [
            list(standings.values(*(name for name in columns if name != "as_of"))),
            [
                # "Short by 216 days … Counted on 20 November": each day that passes takes one more.
                (system_id, key, "" if key.endswith("_margin") else title, *rest)
                for system_id, key, title, *rest in findings.values_list(
                    "system_id", "key", "title", "rating", "opened_on", "closed_on"
                )
            ],
        ]

    assess_many(portfolio)
    assess_many(portfolio, tomorrow, may_confirm=True)
    confirmed = set(Standing.objects.filter(as_of=TODAY).values_list("system_id", flat=True))
    assert len(confirmed) > 20
    before = describe(confirmed)
    assess_many(sorted(confirmed), tomorrow)
    assert describe(confirmed) == before


def test_a_day_on_which_the_outcome_ends_is_not_confirmed(portfolio: list[int]) -> None:
    assess_many(portfolio)
    ends = Standing.objects.exclude(valid_until=None).order_by("valid_until").first()
    assert ends is not None
    assert ends.valid_until is not None
    assess_many([ends.system_id], ends.valid_until, may_confirm=True)
    assert Standing.objects.get(pk=ends.pk).as_of == ends.valid_until


def test_findings_that_stay_the_same_are_not_written(portfolio: list[int]) -> None:
    assess_many(portfolio)
    with CaptureQueriesContext(connection) as queries:
        assess_many(portfolio)
    written = [query["sql"] for query in queries if "audit_finding" in query["sql"] and "SELECT" not in query["sql"]]
    assert not [sql for sql in written if sql.startswith("INSERT") or '"title"' in sql]


def test_the_digest_of_findings_is_written_where_it_moved_and_lives_with_the_standing(
    portfolio: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []

    def note(model: Any, columns: Any, rows: Any, **options: Any) -> None:
        written.extend(standing_id for standing_id, _ in rows)
        insert_rows(model, columns, rows, **options)

    monkeypatch.setattr(storing, "insert_rows", note)
    assess_many(portfolio)
    rows = FindingsDigest.objects.order_by("standing_id")
    digests = dict(rows.values_list("standing_id", "lines"))
    assert sorted(written) == list(digests) == list(Standing.objects.order_by("id").values_list("id", flat=True))
    for standing_id, lines in digests.items():
        keys = Finding.objects.filter(system__standing=standing_id, closed_on=None).values_list("key", flat=True)
        assert sorted(line.rsplit(" ", 1)[0] for line in lines.split("\n") if line) == sorted(keys)
    moved = Standing.objects.exclude(open_findings=0).order_by("id")[0].pk
    rows.filter(pk=moved).update(lines="another key 0123456789abcdef")
    del written[:]
    Standing.objects.update(basis_sha256="")  # as if all rows had moved
    assess_many(portfolio)
    assert written == [moved]
    assert dict(rows.values_list("standing_id", "lines")) == digests
    Standing.objects.all().delete()
    assert not rows.exists(), "without a standing the findings are compared with the rows"


def test_the_number_of_queries_does_not_grow_with_the_systems(portfolio: list[int]) -> None:
    assess_many(portfolio[:5])
    with CaptureQueriesContext(connection) as few:
        assess_many(portfolio[5:10])
    with CaptureQueriesContext(connection) as many:
        assess_many(portfolio[10:55])
    # Causes of closed findings, results to compare: read once, if there are any.
    assert len(many) <= len(few) + 3
