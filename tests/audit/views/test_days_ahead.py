"""The days ahead on the pages: a duty that begins in stages is still to come with its last."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.models import Assessment, OutcomeRecord, Standing
from audit.reports.outcome import read_outcome
from audit.selectors import read_outlook
from audit.views.system import _list_moments
from tests.audit.pages_bank import make_bank

TODAY = date(2026, 11, 20)
CHARGES: dict[str, Any] = {
    "id": "DA-29",
    "rule": "data_act.art_29.switching_charges",
    "title": "Switching charges",
    "outcome": "undetermined",
    "in_force": True,
    "applies_from": None,
    "stages": {"reduced": "2024-01-11", "zero": "2027-01-12"},
}


def test_a_system_shows_the_last_stage_to_come() -> None:
    """Data Act Art. 29(1): no switching charges from 12 January 2027."""
    outcome = read_outcome({"as_of": "2026-11-20", "regulatory": {"duties": [CHARGES]}})
    assert [(moment.on, moment.label) for moment in _list_moments(outcome)] == [(date(2027, 1, 12), "1 duty begins")]


@pytest.mark.django_db
def test_the_portfolio_shows_it_too() -> None:
    chatbot = make_bank()["chatbot"]
    kept = Assessment.objects.get(system=chatbot)
    brief = {key: CHARGES[key] for key in ("id", "rule", "outcome", "in_force", "applies_from")}
    outcome = {**kept.outcome, "regulatory": {**kept.outcome["regulatory"], "duties": [brief]}}
    record = OutcomeRecord.objects.create(sha256="f" * 64, content=outcome)
    Assessment.objects.filter(pk=kept.pk).update(outcome_record=record, outcome_sha256=record.sha256)
    Standing.objects.exclude(system=chatbot).delete()
    days = [entry.on for entry in read_outlook(as_of=TODAY).dates if entry.kind == "duty"]
    assert days == [date(2027, 1, 12)]
    assert not [entry for entry in read_outlook(as_of=date(2027, 1, 12)).dates if entry.kind == "duty"]
