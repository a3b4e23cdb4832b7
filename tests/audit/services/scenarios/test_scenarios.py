"""The portfolio as of another day: what would be unmet then, and not one byte of the truth moved by it."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from audit.models import (
    Assessment,
    Delivery,
    Escalation,
    FactSheetRecord,
    Finding,
    Movement,
    OutcomeRecord,
    ReassessmentRun,
    RulePackRecord,
    RunChunk,
    Scenario,
    ScenarioOutcome,
    ScenarioPart,
    Standing,
    WorkState,
)
from audit.services.assessing import assess_now
from audit.services.leasing import claim
from audit.services.reassessing import assess_all
from audit.services.scenarios import computing
from audit.services.scenarios.computing import (
    ScenarioDayError,
    compute_all,
    compute_part,
    request_scenario,
    sum_up_scenario,
)
from audit.services.scenarios.outcomes import judge_on_day
from audit.services.sweeping import sweep
from governance.models import AISystem, AuditEvent
from tests.audit.scenes import TODAY, make_own_model, make_system, make_vendor_chatbot

pytestmark = pytest.mark.django_db

TRUTH: tuple[type[Model], ...] = (
    *(Standing, Finding, Assessment, FactSheetRecord, OutcomeRecord, RulePackRecord, ReassessmentRun, RunChunk),
    *(Movement, Escalation, Delivery, AISystem, AuditEvent),
)
HIGH_RISK = date(2027, 12, 2)
"""Regulation (EU) 2024/1689, Art. 113, as amended: the duties of Annex III systems apply from this day."""


def hash_truth() -> dict[str, str]:
    """Every cell of every table of the truth, as the database gives it."""
    hashes = {}
    for model in TRUTH:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY id')
            hashes[model.__name__] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return hashes


@pytest.fixture
def bank() -> list[AISystem]:
    systems = [make_vendor_chatbot()[0], make_own_model()[0], make_system()]
    assess_all(as_of=TODAY, requested_by="test")
    return systems


def imagine(day: date) -> Scenario:
    return compute_all(request_scenario(as_of=day, today=TODAY, requested_by="ada"))


@pytest.mark.parametrize("day", [HIGH_RISK, date(2024, 1, 1)], ids=["to come", "past"])
def test_no_byte_of_the_truth_moves(bank: list[AISystem], day: date) -> None:
    before = hash_truth()
    scenario = imagine(day)
    assert hash_truth() == before
    assert (scenario.state, scenario.systems_done) == (WorkState.DONE, 3)


def test_what_will_be_unmet_on_the_day_on_which_the_duties_of_high_risk_systems_begin() -> None:
    # AB-004 selects applicants: Annex III, point 4(a), deployer, not spared by Art. 111(2) (see expected.yaml, by
    # hand). Art. 26(2) asks its deployer for human oversight from 2 December 2027 on, and nothing is recorded on it.
    for command in ("load_catalogue", "load_demo"):
        call_command(command, stdout=StringIO(), stderr=StringIO())
    rule = "eu_ai_act.art_26_2.human_oversight"
    system = AISystem.objects.get(reference="AB-004")
    assess_now(system_id=system.pk, as_of=TODAY, requested_by="test")
    eve, day = (imagine(HIGH_RISK - timedelta(days=1)), imagine(HIGH_RISK))
    before, after = (scenario.outcomes.get(system=system) for scenario in (eve, day))
    assert rule not in {duty["rule"] for duty in before.duties}
    [oversight] = [duty for duty in after.duties if duty["rule"] == rule]
    assert (oversight["applies_from"], oversight["is_new"]) == ("2027-12-02", True)
    assert after.duties_begun > before.duties_begun
    changes = {change["item"]: change for change in after.changes}
    was, becomes = changes[f"duty:{rule}"]["before"], changes[f"duty:{rule}"]["after"]
    assert (was["outcome"], becomes["outcome"]) == ("not_yet_in_force", oversight["outcome"])
    assert after.aia_class == after.class_now == "high_risk_annex_iii"
    # Counted over the bank: as many as its systems say.
    counted = {duty["rule"]: (duty["unmet"], duty["unknown"]) for duty in day.duties}
    listed = [duty for row in day.outcomes.all() for duty in row.duties if duty["rule"] == rule]
    outcomes = [duty["outcome"] for duty in listed]
    assert counted[rule] == (outcomes.count("not_satisfied"), outcomes.count("undetermined"))


def test_a_system_that_was_never_assessed_is_judged_and_compared_with_nothing() -> None:
    system = make_vendor_chatbot()[0]
    row = imagine(HIGH_RISK).outcomes.get()
    assert (row.system, row.is_assessed_now, row.class_changes, row.changes) == (system, False, False, [])
    assert not Standing.objects.exists()


def test_each_part_may_run_twice(bank: list[AISystem]) -> None:
    scenario = imagine(HIGH_RISK)
    first = list(scenario.outcomes.order_by("id").values())
    duties = scenario.duties
    # The message of a part comes again, and its row says that nobody has done it.
    ScenarioPart.objects.update(state=WorkState.QUEUED)
    Scenario.objects.update(state=WorkState.RUNNING)
    for part in scenario.parts.all():
        compute_part(part_id=part.pk, lease_token=claim(ScenarioPart.objects.filter(pk=part.pk)))
    scenario.refresh_from_db()
    assert list(scenario.outcomes.order_by("id").values()) == first
    assert (scenario.systems_done, scenario.duties) == (3, duties)


def test_a_worker_that_dies_in_a_part_loses_and_doubles_nothing(
    bank: list[AISystem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "STORED_AT_ONCE", 1)
    scenario = request_scenario(as_of=HIGH_RISK, today=TODAY, requested_by="ada")
    [part] = scenario.parts.all()
    store = computing._store
    stored: list[Any] = []

    def die_after_two(rows: Any) -> None:
        if len(stored) == 2:
            raise KeyboardInterrupt
        store(rows)
        stored.extend(rows)

    monkeypatch.setattr(computing, "_store", die_after_two)
    with pytest.raises(KeyboardInterrupt):
        compute_part(part_id=part.pk, lease_token=claim(ScenarioPart.objects.filter(pk=part.pk)))
    monkeypatch.setattr(computing, "_store", store)
    assert ScenarioOutcome.objects.count() == 2
    past = timezone.now() - timedelta(minutes=1)
    ScenarioPart.objects.update(lease_until=past)
    assert sweep()["audit.tasks.compute_scenario"] == [part.pk]
    compute_all(scenario)
    assert sorted(scenario.outcomes.values_list("system_id", flat=True)) == sorted(each.pk for each in bank)


def test_a_system_that_breaks_the_judgement_does_not_stop_the_others(
    bank: list[AISystem], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(snapshot: Any, **given: Any) -> dict[str, object]:
        if snapshot.system_id == bank[1].pk:
            raise LookupError("no such thing")
        return judge_on_day(snapshot, **given)

    monkeypatch.setattr(computing, "judge_on_day", broken)
    scenario = imagine(HIGH_RISK)
    assert (scenario.state, scenario.systems_done, scenario.systems_failed) == (WorkState.DONE, 3, 1)
    assert "LookupError: no such thing" in scenario.outcomes.get(system=bank[1]).error


def test_a_part_that_was_given_up_ends_the_scenario_as_failed(bank: list[AISystem]) -> None:
    scenario = request_scenario(as_of=HIGH_RISK, today=TODAY, requested_by="ada")
    scenario.parts.update(state=WorkState.FAILED, error="It broke.")
    assert sum_up_scenario(scenario.pk)
    scenario.refresh_from_db()
    assert (scenario.state, scenario.error) == (WorkState.FAILED, "It broke.")


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (TODAY, "20 November 2026 is today"),
        (date(2099, 1, 1), "1 January 2099 is too far away; give a day within 25 years of 20 November 2026"),
        (date(1990, 1, 1), "far"),
    ],
)
def test_a_day_that_is_no_scenario_is_refused(db: None, day: date, why: str) -> None:
    with pytest.raises(ScenarioDayError, match=why):
        request_scenario(as_of=day, today=TODAY, requested_by="ada")
    assert not Scenario.objects.exists()


def test_an_empty_register_is_a_scenario_that_has_ended(db: None) -> None:
    scenario = request_scenario(as_of=HIGH_RISK, today=TODAY, requested_by="ada")
    assert (scenario.state, scenario.duties) == (WorkState.DONE, [])


class TestTheCommand:
    @pytest.fixture(autouse=True)
    def _clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *_given: TODAY)

    def test_another_day_is_a_scenario_and_says_what_is_unmet(self, bank: list[AISystem]) -> None:
        before, out = hash_truth(), StringIO()
        call_command("reassess", as_of="2027-12-02", stdout=out, stderr=StringIO())
        assert hash_truth() == before
        assert "as of 2 Dec 2027: 3 systems" in out.getvalue()
        assert Scenario.objects.get().as_of == HIGH_RISK
        unknown = sum(row.duties_unknown for row in ScenarioOutcome.objects.all())
        assert f"{unknown} not determined" in out.getvalue()

    def test_today_is_the_truth(self, bank: list[AISystem]) -> None:
        call_command("reassess", as_of=TODAY.isoformat(), stdout=StringIO(), stderr=StringIO())
        assert not Scenario.objects.exists()
        assert ReassessmentRun.objects.count() == 2

    def test_a_day_that_cannot_be_is_refused(self, db: None) -> None:
        with pytest.raises(CommandError, match="--as-of"):
            call_command("reassess", as_of="2099-01-01", stdout=StringIO(), stderr=StringIO())
