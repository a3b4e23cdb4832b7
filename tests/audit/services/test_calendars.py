"""The calendar of a system on the officers' screen, from its latest outcome."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Standing
from audit.reports.dated import arrange_outcome
from audit.reports.outcome import read_outcome
from audit.services.calendars import read_system_calendar
from tests.audit.pages_bank import make_bank, make_user

TODAY = date(2026, 11, 20)
TWO_STAGES = {
    "id": "DA-29",
    "rule": "data_act.art_29",
    "title": "Switching charges",
    "citation": "Regulation (EU) 2023/2854, Art. 29",
    "outcome": "undetermined",
    "in_force": True,
    "stages": {"reduced": "2024-01-11", "zero": "2027-01-12"},
}
DISPUTED = {
    "id": "AIA-49-2",
    "rule": "eu_ai_act.art_49_2",
    "title": "Register",
    "outcome": "undetermined",
    "in_force": True,
    "applies_from": "2026-08-02",
    "other_reading": "2027-12-02",
}
OPEN = {
    "id": "AIA-50-2",
    "rule": "eu_ai_act.art_50_2",
    "title": "Mark",
    "outcome": "undetermined",
    "in_force": False,
    "possible_days": ["2026-08-02", "2026-12-02"],
}


def test_a_duty_in_stages_is_in_force_and_still_coming_and_a_disputed_one_shows_both_days() -> None:
    """Data Act Art. 29(1), (2): reduced charges since 11 January 2024, none from 12 January 2027."""
    law = read_outcome({"regulatory": {"duties": [TWO_STAGES, DISPUTED, OPEN]}}).regulation
    told = [(entry.state.value, entry.id, entry.day) for entry in arrange_outcome(law.duties, TODAY)]
    assert told == [
        ("coming", "DA-29", date(2027, 1, 12)),
        ("open", "AIA-50-2", None),
        ("in_force", "DA-29", date(2024, 1, 11)),
        ("in_force", "AIA-49-2", date(2026, 8, 2)),
    ]
    [disputed] = [entry for entry in arrange_outcome(law.duties, TODAY) if entry.is_disputed]
    assert disputed.other_reading == date(2027, 12, 2)
    [open_day] = [entry for entry in arrange_outcome(law.duties, TODAY) if entry.id == "AIA-50-2"]
    assert open_day.possible_days == (date(2026, 8, 2), date(2026, 12, 2))


@pytest.mark.django_db
def test_the_officers_screen_shows_the_days(client: Client) -> None:
    bank = make_bank()
    client.force_login(make_user("officer"))
    page = client.get(reverse("admin:governance_aisystem_change", args=[bank["chatbot"].pk])).content.decode()
    assert "Duties by day" in page
    assert "In force (" in page


@pytest.mark.django_db
def test_before_the_first_assessment_there_is_no_calendar() -> None:
    bank = make_bank()
    assert read_system_calendar(system_id=bank["waiting"].pk) == []
    Standing.objects.filter(system=bank["waiting"]).delete()
    assert read_system_calendar(system_id=bank["waiting"].pk) == []
