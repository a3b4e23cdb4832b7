"""Stress scenarios as dated records: filed at once, or asked for and computed by a task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from audit.engine.canonical import hash_canonical
from audit.models import StressRecord, WorkState
from audit.portfolio.stress import ScenarioError, StressResult, add_sheets, read_portfolio, read_scenario, run_stress
from audit.portfolio.tables import read_tables
from audit.services.leasing import LeaseLostError, ask_for, fail, finish, kept_alive
from audit.services.sending import RUN_STRESS, send_on_commit


def compute_stress(*, name: str, parameters: Mapping[str, str], as_of: date) -> StressResult:
    """Run a scenario over the register as it stands, and store nothing.

    Raises ``ScenarioError`` naming everything that is wrong with the scenario.
    """
    portfolio = read_portfolio(as_of)
    scenario = read_scenario(name, parameters, portfolio.tables, as_of)
    return run_stress(add_sheets(portfolio, scenario), scenario)


def file_stress(
    *, name: str, parameters: Mapping[str, str], result: StressResult, requested_by: str, note: str = ""
) -> StressRecord:
    """Keep a scenario's result as a dated record."""
    return StressRecord.objects.create(
        scenario=name,
        parameters=dict(parameters),
        as_of=result.as_of,
        requested_by=requested_by[:200],
        note=note,
        state=WorkState.DONE,
        **_columns_of(result),
    )


@transaction.atomic
def request_stress(
    *, name: str, parameters: Mapping[str, str], as_of: date, requested_by: str, note: str = ""
) -> StressRecord:
    """Queue a scenario for a task; raises ``ScenarioError`` at once if it cannot be read."""
    read_scenario(name, parameters, read_tables(), as_of)
    record = StressRecord.objects.create(scenario=name, parameters=dict(parameters), as_of=as_of, note=note)
    ask_for(StressRecord.objects.filter(pk=record.pk), requested_by=requested_by)
    send_on_commit(RUN_STRESS, [record.pk])
    record.refresh_from_db()
    return record


def compute_queued_stress(*, record_id: int, lease_token: str) -> StressRecord:
    """Compute a queued scenario and finish its row.

    Where what it names has left the register meanwhile, the row fails and says so. Raises ``LeaseLostError`` when
    the token no longer holds the row; then nothing is stored.
    """
    rows = StressRecord.objects.filter(pk=record_id)
    record = rows.get()
    try:
        with kept_alive(rows, token=lease_token):
            result = compute_stress(name=record.scenario, parameters=record.parameters, as_of=record.as_of)
    except ScenarioError as wrong:
        _give_up(rows, lease_token, wrong)
    else:
        with transaction.atomic():
            finish(rows, token=lease_token)
            rows.update(**_columns_of(result))
    record.refresh_from_db()
    return record


def _give_up(rows: QuerySet[StressRecord], token: str, wrong: ScenarioError) -> None:
    text = f"The register changed since this was asked for. {'. '.join(wrong.problems)}. Ask for it anew."
    if not fail(rows, token=token, error=text):
        raise LeaseLostError("another worker took this work over; its result counts")


def describe_stress_failure(error: Exception) -> str:
    """An unexpected error as it stands on the row."""
    return (
        f"The scenario could not be computed: {type(error).__name__}: {error}. This is a fault of the product, not of "
        "the entry; the worker's log has the details."
    )


def _columns_of(result: StressResult) -> dict[str, object]:
    content = result.to_json()
    surely = len(result.surely_hit)
    return {
        "result": content,
        "result_sha256": hash_canonical(content),
        "systems_surely_hit": surely,
        "systems_perhaps_hit": len(result.hits) - surely,
        "critical_functions_hit": len(result.critical_functions_hit),
    }
