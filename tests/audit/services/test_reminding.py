"""Reminders survive missed days, and none is raised twice."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.models import Reminder
from audit.services.reminding import list_open_reminders, mark_seen, raise_reminders
from governance.models import AISystem, VendorDependency
from tests.audit.scenes import TODAY, contract, make_system, make_vendor

pytestmark = pytest.mark.django_db
END = date(2027, 2, 14)


def make_contract(**columns: object) -> VendorDependency:
    return contract(make_system(), make_vendor(), **{"end_on": END, **columns})


def leads_raised(day: date) -> list[int]:
    return [row.lead_days for row in raise_reminders(as_of=day)]


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
    assert "1 reminders raised, 1 open as of 2026-11-20." in out.getvalue()
    assert f"2027-02-14  {row.system.reference}  The contract ends: contract C-7" in out.getvalue()
    with pytest.raises(CommandError, match="is not a day"):
        call_command("remind", as_of="tomorrow")
