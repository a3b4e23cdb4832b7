"""What moved, in words of the active language: what was, what is, and why. For mails, webhooks and pages alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext, pgettext

from audit.engine.facts import JsonValue
from audit.reports.stored import told
from audit.reports.wording import band_word, listing, number, say, short_day, speaks_english, yes_no
from audit.selectors.reading import read_day
from governance.vocabulary import load_vocabulary

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
"""The classes as English puts them inside a sentence; other languages take the labels of the vocabulary."""
_FACT_OF: Final = {
    "aia_class": "aia.class",
    "possible_classes": "aia.class",
    "class_on_go_live": "aia.class",
    "aia_roles": "aia.roles",
    "annex_iii_points": "aia.annex_iii_points",
    "art_5_points": "aia.art_5_points",
    "gpai_class": "aia.gpai_class",
}
"""The fact whose labels name the values of an item."""
_KEY: Final = re.compile(r"\b[a-z]+(?:\.[a-z0-9_]+)+")
_CAUSES: Final = ("fact", "law", "method")
_ALIKE: Final = 4
"""From so many on, duties that moved alike are told together."""


def rating_word(rating: str) -> str:
    """A rating or a band as it stands in a sentence."""
    return band_word(rating)


def finding_word(what: str) -> str:
    """What became of a finding."""
    words = {
        "opened": gettext("New finding"),
        "reopened": gettext("Finding opened again"),
        "closed": gettext("Finding closed"),
    }
    return words.get(what, "")


def _cause_word(cause: str) -> str:
    words = {
        "fact": pgettext("because of", "a fact"),
        "law": pgettext("because of", "the law"),
        "method": pgettext("because of", "the method"),
    }
    return words.get(cause, cause)


def _outcome_word(outcome: str) -> str:
    words = {
        "open": gettext("not known whether it applies"),
        "not_satisfied": pgettext("duty", "not met"),
        "undetermined": gettext("applies, nothing recorded"),
        "satisfied": pgettext("duty", "met"),
        "not_yet_in_force": gettext("to come"),
        "not_applicable": gettext("does not apply"),
        "repealed": pgettext("duty", "repealed"),
    }
    return words.get(outcome, outcome)


def _part_word(part: str) -> str:
    return {"lock_in": gettext("Lock-in"), "transparency": gettext("Transparency risk")}.get(part, "")


def _item_word(item: str) -> str:
    words = {
        "aia_class": gettext("Class under the AI Act"),
        "possible_classes": gettext("Classes still possible"),
        "class_on_go_live": gettext("Class once in service"),
        "aia_roles": gettext("Roles under the AI Act"),
        "annex_iii_points": gettext("Points of Annex III"),
        "art_5_points": gettext("Prohibited practices"),
        "gpai_class": gettext("General-purpose model"),
        "grandfathered_art_111_2": gettext("Spared until a significant change"),
        "high_risk_duties_from": gettext("Duties of high-risk systems from"),
        "band": pgettext("of a score", "band"),
        "low": gettext("at best"),
        "high": gettext("at worst"),
        "exit_time_days": gettext("days an exit takes"),
        "orderly_margin_days": gettext("days to spare for an orderly exit"),
        "orderly_short_from": gettext("too little time for an orderly exit from"),
        "sudden_margin_days": gettext("days to spare for a sudden exit"),
    }
    return words.get(item, item.replace("_", " "))


def name_item(change: Mapping[str, JsonValue]) -> str:
    """What moved: an answer, a duty by its title, a score."""
    item, part = str(change["item"]), _part_word(str(change["part"]))
    if item.startswith("duty:"):
        duty = change.get("after") or change.get("before")
        own = str(duty.get("id", "")) if isinstance(duty, dict) else ""
        title = told(str(change.get("title") or item.removeprefix("duty:")))
        return f"{title}{f' ({own})' if own else ''}"
    name = _item_word(item)
    return f"{part}, {name}" if part else name


def name_value(item: str, value: JsonValue) -> str:
    """What an item is, in words; what is not decided says so."""
    if item.startswith("duty:"):
        return _name_duty(value)
    if value is None:
        return gettext("not decided")
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, list):
        return ", ".join(name_value(item, each) for each in value) or pgettext("value", "none")
    if isinstance(value, dict) and "at_worst" in value:
        worst, best = (_short(str(value.get(end))) for end in ("at_worst", "at_best"))
        return worst if worst == best else say("{worst} at worst, {best} at best", worst=worst, best=best)
    if isinstance(value, dict):
        return say("{low} to {high}", low=value.get("low", "?"), high=value.get("high", "?"))
    if isinstance(value, int | float):
        return number(value, 0 if float(value).is_integer() else 1)
    return _name_text(item, str(value))


def _name_text(item: str, text: str) -> str:
    if item == "band":
        return band_word(text)
    if speaks_english() and text in CLASSES:
        return CLASSES[text]
    fact = load_vocabulary().facts.get(_FACT_OF.get(item, ""))
    if fact is not None and not speaks_english():
        return told(fact.label_of(text))
    return _short(text).replace("_", " ")


def _name_duty(value: JsonValue) -> str:
    if not isinstance(value, dict):
        return gettext("not a duty of this system")
    outcome, day = str(value.get("outcome")), value.get("applies_from")
    word = _outcome_word(outcome)
    if day and outcome == "not_yet_in_force":
        return say("{outcome}, from {day}", outcome=word, day=_short(str(day)))
    return word


def _short(text: str) -> str:
    day = read_day(text)
    return text if day is None else short_day(day)


def name_causes(causes: Sequence[str]) -> str:
    """Fact, law and method as they stand in a sentence."""
    return listing(_cause_word(cause) for cause in causes)


def name_because(text: str) -> str:
    """What closed or opened a finding, as it was stored, as it stands in a sentence."""
    parts = []
    for part in text.split("; "):
        kind, colon, rest = part.partition(": ")
        causes = kind.split(" and ")
        known = all(cause in _CAUSES for cause in causes)
        parts.append(f"{name_causes(causes)}{colon}{told(rest)}" if known else told(part))
    return name_facts_in("; ".join(parts))


def group_changes(changes: Sequence[Mapping[str, JsonValue]]) -> list[dict[str, JsonValue]]:
    """Changes with their words; many duties that moved alike stand together, with their names beside."""
    alike: dict[str, list[dict[str, JsonValue]]] = {}
    for change in map(tell_change, changes):
        is_duty = str(change["item"]).startswith("duty:")
        same = repr([change[name] for name in ("was", "is", "because", "by")]) if is_duty else str(change["item"])
        alike.setdefault(f"{change['part']} {same}", []).append(change)
    grouped: list[dict[str, JsonValue]] = []
    for group in alike.values():
        if len(group) < _ALIKE:
            grouped += group
        else:
            names: list[JsonValue] = [str(change["says"]) for change in group]
            grouped.append({**group[0], "says": say("{number} duties", number=len(group)), "names": names})
    return grouped


def name_facts_in(text: str) -> str:
    """A text with each key of a fact replaced by its question in quotation marks."""
    facts = load_vocabulary().facts

    def name(found: re.Match[str]) -> str:
        key = found[0]
        return say("“{quoted}”", quoted=told(facts[key].question)) if key in facts else key

    return _KEY.sub(name, text)


def name_facts(keys: Sequence[str], most: int = 5) -> list[str]:
    """Facts by the questions they answer, controls and other keys as they are; the rest is counted."""
    facts = load_vocabulary().facts
    named = [told(facts[key].question) if key in facts else key for key in keys[:most]]
    return [*named, say("and {number} more", number=len(keys) - most)] if len(keys) > most else named


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
