"""What the law comes to for one system, without explanations: what is kept, listed and made findings of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from audit.engine.expressions import facts_of
from audit.engine.facts import JsonValue
from audit.engine.findings import Duty
from audit.engine.regulatory.bands import ExposureBand
from audit.engine.regulatory.missing import Ledger, Undetermined
from audit.engine.rules import Derived, Rule, RulePack, RuleVersion


class OpenRule(NamedTuple):
    """An obligation of which the known facts do not tell whether it applies; one object for each version."""

    id: str
    rule: str
    of_entity: bool
    static: Mapping[str, JsonValue]


class LawMissing(NamedTuple):
    """The missing facts that would decide something.

    ``answers`` gives for each open answer, the most important first, the keys behind it in the order in which the
    packs ask for them; ``duties``, for each key that decides no answer, how many duties wait for it, by key.
    """

    answers: tuple[tuple[str, tuple[str, ...]], ...]
    duties: tuple[tuple[str, int], ...]


class LawOutcome(NamedTuple):
    """The regulatory outcome of one system; ``valid_until`` is the first day on which time alone could change it.

    ``asked`` are the keys behind the undetermined duties that are not of the entity, in the order of the packs.
    """

    answers: Mapping[str, JsonValue]
    duties: tuple[Duty, ...]
    undetermined: tuple[OpenRule, ...]
    missing: LawMissing
    band: ExposureBand | None
    past_review: tuple[str, ...]
    valid_until: date | None
    asked: tuple[str, ...]


@lru_cache(maxsize=8192)
def open_rule(rule: Rule, version: RuleVersion) -> OpenRule:
    """The one ``OpenRule`` of a version."""
    return OpenRule(rule.row, rule.id, rule.of_entity, version.static)


def list_missing(ledger: Ledger, packs: Sequence[RulePack]) -> LawMissing:
    """What a judgement noted as open, traced back to missing facts, without their weights."""
    order = order_facts(tuple(packs))
    answers = tuple(
        [(label, _in_order(situation.shares_of(awaited), order)) for label, awaited, situation in ledger.answers]
    )
    return LawMissing(answers, tuple(sorted(ledger.count_duties().items())))


def list_asked(undetermined: Iterable[Undetermined], packs: Sequence[RulePack]) -> tuple[str, ...]:
    """The missing facts behind the open duties of the system itself."""
    keys = {key for entry in undetermined if not entry.to.of_entity for key in entry.missing_facts}
    return _in_order(keys, order_facts(tuple(packs)))


def _in_order(keys: Iterable[str], order: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(keys, key=order.__getitem__))


@lru_cache(maxsize=8)
def order_facts(packs: tuple[RulePack, ...]) -> Mapping[str, int]:
    """The place of every fact that the packs read: those behind their answers first, each where it is first met."""
    definitions = {derived.key: derived for pack in packs for derived in pack.derived}
    met: dict[str, None] = {}
    for pack in packs:
        for result in pack.results:
            _meet(result.fact, definitions, met)
    for key in definitions:
        _meet(key, definitions, met)
    for pack in packs:
        for key in _read_by_rules(pack):
            _meet(key, definitions, met)
    return {key: place for place, key in enumerate(key for key in met if key not in definitions)}


def _meet(key: str, definitions: Mapping[str, Derived], met: dict[str, None]) -> None:
    if key in met:
        return
    met[key] = None
    if key in definitions:
        for read in (*definitions[key].reads(), *definitions[key].doubt_about):
            _meet(read, definitions, met)


def _read_by_rules(pack: RulePack) -> Iterator[str]:
    for version in (version for rule in pack.rules for version in rule.versions):
        yield from facts_of(version.when.node)
        if version.schedule.fact:
            yield version.schedule.fact
        for case in version.schedule.cases:
            yield from facts_of(case.when.node)
