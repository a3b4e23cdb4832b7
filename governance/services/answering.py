"""Saving answers to the questionnaire: all checked against the vocabulary at once, all saved or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from django.db import transaction
from django.utils import timezone

from governance.models import AISystem, AuditEvent, LegalEntity
from governance.services.checking import check_value, explain_unknown_key
from governance.services.recording import announce_change, record_event
from governance.vocabulary import Scope, Vocabulary, load_vocabulary

AnswerValue: TypeAlias = "bool | int | float | str | date | list[str] | None"
StoredAnswers: TypeAlias = "dict[str, dict[str, bool | int | float | str | list[str] | None]]"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. A value of None says "known to be none"; a list that is empty says "none of these"."""

    value: AnswerValue
    grade: str = ""
    source: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """What is wrong with the answer to one question, and what would be right."""

    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}"


@dataclass(slots=True)
class AnswersError(ValueError):
    """All answers that cannot be saved, at once; nothing was saved."""

    problems: tuple[AnswerProblem, ...] = field(default_factory=tuple)

    def __str__(self) -> str:
        return "; ".join(str(problem) for problem in self.problems)


@transaction.atomic
def save_answers(
    *, system_id: int, answers: Mapping[str, Answer | None], actor: str, answered_on: date | None = None
) -> AuditEvent | None:
    """Save answers about a system; None clears one, so that it is not known again.

    Gives the recorded event, or None if nothing changed. Raises ``AnswersError`` naming every wrong answer.
    """
    check_answers(answers, entity=False)
    system = AISystem.objects.select_for_update().get(pk=system_id)
    return _store(system, answers, actor, answered_on or timezone.localdate())


@transaction.atomic
def save_entity_answers(
    *, legal_entity_id: int, answers: Mapping[str, Answer | None], actor: str, answered_on: date | None = None
) -> AuditEvent | None:
    """Save answers about the organisation itself; as ``save_answers``."""
    check_answers(answers, entity=True)
    entity = LegalEntity.objects.select_for_update().get(pk=legal_entity_id)
    return _store(entity, answers, actor, answered_on or timezone.localdate())


def check_answers(answers: Mapping[str, Answer | None], *, entity: bool) -> None:
    """Check every answer against the vocabulary; raises ``AnswersError`` naming all that is wrong."""
    vocabulary = load_vocabulary()
    problems: list[AnswerProblem] = []
    for key, answer in answers.items():
        message = _find_problem(vocabulary, key, answer, entity=entity)
        if message:
            problems.append(AnswerProblem(key, message))
    if problems:
        raise AnswersError(tuple(problems))


def is_about_entity(scope: Scope) -> bool:
    """Tell whether a fact of this scope is answered once for the legal entity, not for each system."""
    return scope == "entity"


def _find_problem(vocabulary: Vocabulary, key: str, answer: Answer | None, *, entity: bool) -> str:
    fact = vocabulary.facts.get(key)
    if fact is None:
        return explain_unknown_key(key, vocabulary)
    if fact.source == "derived":
        return "is concluded by the rules and cannot be answered"
    if is_about_entity(fact.scope) != entity:
        place = "the legal entity's" if is_about_entity(fact.scope) else "the system's"
        return f"belongs on {place} page"
    return "" if answer is None else check_value(fact, answer.value)


def _store(
    holder: AISystem | LegalEntity, answers: Mapping[str, Answer | None], actor: str, answered_on: date
) -> AuditEvent | None:
    stored: StoredAnswers = dict(holder.answers)
    changes: dict[str, tuple[object, object]] = {}
    for key, answer in answers.items():
        before = stored.get(key)
        after = None if answer is None else _describe_answer(answer)
        if after == _without_signature(before):
            continue
        changes[f"answers.{key}"] = (_without_signature(before), after)
        if after is None:
            stored.pop(key)
        else:
            stored[key] = {**after, "answered_by": actor, "answered_on": answered_on.isoformat()}
    if not changes:
        return None
    holder.answers = stored
    holder.save(update_fields=["answers", "updated_at"])
    announce_change(instance=holder)
    return record_event(actor=actor, action="answered", instance=holder, changes=changes)


def _describe_answer(answer: Answer) -> dict[str, bool | int | float | str | list[str] | None]:
    value = answer.value.isoformat() if isinstance(answer.value, date) else answer.value
    entry: dict[str, bool | int | float | str | list[str] | None] = {"value": value}
    if answer.grade:
        entry["grade"] = answer.grade
    if answer.source:
        entry["source"] = answer.source
    if answer.expires_on:
        entry["expires_on"] = answer.expires_on.isoformat()
    return entry


def _without_signature(
    entry: Mapping[str, bool | int | float | str | list[str] | None] | None,
) -> dict[str, bool | int | float | str | list[str] | None] | None:
    if entry is None:
        return None
    return {name: item for name, item in entry.items() if name not in ("answered_by", "answered_on")}
