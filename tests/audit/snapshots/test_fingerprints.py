"""The same fingerprint means the same snapshot: for every row that may change, and until the day it names.

Beside it: what is joined of parts that are kept is what the rows give when they are taken by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any, NamedTuple

import pytest
from django.db import IntegrityError, models, transaction

from audit.portfolio.figures import read_figures
from audit.snapshots import Snapshot, sight_systems
from audit.snapshots.assembly import assemble
from audit.snapshots.concentration import figures_of, list_ways
from audit.snapshots.evidence import open_book
from audit.snapshots.openness import judge_components
from audit.snapshots.reading import make_register, read_register, read_rows
from audit.snapshots.rows import Register, SystemRow
from audit.snapshots.subject import Subject
from governance.models import (
    AISystem,
    Component,
    ComponentArtefact,
    ControlStatus,
    DataFlow,
    EvaluationRecord,
    Evidence,
    HostOffer,
    LegalEntity,
    Subcontractor,
    SystemComponent,
    Vendor,
    VendorDependency,
)

TODAY = date(2026, 11, 20)
READ: tuple[type[models.Model], ...] = (
    *(AISystem, Component, ComponentArtefact, ControlStatus, DataFlow, EvaluationRecord, Evidence, HostOffer),
    *(LegalEntity, Subcontractor, SystemComponent, Vendor, VendorDependency),
)
COVERED = {
    *("systems", "entities", "vendors", "components", "uses", "artefacts", "offers", "evaluations", "dependencies"),
    *("subcontractors", "flows", "evidence", "system_controls", "entity_controls", "supports", "law_records"),
}


class Seen(NamedTuple):
    """What a system's rows are told by, and what is made of them."""

    fingerprint: str
    made: object


@pytest.fixture
def bank(stored_demonstration: None, db: None) -> list[int]:
    """The demonstration's systems: each kind of row is there, and what hangs on it."""
    vendor = Vendor.objects.order_by("id")[0]
    for dependency in VendorDependency.objects.order_by("id")[:2]:
        Subcontractor.objects.create(dependency=dependency, vendor=vendor, rank=2, country="US", service="hosting")
    return list(AISystem.objects.order_by("id").values_list("id", flat=True))


def see(ids: list[int], as_of: date = TODAY) -> dict[int, Seen]:
    figures = read_figures(as_of)
    return {
        one.system_id: Seen(one.take_fingerprint(), describe(one))
        for one in sight_systems(ids, as_of, concentration=figures)
    }


def describe(sighting: Any) -> object:
    """All that the outcome and the findings are derived from; a source's wording counts, too."""
    return *tell(sighting.build()), sighting.is_in_service


def tell(snapshot: Snapshot) -> tuple[object, ...]:
    """All of a snapshot but its day; 1 and true are equal and not the same."""
    sheet = None if snapshot.sheet is None else repr([*snapshot.sheet.items()])
    made = snapshot.text, snapshot.sha256, snapshot.observations, snapshot.conflicts
    return snapshot.reference, *made, sheet, snapshot.given_controls, repr(snapshot.content)


def tell_plainly(ids: list[int], as_of: date) -> dict[int, tuple[object, ...]]:
    """The snapshots as they are derived from the rows of each system, with nothing kept."""
    register, figures = read_register(ids), read_figures(as_of)
    book, dossiers = open_book(register.evidence), judge_components(register)
    return {
        system_id: tell(assemble(Subject(register.systems[system_id], register, as_of), book, dossiers, figures))
        for system_id in ids
    }


def change(row: models.Model, field: models.Field[Any, Any], pick: Random) -> object:
    """Another value of the same type."""
    value = getattr(row, field.attname)
    if field.is_relation:
        return pick.choice(list(field.related_model._default_manager.values_list("pk", flat=True)))  # type: ignore[union-attr]  # no string here
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateField):
        return (value or TODAY) + timedelta(days=pick.choice((-700, -30, 45)))
    if isinstance(field, models.IntegerField | models.FloatField | models.DecimalField):
        return (value or 0) + 1
    if isinstance(field, models.JSONField):
        return {} if isinstance(value, dict) else [] if value else value
    choices = [each for each, _ in field.flatchoices if each != value]
    return pick.choice(choices) if choices else f"{value} B"[-(field.max_length or 20) :]


def changes(pick: Random) -> Iterator[tuple[str, type[models.Model], dict[str, object]]]:
    """Every column of every kind of row, on some row each."""
    for model in READ:
        rows = list(model._default_manager.order_by("pk"))
        for field in model._meta.concrete_fields:
            if rows and not field.primary_key and not isinstance(field, models.DateTimeField | models.FileField):
                row = pick.choice(rows)
                yield f"{model.__name__}.{field.name}", model, {"pk": row.pk, field.attname: change(row, field, pick)}


def test_nothing_that_a_snapshot_reads_is_left_out() -> None:
    """A kind of row that comes to the register has to come to the fingerprint, too."""
    assert set(Register.__dataclass_fields__) == COVERED
    assert SystemRow._fields[-1] == "answers", "what stands behind them would have no part in it"


@pytest.mark.parametrize("seed", [7])
def test_whatever_moves_the_snapshot_moves_the_fingerprint(bank: list[int], seed: int) -> None:
    before, moving = see(bank), set()
    for name, model, values in changes(Random(seed)):
        try:
            with transaction.atomic():
                model._default_manager.filter(pk=values.pop("pk")).update(**values)
                after = see(bank)
                transaction.set_rollback(True)
        except IntegrityError:
            continue  # the register refuses such a row
        for system_id in bank:
            if after[system_id].made != before[system_id].made:
                moving.add(name)
                assert after[system_id].fingerprint != before[system_id].fingerprint, (name, values)
    # Enough of the changes mattered, on rows of most kinds, for the test to tell something.
    assert len(moving) >= 40
    assert len({name.partition(".")[0] for name in moving}) >= 9


def test_the_same_rows_have_the_same_fingerprint_on_any_day_and_in_any_company(bank: list[int]) -> None:
    alone = {system_id: see([system_id])[system_id].fingerprint for system_id in bank}
    together = see(list(reversed(bank)))
    assert alone == {system_id: seen.fingerprint for system_id, seen in together.items()}


def test_what_is_joined_of_kept_parts_is_what_the_rows_alone_give(bank: list[int]) -> None:
    pick = Random(3)
    for place, (_, model, values) in enumerate(changes(pick)):
        try:
            with transaction.atomic():
                model._default_manager.filter(pk=values.pop("pk")).update(**values)
        except IntegrityError:
            continue  # the register refuses such a row
        if place % 9 == 0:
            day = pick.choice((TODAY, TODAY + timedelta(days=pick.randint(-500, 700))))
            assert {one.system_id: tell(one.build()) for one in sight(bank, day)} == tell_plainly(bank, day), place


def move_what_alternatives_hang_on(pick: Random) -> None:
    for name, model, values in changes(pick):
        if name.startswith(("SystemComponent.", "EvaluationRecord.", "Component.")):
            try:
                with transaction.atomic():
                    model._default_manager.filter(pk=values.pop("pk")).update(**values)
            except IntegrityError:
                continue  # the register refuses such a row


def test_recalled_figures_are_those_of_the_rows_alone(bank: list[int]) -> None:
    """By the same measure of the portfolio, while uses, substitutes and publishers move from chunk to chunk."""
    figures, pick, roots = read_figures(TODAY), Random(5), set()
    EvaluationRecord.objects.update(is_substitute=True, result="passed", evaluated_on=TODAY - timedelta(days=30))
    vendors = [*Vendor.objects.order_by("id").values_list("id", flat=True)]
    substitutes, published = EvaluationRecord.objects.all(), Component.objects.exclude(vendor=None)
    moves: list[Callable[[], object]] = [
        *[partial(move_what_alternatives_hang_on, pick)] * 12,
        *[partial(substitutes.update, is_substitute=either) for either in (True, False, True)],
        *[partial(published.update, vendor_id=vendor_id) for vendor_id in vendors],
    ]
    for move in moves:
        move()
        rows = read_rows(bank)
        register = make_register(rows)
        for system_id in bank:
            see_it = partial(Subject, register.systems[system_id], register, TODAY)
            recalled = figures.recall(system_id, list_ways(rows, system_id), see_it)
            assert recalled == figures_of(see_it(), figures)
            roots.add((system_id, recalled.root))
    assert len(roots) > 2 * len(bank), "they moved"


@pytest.mark.parametrize("seed", [0])
def test_until_the_next_day_the_snapshot_of_the_same_rows_stays(bank: list[int], seed: int) -> None:
    pick = Random(seed)
    day = TODAY + timedelta(days=pick.randint(-500, 700))
    firsts = {one.system_id: (one.find_next_day(), describe(one)) for one in sight(bank, day)}
    looked = 0
    for _ in range(12):
        later = day + timedelta(days=pick.randint(1, 200))
        for one in sight(bank, later):
            next_day, made = firsts[one.system_id]
            if next_day is None or later < next_day:
                looked += 1
                assert describe(one) == made, (day, later, next_day)
    assert looked


def sight(ids: list[int], as_of: date) -> Iterator[Any]:
    return sight_systems(ids, as_of, concentration=read_figures(as_of))
