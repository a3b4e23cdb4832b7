"""The days on which the law itself turns: where an obligation starts, ends or is disputed, whatever the system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from audit.engine.expressions import Atom, Condition, FactRef
from audit.engine.facts import JsonValue
from audit.engine.rules import Derivation, Rule, RulePack, RuleVersion, Schedule


class TurnKind(StrEnum):
    """What happens on the day; a disputed day is one of several readings, of which the operative one starts."""

    STARTS = "starts"
    ENDS = "ends"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Turn:
    """One day of one obligation; ``note`` says for which case or stage, or what is disputed."""

    day: date
    kind: TurnKind
    id: str
    rule: str
    pack: str
    title: str
    citation: str
    note: str

    def to_json(self) -> dict[str, JsonValue]:
        """Give the turn as plain data."""
        return {
            "day": self.day.isoformat(),
            "kind": self.kind.value,
            "id": self.id,
            "rule": self.rule,
            "pack": self.pack,
            "title": self.title,
            "citation": self.citation,
            "note": self.note,
        }


def find_turns(packs: Sequence[RulePack], as_of: date, within: int) -> tuple[Turn, ...]:
    """Every turn from the day to ``within`` days after it, both included, by day.

    The law is that adopted by the day: what was adopted later is not known yet.
    """
    found: list[Turn] = []
    last = as_of + timedelta(days=within)
    for pack in packs:
        view = pack.at(as_of)
        derived = {derivation.derived.key: derivation for derivation in view.derivations}
        for rule, version in view.rules:
            turns = (_turn(pack, rule, version, *one) for one in _days(version, derived))
            found += [turn for turn in turns if as_of <= turn.day <= last]
    return tuple(sorted(found, key=lambda turn: (turn.day, turn.kind)))


def _turn(  # noqa: PLR0917 # the parts of one record
    pack: RulePack, rule: Rule, version: RuleVersion, day: date, kind: TurnKind, note: str
) -> Turn:
    static = version.static
    return Turn(day, kind, rule.row, rule.id, pack.id, str(static["title"]), str(static["citation"]), note)


def _days(version: RuleVersion, derived: Mapping[str, Derivation]) -> Iterator[tuple[date, TurnKind, str]]:
    starts = list(dict.fromkeys(_starts(version.schedule, derived)))
    yield from ((day, TurnKind.STARTS, note) for day, note in starts)
    if version.repealed_on is not None:
        yield version.repealed_on, TurnKind.ENDS, "repealed"
    other = version.static.get("other_reading")
    if isinstance(other, str):
        operative = ", ".join(day.isoformat() for day, _ in starts)
        yield date.fromisoformat(other), TurnKind.DISPUTED, f"by another reading; by the operative one {operative}"
        yield from ((day, TurnKind.DISPUTED, f"by another reading {other}") for day, _ in starts)


def _starts(schedule: Schedule, derived: Mapping[str, Derivation]) -> Iterator[tuple[date, str]]:
    if schedule.day is not None:
        yield schedule.day, ""
    yield from ((day, label) for label, day in schedule.stages.items())
    yield from ((case.value, _say(case.when)) for case in schedule.cases if isinstance(case.value, date))
    if schedule.fact:
        yield from _derived_days(schedule.fact, derived)


def _derived_days(key: str, derived: Mapping[str, Derivation]) -> Iterator[tuple[date, str]]:
    """The days a derived fact can be, with the case each stands for."""
    if key not in derived:
        return
    derivation = derived[key]
    for clause in derivation.clauses:
        if isinstance(clause.value, date):
            yield clause.value, clause.citation or _say(clause.when)
    last = derivation.derived.otherwise
    if isinstance(last, FactRef):
        yield from _derived_days(last.key, derived)
    elif isinstance(last, date):
        yield last, ""


def _say(condition: Condition) -> str:
    """A case in a few words; one of several comparisons stays unsaid."""
    return f"where {condition.node}" if isinstance(condition.node, Atom) else ""
