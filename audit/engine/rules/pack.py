"""A pack of rules of one body of law, and the view of it as adopted by a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter

from audit.engine.dates import Span
from audit.engine.expressions import Ask, Condition, DecideAll, generate
from audit.engine.rules.derived import Derivation, Derived, Evaluate
from audit.engine.rules.rule import Rule, RuleVersion


@dataclass(frozen=True, slots=True)
class ResultKey:
    """Which derived fact answers which key of the result (DESIGN §3), in the order of importance.

    ``possible`` names the key that lists what is still possible; ``none`` is the choice that is given as null.
    """

    key: str
    fact: str
    label: str
    possible: str = ""
    none: str = ""


@dataclass(frozen=True, slots=True)
class GoLive:
    """How to ask for the class once in service: while ``fact`` is one of ``before``, judge again with ``becomes``.

    ``also`` are further keys of the result with the derived facts they read then.
    """

    fact: str
    before: frozenset[str]
    becomes: str
    reads: str
    key: str
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Undertaking:
    """Which facts tell the size and the worldwide turnover that maximum fines hang on, and in which currency.

    A public body is no undertaking with a turnover; ``of_public_bodies`` says what the law leaves open for it.
    ``relief_adopted_from`` gives for a size the day on which its relief was adopted, where that came later.
    """

    size: str
    turnover: str
    currency: str
    public_body: str = ""
    of_public_bodies: str = ""
    relief_adopted_from: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Band:
    """One row of the decision table: the band while the class is one of these, or a duty this severe is not met.

    A row with neither always fits.
    """

    band: str
    says: str
    classes: frozenset[str] = frozenset()
    unmet: str = ""


@dataclass(frozen=True, slots=True)
class BandTable:
    """The decision table for the band of legal exposure, gravest row first; ``reads`` is the fact with the class."""

    reads: str
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Actionable:
    """A fact that the organisation can change, to one of ``to`` where these are named.

    ``leaving_out`` limits a list to fewer members: nobody takes up a risky use to change a class. With ``keeps_one``
    one must remain: what a system is for is its nature, one of several purposes can be given up.
    """

    fact: str
    to: tuple[bool | str, ...] = ()
    leaving_out: bool = False
    keeps_one: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A disputed or draft-only reading that is shown beside the operative, literal one."""

    id: str
    about: str
    when: Condition
    operative: str
    other: str
    basis: str


@dataclass(frozen=True, slots=True, eq=False)
class PackView:
    """The pack as adopted by one day; ``steps`` are its derivations in brief: key, value, what an open one waits for.

    ``conditions`` are those of its rules, each once however many rules share it; ``decide_all`` gives the coded
    truth of each, and ``pick`` puts these in the order of the rules. ``turns`` are the later days that count
    whatever the facts, in order.
    """

    derivations: tuple[Derivation, ...]
    steps: tuple[tuple[str, Evaluate, Ask], ...]
    rules: tuple[tuple[Rule, RuleVersion], ...]
    conditions: tuple[Condition, ...]
    decide_all: DecideAll
    pick: Callable[[tuple[int, ...]], tuple[int, ...]]
    turns: tuple[date, ...]

    def next_turn(self, as_of: date) -> date | None:
        """The first later day on which the pack changes whatever the facts."""
        place = bisect_right(self.turns, as_of)
        return self.turns[place] if place < len(self.turns) else None


@dataclass(frozen=True, slots=True, eq=False)
class RulePack:
    """A body of law as data, compiled once. ``sha256`` is that of its content as canonical JSON."""

    id: str
    version: str
    sha256: str
    title: str
    jurisdiction: str
    verified_on: date
    review_by: date
    derived: tuple[Derived, ...] = ()
    rules: tuple[Rule, ...] = ()
    results: tuple[ResultKey, ...] = ()
    readings: tuple[Reading, ...] = ()
    go_live: GoLive | None = None
    undertaking: Undertaking | None = None
    exposure: BandTable | None = None
    actionable: tuple[Actionable, ...] = ()
    requires: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    coverage: str = ""
    decide_readings: DecideAll = field(init=False)
    boundaries: tuple[date, ...] = field(init=False)
    choices: Mapping[str, tuple[str, ...]] = field(init=False)
    rule_by_id: Mapping[str, Rule] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rule_by_id", {rule.id: rule for rule in self.rules})
        object.__setattr__(self, "choices", {derived.key: derived.type.choices for derived in self.derived})
        object.__setattr__(self, "decide_readings", generate([reading.when.node for reading in self.readings]))
        object.__setattr__(self, "boundaries", tuple(sorted(set(self._adoption_days()))))

    def _adoption_days(self) -> Iterable[date]:
        spans: list[Span] = [version.adopted for rule in self.rules for version in rule.versions]
        spans += [clause.adopted for derived in self.derived for clause in derived.clauses]
        return (day for span in spans for day in (span.start, span.until) if day is not None)

    def at(self, as_of: date) -> PackView:
        """The pack as adopted by the day; days between two changes share one view."""
        place = bisect_right(self.boundaries, as_of)
        return _view(self, self.boundaries[place - 1] if place else date.min)

    def is_past_review(self, as_of: date) -> bool:
        """Tell whether the day by which the pack should have been checked again has passed."""
        return as_of > self.review_by


def _pick(places: Sequence[int]) -> Callable[[tuple[int, ...]], tuple[int, ...]]:
    """What gives the entries at these places."""
    if len(places) < 2:  # with one place ``itemgetter`` gives no tuple
        return lambda truths: tuple(truths[place] for place in places)
    return itemgetter(*places)


@lru_cache(maxsize=256)
def _view(pack: RulePack, epoch: date) -> PackView:
    versions = ((rule, rule.version_at(epoch)) for rule in pack.rules)
    rules = tuple((rule, version) for rule, version in versions if version is not None)
    conditions = {version.when: place for place, version in enumerate({v.when: v for _, v in rules}.values())}
    derivations: list[Derivation] = []
    for derived in pack.derived:
        derivations.append(derived.at(epoch, derivations))
    fixed = [day for _, version in rules for day in version.fixed_days()]
    fixed += [sanction.applies_from for rule, _ in rules for sanction in rule.sanctions if sanction.applies_from]
    fixed += pack.undertaking.relief_adopted_from.values() if pack.undertaking else ()
    return PackView(
        derivations=tuple(derivations),
        steps=tuple((one.derived.key, one.evaluate, one.ask) for one in derivations),
        rules=rules,
        conditions=tuple(conditions),
        decide_all=generate([condition.node for condition in conditions]),
        pick=_pick([conditions[version.when] for _, version in rules]),
        turns=tuple(sorted({*fixed, *pack.boundaries, pack.review_by + timedelta(days=1)})),
    )
