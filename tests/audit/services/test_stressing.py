"""Stress runs are filed as dated records, at once or by a task, and nothing is filed of a scenario that is wrong."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.engine.canonical import hash_canonical
from audit.models import Standing, StressRecord, WorkState
from audit.portfolio.stress import ScenarioError, read_portfolio
from audit.portfolio.stress.reading import QUERIES
from audit.services.assessing import assess_now
from audit.services.leasing import LeaseLostError, claim
from audit.services.stressing import compute_queued_stress, compute_stress, file_stress, request_stress
from tests.audit.scenes import TODAY, catalogue_fact, make_vendor_chatbot

pytestmark = pytest.mark.django_db

Counting = Callable[[int], AbstractContextManager[Any]]


def words_for(vendor: Any) -> dict[str, str]:
    return {"vendor": vendor.name}


def test_a_filed_run_keeps_its_day_its_result_and_its_hash() -> None:
    _, _, vendor = make_vendor_chatbot()
    result = compute_stress(name="vendor_gone", parameters=words_for(vendor), as_of=TODAY)
    record = file_stress(name="vendor_gone", parameters=words_for(vendor), result=result, requested_by="ana")
    record.refresh_from_db()
    assert (record.as_of, record.state, record.systems_surely_hit) == (TODAY, WorkState.DONE, 1)
    assert record.result == result.to_json()
    assert record.result_sha256 == hash_canonical(record.result)


def test_a_scenario_that_cannot_be_read_files_nothing() -> None:
    with pytest.raises(ScenarioError, match="'Nobody' is not in the register"):
        request_stress(name="vendor_gone", parameters={"vendor": "Nobody"}, as_of=TODAY, requested_by="ana")
    assert not StressRecord.objects.exists()


def test_a_queued_run_is_computed_once_by_whoever_holds_it() -> None:
    _, _, vendor = make_vendor_chatbot()
    record = request_stress(name="vendor_gone", parameters=words_for(vendor), as_of=TODAY, requested_by="ana")
    assert (record.state, record.result) == (WorkState.QUEUED, None)
    rows = StressRecord.objects.filter(pk=record.pk)
    token = claim(rows)
    with pytest.raises(LeaseLostError):
        compute_queued_stress(record_id=record.pk, lease_token="another")
    assert rows.get().result is None
    done = compute_queued_stress(record_id=record.pk, lease_token=token)
    assert (done.state, done.systems_surely_hit) == (WorkState.DONE, 1)


def test_the_portfolio_is_read_in_a_constant_number_of_queries(django_assert_num_queries: Counting) -> None:
    system, _, _ = make_vendor_chatbot(answers={"lock.assets_at_vendor": {"value": ["prompts", "logs"]}})
    others = [make_vendor_chatbot()[0] for _ in range(2)]
    assert system.answers["lock.assets_at_vendor"]
    system.answers["lock.assets_exportable"] = {"value": ["logs"]}
    system.save()
    assess_now(system_id=system.pk, as_of=TODAY, requested_by="test")
    with django_assert_num_queries(QUERIES):
        portfolio = read_portfolio(TODAY)
    assert portfolio.assets[system.pk].stranded == ("prompts",)
    assert portfolio.exits[system.pk].low <= portfolio.exits[system.pk].high
    assert not {other.pk for other in others} & portfolio.exits.keys(), "nobody has assessed them yet"


def test_the_command_prints_a_table_or_json_and_files_where_asked() -> None:
    system, _, vendor = make_vendor_chatbot()
    table = StringIO()
    call_command("stress", "vendor_gone", vendor=vendor.name, as_of="2026-11-20", stdout=table)
    assert "1 of 1 systems surely hit, 0 perhaps." in table.getvalue()
    assert system.reference in table.getvalue()
    assert f"{vendor.name} and its group are gone, as of 20 Nov 2026" in table.getvalue()
    assert not StressRecord.objects.exists()
    out = StringIO()
    call_command(
        "stress", "transfer_stopped", country="US", tool="scc", json=True, file=True, stdout=out, stderr=StringIO()
    )
    assert json.loads(out.getvalue())["flows_without_basis"][0]["system"] == system.reference
    assert StressRecord.objects.get().parameters == {"country": "US", "tool": "scc"}


def test_the_command_says_all_that_is_wrong() -> None:
    with pytest.raises(CommandError) as wrong:
        call_command("stress", "price_times", times="x", vendor="Nobody")
    assert "not a factor" in str(wrong.value)
    assert "'Nobody' is not in the register" in str(wrong.value)


def test_a_changed_licence_is_judged_by_the_engine_on_the_changed_facts() -> None:
    system, component, _ = make_vendor_chatbot()
    component.facts = [catalogue_fact("lock.licence_terms", "open"), catalogue_fact("model.foss_licence", value=True)]
    component.save()
    assess_now(system_id=system.pk, as_of=TODAY, requested_by="test")
    make_vendor_chatbot()
    words = {"component": component.key, "to": "forbids_us"}
    result = compute_stress(name="licence_changed", parameters=words, as_of=TODAY)
    (judged,) = result.judgements
    assert judged.reference == system.reference
    assert judged.changed["lock.licence_terms"] == ("open", "forbids_us")
    assert judged.changed["model.foss_licence"] == (True, False)
    assert judged.after.lock_in.low > judged.before.lock_in.low, (
        "terms that forbid us cannot leave the way out as it was"
    )
    assert judged.before.lock_in.low == Standing.objects.get(system=system).lock_in_low, "what is stored, to begin with"
    (hit,) = result.hits
    before, after = judged.before.lock_in, judged.after.lock_in
    assert f"lock-in of {before.low:g} to {before.high:g}" in " ".join(hit.because)
    assert f") becomes {after.low:g} to {after.high:g} (" in " ".join(hit.because), "no row of four figures with “to”"
    assert result.not_judged == ()


def test_systems_that_were_never_assessed_are_named_and_not_judged() -> None:
    system, component, _ = make_vendor_chatbot()
    words = {"component": component.key, "to": "restricted"}
    result = compute_stress(name="licence_changed", parameters=words, as_of=TODAY)
    assert (result.judgements, result.not_judged) == ((), (system.reference,))
    assert [hit.reference for hit in result.hits] == [system.reference]
