"""What the parts of a system's rows come to, each kept by all that it reads.

Many systems run on the same components, send data the same way or sign the same terms. What such a part comes to is
derived once by the functions that derive it for a single system, and found again by its rows without their ids and
by the hashes of the shared rows that it reads (``Fingerprints``), on the same day. So what is kept stays right
whatever happens to the register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Final, NamedTuple

from audit.engine.lock_in.exercises import TEST_KIND, TESTED_ON
from audit.snapshots.answers import OwnAnswers, read_answers
from audit.snapshots.components import (
    derive_from_catalogue,
    derive_from_evaluations,
    derive_from_uses,
    facts_of_component,
)
from audit.snapshots.concentration import SystemFigures, derive_concentration
from audit.snapshots.contracts import OF_DAYS, derive_days, derive_from_contracts, name_arrangement
from audit.snapshots.evidence import EvidenceBook
from audit.snapshots.fingerprints import Fingerprints
from audit.snapshots.finishing import Finished, Memo, finish_all
from audit.snapshots.flows import derive_from_flows
from audit.snapshots.hosts import derive_from_offers
from audit.snapshots.leaving import LEAVING
from audit.snapshots.observations import OfFlows, OfUses, observe_flows, observe_uses
from audit.snapshots.openness import Dossiers, derive_from_dossiers
from audit.snapshots.rows import DependencyRow, EvaluationRow, Raw, RawRows, SystemRow, UseRow
from audit.snapshots.subject import PROCESSING, Subject
from audit.snapshots.systems import derive_first_day, derive_from_adaptation, derive_from_entity, derive_from_stage

Facts = Mapping[str, Finished]


class UsesPart(NamedTuple):
    """What the components in use come to; ``alone`` is the reason if none of them needs a contract."""

    facts: Facts
    catalogue: Facts
    shown: OfUses
    alone: str


class FlowsPart(NamedTuple):
    """What the data flows come to; ``is_processed`` tells whether somebody processes data for us."""

    facts: Facts
    shown: OfFlows
    is_processed: bool


class EntityPart(NamedTuple):
    """What a legal entity tells of each of its systems: by its rows, and by its questionnaire."""

    facts: Facts
    answers: Facts


class Shared(NamedTuple):
    """What the parts of systems are derived from: their rows, as they were read and hashed, on a day.

    The book holds the evidence about what systems share, and not that about systems alone.
    """

    rows: RawRows
    prints: Fingerprints
    book: EvidenceBook
    dossiers: Dossiers
    as_of: date


_Key = tuple[object, ...]
_uses: Final[Memo[_Key, UsesPart]] = Memo(2_000)
_flows: Final[Memo[_Key, FlowsPart]] = Memo(2_000)
_terms: Final[Memo[_Key, Facts]] = Memo(1_000)
_without: Final[Memo[_Key, Facts]] = Memo(1_000)
_entities: Final[Memo[_Key, EntityPart]] = Memo(500)
_stages: Final[Memo[_Key, Facts]] = Memo(200)
_first_days: Final[Memo[_Key, Facts]] = Memo(5_000)
_unevaluated: Final[Memo[_Key, Facts]] = Memo(2)
_figures: Final[Memo[_Key, Facts]] = Memo(2_000)

_IS_SUBSTITUTE: Final = EvaluationRow._fields.index("is_substitute")
_HOST: Final = UseRow._fields.index("host_id")
_VENDOR: Final = DependencyRow._fields.index("vendor_id")
_FALLBACK: Final = DependencyRow._fields.index("fallback")
_TEST_DAY: Final = DependencyRow._fields.index("exit_tested_on")
_MOVING: Final = ("id", "system_id", "start_on", "end_on", "is_open_ended", "exit_tested_on", "price_guaranteed_until")
_terms_of: Final = itemgetter(*(place for place, name in enumerate(DependencyRow._fields) if name not in _MOVING))
"""All that the facts of an arrangement hang on, but for its days."""
_stage_of: Final = itemgetter(*(SystemRow._fields.index(name) for name in ("stage", "is_critical_function")))
_first_day_of: Final = itemgetter(*(SystemRow._fields.index(name) for name in ("stage", "in_service_on")))


class Parts:
    """The parts of systems whose rows were read together, on a day."""

    def __init__(self, shared: Shared) -> None:
        self._rows, self._prints, self._book, self._dossiers, self._as_of = shared
        self._uses: dict[tuple[Raw, ...], UsesPart] = {}

    def take_uses(self, subject: Subject, uses: Sequence[Raw]) -> UsesPart:
        """By the uses without their system; among systems read together the shared rows are the same."""
        content = tuple([raw[1:] for raw in uses])
        found = self._uses.get(content)
        if found is None:
            prints = self._prints
            key = (
                self._as_of,
                content,
                tuple(prints.hash_component(raw[1]) for raw in uses),
                tuple(prints.hash_vendors(raw[_HOST] for raw in uses)),
                prints.common,
            )
            found = self._uses[content] = _uses.get(key) or _uses.keep(key, self._derive_uses(subject))
        return found

    def _derive_uses(self, subject: Subject) -> UsesPart:
        book, as_of = self._book, self._as_of
        by_component = {
            use.component_id: facts_of_component(subject.component_of(use), book, as_of)
            for use in subject.deciding_uses
        }
        facts = derive_from_adaptation(subject) | derive_from_uses(subject)
        facts |= derive_from_offers(subject, by_component)
        facts |= derive_from_dossiers(subject, self._dossiers, by_component)
        catalogue = finish_all(derive_from_catalogue(subject, book))
        return UsesPart(finish_all(facts), catalogue, observe_uses(subject), subject.why_nobody_serves)

    def take_flows(self, subject: Subject, flows: Sequence[Raw]) -> FlowsPart:
        """By the flows, packed and without their ids; no other row is read."""
        content = tuple([raw[2:] for raw in flows])
        found = _flows.get(content)
        if found is None:
            is_processed = any(flow.to_role in PROCESSING for flow in subject.flows)
            part = FlowsPart(finish_all(derive_from_flows(subject)), observe_flows(subject), is_processed)
            found = _flows.keep(content, part)
        return found

    def take_contracts(self, subject: Subject, alone: str, answers: OwnAnswers) -> Facts:
        """What the arrangements tell, or that there can be none; ``alone`` is the reason if nobody serves it."""
        dependencies = self._rows.dependencies.get(subject.system.id, ())
        if not dependencies:
            return self._take_without(subject, alone, answers)
        if len(dependencies) > 1:
            return finish_all(derive_from_contracts(subject, self._book))
        [row] = subject.dependencies
        days = derive_days(row, name_arrangement(row, subject), self._as_of)
        supported = self._book.support_vendor(row.vendor_id, days, self._as_of)
        return {**self._take_terms(subject, dependencies[0]), **finish_all(supported)}

    def _take_terms(self, subject: Subject, raw: Raw) -> Facts:
        """What a single arrangement tells apart from its days: by its terms, and by its vendor."""
        is_tested = raw[_TEST_DAY] is not None
        key = (self._as_of, _terms_of(raw), is_tested, self._prints.hash_vendor(raw[_VENDOR]))
        found = _terms.get(key)
        if found is None:
            facts = derive_from_contracts(subject, self._book)
            found = _terms.keep(key, finish_all({name: facts[name] for name in facts if name not in OF_DAYS}))
        return found

    def _take_without(self, subject: Subject, alone: str, answers: OwnAnswers) -> Facts:
        """By the reason why there is no contract, and by the answers that stand where the contract would."""
        given = answers.facts
        key = (
            self._as_of,
            alone,
            tuple([name in given for name in LEAVING]),
            given.get(TESTED_ON),
            given.get(TEST_KIND),
        )
        found = _without.get(key) if answers.are_all_read else None
        if found is None:
            found = finish_all(derive_from_contracts(subject, self._book))
            if answers.are_all_read:
                _without.keep(key, found)
        return found

    def take_entity(self, subject: Subject, entity_id: int) -> EntityPart:
        """By all that is known of the legal entity."""
        key = (self._prints.hash_entity(entity_id),)
        found = _entities.get(key)
        if found is None:
            entity = subject.entity
            answers = finish_all(read_answers("legal entity", entity.answers))
            found = _entities.keep(key, EntityPart(finish_all(derive_from_entity(entity)), answers))
        return found

    def take_columns(self, subject: Subject, system: Raw) -> Facts:
        """By the system's columns that are facts: the stage, and the first day, of which there are many."""
        key = _stage_of(system)
        stage = _stages.get(key)
        if stage is None:
            stage = _stages.keep(key, finish_all(derive_from_stage(subject.system)))
        key = _first_day_of(system)
        first_day = _first_days.get(key)
        if first_day is None:
            first_day = _first_days.keep(key, finish_all(derive_first_day(subject.system)))
        return {**stage, **first_day}

    def take_figures(self, subject: Subject, figures: SystemFigures) -> Facts:
        """By the portfolio's figures, and by what stands by where there is no alternative."""
        fallbacks = tuple([raw[_FALLBACK] for raw in self._rows.dependencies.get(subject.system.id, ())])
        share, other_contracts, root = figures
        # 1, 1.0 and true are equal and not the same JSON.
        key = (share, share.__class__, other_contracts, root and root[2:], fallbacks)
        found = _figures.get(key)
        if found is None:
            found = _figures.keep(key, finish_all(derive_concentration(subject, figures)))
        return found

    def take_evaluations(self, subject: Subject) -> Facts:
        """How many substitutes passed: of each system by itself, but for those that never evaluated one."""
        system_id = subject.system.id
        if any(raw[_IS_SUBSTITUTE] for raw in self._rows.evaluations.get(system_id, ())):
            return finish_all(derive_from_evaluations(subject))
        key = (system_id in self._rows.uses,)
        found = _unevaluated.get(key)
        return found if found is not None else _unevaluated.keep(key, finish_all(derive_from_evaluations(subject)))
