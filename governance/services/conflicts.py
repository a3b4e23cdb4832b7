"""What an officer decided where sources disagree: which of them counts here, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Conflict: TypeAlias = Mapping[str, Any]
Decision: TypeAlias = Mapping[str, Any]


def find_decision(conflict: Conflict, decisions: Sequence[Decision]) -> Decision | None:
    """The decision on this conflict, if what was chosen is still among what the sources say."""
    told = [(opinion.get("value"), opinion.get("source")) for opinion in opinions_in(conflict)]
    return next(
        (
            decision
            for decision in decisions
            if decision.get("field") == conflict.get("field")
            and (decision.get("value"), decision.get("source")) in told
        ),
        None,
    )


def find_outdated(conflicts: Sequence[Conflict], decisions: Sequence[Decision]) -> list[Decision]:
    """Decisions for what no source says any more; they are kept and shown."""
    in_force = [find_decision(conflict, decisions) for conflict in conflicts]
    return [decision for decision in decisions if decision not in in_force]


def describe_decision(decision: Decision) -> str:
    """The decision in one sentence."""
    reason = str(decision.get("reason") or "").rstrip(".")
    return f"Here “{decision.get('value')}” counts ({decision.get('source')}): {reason}."


def opinions_in(conflict: Conflict) -> list[Mapping[str, Any]]:
    """What the sources say, each with its source."""
    values = conflict.get("values")
    return [value for value in values if isinstance(value, Mapping)] if isinstance(values, list) else []
