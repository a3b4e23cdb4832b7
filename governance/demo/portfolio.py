"""A large fictional portfolio, to measure on: the demonstration's systems, varied by a seed, many times over.

The same number and seed give the same portfolio. Rows are written in bulk and none is announced: nothing is assessed
until the next run, which finds them by itself.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import models, transaction

from governance.models import (
    AISystem,
    ControlStatus,
    DataFlow,
    EvaluationRecord,
    Evidence,
    LegalEntity,
    SystemComponent,
    VendorDependency,
)

CHUNK: Final = 1_000
SYSTEMS_OF_AN_ENTITY: Final = 250
_HANGING: Final[tuple[type[models.Model], ...]] = (
    SystemComponent,
    DataFlow,
    VendorDependency,
    EvaluationRecord,
    ControlStatus,
    Evidence,
)
_BUSINESS: Final = ("Payments", "Lending", "Deposits", "Custody", "Trading", "Claims", "Service", "Staff", "Treasury")
_STATES: Final = ("met", "met", "met", "partly", "not_met")
_Columns = Mapping[str, object]


class NoOriginalsError(LookupError):
    """The demonstration's systems are not in the register, so there is nothing to vary."""


@dataclass(frozen=True, slots=True)
class _Originals:
    """The demonstration's systems, what hangs on each, and every answer that one of them gives to a question."""

    systems: Sequence[AISystem]
    hanging: Mapping[type[models.Model], Mapping[int, Sequence[_Columns]]]
    answers: Mapping[str, Sequence[object]]


def seed_portfolio(*, systems: int, seed: int) -> int:
    """Add what is missing of a portfolio of so many systems; gives how many were added.

    Raises ``NoOriginalsError`` without the demonstration's systems.
    """
    originals = _read_originals()
    present = set(AISystem.objects.filter(reference__startswith=f"P{seed}-").values_list("reference", flat=True))
    added = 0
    for start in range(0, systems, CHUNK):
        numbers = [n for n in range(start, min(start + CHUNK, systems)) if _reference(seed, n) not in present]
        if numbers:
            _add(numbers, seed, originals)
            added += len(numbers)
    return added


def _reference(seed: int, number: int) -> str:
    return f"P{seed}-{number:06d}"


def _read_originals() -> _Originals:
    systems = list(AISystem.objects.filter(is_fictional=True, reference__startswith="AB-").order_by("reference"))
    if not systems:
        raise NoOriginalsError("the demonstration is not loaded; run load_catalogue and load_demo first")
    ids = [system.pk for system in systems]
    answers: dict[str, list[object]] = {}
    for system in systems:
        for key, answer in system.answers.items():
            answers.setdefault(key, []).append(answer)
    return _Originals(systems, {model: _read_hanging(model, ids) for model in _HANGING}, answers)


def _read_hanging(model: type[models.Model], ids: Sequence[int]) -> Mapping[int, Sequence[_Columns]]:
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    grouped: dict[int, list[_Columns]] = {}
    for row in model._default_manager.filter(system_id__in=ids).order_by("pk").values(*names):
        grouped.setdefault(row["system_id"], []).append(row)
    return grouped


@transaction.atomic
def _add(numbers: Sequence[int], seed: int, originals: _Originals) -> None:
    entities = _make_entities({number // SYSTEMS_OF_AN_ENTITY for number in numbers}, seed)
    # Each system has a stream of its own, so that a portfolio that is cut short and continued is the same one.
    streams = {number: random.Random(f"{seed}:{number}") for number in numbers}  # noqa: S311 - no secret is made
    chosen = {number: stream.choice(originals.systems) for number, stream in streams.items()}
    made = {
        number: _vary_system(
            chosen[number], _reference(seed, number), entities[number // SYSTEMS_OF_AN_ENTITY], stream, originals
        )
        for number, stream in streams.items()
    }
    AISystem.objects.bulk_create(made.values(), batch_size=200)
    moves = {number: timedelta(days=stream.randint(-300, 200)) for number, stream in streams.items()}
    for model, rows in originals.hanging.items():
        varied = [
            model(**_vary_row(row, made[number].pk, f"P{seed}-{number}-{place}", moves[number], stream))
            for number, stream in streams.items()
            for place, row in enumerate(rows.get(chosen[number].pk, ()))
            if model is not ControlStatus or stream.random() < 0.8
        ]
        model._default_manager.bulk_create(varied, batch_size=200)


def _make_entities(places: set[int], seed: int) -> Mapping[int, LegalEntity]:
    rows = {}
    for place in sorted(places):
        name = f"Seeded Bank {seed}-{place:04d}"
        country = ("DE", "FR", "IE", "NL", "LU", "AT")[place % 6]
        rows[place], _ = LegalEntity.objects.get_or_create(
            name=name, defaults={"country": country, "is_fictional": True}
        )
    return rows


def _vary_system(
    original: AISystem, reference: str, entity: LegalEntity, stream: random.Random, originals: _Originals
) -> AISystem:
    """A system like the original: some answers are missing, some are another system's, its function is another."""
    function = stream.randint(1, 400)
    move = timedelta(days=stream.randint(-500, 100))
    answers = {
        key: answer if stream.random() < 0.9 else stream.choice(originals.answers[key])
        for key, answer in original.answers.items()
        if stream.random() < 0.85
    }
    return AISystem(
        reference=reference,
        name=f"{original.name} {reference}",
        legal_entity=entity,
        purpose=original.purpose,
        business_function=f"{_BUSINESS[function % len(_BUSINESS)]} {function}",
        # Of the functions a third is critical, and for one in fifty nobody has decided.
        is_critical_function=None if function % 50 == 0 else function % 3 == 0,
        owner=original.owner,
        stage=original.stage,
        in_service_on=_move(original.in_service_on, move),
        withdrawn_on=_move(original.withdrawn_on, move),
        facts_confirmed_on=_move(original.facts_confirmed_on, move / 2),
        facts_confirmed_by=original.facts_confirmed_by,
        answers=answers,
        is_fictional=True,
    )


def _move(day: date | None, by: timedelta) -> date | None:
    return day + by if day is not None else None


def _vary_row(row: _Columns, system_id: int, mark: str, by: timedelta, stream: random.Random) -> dict[str, object]:
    """The row for another system: all its days move together, so that what comes first stays first."""
    moved = {key: value + by if type(value) is date else value for key, value in row.items()}
    moved["system_id"] = system_id
    if "after_id" in moved:
        moved["after_id"] = None  # the step before it is the original's
    if "reference" in moved:
        moved["reference"] = mark
    if "obligation" in moved and moved["status"] != "not_applicable":
        moved["status"] = stream.choice(_STATES)
    return moved
