"""The conclusion at the head of a system's page, in sentences made from the outcome: the finding first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Final

from audit.reports.citations import cite
from audit.reports.outcome import Duty, Outcome, Regulation
from audit.reports.sections.conclusion import point as spoken_point
from audit.reports.sections.duty_counts import of_entity
from audit.reports.wording import count, days_between, listing, margin, sentence, short_day
from audit.views.words import SHORT_CLASSES

MOST_NAMED: Final = 5
"""From so many possible classes on, only their number is told."""
_SENTENCES: Final[Mapping[str, str]] = {
    "prohibited_from_2026_12_02": "it becomes a prohibited practice under Art. 5 of the AI Act on 2 Dec 2026",
    "transparency": "it is not a high-risk system under the AI Act; duties of transparency apply (Art. 50)",
    "annex_iii_filtered": "it is listed in Annex III of the AI Act but filtered out under Art. 6(3)",
    "out_of_scope": "it lies outside the AI Act",
    "minimal": "it is neither prohibited nor high-risk under the AI Act, and no duty of transparency applies",
}


def conclude(outcome: Outcome) -> list[str]:
    """The sentences of the conclusion: the class, the duties, the way out, and which answer comes first."""
    told = [_on_class(outcome.regulation), *_on_go_live(outcome.regulation), *_on_duties(outcome.regulation)]
    told += _on_exit(outcome)
    return [sentence(text) for text in told if text]


def answer_first(outcome: Outcome) -> tuple[str, str] | None:
    """The key of the answer that would tell the most, and what it would do; None when nothing is missing."""
    regulation = outcome.regulation
    if regulation.missing and not regulation.aia_class:
        return regulation.missing[0].key, "it decides the class"
    scored = [(each.narrows, each.key, "lock-in") for each in outcome.lock_in.missing]
    scored += [(each.narrows, each.key, "the transparency risk") for each in outcome.transparency.missing]
    if scored:
        points, key, name = max(scored)
        if points >= 1:
            return key, f"it narrows {name} by {count(int(points + 0.5), 'point')}"
    if regulation.missing:
        return regulation.missing[0].key, "it decides which duties apply"
    return None


def count_outcomes(regulation: Regulation) -> Counter[str]:
    """How many duties of the system come to which outcome; those whose condition is open count as ``open``.

    Duties of the legal entity are counted on its own sheet.
    """
    found = Counter(duty.outcome for duty in regulation.duties if not duty.of_entity)
    found["open"] = sum(not duty.of_entity for duty in regulation.undetermined)
    return found


def _on_class(regulation: Regulation) -> str:
    points = listing(spoken_point(point) for point in regulation.annex_iii_points or ())
    match regulation.aia_class:
        case "":
            allowed = [SHORT_CLASSES.get(name, name) for name in regulation.possible_classes]
            which = listing(allowed, "or") if len(allowed) < MOST_NAMED else f"{len(allowed)} classes are possible"
            return f"its class under the AI Act is undecided: {which or 'nothing is known yet'}"
        case "prohibited":
            listed = listing(f"Art. {point}" for point in regulation.art_5_points or ()) or "Art. 5"
            return f"it is a prohibited practice under {listed} of the AI Act: its use has to stop"
        case "high_risk_annex_iii":
            told = f"Annex III, {points}" if points else "Annex III"
            return f"it is a high-risk system under the AI Act ({told}){_from(regulation)}"
        case "high_risk_annex_i_a" | "high_risk_annex_i_b":
            return f"it is a high-risk system under the AI Act by product law (Annex I){_from(regulation)}"
        case other:
            return _SENTENCES.get(other, f"its class under the AI Act is {other}")


def _from(regulation: Regulation) -> str:
    if regulation.grandfathered:
        return "; the duties of its class are spared until a significant change of its design (Art. 111(2))"
    day: date | None = regulation.high_risk_from
    return f"; the duties of its class apply from {short_day(day)}" if day else ""


def _on_go_live(regulation: Regulation) -> list[str]:
    later = regulation.class_on_go_live
    return (
        [f"once in service it is {SHORT_CLASSES.get(later, later)}"] if later not in {"", regulation.aia_class} else []
    )


def _on_duties(regulation: Regulation) -> list[str]:
    found = count_outcomes(regulation)
    if not regulation.duties and not regulation.undetermined:
        return []
    besides = _on_entity(regulation)
    unmet, unshown = found["not_satisfied"], found["undetermined"]
    if unmet:
        told = f"{count(unmet, 'duty', 'duties')} in force {'is' if unmet == 1 else 'are'} not met"
        told += f", {count(unshown, 'is', 'are')} without a record" if unshown else ""
    elif unshown:
        has = "has" if unshown == 1 else "have"
        told = f"{count(unshown, 'duty', 'duties')} in force {has} no record of what was done"
    else:
        told = "no duty in force is known to be unmet"
    if not found["open"]:
        return [told, *besides]
    further = count(found["open"], "further duty", "further duties")
    still_open = f"whether {further} {'applies' if found['open'] == 1 else 'apply'}, the facts do not tell"
    return [told, *besides, still_open]


def list_unmet_of_entity(regulation: Regulation) -> list[Duty]:
    """The duties in force that the legal entity as a whole does not meet: they bind the use of the system as well."""
    return of_entity(regulation, "not_satisfied")


def _on_entity(regulation: Regulation) -> list[str]:
    unmet = list_unmet_of_entity(regulation)
    if not unmet:
        return []
    named = "; ".join(f"{duty.title} ({cite(duty.citation)})" for duty in unmet)
    are = "is" if len(unmet) == 1 else "are"
    return [f"{count(len(unmet), 'duty', 'duties')} of the legal entity as a whole {are} not met: {named}"]


def _on_exit(outcome: Outcome) -> list[str]:
    told = []
    way = outcome.exit
    if way.time is not None and way.time.high > 0:
        told.append(f"leaving would take {days_between(way.time.low, way.time.high)}")
        if way.orderly_margin is not None:
            told[-1] += f": {margin(way.orderly_margin.low, way.orderly_margin.high)}"
    return told
