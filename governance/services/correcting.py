"""Correcting what the catalogue says of a component: with a source, recorded, and kept when it is loaded again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from governance.models import AuditEvent, Component
from governance.services.answering import Answer, AnswerProblem, AnswersError
from governance.services.checking import check_value
from governance.services.recording import PlainValue, announce_change, plain_value, record_event
from governance.services.registering import save_row
from governance.vocabulary import VocabularyFact, load_vocabulary


def correctable_facts() -> list[VocabularyFact]:
    """The facts that the catalogue tells of a component, in the vocabulary's order."""
    return [
        fact
        for fact in load_vocabulary().facts.values()
        if fact.source == "catalogue" and not fact.key.startswith("open.")
    ]


@transaction.atomic
def correct_facts(
    *, component_id: int, answers: Mapping[str, Answer | None], actor: str, corrected_on: date
) -> AuditEvent | None:
    """Replace, add or (with None) remove facts of a component; gives the event, or None if nothing changed.

    Raises ``AnswersError`` naming every fact that is wrong or lacks its source; then nothing is saved.
    """
    component = Component.objects.select_for_update().get(pk=component_id)
    stored = {str(entry["key"]): entry for entry in component.facts}
    changed = {key: answer for key, answer in answers.items() if not _is_same(stored.get(key), answer)}
    _check(changed)
    if not changed:
        return None
    changes: dict[str, tuple[object, object]] = {}
    for key, answer in changed.items():
        before = stored.get(key)
        if answer is None:
            stored.pop(key)
        else:
            stored[key] = _describe(key, answer, corrected_on)
        changes[f"facts.{key}"] = (before, stored.get(key))
    component.facts = list(stored.values())
    component.corrected_fields = sorted({*component.corrected_fields, "facts"})
    component.save(update_fields=["facts", "corrected_fields", "updated_at"])
    announce_change(instance=component)
    return record_event(actor=actor, action="corrected", instance=component, changes=changes)


@transaction.atomic
def correct_index(*, component_id: int, answers: Mapping[str, PlainValue], actor: str) -> AuditEvent | None:
    """Replace the dimensions of the index of a component; gives the event, or None if nothing changed.

    The catalogue leaves them alone from then on.
    """
    component = Component.objects.select_for_update().get(pk=component_id)
    component.index_answers = dict(answers)
    return save_row(instance=component, actor=actor, is_correction=True)


def _check(changed: Mapping[str, Answer | None]) -> None:
    correctable = {fact.key: fact for fact in correctable_facts()}
    problems: list[AnswerProblem] = []
    for key, answer in changed.items():
        if key not in correctable:
            problems.append(AnswerProblem(key, "is not a fact that the catalogue tells of a component"))
        elif answer is not None:
            message = check_value(correctable[key], answer.value)
            if not message and not answer.source.strip():
                message = "Say where this is written; a correction needs its source."
            if message:
                problems.append(AnswerProblem(key, message))
    if problems:
        raise AnswersError(tuple(problems))


def _is_same(entry: Mapping[str, PlainValue] | None, answer: Answer | None) -> bool:
    if entry is None or answer is None:
        return entry is None and answer is None
    before = (entry.get("value"), entry.get("grade") or "", entry.get("source") or "")
    return before == (plain_value(answer.value), answer.grade, answer.source)


def _describe(key: str, answer: Answer, corrected_on: date) -> dict[str, PlainValue]:
    return {
        "key": key,
        "value": plain_value(answer.value),
        "grade": answer.grade,
        "source": answer.source,
        "on": corrected_on.isoformat(),
    }
