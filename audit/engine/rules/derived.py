"""Facts that a pack computes from others, in the order written: yes/no, one of ordered cases, or a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from audit.engine.dates import Span
from audit.engine.expressions import (
    DECODE,
    FALSE,
    NOTHING,
    OPEN,
    TRUE,
    Condition,
    DecideAll,
    FactRef,
    Situation,
    Values,
    Weights,
    await_fact,
    facts_of,
    generate,
)
from audit.engine.facts import LIST_KINDS, FactType, Kind
from audit.engine.logic import UNKNOWN, Datum, Members, Possible, Scalar, candidates, narrow

NOBODY: Final = Members(NOTHING, NOTHING)
Evaluate: TypeAlias = Callable[[Values], Datum]
_YES_OR_NO: Final[tuple[Datum, ...]] = (False, UNKNOWN, UNKNOWN, True)


@dataclass(frozen=True, slots=True)
class Clause:
    """One case of a derived fact, or one possible member of a derived list, as adopted in a span of days."""

    value: Scalar
    when: Condition
    adopted: Span
    citation: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """A derived fact as its pack defines it.

    ``when`` is the condition of a yes/no fact, or the gate of a list. ``doubt`` says when a yes/no
    fact stays undecided although nothing is missing: an answer that does not fit the others.
    ``otherwise`` is what holds when no case does. ``members_of`` copies another list's members.
    While a yes/no fact of ``split_on`` is open, the cases are judged once with yes and once with no, and
    while a derived choice of ``split_by`` is, once with each it may be, and with all that is derived from
    it in between: that keeps out what no answer gives.
    """

    type: FactType
    clauses: tuple[Clause, ...] = ()
    when: Condition | None = None
    doubt: Condition | None = None
    doubt_about: tuple[str, ...] = ()
    otherwise: Scalar | FactRef = None
    members_of: str = ""
    split_on: tuple[str, ...] = ()
    split_by: tuple[str, ...] = ()
    citation: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """The key of the fact."""
        return self.type.key

    def reads(self) -> Iterable[str]:
        """Every fact the definition reads."""
        for condition in (self.when, self.doubt, *(clause.when for clause in self.clauses)):
            if condition is not None:
                yield from facts_of(condition.node)
        if isinstance(self.otherwise, FactRef):
            yield self.otherwise.key
        if self.members_of:
            yield self.members_of
        yield from self.split_on
        yield from self.split_by

    def at(self, as_of: date, above: Sequence[Derivation] = ()) -> Derivation:
        """The definition as the law had been adopted by the day; ``above`` are those before it in the pack."""
        clauses = tuple(clause for clause in self.clauses if clause.adopted.covers(as_of))
        return Derivation(self, clauses, {key: _between(key, above) for key in (*self.split_on, *self.split_by)})


def _between(key: str, above: Sequence[Derivation]) -> tuple[Derivation, ...]:
    """Those of ``above`` that hang on the fact, by whatever way, in their order."""
    hanging = {key}
    found: list[Derivation] = []
    for derivation in above:
        if not hanging.isdisjoint(derivation.derived.reads()):
            found.append(derivation)
            hanging.add(derivation.derived.key)
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Derivation:
    """A derived fact with the clauses adopted by one day; evaluates three-valued.

    ``between`` are the derivations that hang on a fact the cases are split by, to be made anew for each answer.
    ``decide_all`` gives the coded truths of its own condition, if it has one, and of its clauses; ``evaluate`` the
    value, or what is still possible: ``UNKNOWN``, ``Possible`` or undecided ``Members``.
    """

    derived: Derived
    clauses: tuple[Clause, ...]
    between: Mapping[str, tuple[Derivation, ...]]
    decide_all: DecideAll = field(init=False)
    evaluate: Evaluate = field(init=False)
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(str(clause.value) for clause in self.clauses))
        own = [condition.node for condition in (self.derived.when,) if condition is not None]
        nodes = [*own, *(clause.when.node for clause in self.clauses)]
        object.__setattr__(self, "decide_all", generate(nodes))
        object.__setattr__(self, "evaluate", self._choose_way())

    def _choose_way(self) -> Evaluate:
        """The shortest way for a definition of this kind."""
        derived = self.derived
        if derived.type.kind in LIST_KINDS:
            return self._evaluate_list
        if derived.type.kind is not Kind.BOOL:
            return self._evaluate_split if derived.split_on or derived.split_by else self._evaluate_cases
        if derived.doubt is not None or derived.when is None:
            return self._evaluate_bool
        decide_all = self.decide_all
        return lambda values: _YES_OR_NO[decide_all(values)[0]]

    def _evaluate_bool(self, values: Values) -> Datum:
        truth = DECODE[self.decide_all(values)[0]] if self.derived.when else False
        if truth is False and self.derived.doubt is not None and self.derived.doubt.decide(values) is not False:
            return UNKNOWN
        return UNKNOWN if truth is None else truth

    def _evaluate_split(self, values: Values) -> Datum:
        for key in self.derived.split_on:
            if values.get(key, UNKNOWN) is UNKNOWN:
                return self._join(key, (True, False), values)
        for key in self.derived.split_by:
            datum = values.get(key, UNKNOWN)
            if isinstance(datum, Possible):
                return self._join(key, datum.values, values)
        return self._evaluate_cases(values)

    def _join(self, key: str, answers: Iterable[Scalar], values: Values) -> Datum:
        """What any of the answers gives."""
        each: list[frozenset[Scalar] | None] = []
        for answer in answers:
            answered: dict[str, Datum] = {**values, key: answer}
            for derivation in self.between[key]:
                answered[derivation.derived.key] = derivation.evaluate(answered)
            each.append(candidates(self._evaluate_split(answered)))
        found = [one for one in each if one is not None]
        return narrow(frozenset().union(*found)) if len(found) == len(each) else UNKNOWN

    def _evaluate_cases(self, values: Values) -> Datum:
        open_values: set[Scalar] = set()
        for clause, truth in zip(self.clauses, self.decide_all(values), strict=True):
            if truth == TRUE:
                return narrow({*open_values, clause.value}) if open_values else clause.value
            if truth == OPEN:
                open_values.add(clause.value)
        last = self.derived.otherwise
        datum = values.get(last.key, UNKNOWN) if isinstance(last, FactRef) else last
        if not open_values:
            return datum
        rest = candidates(datum)
        return UNKNOWN if rest is None else narrow(open_values | rest)

    def _evaluate_list(self, values: Values) -> Datum:
        truths = self.decide_all(values)
        gate = TRUE
        if self.derived.when is not None:
            gate, truths = truths[0], truths[1:]
        if gate == FALSE:
            return NOBODY
        certain: frozenset[str] = NOTHING
        possible: frozenset[str] = NOTHING
        if self.derived.members_of:
            source = values.get(self.derived.members_of, UNKNOWN)
            if isinstance(source, Members):
                certain, possible = source.certain, source.possible
        else:
            possible = frozenset([value for value, truth in zip(self.names, truths, strict=True) if truth])
            certain = frozenset([value for value, truth in zip(self.names, truths, strict=True) if truth == TRUE])
        return Members(certain if gate == TRUE else NOTHING, possible)

    def ask(self, key: str, elements: frozenset[str], situation: Situation) -> Weights:
        """What the open fact waits for, with weights; ``elements`` limits the question to members of a list."""
        sink: Weights = {}
        if self.derived.type.kind in LIST_KINDS:
            self._ask_list(key, elements, situation, sink)
        elif self.derived.type.kind is Kind.BOOL:
            self._ask_bool(situation, sink)
        else:
            self._ask_cases(situation, sink)
        return sink

    def _ask_bool(self, situation: Situation, sink: Weights) -> None:
        derived = self.derived
        if derived.when is not None and derived.when.decide(situation.values) is None:
            derived.when.blame(situation, 1.0, sink)
            return
        if derived.doubt is not None and derived.doubt.decide(situation.values) is None:
            derived.doubt.blame(situation, 1.0, sink)
        for fact in derived.doubt_about:
            awaited = await_fact(fact)
            sink[awaited] = sink.get(awaited, 0.0) + 1.0

    def _ask_cases(self, situation: Situation, sink: Weights) -> None:
        for clause in self.clauses:
            truth = clause.when.decide(situation.values)
            if truth is True:
                return
            if truth is None:
                clause.when.blame(situation, 1.0, sink)
        if isinstance(self.derived.otherwise, FactRef):
            _ask_further(self.derived.otherwise.key, NOTHING, situation, sink)

    def _ask_list(self, key: str, elements: frozenset[str], situation: Situation, sink: Weights) -> None:
        datum = situation.values.get(key, UNKNOWN)
        if not isinstance(datum, Members):
            return
        still_open = datum.possible - datum.certain
        wanted = still_open & elements if elements else still_open
        gate = self.derived.when
        if gate is not None and wanted and gate.decide(situation.values) is None:
            gate.blame(situation, 1.0, sink)
        if self.derived.members_of and wanted:
            _ask_further(self.derived.members_of, wanted, situation, sink)
        for clause in self.clauses:
            if clause.value in wanted and clause.when.decide(situation.values) is None:
                clause.when.blame(situation, 1.0, sink)


def _ask_further(key: str, elements: frozenset[str], situation: Situation, sink: Weights) -> None:
    datum = situation.values.get(key, UNKNOWN)
    if datum is UNKNOWN or isinstance(datum, Possible) or (isinstance(datum, Members) and not datum.is_decided):
        awaited = await_fact(key, elements)
        sink[awaited] = sink.get(awaited, 0.0) + 1.0
