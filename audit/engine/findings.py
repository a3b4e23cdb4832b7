"""What an obligation comes to for one system on one day, as data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from audit.engine.facts import Control, JsonValue

NO_STAGES: Final[Mapping[str, date]] = MappingProxyType({})


class Outcome(StrEnum):
    """The outcomes of an obligation (OSCAL's words for the first two)."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    REPEALED = "repealed"


def is_current(control: Control, as_of: date) -> bool:
    """Tell whether the evidence of the control still counts on the day."""
    return control.expires_on is None or as_of < control.expires_on


def is_met(control: Control, as_of: date) -> bool:
    """Tell whether the control is met and shown by evidence that has not expired by the day."""
    return control.status == "met" and is_current(control, as_of)


def judge_control(control: Control | None, as_of: date) -> Outcome:
    """What the recorded control is worth on the day, for an obligation in force.

    Without a control nothing is known, so the outcome is ``undetermined`` and never ``satisfied``.
    A control whose evidence has expired does not count as met any more, and one that says the obligation does not
    apply says nothing any more.
    """
    if control is None:
        return Outcome.UNDETERMINED
    if control.status == "not_applicable":
        return Outcome.NOT_APPLICABLE if is_current(control, as_of) else Outcome.UNDETERMINED
    return Outcome.SATISFIED if is_met(control, as_of) else Outcome.NOT_SATISFIED


class Duty(NamedTuple):
    """An obligation whose condition holds: its day, its outcome and what the rule says of itself.

    ``through`` names the control of a framework that was recorded instead of the obligation's own,
    ``helped_by`` those that are met and cover a part of it, which changes no outcome.
    """

    id: str
    rule: str
    outcome: Outcome
    applies_from: date | None
    in_force: bool
    static: Mapping[str, JsonValue]
    stages: Mapping[str, date] = NO_STAGES
    possible_days: tuple[date, ...] = ()
    control: Control | None = None
    through: str = ""
    helped_by: tuple[str, ...] = ()

    def to_json(self) -> dict[str, JsonValue]:
        """Give the duty as DESIGN §3 has it."""
        result: dict[str, JsonValue] = {"id": self.id, "rule": self.rule, **self.static}
        result["applies_from"] = self.applies_from.isoformat() if self.applies_from else None
        result["outcome"] = self.outcome.value
        result["in_force"] = self.in_force
        if self.stages:
            result["stages"] = {label: day.isoformat() for label, day in self.stages.items()}
        if self.possible_days:
            result["possible_days"] = [day.isoformat() for day in self.possible_days]
        if self.control is not None:
            expires = self.control.expires_on
            through: dict[str, JsonValue] = {"through": self.through} if self.through else {}
            result["control"] = {
                "status": self.control.status,
                "grade": self.control.grade.value,
                "expires_on": expires.isoformat() if expires else None,
                "source": self.control.source,
                **through,
            }
        if self.helped_by:
            result["helped_by"] = [*self.helped_by]
        return result
