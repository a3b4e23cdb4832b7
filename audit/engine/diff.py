"""What changed between two assessments, item by item, and whether a fact, the law or the method moved (DESIGN §1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final, TypeAlias, TypeVar

from audit.engine.assess import Assessment, PackSet, assess
from audit.engine.facts import Control, FactSheet, JsonValue, known_facts
from audit.engine.regulatory.result import ANSWERS

REGULATORY: Final = "regulatory"
_DAYS_KEYS: Final = ("exit_time_days", "orderly_margin_days", "sudden_margin_days")

Items: TypeAlias = dict[tuple[str, str], JsonValue]
Entry = TypeVar("Entry")


class Cause(StrEnum):
    """What moved: a fact (also one whose evidence expired), the law (its text or its day), or the method."""

    FACT = "fact"
    LAW = "law"
    METHOD = "method"


@dataclass(frozen=True)
class Inputs:
    """All that an assessment is made from."""

    sheet: FactSheet
    controls: Mapping[str, Control]
    packs: PackSet
    as_of: date


@dataclass(frozen=True, slots=True)
class Change:
    """One item that is not what it was, why, and by which facts or controls."""

    part: str
    item: str
    before: JsonValue
    after: JsonValue
    causes: tuple[Cause, ...]
    facts: tuple[str, ...]

    def to_json(self) -> dict[str, JsonValue]:
        """Give the change as plain data."""
        return {
            "part": self.part,
            "item": self.item,
            "before": self.before,
            "after": self.after,
            "causes": [cause.value for cause in self.causes],
            "facts": [*self.facts],
        }


def compare(before: Inputs, after: Inputs) -> tuple[Change, ...]:
    """The items that differ, each with its causes in the order facts, law, method.

    The inputs are exchanged one kind after another; an item is put down to each exchange that moved
    it. What only aged (evidence, an exit test, a margin) counts as a fact.
    """
    with_facts = replace(
        before,
        sheet=known_facts(after.sheet, after.as_of),
        controls={key: _aged(each, before.as_of, after.as_of) for key, each in after.controls.items()},
    )
    with_law = replace(
        with_facts,
        as_of=after.as_of,
        packs=replace(before.packs, regulatory=after.packs.regulatory, hashes=after.packs.hashes),
    )
    stages = [_items(each) for each in (before, with_facts, with_law, after)]
    keys = sorted({key for stage in stages for key in stage})
    undone = _Undone(before, with_facts)
    changes = []
    for part, item in keys:
        values = [stage.get((part, item)) for stage in stages]
        if values[0] != values[-1]:
            causes = _causes(part, values)
            facts = undone.find_facts((part, item), values[1]) if values[0] != values[1] else ()
            changes.append(Change(part, item, values[0], values[-1], causes, facts))
    return tuple(changes)


def _aged(control: Control, then: date, now: date) -> Control:
    """The control as it counts now, to be judged by the law as of then."""
    has_expired = control.expires_on is not None and control.expires_on <= now
    return replace(control, expires_on=then if has_expired else None)


def _causes(part: str, values: list[JsonValue]) -> tuple[Cause, ...]:
    """Time moves the law of the regulatory part, and ages the facts of the scores."""
    by_step = (Cause.FACT, Cause.LAW if part == REGULATORY else Cause.FACT, Cause.METHOD)
    moved = [cause for cause, old, new in zip(by_step, values, values[1:], strict=False) if old != new]
    return tuple(dict.fromkeys(moved))


class _Undone:
    """The items as they would be with one changed fact or control as it was; judged once, when first asked for."""

    def __init__(self, before: Inputs, after: Inputs) -> None:
        self._before, self._after = before, after

    @cached_property
    def _items(self) -> Mapping[str, Items]:
        before, after = self._before, self._after
        without_control = {
            name: _items(replace(after, controls=_undo(after.controls, before.controls, name)))
            for name in _changed_keys(before.controls, after.controls)
        }
        without_fact = {
            name: _items(replace(after, sheet=_undo(after.sheet, before.sheet, name)))
            for name in _changed_keys(before.sheet, after.sheet)
        }
        return {**without_control, **without_fact}

    def find_facts(self, key: tuple[str, str], now: JsonValue) -> tuple[str, ...]:
        """The changed facts and controls without which the item would not be what it is now."""
        return tuple(name for name, items in self._items.items() if items.get(key) != now)


def _changed_keys(old: Mapping[str, Entry], new: Mapping[str, Entry]) -> list[str]:
    return sorted(key for key in {*old, *new} if old.get(key) != new.get(key))


def _undo(new: Mapping[str, Entry], old: Mapping[str, Entry], key: str) -> dict[str, Entry]:
    undone = {name: value for name, value in new.items() if name != key}
    if key in old:
        undone[key] = old[key]
    return undone


def _items(inputs: Inputs) -> Items:
    return list_items(assess("", inputs.sheet, inputs.controls, inputs.packs, inputs.as_of))


def list_items(assessment: Assessment) -> Items:
    """What is compared: the answers and duties of the law, both scores, and the days of an exit."""
    items: Items = {}
    regulatory = {**ANSWERS, **assessment.regulatory.answers, "exposure": assessment.regulatory.describe_exposure()}
    items |= {(REGULATORY, key): value for key, value in regulatory.items()}
    for duty in assessment.regulatory.duties:
        since = None if duty.applies_from is None else duty.applies_from.isoformat()
        items[REGULATORY, f"duty:{duty.rule}"] = {"id": duty.id, "outcome": duty.outcome.value, "applies_from": since}
    for open_duty in assessment.regulatory.undetermined:
        entry: JsonValue = {"id": open_duty.id, "outcome": "undetermined", "applies_from": None}
        items.setdefault((REGULATORY, f"duty:{open_duty.rule}"), entry)
    lock_in, transparency = assessment.lock_in, assessment.transparency
    for part, score in (("lock_in", lock_in.score), ("transparency", transparency.score)):
        items |= {(part, "low"): score.low, (part, "high"): score.high, (part, "band"): score.band}
    days = lock_in.describe_days()
    items |= {("lock_in", key): days[key] for key in _DAYS_KEYS}
    return items
