"""Section 3: the conclusion in words, composed from the outcome, and what could not be concluded.

The finding comes first, then how we know. It never says more than the rules found, and it gives no advice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from audit.models import FindingArea, Rating
from audit.reports.citations import cite, point_of_annex
from audit.reports.figures.bars import figure
from audit.reports.outcome import Days, Regulation, Score
from audit.reports.records import ReportRecords
from audit.reports.sections.duty_counts import in_force, of_entity, tell_duties
from audit.reports.sections.questions import (
    OpenQuestion,
    count_open_questions,
    list_open_questions,
    say_further,
    say_nothing_open,
    say_wanted,
)
from audit.reports.stored import told
from audit.reports.wording import (
    band_word,
    days_between,
    in_words,
    listing,
    long_day,
    margin,
    percent,
    say,
    say_count,
    sentence,
)
from governance.choices import LifecycleStage

_SEVERITIES: Final = {"critical": 0, "high": 1, "medium": 2, "low": 3}


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
    further: str
    nothing_open: str


def build_conclusion(records: ReportRecords) -> Conclusion:
    """Build section 3."""
    outcome = records.outcome
    law = _law(records)
    leaving = _leaving(records)
    seeing = (_transparency_sentence(outcome.transparency),)
    findings = _findings(records)
    open_questions = list_open_questions(records)
    lead = " ".join(
        [
            *_withdrawn(records),
            *_lead_findings(records),
            *_lead_law(records, brief=True),
            *_lead_scores(records),
            *findings[:1],
        ]
    )
    return Conclusion(
        lead=lead,
        law=law,
        leaving=leaving,
        seeing=seeing,
        findings=findings,
        how_we_know=_how_we_know(records),
        open_questions=open_questions,
        first_question=open_questions[0] if open_questions else None,
        wanted=say_wanted(count_open_questions(records)),
        further=say_further(count_open_questions(records) - len(open_questions)),
        nothing_open=say_nothing_open(records),
    )


def is_prohibited(regulation: Regulation) -> bool:
    """Tell whether the class is that of a prohibited practice, now or from a day to come."""
    return regulation.aia_class.startswith("prohibited")


def only_prohibited(regulation: Regulation) -> bool:
    """Tell whether nothing but the scope of the Act keeps an undecided system from being a prohibited practice."""
    possible = set(regulation.possible_classes) - {"out_of_scope"}
    return not regulation.aia_class and bool(possible) and all(each.startswith("prohibited") for each in possible)


def class_in_words(records: ReportRecords) -> str:
    """Give the class under the AI Act, or the classes that are still possible, as a sentence."""
    regulation = records.outcome.regulation
    if regulation.aia_class:
        name = records.label("aia.class", regulation.aia_class)
        return say("The system is in the class “{name}” of the EU AI Act.", name=name)
    possible = [say("“{quoted}”", quoted=records.label("aia.class", value)) for value in regulation.possible_classes]
    if not possible:
        return gettext("The system has not been classed under the EU AI Act.")
    return say(
        "The system cannot be classed under the EU AI Act yet: on the recorded facts {names} is possible.",
        names=listing(possible, "or"),
    )


def class_in_brief(records: ReportRecords) -> str:
    """Give the same for page one: of many possible classes, which section 3 names, their number."""
    possible = records.outcome.regulation.possible_classes
    if records.outcome.regulation.aia_class or len(possible) <= 3:
        return class_in_words(records)
    return say(
        "The system cannot be classed under the EU AI Act yet: on the recorded facts {number} classes are possible.",
        number=in_words(len(possible)),
    )


def _withdrawn(records: ReportRecords) -> list[str]:
    """Say first of a system that is no longer in use that it is not."""
    system = records.system
    if system.stage != LifecycleStage.WITHDRAWN:
        return []
    if system.withdrawn_on is None:
        return [gettext("The system has been withdrawn; what follows is judged by the facts recorded last.")]
    day = long_day(system.withdrawn_on)
    return [say("The system was withdrawn on {day}; what follows is judged by the facts recorded last.", day=day)]


def _lead_findings(records: ReportRecords) -> list[str]:
    """Give what weighs most outside the law, such as a model that its host has retired."""
    grave = [
        finding
        for finding in sorted(records.findings, key=lambda each: each.key)
        if finding.closed_on is None
        and finding.rating == Rating.VERY_HIGH
        and finding.area != FindingArea.REGULATORY
        and finding.opened_on <= records.assessment.as_of
    ]
    return [sentence(told(finding.title)) for finding in grave[:2]]


def _lead_law(records: ReportRecords, *, brief: bool = False) -> list[str]:
    regulation = records.outcome.regulation
    unmet = sorted(in_force(regulation, "not_satisfied"), key=lambda duty: _SEVERITIES.get(duty.severity, 9))
    sentences = [class_in_brief(records) if brief else class_in_words(records)]
    if unmet:
        named = "; ".join(f"{told(duty.title)} ({cite(duty.citation)})" for duty in unmet[:3])
        if len(unmet) > 3:
            named = say_count("{duties}; and one more", "{duties}; and {number} more", len(unmet) - 3, duties=named)
        first = 1 if is_prohibited(regulation) else 0
        unmet_sentence = say_count(
            "one duty in force is not satisfied: {duties}",
            "{number} duties in force are not satisfied: {duties}",
            len(unmet),
            duties=named,
        )
        sentences.insert(first, sentence(unmet_sentence))
    return [*sentences, *_unmet_by_entity(regulation)]


def _unmet_by_entity(regulation: Regulation) -> list[str]:
    """Say which duties the legal entity as a whole does not satisfy: they bind the use of the system as well."""
    unmet = of_entity(regulation, "not_satisfied")
    if not unmet:
        return []
    named = "; ".join(f"{told(duty.title)} ({cite(duty.citation)})" for duty in unmet)
    unmet_sentence = say_count(
        "one duty of the legal entity as a whole is not satisfied: {duties}",
        "{number} duties of the legal entity as a whole are not satisfied: {duties}",
        len(unmet),
        duties=named,
    )
    return [sentence(unmet_sentence)]


def _lead_scores(records: ReportRecords) -> list[str]:
    """Give both scores in one sentence, and the time for an exit where there may be too little."""
    outcome = records.outcome
    lock_in, transparency = _placed(outcome.lock_in), _placed(outcome.transparency)
    if lock_in and transparency:
        placed = say(
            "Lock-in lies {lock_in} and transparency risk lies {transparency}; "
            "each band is that of the unfavourable end.",
            lock_in=lock_in,
            transparency=transparency,
        )
    elif lock_in:
        placed = say("Lock-in lies {lock_in}; the band is that of the unfavourable end.", lock_in=lock_in)
    elif transparency:
        placed = say(
            "Transparency risk lies {transparency}; the band is that of the unfavourable end.",
            transparency=transparency,
        )
    else:
        return [gettext("Neither lock-in nor transparency has been assessed.")]
    orderly = outcome.exit.orderly_margin
    if orderly is None or orderly.low >= 0:
        return [placed]
    return [placed, _orderly_exit(orderly)]


def _orderly_exit(days: Days) -> str:
    return say("An orderly exit is {margin}.", margin=margin(days.low, days.high))


def _law(records: ReportRecords) -> tuple[str, ...]:
    regulation = records.outcome.regulation
    entity = records.system.legal_entity.name
    sentences = _lead_law(records)
    if regulation.roles is None:
        sentences.append(say("The role of {entity} cannot be told from the recorded facts.", entity=entity))
    elif regulation.roles:
        roles = listing(records.label_within("aia.roles", role) for role in regulation.roles)
        sentences.append(say("{entity} is {roles} within the meaning of the Act.", entity=entity, roles=roles))
    if regulation.annex_iii_points:
        points = listing(map(point, regulation.annex_iii_points))
        sentences.append(say("It matches Annex III point {points}.", points=points))
    if regulation.art_5_points:
        sentences.append(
            say("It matches a practice of Art. 5(1) point {points}.", points=listing(regulation.art_5_points))
        )
    if regulation.class_on_go_live and regulation.class_on_go_live != regulation.aia_class:
        later = records.label("aia.class", regulation.class_on_go_live)
        sentences.append(say("Once in service, the same facts put it in the class “{name}”.", name=later))
    sentences += tell_duties(regulation, records.assessment.as_of)
    if regulation.grandfathered:
        sentences.append(gettext("It was placed on the market early enough for the transition rule of Art. 111(2)."))
    return tuple(sentences)


point = point_of_annex


def _leaving(records: ReportRecords) -> tuple[str, ...]:
    outcome = records.outcome
    sentences = [_lock_in_sentence(outcome.lock_in)]
    if outcome.exit.time is not None:
        days = outcome.exit.time
        sentences.append(say("Leaving in good order takes {days}.", days=days_between(days.low, days.high)))
    orderly = outcome.exit.orderly_margin
    if orderly is not None:
        told_margin = margin(orderly.low, orderly.high)
        sentences.append(say("Measured against the time there is, an orderly exit is {margin}.", margin=told_margin))
    else:
        sentences.append(
            gettext("No bound on the time there is for an orderly exit is known; that is not a good sign.")
        )
    sudden = outcome.exit.sudden_margin
    if sudden is not None:
        sentences.append(
            say("If it stopped today, the fallback would be {margin}.", margin=margin(sudden.low, sudden.high))
        )
    else:
        sentences.append(gettext("What happens if it stops today cannot be told from the recorded facts."))
    return tuple(sentences)


def _lock_in_sentence(score: Score) -> str:
    if score.low is None or score.high is None:
        return gettext("Lock-in has not been assessed.")
    return say("Lock-in lies {place}.", place=_placed(score))


def _transparency_sentence(score: Score) -> str:
    place = _placed(score)
    if not place:
        return gettext("Transparency risk has not been assessed.")
    return say("Transparency risk lies {place}.", place=place)


def _placed(score: Score) -> str:
    """Give where a score lies: ``between 58 and 81 of 100 (very high)``, ``at 58 of 100 (high)``, or nothing."""
    if score.low is None or score.high is None or not score.is_judged:
        return ""
    low, high, band = figure(score.low), figure(score.high), band_word(score.band)
    if low == high:
        return say("at {score} of 100 ({band})", score=low, band=band)
    return say("between {low} and {high} of 100 ({band})", low=low, high=high, band=band)


def _findings(records: ReportRecords) -> tuple[str, ...]:
    still_open = [finding for finding in records.findings if finding.closed_on is None]
    if not still_open:
        return (gettext("No finding is open."),)
    ratings = [
        say("{number} {rating}", number=in_words(number), rating=band_word(rating))
        for rating in ("very_high", "high", "moderate", "low")
        if (number := sum(finding.rating == rating for finding in still_open))
    ]
    opened = say_count(
        "one finding is open, rated {ratings}.", "{number} findings are open, rated {ratings}.", len(still_open),
        ratings=listing(ratings),
    )  # fmt: skip
    return (sentence(opened),)


def _how_we_know(records: ReportRecords) -> tuple[str, ...]:
    outcome = records.outcome
    lock_in, transparency = outcome.lock_in.coverage, outcome.transparency.coverage
    sentences = [
        say_count(
            "The judgement rests on one recorded fact and the rule packs named in section 6.",
            "The judgement rests on {number} recorded facts and the rule packs named in section 6.",
            len(records.facts),
        )
    ]
    if lock_in is not None:
        sentences.append(say("Known facts cover {share} of what lock-in is judged by.", share=percent(lock_in)))
    if transparency is not None:
        sentences.append(
            say("Known facts cover {share} of what transparency is judged by.", share=percent(transparency))
        )
    unknown = gettext("What is unknown was counted at its unfavourable end; the interval shows by how much.")
    return (*sentences, unknown)
