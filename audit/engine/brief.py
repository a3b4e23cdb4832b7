"""What is kept of an assessment: its outcome without the explanations, which the same inputs give again.

Every entry stands at the same place in the whole result (DESIGN §3) with the same value; what is left out are texts of
the rules, drivers, groups, phases and ways out. The day, the packs and the engine are kept beside it.
"""

from __future__ import annotations

from typing import Final

from audit.engine.assess import Assessment
from audit.engine.facts import JsonValue
from audit.engine.findings import Duty
from audit.engine.lock_in import LockInResult
from audit.engine.regulatory import RegulatoryResult
from audit.engine.scoring.totals import Score
from audit.engine.transparency import TransparencyResult, list_missing_details

FORM: Final = "brief"
"""The key that tells a brief from a whole result; its value counts the forms there have been."""


def make_brief(assessment: Assessment) -> dict[str, JsonValue]:
    """The outcome as it is kept; equal outcomes of two days are equal here, too."""
    return {
        FORM: 1,
        "id": assessment.system_id,
        "regulatory": _brief_law(assessment.regulatory),
        "lock_in": _brief_lock_in(assessment.lock_in),
        "transparency": _brief_transparency(assessment.transparency),
    }


def _brief_law(law: RegulatoryResult) -> dict[str, JsonValue]:
    return {
        **law.answers,
        "duties": [_brief_duty(duty) for duty in law.duties],
        "undetermined": [
            {"id": entry.id, "rule": entry.rule, **({"scope": "entity"} if entry.to.of_entity else {})}
            for entry in law.undetermined
        ],
        "exposure": _brief_exposure(law),
        "missing_details": [fact.to_json() for fact in law.missing],
        "past_review": [*law.past_review],
    }


def _brief_exposure(law: RegulatoryResult) -> dict[str, JsonValue]:
    found = law.find_band()
    return {"band": found.worst.band, "band_at_best": found.best.band} if found else {"band": None}


def _brief_duty(duty: Duty) -> dict[str, JsonValue]:
    brief: dict[str, JsonValue] = {
        "id": duty.id,
        "rule": duty.rule,
        "outcome": duty.outcome.value,
        "applies_from": duty.applies_from.isoformat() if duty.applies_from else None,
        "in_force": duty.in_force,
    }
    if "scope" in duty.static:
        brief["scope"] = duty.static["scope"]
    if duty.possible_days:
        brief["possible_days"] = [day.isoformat() for day in duty.possible_days]
    return brief


def _brief_lock_in(lock_in: LockInResult) -> dict[str, JsonValue]:
    return {**_brief_score(lock_in.score), **lock_in.describe_days(), "missing_details": lock_in.describe_missing()}


def _brief_transparency(transparency: TransparencyResult) -> dict[str, JsonValue]:
    return {**_brief_score(transparency.score), "missing_details": list_missing_details(transparency)}


def _brief_score(score: Score) -> dict[str, JsonValue]:
    return {"low": score.low, "high": score.high, "band": score.band, "coverage": score.coverage}
