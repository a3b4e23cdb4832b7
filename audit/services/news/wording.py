"""What moved, in words: what was, what is, and why. For mails, webhooks and pages alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from audit.engine.facts import JsonValue
from governance.vocabulary import load_vocabulary

RATINGS: Final = {"low": "low", "moderate": "moderate", "high": "high", "very_high": "very high"}
CAUSES: Final = {"fact": "a fact", "law": "the law", "method": "the method"}
CLASSES: Final = {
    "prohibited": "prohibited",
    "prohibited_from_2026_12_02": "prohibited from 2 Dec 2026",
    "high_risk_annex_iii": "high-risk (Annex III)",
    "high_risk_annex_i_a": "high-risk (Annex I A)",
    "high_risk_annex_i_b": "high-risk (Annex I B)",
    "annex_iii_filtered": "filtered out of Annex III",
    "transparency": "transparency duties",
    "minimal": "minimal",
    "out_of_scope": "outside the Act",
}
OUTCOMES: Final = {
    "open": "not known whether it applies",
    "not_satisfied": "not met",
    "undetermined": "applies, nothing recorded",
    "satisfied": "met",
    "not_yet_in_force": "to come",
    "not_applicable": "does not apply",
    "repealed": "repealed",
}
FINDINGS: Final = {"opened": "New finding", "reopened": "Finding opened again", "closed": "Finding closed"}
_ITEMS: Final = {
    "aia_class": "Class under the AI Act",
    "possible_classes": "Classes still possible",
    "class_on_go_live": "Class once in service",
    "aia_roles": "Roles under the AI Act",
    "annex_iii_points": "Points of Annex III",
    "art_5_points": "Prohibited practices",
    "gpai_class": "General-purpose model",
    "grandfathered_art_111_2": "Spared until a significant change",
    "high_risk_duties_from": "Duties of high-risk systems from",
    "band": "band",
    "low": "at best",
    "high": "at worst",
    "exit_time_days": "days an exit takes",
    "orderly_margin_days": "days to spare for an orderly exit",
    "orderly_short_from": "too little time for an orderly exit from",
    "sudden_margin_days": "days to spare for a sudden exit",
}
_KEY: Final = re.compile(r"\b[a-z]+(?:\.[a-z0-9_]+)+")
_ALIKE: Final = 4
"""From so many on, duties that moved alike are told together."""
_PARTS: Final = {"lock_in": "Lock-in", "transparency": "Transparency risk"}


def name_item(change: Mapping[str, JsonValue]) -> str:
    """What moved: an answer, a duty by its title, a score."""
    item, part = str(change["item"]), str(change["part"])
    if item.startswith("duty:"):
        duty = change.get("after") or change.get("before")
        number = str(duty.get("id", "")) if isinstance(duty, dict) else ""
        return f"{change.get('title') or item.removeprefix('duty:')}{f' ({number})' if number else ''}"
    name = _ITEMS.get(item, item.replace("_", " "))
    return f"{_PARTS[part]}, {name}" if part in _PARTS else name


def name_value(item: str, value: JsonValue) -> str:
    """What an item is, in words; what is not decided says so."""
    if item.startswith("duty:"):
        return _name_duty(value)
    if value is None:
        return "not decided"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(name_value(item, each) for each in value) or "none"
    if isinstance(value, dict) and "at_worst" in value:
        worst, best = (_short(str(value.get(end))) for end in ("at_worst", "at_best"))
        return worst if worst == best else f"{worst} at worst, {best} at best"
    if isinstance(value, dict):
        return f"{value.get('low', '?')} to {value.get('high', '?')}"
    text = str(value)
    return CLASSES.get(text) or RATINGS.get(text) or text.replace("_", " ")


def _name_duty(value: JsonValue) -> str:
    if not isinstance(value, dict):
        return "not a duty of this system"
    outcome, day = str(value.get("outcome")), value.get("applies_from")
    word = OUTCOMES.get(outcome, outcome)
    return f"{word}, from {_short(str(day))}" if day and outcome == "not_yet_in_force" else word


def _short(day: str) -> str:
    try:
        read = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{read.day} {read:%b} {read.year}"


def name_causes(causes: Sequence[str]) -> str:
    """Fact, law and method as they stand in a sentence."""
    return " and ".join(CAUSES.get(cause, cause) for cause in causes)


def name_because(text: str) -> str:
    """What closed or opened a finding, as it was stored, as it stands in a sentence."""
    parts = []
    for part in text.split("; "):
        kind, colon, rest = part.partition(": ")
        causes = kind.split(" and ")
        known = all(cause in CAUSES for cause in causes)
        parts.append(f"{name_causes(causes)}{colon}{rest}" if known else part)
    return name_facts_in("; ".join(parts))


def group_changes(changes: Sequence[Mapping[str, JsonValue]]) -> list[dict[str, JsonValue]]:
    """Changes with their words; many duties that moved alike stand together, with their names beside."""
    told = [tell_change(change) for change in changes]
    alike: dict[str, list[dict[str, JsonValue]]] = {}
    for change in told:
        is_duty = str(change["item"]).startswith("duty:")
        same = repr([change[name] for name in ("was", "is", "because", "by")]) if is_duty else str(change["item"])
        alike.setdefault(f"{change['part']} {same}", []).append(change)
    grouped: list[dict[str, JsonValue]] = []
    for group in alike.values():
        if len(group) < _ALIKE:
            grouped += group
        else:
            names: list[JsonValue] = [str(change["says"]) for change in group]
            grouped.append({**group[0], "says": f"{len(group)} duties", "names": names})
    return grouped


def name_facts_in(text: str) -> str:
    """A text with each key of a fact replaced by its question in quotation marks."""
    facts = load_vocabulary().facts
    return _KEY.sub(lambda found: f"“{facts[found[0]].question}”" if found[0] in facts else found[0], text)


def name_facts(keys: Sequence[str], most: int = 5) -> list[str]:
    """Facts by the questions they answer, controls and other keys as they are; the rest is counted."""
    facts = load_vocabulary().facts
    named = [facts[key].question if key in facts else key for key in keys[:most]]
    return [*named, f"and {len(keys) - most} more"] if len(keys) > most else named


def tell_change(change: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A change with its words beside its values."""
    item = str(change["item"])
    causes, facts = change.get("causes"), change.get("facts")
    return {
        **change,
        "says": name_item(change),
        "was": name_value(item, change.get("before")),
        "is": name_value(item, change.get("after")),
        "because": name_causes([str(each) for each in causes] if isinstance(causes, list) else []),
        "by": [*name_facts([str(each) for each in facts] if isinstance(facts, list) else [])],
    }
