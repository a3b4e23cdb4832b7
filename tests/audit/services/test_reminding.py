"""Reminders survive missed days, and none is raised twice."""

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import Reminder
from audit.portfolio.dated import DatedTables, read_dated
from audit.portfolio.watch import list_watched
from audit.services.reminding import OpenReminders, list_open_reminders, mark_seen, raise_reminders
from audit.services.writing import insert_rows
from governance.models import AISystem, VendorDependency
from tests.audit.scenes import TODAY, contract, make_system, make_vendor

pytestmark = pytest.mark.django_db
END = date(2027, 2, 14)


def make_contract(**columns: object) -> VendorDependency:
    return contract(make_system(), make_vendor(), **{"end_on": END, **columns})


def leads_raised(day: date) -> list[int]:
    """The leads of the reminders that are new on the day."""
    before = {*Reminder.objects.values_list("pk", flat=True)}
    number = raise_reminders(as_of=day)
    new = Reminder.objects.exclude(pk__in=before)
    assert (new.count(), {row.raised_on for row in new} - {day}) == (number, set())
    return [row.lead_days for row in new]


def test_each_lead_is_raised_once() -> None:
    make_contract()
    # 90 days before 14 February 2027 is 16 November 2026, 30 days before it 15 January.
    assert leads_raised(date(2026, 11, 15)) == []
    assert leads_raised(date(2026, 11, 16)) == [90]
    assert leads_raised(date(2026, 11, 16)) == []
    assert leads_raised(date(2026, 11, 17)) == []
    assert leads_raised(date(2027, 1, 15)) == [30]
    assert leads_raised(END) == [0]


def test_a_day_on_which_nothing_ran_loses_no_reminder() -> None:
    make_contract()
    assert leads_raised(date(2026, 11, 30)) == [90], "two weeks late, and not lost"
    assert leads_raised(END + timedelta(days=9)) == [0], "all of January was missed: the most pressing one is raised"
    assert leads_raised(END + timedelta(days=10)) == []


def test_an_extended_contract_takes_its_reminder_away_and_starts_anew() -> None:
    row = make_contract()
    raise_reminders(as_of=TODAY)
    assert [reminder.on for reminder in list_open_reminders(as_of=TODAY)] == [END]
    VendorDependency.objects.filter(pk=row.pk).update(end_on=END.replace(year=2028))
    assert list_open_reminders(as_of=TODAY) == []
    assert Reminder.objects.count() == 1, "what was raised stays on record"


def test_a_later_lead_replaces_the_earlier_one_and_whoever_has_seen_it_is_noted() -> None:
    make_contract()
    raise_reminders(as_of=TODAY)
    raise_reminders(as_of=END)
    (reminder,) = list_open_reminders(as_of=END)
    assert reminder.lead_days == 0
    mark_seen(reminder_id=reminder.pk, seen_by="ana")
    assert mark_seen(reminder_id=reminder.pk, seen_by="ben").seen_by == "ana"
    assert list_open_reminders(as_of=END) == []


def test_a_withdrawn_system_reminds_of_nothing() -> None:
    row = make_contract()
    AISystem.objects.filter(pk=row.system_id).update(stage="withdrawn")
    assert leads_raised(END) == []


def test_the_command_raises_and_lists() -> None:
    row = make_contract(contract_reference="C-7")
    out = StringIO()
    call_command("remind", as_of="2026-11-20", stdout=out)
    assert "1 reminder raised, 1 open as of 20 Nov 2026." in out.getvalue()
    assert f"14 Feb 2027  {row.system.reference}  The contract ends: contract C-7" in out.getvalue()
    with pytest.raises(CommandError, match="is not a day"):
        call_command("remind", as_of="tomorrow")


def test_what_was_broken_off_is_finished_by_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.services.reminding.SYSTEMS_AT_ONCE", 1)
    for _ in range(3):
        make_contract()
    written = []

    def write(*given: object, **options: object) -> None:
        written.append(given)
        if len(written) == 3:
            raise KeyboardInterrupt
        insert_rows(*given, **options)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr("audit.services.reminding.insert_rows", write)
    with pytest.raises(KeyboardInterrupt):
        raise_reminders(as_of=TODAY)
    assert Reminder.objects.count() == 2, "what was written before stays"
    assert raise_reminders(as_of=TODAY) == 1
    assert raise_reminders(as_of=TODAY) == 0
    assert Reminder.objects.values("system").distinct().count() == 3


def test_no_more_systems_are_read_at_once_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.services.reminding.SYSTEMS_AT_ONCE", 2)
    for _ in range(7):
        make_contract()
    AISystem.objects.filter(pk__in=AISystem.objects.values("pk")[2:5]).delete()
    seen = []

    def read(*given: Any, **options: Any) -> DatedTables:
        seen.append(len((tables := read_dated(*given, **options)).systems))
        return tables

    monkeypatch.setattr("audit.services.reminding.read_dated", read)
    assert raise_reminders(as_of=TODAY) == 4
    assert max(seen) <= 2


def test_the_open_ones_are_the_same_however_few_are_looked_at_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each kind and lead: those of the shortest lead that was reached, and none whose day moved."""
    for days in (-5, 0, 7, 8, 30, 31, 60, 90, 91, 180):
        on = TODAY + timedelta(days=days)
        row = make_contract(end_on=on, notice_days=3, price_guaranteed_until=on)
        make_contract(exit_tested_on=on - timedelta(days=365), exit_test_kind="technical", end_on=None)
    for day in (TODAY - timedelta(days=40), TODAY - timedelta(days=20), TODAY):
        raise_reminders(as_of=day)
    row.delete()
    Reminder.objects.filter(pk__in=Reminder.objects.values("pk")[:2]).update(seen_at=timezone.now())
    standing = {
        (each.system_id, each.what.value, each.subject, each.on, lead)
        for each in list_watched(read_dated())
        if (lead := each.lead_on(TODAY)) is not None
    }
    unseen = Reminder.objects.filter(seen_at=None).order_by("on", "system", "what")
    expected = [row for row in unseen if (row.system_id, row.what, row.subject, row.on, row.lead_days) in standing]
    assert 10 < len(expected) < unseen.count(), "some are of an earlier lead"
    monkeypatch.setattr("audit.services.reminding.REMINDERS_AT_ONCE", 3)
    found = OpenReminders(TODAY)
    assert [*found[:4], *found[4:9]] == expected[:9]
    assert (found.count_up_to(9), found.count_up_to(10_000), len(found)) == (10, len(expected), len(expected))
    assert list_open_reminders(as_of=TODAY) == expected
