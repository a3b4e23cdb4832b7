"""What would flip the class: the smallest changes of facts that lead to another one. On demand only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, product
from typing import Final, TypeAlias

from audit.engine.expressions import Values
from audit.engine.facts import LIST_KINDS, Fact, FactSheet, FactType, JsonValue, Kind
from audit.engine.findings import Duty
from audit.engine.logic import UNKNOWN, Datum, Possible, candidates
from audit.engine.regulatory.judging import derive_facts, judge_regulation
from audit.engine.rules import Actionable, Derivation, RulePack
from audit.engine.trace import plain

Answer: TypeAlias = bool | str | frozenset[str]
MOST_CHANGES: Final = 3  # more changes at once make another system, not another answer
MOST_TRIALS: Final = 400  # combinations of values looked at for one set of facts
MOST_WAYS: Final = 4  # single changes listed for one class
MOST_FOLLOWING: Final = 3  # with more duties to come the change is no way out, and their ids are enough


@dataclass(frozen=True, slots=True)
class Change:
    """One fact with the value it has and the value that would be needed."""

    fact: str
    now: JsonValue
    then: JsonValue

    def to_json(self) -> dict[str, JsonValue]:
        """Give the change as plain data."""
        return {"fact": self.fact, "now": self.now, "then": self.then}


@dataclass(frozen=True, slots=True)
class Flip:
    """Changes that together lead to another class, with the duties that would come and go.

    ``because`` is the provision by which they lead there, ``then`` the few duties that would follow, with title,
    citation and day; nothing where many would.
    """

    to: str
    changes: tuple[Change, ...]
    because: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    then: tuple[Duty, ...]

    def to_json(self) -> dict[str, JsonValue]:
        """Give the flip as plain data."""
        changes: list[JsonValue] = [change.to_json() for change in self.changes]
        then: list[JsonValue] = [
            {
                "id": duty.id,
                "title": duty.static.get("title"),
                "citation": duty.static.get("citation"),
                "applies_from": duty.applies_from.isoformat() if duty.applies_from else None,
            }
            for duty in self.then
        ]
        return {
            "to": self.to,
            "changes": changes,
            "because": self.because,
            "gained": [*self.gained],
            "lost": [*self.lost],
            "then": then,
        }


@dataclass(slots=True)
class _Search:
    """Judges only the class again and again: the facts it reads, and the derivations on the way to it."""

    derivations: tuple[Derivation, ...]
    answered: Values
    target: str
    cone: tuple[str, ...]
    types: Mapping[str, FactType]
    actionable: Mapping[str, Actionable]

    def class_with(self, changed: Mapping[str, Answer], unknown: Iterable[str] = ()) -> Datum:
        values: dict[str, Datum] = {**self.answered, **changed}
        for key in unknown:
            values.pop(key, None)
        for derivation in self.derivations:
            values[derivation.derived.key] = derivation.evaluate(values)
        return values[self.target]

    def reachable(self, unknown: Sequence[str]) -> frozenset[object]:
        """The classes still possible were these facts unknown; a change of them alone reaches no other."""
        return frozenset(candidates(self.class_with({}, unknown)) or ())


def find_flips(
    sheet: FactSheet, packs: Sequence[RulePack], as_of: date, types: Mapping[str, FactType]
) -> tuple[Flip, ...]:
    """For each other class the smallest changes that lead to it, up to three facts, fewest first.

    Only known facts are changed that the organisation can change, as the pack declares: what a thing is by nature
    is no choice. Days are not changed. Gives nothing while the class is undecided: then the missing facts say more.
    """
    pack = next((one for one in packs if one.results), None)
    if pack is None:
        return ()
    values = derive_facts(sheet, packs, as_of).values
    target = pack.results[0].fact
    now = values[target]
    if now is UNKNOWN or isinstance(now, Possible):
        return ()
    search = _prepare(pack, as_of, values, target, types)
    every = [(goal, change) for goal in pack.choices[target] if goal != now for change in _ways_to(goal, search)]
    # What only goes on from a smaller change is a second step and no way of its own.
    ways = [(goal, change) for goal, change in every if not any(other.items() < change.items() for _, other in every)]
    if not ways:
        return ()
    before = judge_regulation(sheet, {}, packs, as_of).duties
    found = [_describe(goal, change, before, sheet, packs, as_of) for goal, change in ways]
    return tuple(sorted(found, key=lambda flip: len(flip.changes)))


def _prepare(pack: RulePack, as_of: date, values: Values, target: str, types: Mapping[str, FactType]) -> _Search:
    by_key = {derivation.derived.key: derivation for derivation in pack.at(as_of).derivations}
    needed: dict[str, None] = {}

    def visit(key: str) -> None:
        if key not in needed:
            for read in by_key[key].derived.reads() if key in by_key else ():
                visit(read)
            needed[key] = None

    visit(target)
    actionable = {one.fact: one for one in pack.actionable}
    cone = tuple(
        key
        for key in needed
        if key in types and key in values and types[key].kind is not Kind.DATE and (key in actionable or not actionable)
    )
    derivations = tuple(by_key[key] for key in needed if key in by_key)
    answered = {key: datum for key, datum in values.items() if key not in by_key}
    return _Search(derivations, answered, target, cone, types, actionable)


def _ways_to(goal: str, search: _Search) -> list[dict[str, Answer]]:
    """Single changes that reach the goal, or else the one smallest set found."""
    single = [
        {key: value}
        for key in search.cone
        if goal in search.reachable([key])
        for value in _other_values(key, search)
        if search.class_with({key: value}) == goal
    ]
    if single:
        firsts = {next(iter(change)): change for change in reversed(single)}
        return [firsts[key] for key in search.cone if key in firsts][:MOST_WAYS]
    smallest: dict[str, Answer] | None = None
    for order in (search.cone, search.cone[::-1]):
        facts = _shrink(goal, order, search)
        change = _find_values(goal, facts, search) if len(facts) <= MOST_CHANGES else None
        if change is not None and (smallest is None or len(change) < len(smallest)):
            smallest = change
    return [] if smallest is None else [smallest]


def _shrink(goal: str, order: Sequence[str], search: _Search) -> list[str]:
    """A set of facts that must change to reach the goal, none of which can be spared."""
    facts = list(order)
    if goal not in search.reachable(facts):
        return facts
    for key in order:
        fewer = [one for one in facts if one != key]
        if goal in search.reachable(fewer):
            facts = fewer
    return facts


def _find_values(goal: str, facts: Sequence[str], search: _Search) -> dict[str, Answer] | None:
    combinations = product(*[list(_other_values(key, search)) for key in facts])
    for combination in islice(combinations, MOST_TRIALS):
        change = dict(zip(facts, combination, strict=True))
        if search.class_with(change) == goal:
            return change
    return None


def _other_values(key: str, search: _Search) -> Iterator[Answer]:
    """The other yes or no, the other choices, or the list with one member less or more; as far as it can be chosen."""
    fact_type, now = search.types[key], search.answered[key]
    choice = search.actionable.get(key, Actionable(key))
    if fact_type.kind in LIST_KINDS and isinstance(now, frozenset):
        if len(now) > 1 or not choice.keeps_one:
            yield from (now - {member} for member in sorted(now))
        if not choice.leaving_out:
            yield from (now | {member} for member in fact_type.choices if member not in now)
        return
    values: Sequence[bool | str] = ()
    if fact_type.kind is Kind.BOOL:
        values = (now is not True,)
    elif fact_type.kind is Kind.ENUM:
        values = fact_type.choices
    yield from (value for value in values if value != now and (not choice.to or value in choice.to))


def _describe(  # noqa: PLR0917 # the parts of one record
    goal: str,
    change: Mapping[str, Answer],
    before: Sequence[Duty],
    sheet: FactSheet,
    packs: Sequence[RulePack],
    as_of: date,
) -> Flip:
    """The flip with the duties that would come and go."""
    changed = {
        key: Fact(tuple(sorted(value)) if isinstance(value, frozenset) else value) for key, value in change.items()
    }
    after = judge_regulation({**sheet, **changed}, {}, packs, as_of).duties
    ids_before, ids_after = [duty.id for duty in before], [duty.id for duty in after]
    new = tuple(duty for duty in after if duty.id not in ids_before)
    return Flip(
        to=goal,
        changes=tuple(Change(key, plain(_datum(sheet[key])), plain(value)) for key, value in change.items()),
        because=_cite(goal, packs, as_of),
        gained=tuple(duty.id for duty in new),
        lost=tuple(row for row in ids_before if row not in ids_after),
        then=new if len(new) <= MOST_FOLLOWING else (),
    )


def _cite(goal: str, packs: Sequence[RulePack], as_of: date) -> str:
    """The provision that gives the class, from the case that decides it, whichever derived fact holds that case."""
    for pack in packs:
        for derivation in pack.at(as_of).derivations if pack.results else ():
            for clause in derivation.clauses:
                if clause.value == goal and clause.citation:
                    return clause.citation
    return ""


def _datum(fact: Fact) -> Datum:
    return frozenset(fact.value) if isinstance(fact.value, tuple) else fact.value
