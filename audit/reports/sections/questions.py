"""What could not be concluded, and the answers that would decide it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from audit.reports.outcome import Missing, Outcome
from audit.reports.records import ReportRecords
from audit.reports.wording import listing, say, say_count, sentence


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What could not be concluded, and the answer that decides it."""

    about: str
    question: str
    effect: str


def decided_by(labels: Iterable[str]) -> list[str]:
    """Give what an unknown fact decides, by the labels of the rule pack; at most three."""
    names = {
        "class": gettext("the class"),
        "roles": gettext("the roles"),
        "gpai_class": gettext("the class of the model"),
        "annex_iii_points": gettext("the points of Annex III"),
        "art_5_points": gettext("the points of Art. 5"),
        "grandfathered_art_111_2": gettext("the transition rule of Art. 111(2)"),
        "high_risk_duties_from": gettext("the day of the high-risk duties"),
        "scope_rule": gettext("the scope"),
        "class_on_go_live": gettext("the class once in service"),
    }
    return [names[label] for label in labels if label in names][:3]


def list_open_questions(records: ReportRecords) -> tuple[OpenQuestion, ...]:
    """Give the decisive unknown facts, each once: what is to be answered first, then of the law, then of the scores."""
    outcome = records.outcome
    found: dict[str, OpenQuestion] = {}
    first = _narrowing_most(outcome) if outcome.regulation.aia_class else None
    for missing in outcome.regulation.missing:
        found.setdefault(missing.key, _of_law(records, missing))
    for missing in outcome.lock_in.missing[:5]:
        if missing.narrows >= 0.5:
            effect = say_count(
                "would narrow lock-in by one point", "would narrow lock-in by {number} points", round(missing.narrows)
            )
            found.setdefault(missing.key, OpenQuestion(gettext("Lock-in"), records.question(missing.key), effect))
    for missing in outcome.transparency.missing[:5]:
        if missing.narrows >= 0.5:
            effect = say_count(
                "would narrow transparency by one point",
                "would narrow transparency by {number} points",
                round(missing.narrows),
            )
            found.setdefault(missing.key, OpenQuestion(gettext("Transparency"), records.question(missing.key), effect))
    if first in found:
        found = {first: found.pop(first), **found}
    return tuple(list(found.values())[:12])


def _narrowing_most(outcome: Outcome) -> str | None:
    """Give the fact that narrows a score most, by a point or more: once the class is decided, it comes first.

    A system's page says the same.
    """
    scored = [(each.narrows, each.key) for each in (*outcome.lock_in.missing, *outcome.transparency.missing)]
    points, key = max(scored, default=(0.0, None))
    return key if points >= 1 else None


def count_open_questions(records: ReportRecords) -> int:
    """Give how many unknown facts any of the three judgements wants, those of expired support too; each once."""
    outcome = records.outcome
    wanted = (*outcome.regulation.missing, *outcome.lock_in.missing, *outcome.transparency.missing)
    return len({missing.key for missing in wanted})


def say_further(number: int) -> str:
    """Say how many wanted answers are not listed; nothing where all are."""
    if number <= 0:
        return ""
    further = say_count(
        "one further answer is wanted, and weighs less; the attached result names it.",
        "{number} further answers are wanted, and weigh less; the attached result names them.",
        number,
    )
    return sentence(further)


def say_wanted(number: int) -> str:
    """Say how many answers are wanted."""
    wanted = say_count(
        "one answer is wanted that could change a judgement.",
        "{number} answers are wanted that could change a judgement.",
        number,
    )
    return sentence(wanted)


def say_nothing_open(records: ReportRecords) -> str:
    """Say what no open question means: that all is known, or only that the assessment names none."""
    outcome = records.outcome
    scores = (outcome.lock_in, outcome.transparency)
    if outcome.regulation.aia_class and all(score.low is not None for score in scores):
        return gettext("Nothing: no unanswered question could change the class, the roles or a band.")
    return gettext("The assessment is not complete, and names no answer that would complete it.")


def _of_law(records: ReportRecords, missing: Missing) -> OpenQuestion:
    duties = [label for label in missing.decides if label.startswith("duty:")]
    decided = decided_by(missing.decides)
    if duties:
        decided.append(say_count("whether one duty applies", "whether {number} duties apply", len(duties)))
    effect = gettext("bears on the law that applies")
    if decided:
        effect = say("decides {what}", what=listing(decided))
    return OpenQuestion(gettext("Law"), records.question(missing.key), effect)
