"""The questions still worth asking about a system: those that can change an outcome, the most decisive first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

from audit.engine.assess import Assessment, assess
from audit.engine.facts import Control, Fact, FactSheet, parse_controls, parse_sheet
from audit.portfolio.figures import recall_figures
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.snapshots import build_fact_sheet
from audit.snapshots.applicability import facts_before, is_asked, mark_inapplicable
from audit.snapshots.leaving import LEAVING
from governance.models import VendorDependency
from governance.vocabulary import VocabularyFact, load_vocabulary

_ROLES: Final = frozenset({"roles", "gpai_class"})


class Purpose(IntEnum):
    """What an answer is for, most decisive first."""

    CLASS = 1
    ROLES = 2
    DUTIES = 3
    SCORES = 4
    READINGS = 5


@dataclass(frozen=True, slots=True)
class Question:
    """One open question: what it decides, and how much it narrows the scores (in points of 0 to 100)."""

    fact: VocabularyFact
    purpose: Purpose
    decides: tuple[str, ...]
    narrows: float
    weight: float

    @property
    def key(self) -> str:
        """The fact's key."""
        return self.fact.key


@dataclass(frozen=True, slots=True)
class Answered:
    """One fact that is known, and where it comes from."""

    fact: VocabularyFact
    known: Fact


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What is asked about a system on a day.

    ``open`` are the questions an officer answers; ``elsewhere`` are missing facts that another entry tells (a
    contract, a data flow, the catalogue); ``answered`` are the officer's facts that are known; ``inapplicable``
    do not apply, each for its reason. ``assessment`` is what the answers so far give. Without any contract the way
    out is asked here: ``leaving`` are its facts.
    """

    open: tuple[Question, ...]
    elsewhere: tuple[Question, ...]
    answered: tuple[Answered, ...]
    inapplicable: tuple[Answered, ...]
    assessment: Assessment
    leaving: frozenset[str]
    completeness: float
    """The share of the facts that matter which are known, from 0 to 1; what does not apply counts on neither side."""


def next_questions(*, system_id: int, as_of: date) -> Questionnaire:
    """What to ask about a system, from its rows, its answers and the catalogue.

    Raises ``AISystem.DoesNotExist`` if there is no such system.
    """
    snapshot = build_fact_sheet(system_id, as_of, concentration=recall_figures(as_of))
    sheet = parse_sheet(snapshot.facts, fact_types())
    leaving = () if VendorDependency.objects.filter(system_id=system_id).exists() else LEAVING
    return ask(str(system_id), sheet, as_of, controls=parse_controls(snapshot.controls), leaving=leaving)


def ask(
    system_id: str,
    sheet: FactSheet,
    as_of: date,
    *,
    controls: Mapping[str, Control] | None = None,
    leaving: Collection[str] = (),
) -> Questionnaire:
    """The questionnaire over a fact sheet; pure. ``leaving`` are facts asked here since no contract holds them."""

    def is_asked_here(fact: VocabularyFact) -> bool:
        return fact.key in leaving or is_for_officers(fact)

    marked = mark_inapplicable(sheet, as_of)
    assessment = assess(system_id, marked, controls or {}, load_packs(), as_of)
    questions = _with_openers(_collect(assessment), marked, as_of)
    ordered = sorted(questions, key=_order)
    vocabulary = load_vocabulary().facts
    known = [Answered(vocabulary[key], fact) for key, fact in marked.items() if key in vocabulary]
    return Questionnaire(
        open=tuple(question for question in ordered if is_asked_here(question.fact)),
        elsewhere=tuple(question for question in ordered if not is_asked_here(question.fact)),
        answered=tuple(entry for entry in known if entry.known.applies and is_asked_here(entry.fact)),
        inapplicable=tuple(entry for entry in known if not entry.known.applies and is_asked_here(entry.fact)),
        assessment=assessment,
        leaving=frozenset(leaving),
        completeness=_measure_completeness(known, assessment),
    )


def is_for_officers(fact: VocabularyFact) -> bool:
    """Whether the fact is answered in a questionnaire: the system's, or the legal entity's."""
    return fact.source == "officer" or fact.scope == "entity"


def _measure_completeness(known: Iterable[Answered], assessment: Assessment) -> float:
    told = {entry.fact.key for entry in known if entry.known.applies and entry.fact.source != "derived"}
    missing = {fact.key for fact in assessment.regulatory.missing}
    missing |= {key for key, _, _ in _missing_in_scores(assessment)}
    return len(told) / (len(told) + len(missing - told)) if told or missing else 1.0


def _collect(assessment: Assessment) -> dict[str, Question]:
    """Every missing fact once, with all that it decides."""
    vocabulary = load_vocabulary().facts
    found: dict[str, Question] = {}
    for missing in assessment.regulatory.missing:
        fact = vocabulary.get(missing.key)
        if fact is not None:
            found[missing.key] = Question(fact, _purpose_of(missing.decides), missing.decides, 0.0, missing.weight)
    for key, points, decides in _missing_in_scores(assessment):
        fact = vocabulary.get(key)
        if fact is None:
            continue
        before = found.get(key, Question(fact, Purpose.SCORES, (), 0.0, 0.0))
        found[key] = Question(fact, before.purpose, (*before.decides, decides), before.narrows + points, before.weight)
    for key in _missing_for_readings(assessment):
        if key in vocabulary and key not in found:
            found[key] = Question(vocabulary[key], Purpose.READINGS, ("readings",), 0.0, 0.0)
    return found


def _missing_for_readings(assessment: Assessment) -> Iterator[str]:
    """What tells whether a provision that is read in two ways concerns the system; no judgement hangs on it."""
    situation = assessment.regulatory.ledger.situation
    for reading in (reading for pack in assessment.regulatory.packs for reading in pack.readings):
        if reading.when.decide(situation.values) is None:
            yield from situation.waits_for(reading.when)[1]


def _missing_in_scores(assessment: Assessment) -> Iterator[tuple[str, float, str]]:
    for name, result in (("lock_in", assessment.lock_in), ("transparency", assessment.transparency)):
        details = result.to_json()["missing_details"]
        for entry in details if isinstance(details, list) else ():
            if isinstance(entry, dict) and isinstance(points := entry.get("narrows"), int | float):
                yield str(entry["key"]), float(points), name


def _with_openers(found: dict[str, Question], sheet: FactSheet, as_of: date) -> Iterable[Question]:
    """Put the question that opens a section in the place of those it may make needless."""
    vocabulary = load_vocabulary().facts
    asked: dict[str, Question] = {}
    for question in sorted(found.values(), key=_order):
        for key in _openers(question.key, sheet, as_of):
            fact = vocabulary[key]
            known = asked.get(key) or found.get(key)
            better = Question(fact, question.purpose, question.decides, question.narrows, question.weight)
            asked[key] = better if known is None or _order(better) < _order(known) else known
    return asked.values()


def _openers(key: str, sheet: FactSheet, as_of: date, waiting: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The question itself if it certainly applies, else the first unknown one that decides whether it does.

    Of two that decide about each other the one ``waiting`` does not open again.
    """
    if is_asked(key, sheet, as_of) is not None:
        return (key,)
    for before in facts_before(key):
        if before not in sheet and before not in waiting:
            return _openers(before, sheet, as_of, (*waiting, key))
    return (key,)


def _purpose_of(decides: Iterable[str]) -> Purpose:
    labels = set(decides)
    if "class" in labels:
        return Purpose.CLASS
    return Purpose.ROLES if labels & _ROLES else Purpose.DUTIES


def _order(question: Question) -> tuple[int, float, float, str]:
    return (question.purpose, -question.weight, -question.narrows, question.key)
