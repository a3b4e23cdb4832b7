"""What is kept of an assessment: its outcome without the explanations, which the same inputs give again.

Every entry but ``missing`` stands at the same place in the whole result (DESIGN §3) with the same value; what is left
out are texts of the rules, drivers, groups, phases, ways out and weights. The day, the packs and the engine are kept
beside it. Days that are counted down to a date are kept as that date, so that an outcome stays the same while only time
passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from audit.engine.assess import SystemOutcome
from audit.engine.facts import JsonValue
from audit.engine.findings import Duty
from audit.engine.lock_in import LockInOutcome
from audit.engine.regulatory import LawMissing, LawOutcome, OpenRule
from audit.engine.regulatory.bands import ExposureBand
from audit.engine.scoring.outcome import ScoreOutcome
from audit.engine.transparency import TransparencyOutcome

FORM: Final = "brief"
"""The key that tells a brief from a whole result; its value counts the forms there have been."""


def make_brief(outcome: SystemOutcome) -> dict[str, JsonValue]:
    """The outcome as it is kept; equal outcomes of two days are equal here, too.

    ``missing`` names the facts that would decide something: in the law by open answer, with the number of duties that
    wait for those that decide no answer; in a score with the points that each would narrow.
    """
    return {
        FORM: 3,
        "id": outcome.system_id,
        "regulatory": brief_law(outcome.law),
        "lock_in": brief_lock_in(outcome.lock_in, outcome.as_of),
        "transparency": brief_transparency(outcome.transparency),
    }


def brief_law(law: LawOutcome) -> dict[str, JsonValue]:
    """The part of the law."""
    return {
        **brief_answers(law),
        "duties": [brief_duty(duty) for duty in law.duties],
        "undetermined": [brief_open_rule(rule) for rule in law.undetermined],
        "missing": brief_missing(law.missing),
    }


def brief_answers(law: LawOutcome) -> dict[str, JsonValue]:
    """What the packs answer, the band of exposure, and the packs past their review."""
    return {**law.answers, "exposure": brief_exposure(law.band), "past_review": [*law.past_review]}


def brief_exposure(band: ExposureBand | None) -> dict[str, JsonValue]:
    """The band of exposure; none where no pack has a table of them."""
    return {"band": band.worst.band, "band_at_best": band.best.band} if band else {"band": None}


def brief_missing(missing: LawMissing) -> dict[str, JsonValue]:
    """The missing facts behind each open answer, and the number of duties that wait for each other one."""
    return {"answers": {label: [*keys] for label, keys in missing.answers}, "duties": dict(missing.duties)}


def brief_duty(duty: Duty) -> dict[str, JsonValue]:
    """A duty whose condition holds."""
    brief: dict[str, JsonValue] = {
        "id": duty.id,
        "rule": duty.rule,
        "outcome": duty.outcome.value,
        "applies_from": _iso(duty.applies_from),
        "in_force": duty.in_force,
    }
    if "scope" in duty.static:
        brief["scope"] = duty.static["scope"]
    if duty.possible_days:
        brief["possible_days"] = [day.isoformat() for day in duty.possible_days]
    return brief


def brief_open_rule(rule: OpenRule) -> dict[str, JsonValue]:
    """A duty of which nobody knows whether it applies."""
    return {"id": rule.id, "rule": rule.rule, **({"scope": "entity"} if rule.of_entity else {})}


def brief_lock_in(lock_in: LockInOutcome, as_of: date) -> dict[str, JsonValue]:
    """The part of lock-in."""
    dated = brief_short_from(lock_in)
    return {
        **_brief_score(lock_in.score),
        "exit_time_days": {"low": lock_in.exit_low, "high": lock_in.exit_high},
        "orderly_margin_days": None if dated else _ends(lock_in.orderly),
        "orderly_short_from": dated,
        "sudden_margin_days": _ends(lock_in.sudden),
        "dates": [day.to_json(as_of) for day in lock_in.dates],
        "missing": {key: points for key, points, _ in lock_in.missing},
    }


def brief_short_from(lock_in: LockInOutcome) -> JsonValue:
    """The days from which an orderly exit has too little time; none where no date bounds it."""
    worst, best = lock_in.short_at_worst_from, lock_in.short_at_best_from
    return None if worst is None or best is None else {"at_worst": worst.isoformat(), "at_best": best.isoformat()}


def read_orderly_margin(lock_in: Mapping[str, JsonValue], as_of: date) -> JsonValue:
    """The days to spare for an orderly exit on the day of the assessment, of a brief or of a whole result.

    Given as ``{"low": …, "high": …}``; none where no bound is known.
    """
    short_from = lock_in.get("orderly_short_from")
    if not isinstance(short_from, dict):
        return lock_in.get("orderly_margin_days")
    low, high = [(date.fromisoformat(str(short_from[end])) - as_of).days - 1 for end in ("at_worst", "at_best")]
    return {"low": low, "high": high}


def read_short_from(lock_in: Mapping[str, JsonValue]) -> JsonValue:
    """The days from which an orderly exit has too little time, of a brief of any form or of a whole result."""
    if "orderly_short_from" in lock_in:
        return lock_in["orderly_short_from"]
    dates = lock_in.get("dates")
    days = {day["what"]: day["on"] for day in dates if isinstance(day, dict)} if isinstance(dates, list) else {}
    worst, best = days.get("margin_short_at_worst"), days.get("margin_short_at_best")
    return None if worst is None or best is None else {"at_worst": worst, "at_best": best}


def brief_transparency(transparency: TransparencyOutcome) -> dict[str, JsonValue]:
    """The part of transparency."""
    return {**_brief_score(transparency.score), "missing": dict(transparency.missing)}


def _brief_score(score: ScoreOutcome) -> dict[str, JsonValue]:
    return {"low": score.low, "high": score.high, "band": score.band, "coverage": score.coverage}


def _ends(ends: tuple[float, float] | None) -> JsonValue:
    return None if ends is None else {"low": ends[0], "high": ends[1]}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
