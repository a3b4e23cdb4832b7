"""Filling in the forms of the law: begin a version, save it, make it final, add what follows later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import models, transaction

from governance.choices import RecordStatus
from governance.models import AISystem, AuditEvent, FundamentalRightsAssessment
from governance.models.law import LawRecord
from governance.models.law.elements import is_given, judge_elements
from governance.selectors.law_records import MODELS, RecordKind, explain_references
from governance.services.registering import delete_row, read_fields, save_row

_BOOKKEEPING: Final = frozenset({"system", "version", "status", "finalised_on", "finalised_by"})

_PAIRS: Final = (
    ("notified_on", "notified_to", "Say which authority was notified."),
    ("notified_to", "notified_on", "Say on which day the authority was notified, or clear its name."),
    ("registered_on", "registration_number", "Give the number under which it is registered."),
    ("registration_number", "registered_on", "Give the day of the registration, or clear the number."),
    ("requested_on", "requested_by", "Say which authority asked for it."),
    ("requested_by", "requested_on", "Say on which day the authority asked, or clear its name."),
    ("provided_on", "requested_on", "Say on which day an authority asked for it; otherwise clear this day."),
    ("consulted_on", "consulted_authority", "Say which authority was consulted."),
    ("consulted_authority", "consulted_on", "Say on which day the authority was consulted, or clear its name."),
    ("dpo_advised_on", "dpo_advice", "Write down the officer’s advice of that day."),
)
"""(column that is given, column that must then be given too, what to say)."""

_ORDERS: Final = (
    ("performed_on", "review_due_on", "The next review must come after {first}, the day it was finished."),
    ("reviewed_on", "review_due_on", "The next review must come after {first}, the day of the last one."),
    ("requested_on", "provided_on", "It was asked for on {first}; it cannot have been handed over before."),
    ("performed_on", "reviewed_on", "It was finished on {first}; a review comes later."),
    ("performed_on", "notified_on", "It was finished on {first}; results are notified after that (Art. 27(3))."),
)
"""(earlier column, later column, what to say)."""
_MAY_BE_EQUAL: Final = frozenset({"provided_on", "notified_on", "reviewed_on"})


@dataclass(frozen=True, slots=True)
class RecordProblem:
    """What is wrong with one column of a record, and what would be right."""

    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.column}: {self.message}"


@dataclass(slots=True)
class RecordError(ValueError):
    """All that keeps a record from being saved or made final, at once; nothing was saved."""

    problems: tuple[RecordProblem, ...]

    def __str__(self) -> str:
        return "; ".join(str(problem) for problem in self.problems)


@transaction.atomic
def start_record(*, kind: RecordKind, system_id: int, actor: str) -> LawRecord:
    """Begin a form of a system: the draft there is, or a new version with the content of the one before it."""
    AISystem.objects.select_for_update().get(pk=system_id)
    model = MODELS[kind]
    latest = model._default_manager.filter(system_id=system_id).order_by("-version").first()
    if latest is not None and not latest.is_final:
        return latest
    record = model(system_id=system_id, version=1 if latest is None else latest.version + 1)
    if latest is not None:
        for name in _content_columns(model) - model.NOT_CARRIED_OVER:
            setattr(record, name, getattr(latest, name))
    save_row(instance=record, actor=actor)
    return record


@transaction.atomic
def save_record(*, record: LawRecord, actor: str, today: date) -> AuditEvent | None:
    """Save what was entered. Raises ``RecordError`` for days that cannot be, and for changes of a final content."""
    problems = find_problems(record, today, is_final=False)
    if problems:
        raise RecordError(problems)
    return save_row(instance=record, actor=actor)


@transaction.atomic
def finalise_record(*, record: LawRecord, actor: str, today: date) -> AuditEvent | None:
    """Save the record and fix its content. Raises ``RecordError`` naming every element and day that is missing."""
    problems = find_problems(record, today, is_final=True)
    if problems:
        raise RecordError(problems)
    record.status = RecordStatus.FINAL
    record.finalised_on = today
    record.finalised_by = actor[:200]
    return save_row(instance=record, actor=actor)


@transaction.atomic
def discard_draft(*, record: LawRecord, actor: str) -> AuditEvent:
    """Delete a draft. Raises ``RecordError`` for a final record, which stays on record."""
    if record.is_final:
        raise RecordError((RecordProblem("status", "is final and stays on record; begin the next version instead"),))
    return delete_row(instance=record, actor=actor)


def find_problems(record: LawRecord, today: date, *, is_final: bool) -> tuple[RecordProblem, ...]:
    """All that keeps the record from being saved, and with ``is_final`` from being made final."""
    problems = [*find_date_problems(record, today), *_find_changes_of_final(record)]
    return (*problems, *(find_open_parts(record) if is_final else ()))


def find_open_parts(record: LawRecord) -> Iterator[RecordProblem]:
    """What is still missing before the record can be final: who, when, the next review, and each element."""
    for column, message in (
        ("performed_by", "Say who did it."),
        ("performed_on", "Give the day on which it was finished."),
        ("review_due_on", "Give the day by which it is to be reviewed."),
    ):
        if not is_given(getattr(record, column)):
            yield RecordProblem(column, message)
    references = explain_references(record) if isinstance(record, FundamentalRightsAssessment) else {}
    content = {name: getattr(record, name) for name in _content_columns(type(record))}
    for state in judge_elements(record.ELEMENTS, content, references):
        for gap in state.gaps:
            yield RecordProblem(gap.column, f"{state.element.citation} asks for {gap.missing}.")


def find_date_problems(record: LawRecord, today: date) -> Iterator[RecordProblem]:
    """Days that lie ahead or in the wrong order, and entries of which one half is missing."""
    values = _values_of(record)
    for name, value in values.items():
        if isinstance(value, date) and name != "review_due_on" and value > today:
            yield RecordProblem(name, f"{value.isoformat()} lies ahead; enter what has happened.")
    for first, second, message in _ORDERS:
        before, after = values.get(first), values.get(second)
        if not isinstance(before, date) or not isinstance(after, date):
            continue
        if after < before or (after == before and second not in _MAY_BE_EQUAL):
            yield RecordProblem(second, message.format(first=before.isoformat()))
    for given, needed, message in _PAIRS:
        if is_given(values.get(given)) and not is_given(values.get(needed)):
            yield RecordProblem(needed, message)
    if values.get("is_exempt_from_notice") and not is_given(values.get("exemption_reason")):
        yield RecordProblem("exemption_reason", "Say on which decision of the authority the exemption rests.")


def _find_changes_of_final(record: LawRecord) -> Iterator[RecordProblem]:
    stored = type(record)._default_manager.filter(pk=record.pk).first() if record.pk else None
    if stored is None or not stored.is_final:
        return
    before, after = read_fields(stored), read_fields(record)
    for name in sorted(after):
        if after[name] != before[name] and name not in record.FOLLOW_UP:
            yield RecordProblem(name, "belongs to a final record and stays as it is; begin the next version.")
    moved = after["review_due_on"] != before["review_due_on"]
    if moved and after["reviewed_on"] == before["reviewed_on"]:
        yield RecordProblem("reviewed_on", "Say when it was reviewed; only then the next review can be moved.")


def _values_of(record: LawRecord) -> Mapping[str, object]:
    return {name: getattr(record, name) for name in _content_columns(type(record))}


def _content_columns(model: type[models.Model]) -> frozenset[str]:
    return frozenset(
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name not in _BOOKKEEPING | {"created_at", "updated_at"}
    )
