"""A compiled score model and the risk interval of each of its terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import fsum
from typing import Final, TypeAlias

from audit.engine.facts import Fact, FactSheet, Grade, Value
from audit.engine.scoring.scales import ListScale, Scale, TableScale

Ends: TypeAlias = tuple[float, float]
Widening: TypeAlias = Mapping[Grade, float]
_ANOTHER: Final = Fact(None, not_applicable="another answer than those that are named")


@dataclass(frozen=True, slots=True)
class Condition:
    """That each of some facts has one of the named values (a list: at least one of them)."""

    wanted: tuple[tuple[str, frozenset[Value]], ...]

    def holds(self, known: FactSheet) -> bool | None:
        """Three-valued: ``None`` where an unknown fact decides. Not applicable is not fulfilled."""
        undecided = False
        for key, values in self.wanted:
            fact = known.get(key)
            if fact is None:
                undecided = True
            elif not fact.applies or not _has_any(fact.value, values):
                return False
        return None if undecided else True


def suppose_answers(conditions: Iterable[Condition | None], known: FactSheet) -> list[FactSheet]:
    """What is known with each answer to what decides the conditions and is not known: each they name, and another."""
    wanted: dict[str, set[Value]] = {}
    for condition in conditions:
        for key, values in () if condition is None else condition.wanted:
            if key not in known:
                wanted.setdefault(key, set()).update(values)
    if not wanted:
        return [known]
    answers = [[_ANOTHER, *map(Fact, sorted(values, key=str))] for values in wanted.values()]
    return [{**known, **dict(zip(wanted, chosen, strict=True))} for chosen in product(*answers)]


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One fact's place in a model.

    ``points`` is its share of the whole on 0-100. It enters only while ``only_when`` holds and
    ``unless`` does not; ``otherwise`` tells why not. ``minus`` names a second list whose items are
    taken off the first.
    """

    key: str
    group: str
    points: float
    scale: Scale
    why: str
    audience: frozenset[str] = frozenset()
    only_when: Condition | None = None
    unless: Condition | None = None
    minus: str | None = None
    otherwise: str = ""

    def keys(self) -> tuple[str, ...]:
        """The facts the term itself is made of."""
        return (self.key,) if self.minus is None else (self.key, self.minus)

    def gates(self) -> tuple[str, ...]:
        """The facts that decide whether the term enters."""
        conditions = [each for each in (self.only_when, self.unless) if each is not None]
        return tuple(key for each in conditions for key, _ in each.wanted)


@dataclass(frozen=True, slots=True)
class Part:
    """What one term comes to: its risk from ``low`` to ``high`` (0-1) and the share of it that is known."""

    term: Term
    low: float
    high: float
    known: float
    applies: bool


@dataclass(frozen=True, slots=True)
class PartTable:
    """Every part a term over few choices can come to, made once: a portfolio looks them up millions of times."""

    by_grade: Mapping[Grade, Mapping[Value, Part]]
    unknown: Part
    absent: Part


@dataclass(frozen=True, eq=False)
class ScoreModel:
    """A compiled score model. ``rescales``: what does not apply leaves its group; otherwise it adds nothing."""

    id: str
    version: str
    terms: tuple[Term, ...]
    weights: Mapping[str, float]
    widening: Widening
    rescales: bool
    derived_from: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every fact the model reads."""
        return frozenset(key for term in self.terms for key in (*term.keys(), *term.gates()))

    @cached_property
    def prepared(self) -> tuple[tuple[Term, PartTable | None], ...]:
        """Each term with its table, where its choices are few and nothing else decides it."""
        return tuple((term, _tabulate(term, self.widening)) for term in self.terms)

    @cached_property
    def asked(self) -> Mapping[str, tuple[int, ...]]:
        """For each fact the places of the terms it takes part in."""
        places: dict[str, list[int]] = {}
        for place, term in enumerate(self.terms):
            for key in dict.fromkeys((*term.keys(), *term.gates())):
                places.setdefault(key, []).append(place)
        return {key: tuple(found) for key, found in places.items()}


def evaluate_terms(model: ScoreModel, known: FactSheet) -> tuple[Part, ...]:
    """The risk interval of each term, for facts that count on the day (``known_facts``)."""
    widening = model.widening
    parts = []
    for term, table in model.prepared:
        if table is None:
            parts.append(evaluate_term(term, known, widening))
            continue
        fact = known.get(term.key)
        if fact is None:
            parts.append(table.unknown)
        elif fact.not_applicable:
            parts.append(table.absent)
        else:
            parts.append(table.by_grade[fact.grade].get(fact.value, table.unknown))
    return tuple(parts)


def _tabulate(term: Term, widening: Widening) -> PartTable | None:
    scale = term.scale
    if not isinstance(scale, TableScale) or term.gates() or term.minus is not None:
        return None
    parts = {
        grade: {value: evaluate_term(term, {term.key: Fact(value, grade)}, widening) for value in scale.risks}
        for grade in Grade
    }
    absent = Part(term, 0.0, 0.0, 1.0, applies=False)
    return PartTable(parts, evaluate_term(term, {}, widening), absent)


def evaluate_term(term: Term, known: FactSheet, widening: Widening) -> Part:
    """One term's risk interval; (0, 0) and not applying where it does not enter."""
    certain = True
    if term.only_when is not None or term.unless is not None:
        enters = _enters(term, known)
        if enters is False:
            return Part(term, 0.0, 0.0, 1.0, applies=False)
        certain = enters is True
    fact = known.get(term.key)
    if fact is not None and fact.not_applicable:
        return Part(term, 0.0, 0.0, 1.0, applies=False)
    if term.minus is not None:
        (low, high), share = _difference(term, term.minus, known, widening)
    else:
        (low, high), share = _graded(fact, term.scale, widening)
    return Part(term, low if certain else 0.0, high, share, applies=True)


def _enters(term: Term, known: FactSheet) -> bool | None:
    asked = True if term.only_when is None else term.only_when.holds(known)
    spared = False if term.unless is None else term.unless.holds(known)
    if asked is False or spared is True:
        return False
    return None if asked is None or spared is None else True


def _graded(fact: Fact | None, scale: Scale, widening: Widening) -> tuple[Ends, float]:
    """The fact's risk, its high end moved towards the worst value's as far as the grade says."""
    risk = None if fact is None else scale.risk(fact.value)
    if fact is None or risk is None:
        return (0.0, 1.0), 0.0
    widened = widening[fact.grade]
    high = risk if widened == 0 else max(risk, 1.0 - (1.0 - widened) * (1.0 - risk))
    return (risk, high), 1.0


def _difference(term: Term, minus: str, known: FactSheet, widening: Widening) -> tuple[Ends, float]:
    """The summed weight of what is in the first list and not in the second, choice by choice.

    An empty first list is the best value whatever the second says; each list's grade widens only
    what that list could still hide.
    """
    held, freed = known.get(term.key), known.get(minus)
    weights = term.scale.weights if isinstance(term.scale, ListScale) else {}
    lows, highs = [], []
    for item, weight in weights.items():
        is_held = _membership(held, item, widening, bad_when_listed=True)
        is_stuck = _membership(freed, item, widening, bad_when_listed=False)
        lows.append(weight * is_held[0] * is_stuck[0])
        highs.append(weight * is_held[1] * is_stuck[1])
    share = ((held is not None) + (freed is not None)) / 2
    if held is not None and not held.value:
        share = 1.0
    return (min(fsum(lows), 1.0), min(fsum(highs), 1.0)), share


def _membership(fact: Fact | None, item: str, widening: Widening, *, bad_when_listed: bool) -> Ends:
    if fact is None:
        return 0.0, 1.0
    listed = isinstance(fact.value, tuple) and item in fact.value
    return (1.0, 1.0) if listed is bad_when_listed else (0.0, widening[fact.grade])


def _has_any(value: Value, wanted: frozenset[Value]) -> bool:
    if isinstance(value, tuple):
        return any(item in wanted for item in value)
    return value in wanted
