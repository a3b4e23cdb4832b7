"""Makes the snapshots of many systems of a register that was just read: the same as ``assemble``, of finished parts.

What systems share is found by its rows (``parts``) and joined as whole mappings; only where two sources state the same
fact, or evidence supports one, is a fact looked at by itself.
"""

from __future__ import annotations

import json
from functools import lru_cache, partial
from typing import Final

from audit.engine.facts import FactSheet
from audit.rulepacks.facts import fact_types
from audit.snapshots.answers import finish_answers
from audit.snapshots.applicability import Stated, applicability_on
from audit.snapshots.assembly import make_snapshot, settle, settle_double
from audit.snapshots.concentration import HiddenRoot, SystemFigures
from audit.snapshots.controls import finish_controls
from audit.snapshots.evidence import support_one
from audit.snapshots.finishing import Finished, finish, finish_all, finish_supported
from audit.snapshots.observations import (
    NO_CONTRACTS,
    Observations,
    OfFlows,
    OfUses,
    Shown,
    StaleEvidence,
    join_observations,
    observe_contracts,
)
from audit.snapshots.parts import Facts, Parts, Shared
from audit.snapshots.reading import make_evidence
from audit.snapshots.rows import DependencyRow, EvidenceRow, Raw, SystemRow, read_text
from audit.snapshots.sheets import Conflict, Content, Snapshot
from audit.snapshots.subject import Subject
from audit.snapshots.systems import derive_from_forms

_ENTITY: Final = SystemRow._fields.index("legal_entity_id")
_ANSWERS: Final = SystemRow._fields.index("answers")
_VENDOR: Final = DependencyRow._fields.index("vendor_id")
_EXPIRES: Final = EvidenceRow._fields.index("expires_on")
_SUPPORTS: Final = EvidenceRow._fields.index("supports")


@lru_cache(maxsize=1)
def _all_unknown() -> dict[str, Finished | None]:
    """The sheet of which nothing is known yet: every key that a sheet may hold, in order."""
    return dict.fromkeys(sorted(fact_types()))


@lru_cache(maxsize=2_000)
def _read_keys(supports: str) -> tuple[str, ...]:
    """The facts that a piece of evidence supports, by the text of its column."""
    return tuple(json.loads(supports))


class Joiner:
    """Joins the parts of systems whose rows were read together, on a day."""

    def __init__(self, shared: Shared) -> None:
        self._rows = shared.rows
        self._book = shared.book
        self._parts = Parts(shared)
        self._as_of = shared.as_of
        self._applicability = applicability_on(shared.as_of)
        self._today = shared.as_of.isoformat()

    def join(self, subject: Subject, figures: SystemFigures) -> Snapshot:
        """The snapshot of one system."""
        rows, parts = self._rows, self._parts
        system_id = subject.system.id
        system = rows.systems[system_id]
        entity_id: int = system[_ENTITY]
        own = finish_answers(read_text(system[_ANSWERS]))
        uses = parts.take_uses(subject, rows.uses.get(system_id, ()))
        flows = parts.take_flows(subject, rows.packed_flows.get(system_id, ()))
        entity = parts.take_entity(subject, entity_id)
        facts = {
            **parts.take_columns(subject, system),
            **(finish_all(derive_from_forms(subject)) if system_id in rows.law_records else {}),
            **entity.facts,
            **uses.facts,
            **parts.take_evaluations(subject),
            **parts.take_figures(subject, figures),
            **parts.take_contracts(subject, "" if flows.is_processed else uses.alone, own),
        }
        _add_flows(facts, flows.facts)
        answers = {**entity.answers, **own.facts} if entity.answers else own.facts
        stated, conflicts = _settle_all(facts, answers, uses.catalogue)
        self._support(stated, system_id, entity_id)
        controls = finish_controls(rows, subject.register, system_id, entity_id, self._as_of)
        filled, sheet = self._fill(stated)
        look = partial(self._observe, subject, uses.shown, flows.shown, figures.root)
        return make_snapshot(subject, Content(filled, controls), sheet, conflicts, look)

    def _observe(self, subject: Subject, uses: OfUses, flows: OfFlows, root: HiddenRoot | None) -> Observations:
        """What the rows show beside the facts, from what the uses and flows show that others have, too."""
        contracts = observe_contracts(subject) if subject.system.id in self._rows.dependencies else NO_CONTRACTS
        return join_observations(subject, Shown(uses, flows, contracts), self._find_stale(subject.system), root)

    def _fill(self, stated: Stated) -> tuple[list[Finished], FactSheet | None]:
        """All facts in order, with a reason for each that does not apply, and what the engine reads of them.

        Where one of them cannot be read, those that are stated, and nothing for the engine.
        """
        all_keys = _all_unknown().copy()
        all_keys.update(self._applicability.find_closed(stated))
        all_keys.update(stated)
        facts = [*filter(None, all_keys.values())]
        sheet = {fact.key: fact.fact for fact in facts}
        if all(sheet.values()):
            return facts, sheet  # type: ignore[return-value]  # none is none
        return [stated[key] for key in sorted(stated)], None

    def _support(self, stated: dict[str, Finished], system_id: int, entity_id: int) -> None:
        """Apply the evidence about the legal entity, then that about the system."""
        of_entity = self._book.by_entity.get(entity_id)
        if of_entity:
            for key, evidence in of_entity.items():
                fact = stated.get(key)
                if fact is not None and not fact.raw.not_applicable:
                    stated[key] = finish(key, support_one(fact.raw, evidence, self._as_of))
        own: dict[str, list[EvidenceRow]] = {}
        for raw in self._rows.evidence_of_system.get(system_id, ()):
            keys = [key for key in _read_keys(raw[_SUPPORTS]) if key in stated]
            if keys:
                row = make_evidence(raw)
                for key in keys:
                    own.setdefault(key, []).append(row)
        for key, evidence in own.items():
            fact = stated[key]
            if not fact.raw.not_applicable:
                stated[key] = finish_supported(fact, support_one(fact.raw, evidence, self._as_of))

    def _find_stale(self, system: SystemRow) -> tuple[StaleEvidence, ...]:
        """The evidence about the system, its legal entity, components or vendors that no longer counts."""
        rows = self._rows
        held = [rows.evidence_of_system.get(system.id), rows.evidence_of_entity.get(system.legal_entity_id)]
        held += [rows.evidence_of_component.get(raw[1]) for raw in rows.uses.get(system.id, ())]
        held += [rows.evidence_of_vendor.get(raw[_VENDOR]) for raw in rows.dependencies.get(system.id, ())]
        found: dict[int, Raw] = {}
        for about in held:
            for raw in about or ():
                if raw[_EXPIRES] is not None and raw[_EXPIRES] <= self._today and _read_keys(raw[_SUPPORTS]):
                    found[raw[0]] = raw
        if not found:
            return ()
        stale = [make_evidence(found[row_id]) for row_id in sorted(found)]
        return tuple(
            StaleEvidence(row.reference, row.expires_on, tuple(row.supports))
            for row in stale
            if row.expires_on is not None
        )


def _add_flows(facts: dict[str, Finished], flows: Facts) -> None:
    """Where contract and data flow speak of the same fact, the worse counts."""
    for key, fact in flows.items():
        other = facts.get(key)
        facts[key] = fact if other is None else finish(key, settle_double(key, other.raw, fact.raw))


def _settle_all(rows: Facts, answers: Facts, catalogue: Facts) -> tuple[dict[str, Finished], tuple[Conflict, ...]]:
    """What counts of what rows, answers and the catalogue state, and where they disagree."""
    stated = {**catalogue, **answers, **rows}
    if len(stated) == len(catalogue) + len(answers) + len(rows):
        return stated, ()  # no two of them speak of the same fact
    doubles = (rows.keys() & answers.keys()) | (catalogue.keys() & rows.keys()) | (catalogue.keys() & answers.keys())
    conflicts = []
    for key in sorted(doubles):
        given = [None if fact is None else fact.raw for fact in (rows.get(key), answers.get(key), catalogue.get(key))]
        used, conflict = settle(key, *given)
        stated[key] = finish(key, used)
        if conflict is not None:
            conflicts.append(conflict)
    return stated, tuple(conflicts)
