"""What one system would be on another day, and what of that differs from its outcome now. Pure: nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from audit.engine.assess import PackSet, SystemOutcome, assess
from audit.engine.brief import make_brief
from audit.engine.facts import FactSheetError, FactType, JsonValue, parse_controls, parse_sheet
from audit.engine.findings import Outcome as Verdict
from audit.reports.outcome import Duty, read_outcome
from audit.services.entities import write_triggers
from audit.services.news.changes import list_items, name_duty
from audit.services.outcomes import read_duty
from audit.snapshots import Snapshot

_UNMET: Final = Verdict.NOT_SATISFIED
_UNKNOWN: Final = Verdict.UNDETERMINED
Result = Mapping[str, JsonValue]


def judge_on_day(
    snapshot: Snapshot, *, now: Result | None, packs: PackSet, types: Mapping[str, FactType]
) -> dict[str, object]:
    """Judge a snapshot of another day beside the outcome now; gives the columns of a ``ScenarioOutcome``.

    Facts that cannot be judged are told in ``error``.
    """
    try:
        sheet = snapshot.sheet if snapshot.sheet is not None else parse_sheet(snapshot.facts, types)
    except FactSheetError as error:
        text = "; ".join(f"{problem}" for problem in error.problems)
        return {"is_assessed_now": now is not None, "error": f"The facts cannot be judged. {text}"}
    judged = assess(snapshot.reference, sheet, parse_controls(snapshot.controls), packs, snapshot.as_of)
    return describe_outcome(judged.outcome(), now=now)


def describe_outcome(then: SystemOutcome, *, now: Result | None) -> dict[str, object]:
    """What an outcome of another day says beside the one of now, both as they are kept.

    Duties of the legal entity are left out: they are judged once, with the entity.
    """
    before = read_outcome(dict(now)) if now is not None else None
    in_force_now = {duty.rule for duty in before.regulation.duties if duty.in_force} if before else set()
    duties = [duty for duty in then.law.duties if duty.in_force and duty.static.get("scope") != "entity"]
    open_duties = [duty for duty in duties if duty.outcome in (_UNMET, _UNKNOWN)]
    class_now = before.regulation.aia_class if before else ""
    class_then = str(then.law.answers.get("aia_class") or "")
    return {
        "aia_class": class_then,
        "class_now": class_now,
        "is_assessed_now": before is not None,
        "class_changes": before is not None and class_now != class_then,
        "lock_in_band": then.lock_in.score.band,
        "transparency_band": then.transparency.score.band,
        "duties_unmet": sum(duty.outcome == _UNMET for duty in open_duties),
        "duties_unknown": sum(duty.outcome == _UNKNOWN for duty in open_duties),
        "duties_begun": sum(duty.rule not in in_force_now for duty in duties) if before else 0,
        "duties": [
            describe_duty(read_duty(duty), is_new=before is not None and duty.rule not in in_force_now)
            for duty in open_duties
        ],
        "changes": _list_changes(now, make_brief(then)) if now is not None else [],
        "entity_duties": write_triggers(then.law),
        "error": "",
    }


def describe_duty(duty: Duty, *, is_new: bool) -> dict[str, JsonValue]:
    """A duty as a scenario keeps it."""
    return {
        "id": duty.id,
        "rule": duty.rule,
        "title": duty.title,
        "citation": duty.citation,
        "severity": duty.severity,
        "outcome": duty.outcome,
        "applies_from": duty.applies_from.isoformat() if duty.applies_from else None,
        "is_new": is_new,
    }


def _list_changes(now: Result, then: Result) -> list[dict[str, JsonValue]]:
    """The items that differ, as the news tell them; the only cause between the two is time, and what was not judged."""
    old, new = list_items(now), list_items(then)
    return [
        {"part": part, "item": item, "title": name_duty(item).title, "before": old.get(key), "after": new.get(key)}
        for key in sorted({*old, *new})
        for part, item in [key]
        if old.get(key) != new.get(key)
    ]
