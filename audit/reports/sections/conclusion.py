"""Section 3: the conclusion in words, composed from the outcome, and what could not be concluded.

The finding comes first, then how we know. It never says more than the rules found, and it gives no advice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from audit.models import FindingArea, Rating
from audit.reports.figures.bars import spoken_interval
from audit.reports.outcome import Duty, Missing, Regulation, Score
from audit.reports.records import ReportRecords
from audit.reports.wording import count, in_words, listing, long_day, margin, percent, sentence

DECIDED: Final = {
    "class": "the class",
    "roles": "the roles",
    "gpai_class": "the class of the model",
    "annex_iii_points": "the points of Annex III",
    "art_5_points": "the points of Art. 5",
    "grandfathered_art_111_2": "the transition rule of Art. 111(2)",
    "high_risk_duties_from": "the day of the high-risk duties",
    "scope_rule": "the scope",
    "class_on_go_live": "the class once in service",
}
"""What an unknown fact can decide, by the label of the rule pack."""

_SEVERITIES: Final = {"critical": 0, "high": 1, "medium": 2, "low": 3}


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What could not be concluded, and the answer that decides it."""

    about: str
    question: str
    effect: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The conclusion: its first sentences for page one, all of it by subject, and what stays open."""

    lead: str
    law: tuple[str, ...]
    leaving: tuple[str, ...]
    seeing: tuple[str, ...]
    findings: tuple[str, ...]
    how_we_know: tuple[str, ...]
    open_questions: tuple[OpenQuestion, ...]
    first_question: OpenQuestion | None
    wanted: str
    nothing_open: str


def build_conclusion(records: ReportRecords) -> Conclusion:
    """Build section 3."""
    outcome = records.outcome
    law = _law(records)
    leaving = _leaving(records)
    seeing = (_score_sentence("Transparency risk", outcome.transparency),)
    findings = _findings(records)
    open_questions = _open_questions(records)
    lead = " ".join([*_lead_findings(records), *_lead_law(records), *_lead_scores(records), *findings[:1]])
    return Conclusion(
        lead=lead,
        law=law,
        leaving=leaving,
        seeing=seeing,
        findings=findings,
        how_we_know=_how_we_know(records),
        open_questions=open_questions,
        first_question=open_questions[0] if open_questions else None,
        wanted=_wanted(len(open_questions)),
        nothing_open=_nothing_open(records),
    )


def is_prohibited(regulation: Regulation) -> bool:
    """Tell whether the class is that of a prohibited practice, now or from a day to come."""
    return regulation.aia_class.startswith("prohibited")


def in_force(regulation: Regulation, outcome: str) -> list[Duty]:
    """Give the duties in force with one outcome."""
    return [duty for duty in regulation.duties if duty.in_force and duty.outcome == outcome]


def class_in_words(records: ReportRecords) -> str:
    """Give the class under the AI Act, or the classes that are still possible, as a clause."""
    regulation = records.outcome.regulation
    if regulation.aia_class:
        return f"is in the class “{records.label('aia.class', regulation.aia_class)}” of the EU AI Act"
    possible = [f"“{records.label('aia.class', value)}”" for value in regulation.possible_classes]
    if not possible:
        return "has not been classed under the EU AI Act"
    return f"cannot be classed under the EU AI Act yet: on the recorded facts {listing(possible, 'or')} is possible"


def _lead_findings(records: ReportRecords) -> list[str]:
    """Give what weighs most outside the law, such as a model that its host has retired."""
    grave = [
        finding
        for finding in sorted(records.findings, key=lambda each: each.key)
        if finding.closed_on is None and finding.rating == Rating.VERY_HIGH and finding.area != FindingArea.REGULATORY
    ]
    return [sentence(finding.title) for finding in grave[:2]]


def _lead_law(records: ReportRecords) -> list[str]:
    regulation = records.outcome.regulation
    unmet = sorted(in_force(regulation, "not_satisfied"), key=lambda duty: _SEVERITIES.get(duty.severity, 9))
    sentences = [f"The system {class_in_words(records)}."]
    if unmet:
        named = "; ".join(f"{duty.title} ({duty.citation})" for duty in unmet[:3])
        more = f"; and {in_words(len(unmet) - 3)} more" if len(unmet) > 3 else ""
        told = f"{count(len(unmet), 'duty', 'duties')} in force {'is' if len(unmet) == 1 else 'are'} not satisfied"
        first = 1 if is_prohibited(regulation) else 0
        sentences.insert(first, sentence(f"{told}: {named}{more}"))
    return sentences


def _lead_scores(records: ReportRecords) -> list[str]:
    """Give both scores in one sentence, and the time for an exit where there may be too little."""
    outcome = records.outcome
    scores = [("lock-in", outcome.lock_in), ("transparency risk", outcome.transparency)]
    told = [
        f"{name} lies {_at(score.low, score.high)} of 100 ({score.label})"
        for name, score in scores
        if score.low is not None and score.high is not None
    ]
    if not told:
        return ["Neither lock-in nor transparency has been assessed."]
    sentences = [sentence(f"{listing(told)}; each band is that of the unfavourable end")]
    orderly = outcome.exit.orderly_margin
    if orderly is not None and orderly.low < 0:
        sentences.append(f"An orderly exit is {margin(orderly.low, orderly.high)}.")
    return sentences


def _law(records: ReportRecords) -> tuple[str, ...]:
    regulation = records.outcome.regulation
    entity = records.system.legal_entity.name
    sentences = _lead_law(records)
    if regulation.roles is None:
        sentences.append(f"The role of {entity} cannot be told from the recorded facts.")
    elif regulation.roles:
        roles = listing(records.label("aia.roles", role).lower() for role in regulation.roles)
        sentences.append(f"{entity} is {roles} within the meaning of the Act.")
    if regulation.annex_iii_points:
        sentences.append(f"It matches Annex III point {listing(map(point, regulation.annex_iii_points))}.")
    if regulation.art_5_points:
        sentences.append(f"It matches a practice of Art. 5(1) point {listing(regulation.art_5_points)}.")
    if regulation.class_on_go_live and regulation.class_on_go_live != regulation.aia_class:
        later = records.label("aia.class", regulation.class_on_go_live)
        sentences.append(f"Once in service, the same facts put it in the class “{later}”.")
    sentences.append(_duties_sentence(regulation, records.assessment.as_of))
    if regulation.grandfathered:
        sentences.append("It was placed on the market early enough for the transition rule of Art. 111(2).")
    return tuple(sentences)


def point(value: str) -> str:
    """Write a point of Annex III as the law does: ``5b`` becomes ``5(b)``."""
    digits = value.rstrip("abcdefghijklmnopqrstuvwxyz")
    return f"{digits}({value[len(digits) :]})" if digits and digits != value else value


def _duties_sentence(regulation: Regulation, as_of: date) -> str:
    satisfied, unmet, unknown = (
        len(in_force(regulation, outcome)) for outcome in ("satisfied", "not_satisfied", "undetermined")
    )
    total = satisfied + unmet + unknown
    coming = sorted(duty.applies_from for duty in regulation.duties if duty.applies_from and duty.applies_from > as_of)
    told = f"{count(total, 'duty', 'duties')} in force"
    parts = ((satisfied, "satisfied"), (unmet, "not satisfied"), (unknown, "not determined for want of a record"))
    if total:
        told += f": {listing(f'{in_words(number)} {word}' for number, word in parts if number)}"
    if coming:
        told += f"; {count(len(coming), 'more comes', 'more come')} into force, the next on {long_day(coming[0])}"
    if regulation.undetermined:
        told += f"; whether {count(len(regulation.undetermined), 'other applies', 'others apply')} is open"
    return sentence(told)


def _leaving(records: ReportRecords) -> tuple[str, ...]:
    outcome = records.outcome
    sentences = [_score_sentence("Lock-in", outcome.lock_in)]
    if outcome.exit.time is not None:
        days = outcome.exit.time
        sentences.append(f"Leaving in good order takes {spoken_interval(days.low, days.high)} days.")
    orderly = outcome.exit.orderly_margin
    if orderly is not None:
        sentences.append(f"Measured against the time there is, an orderly exit is {margin(orderly.low, orderly.high)}.")
    else:
        sentences.append("No bound on the time there is for an orderly exit is known; that is not a good sign.")
    sudden = outcome.exit.sudden_margin
    if sudden is not None:
        sentences.append(f"If it stopped today, the fallback would be {margin(sudden.low, sudden.high)}.")
    else:
        sentences.append("What happens if it stops today cannot be told from the recorded facts.")
    return tuple(sentences)


def _score_sentence(name: str, score: Score) -> str:
    if score.low is None or score.high is None:
        return f"{name} has not been assessed."
    return f"{name} lies {_at(score.low, score.high)} of 100 ({score.label})."


def _at(low: float, high: float) -> str:
    interval = spoken_interval(low, high)
    return interval if interval.startswith("between") else f"at {interval}"


def _findings(records: ReportRecords) -> tuple[str, ...]:
    still_open = [finding for finding in records.findings if finding.closed_on is None]
    if not still_open:
        return ("No finding is open.",)
    ratings = [
        f"{in_words(sum(finding.rating == rating for finding in still_open))} {word}"
        for rating, word in (("very_high", "very high"), ("high", "high"), ("moderate", "moderate"), ("low", "low"))
        if any(finding.rating == rating for finding in still_open)
    ]
    verb = "is" if len(still_open) == 1 else "are"
    return (f"{sentence(count(len(still_open), 'finding'))[:-1]} {verb} open, rated {listing(ratings)}.",)


def _how_we_know(records: ReportRecords) -> tuple[str, ...]:
    outcome = records.outcome
    return (
        f"The judgement rests on {count(len(records.facts), 'recorded fact')} and the rule packs named in section 6.",
        *(
            f"Known facts cover {percent(score.coverage)} of what {name} is judged by."
            for name, score in (("lock-in", outcome.lock_in), ("transparency", outcome.transparency))
            if score.coverage is not None
        ),
        "What is unknown was counted at its unfavourable end; the interval shows by how much.",
    )


def _open_questions(records: ReportRecords) -> tuple[OpenQuestion, ...]:
    """Give the decisive unknown facts: of the class first, then of duties, then of the scores; each once."""
    outcome = records.outcome
    found: dict[str, OpenQuestion] = {}
    for missing in outcome.regulation.missing:
        found.setdefault(missing.key, _of_law(records, missing))
    for name, score in (("Lock-in", outcome.lock_in), ("Transparency", outcome.transparency)):
        for missing in score.missing[:5]:
            if missing.narrows >= 0.5:
                effect = f"would narrow {name.lower()} by {count(round(missing.narrows), 'point')}"
                found.setdefault(missing.key, OpenQuestion(name, records.question(missing.key), effect))
    return tuple(list(found.values())[:12])


def _wanted(number: int) -> str:
    verb = "is" if number == 1 else "are"
    return sentence(f"{count(number, 'answer')} {verb} wanted that could change a judgement")


def _nothing_open(records: ReportRecords) -> str:
    """Say what no open question means: that all is known, or only that the assessment names none."""
    outcome = records.outcome
    scores = (outcome.lock_in, outcome.transparency)
    if outcome.regulation.aia_class and all(score.low is not None for score in scores):
        return "Nothing: no unanswered question could change the class, the roles or a band."
    return "The assessment is not complete, and names no answer that would complete it."


def _of_law(records: ReportRecords, missing: Missing) -> OpenQuestion:
    duties = [label for label in missing.decides if label.startswith("duty:")]
    decided = [DECIDED[label] for label in missing.decides if label in DECIDED][:3]
    if duties:
        decided.append(f"whether {count(len(duties), 'duty applies', 'duties apply')}")
    effect = f"decides {listing(decided)}" if decided else "bears on the law that applies"
    return OpenQuestion("Law", records.question(missing.key), effect)
