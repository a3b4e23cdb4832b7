"""Computes the portfolio as of another day in parts: each claimed by one worker, and the same when it runs twice.

It reads the register and the outcomes of now. It writes rows of its own tables and no others.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from audit.engine.assess import ENGINE_VERSION
from audit.models import UNFINISHED, Scenario, ScenarioOutcome, ScenarioPart, Standing, WorkState
from audit.reports.wording import long_day
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.services.chunks import JUDGEMENT_ERRORS
from audit.services.grounds import current_figures
from audit.services.leasing import LeaseLostError, ask_for, claim, find_lying, finish, kept_alive
from audit.services.scenarios.entities import judge_entities
from audit.services.scenarios.outcomes import judge_on_day
from audit.services.sending import COMPUTE_SCENARIO, send_on_commit
from audit.snapshots import Concentration, Snapshot, build_fact_sheets
from governance.models import AISystem

PART: Final = 500
STORED_AT_ONCE: Final = 100
MOST_YEARS: Final = 25
_LOOKS_AGAIN_SECONDS: Final = 0.5
_NAMES_A_DUTY: Final = ("id", "rule", "title", "citation", "applies_from")
_COLUMNS: Final = tuple(
    field.name for field in ScenarioOutcome._meta.concrete_fields if field.name not in ("id", "scenario", "system")
)


class ScenarioDayError(ValueError):
    """The day is not one to judge the portfolio as of; the text says what would be."""


@transaction.atomic
def request_scenario(*, as_of: date, today: date, requested_by: str) -> Scenario:
    """Make the row of a scenario with its parts, and send them after the commit.

    Raises ``ScenarioDayError`` for today, which is no scenario, and for days that are too far away.
    """
    if as_of == today:
        raise ScenarioDayError(f"{long_day(as_of)} is today: what is the case today is reassessed, not a scenario.")
    if abs(as_of.year - today.year) > MOST_YEARS:
        raise ScenarioDayError(
            f"{long_day(as_of)} is too far away; give a day within {MOST_YEARS} years of {long_day(today)}."
        )
    ids = list(AISystem.objects.order_by("id").values_list("id", flat=True))
    scenario = Scenario.objects.create(
        as_of=as_of,
        compared_on=today,
        packs=dict(load_packs().hashes),
        engine=ENGINE_VERSION,
        systems_total=len(ids),
        state=WorkState.QUEUED,
        requested_at=timezone.now(),
        requested_by=requested_by[:200],
    )
    parts = [ids[start : start + PART] for start in range(0, len(ids), PART)]
    ScenarioPart.objects.bulk_create(
        ScenarioPart(scenario=scenario, number=number, system_ids=part) for number, part in enumerate(parts)
    )
    ask_for(ScenarioPart.objects.filter(scenario=scenario), requested_by=requested_by)
    send_on_commit(COMPUTE_SCENARIO, list(scenario.parts.order_by("number").values_list("id", flat=True)))
    sum_up_scenario(scenario.pk)
    scenario.refresh_from_db()
    return scenario


def compute_part(*, part_id: int, lease_token: str) -> None:
    """Judge the systems of a claimed part and store what comes out.

    Raises ``LeaseLostError`` when another worker took it over; what both store is the same.
    """
    row = ScenarioPart.objects.filter(pk=part_id)
    part = row.select_related("scenario").get()
    Scenario.objects.filter(pk=part.scenario_id, state=WorkState.QUEUED).update(
        state=WorkState.RUNNING, started_at=timezone.now()
    )
    concentration = current_figures(part.scenario.as_of, expected=part.system_ids)
    with kept_alive(row, token=lease_token):
        for ids in _split(part.system_ids):
            _store(list(_judge(ids, part.scenario, concentration)))
    with transaction.atomic():
        # One order for all who write of a scenario: first it, then its part.
        Scenario.objects.select_for_update().get(pk=part.scenario_id)
        finish(row, token=lease_token)
        sum_up_scenario(part.scenario_id)


def _split(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + STORED_AT_ONCE] for start in range(0, len(ids), STORED_AT_ONCE))


def _judge(ids: Sequence[int], scenario: Scenario, concentration: Concentration) -> Iterator[ScenarioOutcome]:
    now: dict[int, Any] = dict(
        Standing.objects.filter(system_id__in=ids, assessment__isnull=False).values_list(
            "system_id", "assessment__outcome_record__content"
        )
    )
    for snapshot in build_fact_sheets(ids, scenario.as_of, concentration=concentration):
        yield ScenarioOutcome(
            scenario=scenario,
            system_id=snapshot.system_id,
            **_judge_one(snapshot, now.get(snapshot.system_id)),
        )


def _judge_one(snapshot: Snapshot, now: Any) -> dict[str, Any]:
    """One system; one that breaks the judgement is kept with its error and does not stop the others."""
    try:
        return judge_on_day(snapshot, now=now, packs=load_packs(), types=fact_types())
    except JUDGEMENT_ERRORS as error:
        return {"is_assessed_now": now is not None, "error": f"It broke off: {type(error).__name__}: {error}"[:2000]}


def _store(rows: Sequence[ScenarioOutcome]) -> None:
    ScenarioOutcome.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["scenario", "system"], update_fields=_COLUMNS
    )


@transaction.atomic
def sum_up_scenario(scenario_id: int) -> bool:
    """Bring the figures of a scenario in line with its parts, and end it if none is left; true if it has ended."""
    scenario = Scenario.objects.select_for_update().get(pk=scenario_id)
    if scenario.state not in UNFINISHED:
        return True
    outcomes = ScenarioOutcome.objects.filter(scenario=scenario)
    scenario.systems_done = outcomes.count()
    scenario.systems_failed = outcomes.exclude(error="").count()
    parts = ScenarioPart.objects.filter(scenario=scenario)
    if not parts.filter(state__in=UNFINISHED).exists():
        given_up = list(parts.filter(state=WorkState.FAILED).values_list("error", flat=True))
        scenario.state = WorkState.FAILED if given_up else WorkState.DONE
        scenario.error = " ".join(given_up)[:4000]
        scenario.finished_at = timezone.now()
        scenario.duties = sum_up_duties(scenario_id)
        scenario.entities = judge_entities(scenario)
    scenario.save(
        update_fields=["systems_done", "systems_failed", "state", "error", "finished_at", "duties", "entities"]
    )
    return scenario.state not in UNFINISHED


def sum_up_duties(scenario_id: int) -> list[dict[str, Any]]:
    """Each duty in force on the day that some system does not meet, or of which nothing is known; most unmet first."""
    found: dict[str, dict[str, Any]] = {}
    counts: dict[str, dict[str, int]] = defaultdict(lambda: {"unmet": 0, "unknown": 0, "new": 0})
    rows = ScenarioOutcome.objects.filter(scenario=scenario_id).order_by("system_id").values_list("duties", flat=True)
    for duties in rows.iterator(chunk_size=500):
        for duty in duties:
            found.setdefault(duty["rule"], {key: duty[key] for key in _NAMES_A_DUTY})
            count = counts[duty["rule"]]
            count["unmet"] += duty["outcome"] == "not_satisfied"
            count["unknown"] += duty["outcome"] == "undetermined"
            count["new"] += bool(duty["is_new"])
    rows_by_weight = [{**found[rule], **counts[rule]} for rule in found]
    return sorted(rows_by_weight, key=lambda row: (-row["unmet"], -row["unknown"], row["rule"]))


def end_left_scenarios() -> None:
    """End the scenarios whose last part was given up, or whose worker died before it could end them."""
    for scenario_id in Scenario.objects.filter(state__in=UNFINISHED).values_list("id", flat=True):
        sum_up_scenario(scenario_id)


def compute_all(scenario: Scenario) -> Scenario:
    """Compute a scenario in this process, beside any other worker, until it has ended; gives it as it ended."""
    parts = ScenarioPart.objects.filter(scenario=scenario)
    while not sum_up_scenario(scenario.pk):
        find_lying(parts, most=0)  # gives up what was tried too often
        if not any(_take(part_id) for part_id in parts.filter(state__in=UNFINISHED).values_list("id", flat=True)):
            time.sleep(_LOOKS_AGAIN_SECONDS)
    scenario.refresh_from_db()
    return scenario


def _take(part_id: int) -> bool:
    row = ScenarioPart.objects.filter(pk=part_id)
    token = claim(row)
    if not row.filter(lease_token=token).exists():
        return False
    try:
        compute_part(part_id=part_id, lease_token=token)
    except LeaseLostError:
        return False
    return True


def count_totals(scenario: Scenario) -> dict[str, int]:
    """The figures of a scenario over all systems: duties unmet, unknown and begun, and systems concerned."""
    outcomes = ScenarioOutcome.objects.filter(scenario=scenario)
    sums = outcomes.aggregate(unmet=Sum("duties_unmet"), unknown=Sum("duties_unknown"), begun=Sum("duties_begun"))
    return {
        **{name: value or 0 for name, value in sums.items()},
        "systems_unmet": outcomes.filter(duties_unmet__gt=0).count(),
        "class_changes": outcomes.filter(class_changes=True).count(),
    }
