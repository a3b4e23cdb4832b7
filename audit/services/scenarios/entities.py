"""The duties of legal entities as of a scenario's day: judged once each, by what its systems would say then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from audit.engine.facts import FactSheetError, JsonValue
from audit.engine.regulatory import EntityResult, Trigger, judge_entity
from audit.models import Scenario, ScenarioOutcome
from audit.reports.outcome import Duty, read_outcome
from audit.rulepacks import load_packs
from audit.services.entities import judge_legal_entity, read_triggers
from audit.services.scenarios.outcomes import describe_duty
from audit.snapshots.entities import build_entity_sheet
from governance.choices import LifecycleStage
from governance.models import LegalEntity

_OPEN: Final = ("not_satisfied", "undetermined")


def judge_entities(scenario: Scenario) -> list[dict[str, JsonValue]]:
    """Each legal entity with its duties in force then that are not met, or of which nothing is known."""
    said = _read_triggers(scenario)
    entities = LegalEntity.objects.filter(pk__in=said).order_by("name").values_list("pk", "name")
    return [{"id": pk, "name": name, **_judge_one(pk, said[pk], scenario)} for pk, name in entities]


def _read_triggers(scenario: Scenario) -> Mapping[int, dict[str, Sequence[Trigger]]]:
    rows = (
        ScenarioOutcome.objects.filter(scenario=scenario, error="")
        .exclude(system__stage=LifecycleStage.WITHDRAWN)
        .order_by("system__reference")
        .values_list("system__legal_entity_id", "system__reference", "entity_duties")
    )
    said: dict[int, dict[str, Sequence[Trigger]]] = defaultdict(dict)
    for entity_id, reference, duties in rows.iterator(chunk_size=2_000):
        said[entity_id][reference] = tuple(read_triggers(duties))
    return said


def _judge_one(entity_id: int, said: Mapping[str, Sequence[Trigger]], scenario: Scenario) -> dict[str, JsonValue]:
    try:
        own = build_entity_sheet(entity_id, scenario.as_of)
        then = judge_entity(own.sheet, said, own.controls, load_packs().regulatory, scenario.as_of)
        now = judge_legal_entity(legal_entity_id=entity_id, as_of=scenario.compared_on).result
    except FactSheetError as error:
        text = "; ".join(f"{problem}" for problem in error.problems)
        return {"duties": [], "error": f"The answers cannot be judged. {text}"}
    in_force_now = {duty.rule for duty in _read_duties(now) if duty.in_force}
    duties = [duty for duty in _read_duties(then) if duty.in_force and duty.outcome in _OPEN]
    return {"duties": [describe_duty(duty, is_new=duty.rule not in in_force_now) for duty in duties], "error": ""}


def _read_duties(result: EntityResult) -> Sequence[Duty]:
    return read_outcome({"regulatory": {"duties": [each.duty.to_json() for each in result.duties]}}).regulation.duties
