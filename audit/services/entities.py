"""The sheet of a legal entity: its own duties, judged once, and what its systems say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audit.engine.findings import Duty
from audit.engine.regulatory import EntityResult, LawOutcome, Trigger, judge_entity
from audit.models import Standing
from audit.rulepacks import load_packs
from audit.selectors.reading import read_day
from audit.snapshots.entities import build_entity_sheet
from governance.choices import LifecycleStage


@dataclass(frozen=True, slots=True)
class EntitySystem:
    """A system of the entity, with the columns of its standing that its sheet shows."""

    id: int
    reference: str
    name: str
    aia_class: str
    exposure_band: str
    is_assessed: bool


@dataclass(frozen=True, slots=True)
class EntitySheet:
    """A legal entity on a day: the judgement of its duties, and its systems by reference."""

    id: int
    name: str
    as_of: date
    result: EntityResult
    systems: Mapping[str, EntitySystem]

    @property
    def unassessed(self) -> tuple[EntitySystem, ...]:
        """The systems of which nothing has been judged yet: what they would add is not known."""
        return tuple(system for system in self.systems.values() if not system.is_assessed)


def judge_legal_entity(*, legal_entity_id: int, as_of: date) -> EntitySheet:
    """Judge a legal entity by its answers, its controls and the latest outcome of each of its systems in use.

    Nothing is stored: it costs a few queries and a millisecond, whatever the number of systems. Raises
    ``LegalEntity.DoesNotExist``, or ``FactSheetError`` naming each answer that does not fit.
    """
    snapshot = build_entity_sheet(legal_entity_id, as_of)
    systems, triggers = _read_systems(legal_entity_id)
    result = judge_entity(snapshot.sheet, triggers, snapshot.controls, load_packs().regulatory, as_of)
    return EntitySheet(legal_entity_id, snapshot.name, as_of, result, systems)


def _read_systems(entity_id: int) -> tuple[dict[str, EntitySystem], dict[str, Sequence[Trigger]]]:
    """The systems in use with what their latest outcomes say; one without an outcome says nothing yet."""
    rows = (
        Standing.objects.filter(system__legal_entity_id=entity_id)
        .exclude(system__stage=LifecycleStage.WITHDRAWN)
        .order_by("system__reference")
        .values_list(
            "system_id",
            "system__reference",
            "system__name",
            "aia_class",
            "exposure_band",
            "assessment_id",
            "entity_duties",
        )
    )
    systems: dict[str, EntitySystem] = {}
    triggers: dict[str, Sequence[Trigger]] = {}
    for system_id, reference, name, aia_class, band, assessment_id, said in rows:
        is_assessed = assessment_id is not None
        systems[reference] = EntitySystem(system_id, reference, name, aia_class, band, is_assessed)
        if is_assessed:
            triggers[reference] = tuple(read_triggers(said))
    return systems, triggers


def write_triggers(law: LawOutcome) -> str:
    """What an outcome says of the duties of the legal entity, as a standing keeps it: ``rule@day``, or ``rule?``."""
    certain = [
        f"{duty.rule}@{'/'.join([day.isoformat() for day in _days_of(duty)])}"
        for duty in law.duties
        if duty.static.get("scope") == "entity"
    ]
    return ";".join([*certain, *(f"{rule.rule}?" for rule in law.undetermined if rule.of_entity)])


def _days_of(duty: Duty) -> Iterable[date]:
    return (duty.applies_from,) if duty.applies_from else duty.possible_days


def read_triggers(said: str) -> Iterator[Trigger]:
    """The column of a standing, read back."""
    for part in said.split(";") if said else ():
        rule, _, days = part.partition("@")
        if rule.endswith("?"):
            yield Trigger(rule.removesuffix("?"), is_certain=False)
        else:
            read = (read_day(day) for day in days.split("/"))
            yield Trigger(rule, True, tuple(day for day in read if day is not None))
