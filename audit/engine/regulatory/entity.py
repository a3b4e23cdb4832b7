"""Duties of the legal entity as a whole: judged once, on its own answers and on what its systems make apply.

Which duties these are, a rule says by its scope. Literacy is owed because some system is in use, and not once more
for each; a register of contracts is one register.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from audit.engine.dates import earliest
from audit.engine.expressions import Situation
from audit.engine.facts import Control, FactSheet, JsonValue, first_expiry
from audit.engine.findings import Duty
from audit.engine.logic import Scalar
from audit.engine.regulatory.duties import judge_duty
from audit.engine.regulatory.exposure import find_exposure, find_missing, group_fines, next_day
from audit.engine.regulatory.judging import derive_facts
from audit.engine.regulatory.result import RegulatoryResult
from audit.engine.rules import Rule, RulePack, RuleVersion

ENTITY: Final = "entity"


@dataclass(frozen=True, slots=True)
class Trigger:
    """What one system says of a duty of its entity: it makes it apply, from one of ``days``, or may do so."""

    rule: str
    is_certain: bool
    days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityDuty:
    """A duty of the entity with the systems that make it apply; none where its own answers do."""

    duty: Duty
    systems: tuple[str, ...]

    def to_json(self) -> dict[str, JsonValue]:
        """Give the duty as DESIGN §3 has it, and the systems."""
        return {**self.duty.to_json(), "systems": [*self.systems]}


@dataclass(frozen=True, slots=True)
class OpenEntityDuty:
    """A duty of which it is not known whether it applies: the systems that may make it, and the facts to ask for."""

    rule: Rule
    version: RuleVersion
    systems: tuple[str, ...]
    missing_facts: tuple[str, ...]

    def to_json(self) -> dict[str, JsonValue]:
        """Give the entry as plain data."""
        static = self.version.static
        return {
            "id": self.rule.row,
            "rule": self.rule.id,
            "title": static.get("title"),
            "citation": static.get("citation"),
            "pack": static.get("pack"),
            "systems": [*self.systems],
            "missing_facts": [*self.missing_facts],
        }


@dataclass(frozen=True, slots=True)
class EntityResult:
    """The judgement of one legal entity; ``valid_until`` is the first day on which time alone could change it."""

    duties: tuple[EntityDuty, ...]
    undetermined: tuple[OpenEntityDuty, ...]
    exposure: Mapping[str, JsonValue]
    valid_until: date | None

    def to_json(self) -> dict[str, JsonValue]:
        """Give the result as plain data, its keys always in the same order."""
        return {
            "duties": [entry.to_json() for entry in self.duties],
            "undetermined": [entry.to_json() for entry in self.undetermined],
            "exposure": dict(self.exposure),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
        }


def list_triggers(result: RegulatoryResult) -> tuple[Trigger, ...]:
    """What the judgement of one system says of the duties of its legal entity."""
    found = [
        Trigger(duty.rule, True, (duty.applies_from,) if duty.applies_from else duty.possible_days)
        for duty in result.duties
        if duty.static.get("scope") == ENTITY
    ]
    return (*found, *(Trigger(entry.rule, False) for entry in result.undetermined if entry.to.of_entity))


def judge_entity(
    own: FactSheet,
    triggers: Mapping[str, Sequence[Trigger]],
    controls: Mapping[str, Control],
    packs: Sequence[RulePack],
    as_of: date,
) -> EntityResult:
    """Judge one legal entity by its own facts and by what each of its systems, by name, says of its duties.

    The entity's own answers decide alone where they suffice (a duty of every small institution); else one system
    that makes a duty apply is enough, and its earliest day counts. With no system at all, what the own answers leave
    open stays open. Pure: the same arguments always give the same result.
    """
    situation = derive_facts(own, packs, as_of)
    duties: list[EntityDuty] = []
    undetermined: list[OpenEntityDuty] = []
    for pack in packs:
        for rule, version in pack.at(as_of).rules:
            if rule.of_entity:
                _judge_rule(rule, version, (situation, triggers, controls, as_of), duties, undetermined)
    plain = [entry.duty for entry in duties]
    exposure: dict[str, JsonValue] = {
        "fines": group_fines(find_exposure(plain, situation, packs, as_of)),
        "next": next_day(plain, as_of),
        "missing_facts": [*find_missing(plain, situation, packs, as_of)],
    }
    turns = [pack.at(as_of).next_turn(as_of) for pack in packs]
    coming = [day for duty in plain for day in _days_of(duty) if day > as_of]
    held_until = earliest(first_expiry(own.values(), as_of), first_expiry(controls.values(), as_of), *turns, *coming)
    return EntityResult(tuple(duties), tuple(undetermined), exposure, held_until)


def _judge_rule(
    rule: Rule,
    version: RuleVersion,
    basis: tuple[Situation, Mapping[str, Sequence[Trigger]], Mapping[str, Control], date],
    duties: list[EntityDuty],
    undetermined: list[OpenEntityDuty],
) -> None:
    situation, triggers, controls, as_of = basis
    named = [(system, one) for system, said in triggers.items() for one in said if one.rule == rule.id]
    certain = [(system, one) for system, one in named if one.is_certain]
    still_open = tuple(system for system, one in named if not one.is_certain)
    truth = version.when.decide(situation.values)
    if truth is True or certain:
        own_days = version.schedule.days(situation.values) if truth is True else ()
        days = _first_days(own_days, [one for _, one in certain])
        duty = judge_duty(rule, version, days, situation.values, controls, as_of)
        duties.append(EntityDuty(duty, () if truth is True else tuple(system for system, _ in certain)))
    elif still_open or (truth is None and not triggers):
        missing = situation.waits_for(version.when)[1] if truth is None else ()
        undetermined.append(OpenEntityDuty(rule, version, still_open, missing))


def _first_days(own: Iterable[Scalar], certain: Sequence[Trigger]) -> Sequence[Scalar]:
    """The earliest certain day; while each is open, all that are still possible, and none where nobody tells one."""
    own_days = tuple(day for day in own if isinstance(day, date))
    groups = [group for group in (own_days, *(one.days for one in certain)) if group]
    decided = [group[0] for group in groups if len(group) == 1]
    if decided:
        return (min(decided),)
    return tuple(sorted({day for group in groups for day in group})) or (None,)


def _days_of(duty: Duty) -> Iterable[date]:
    yield from duty.stages.values()
    yield from duty.possible_days
    if duty.applies_from is not None:
        yield duty.applies_from
