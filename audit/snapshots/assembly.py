"""Puts the sheet together: which of row, answer and catalogue counts, and what contradicts what.

A row beats an officer's answer, an answer beats the catalogue. Where they disagree the contradiction is kept for
the report, and a fact that has an unfavourable direction is judged at the worse (facts/lock_in.yaml, semantics).

``assemble`` takes the rows as they stand and keeps nothing; ``joining`` does the same for many systems of a register
that was just read, and takes from here how sources are settled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from audit.engine.facts import FactSheet, JsonValue
from audit.snapshots.answers import read_answers
from audit.snapshots.applicability import mark_inapplicable
from audit.snapshots.components import (
    derive_from_catalogue,
    derive_from_evaluations,
    derive_from_uses,
    facts_of_component,
)
from audit.snapshots.concentration import Concentration, SystemFigures, derive_concentration, figures_of
from audit.snapshots.contracts import derive_from_contracts
from audit.snapshots.controls import finish_plain, read_controls
from audit.snapshots.evidence import EvidenceBook, collect_controls
from audit.snapshots.finishing import finish, finish_all
from audit.snapshots.flows import derive_from_flows
from audit.snapshots.hosts import derive_from_offers
from audit.snapshots.observations import Observations, observe
from audit.snapshots.openness import Dossiers, derive_from_dossiers
from audit.snapshots.sheets import Conflict, Content, Snapshot
from audit.snapshots.subject import Subject
from audit.snapshots.systems import derive_from_entity, derive_from_system
from audit.snapshots.values import GRADE_ORDER, Maybe, RawFact, direction_of, pick_worse

FIRST_PLACED: Final = "sys.first_placed_date"


def assemble(subject: Subject, book: EvidenceBook, dossiers: Dossiers, concentration: Concentration) -> Snapshot:
    """Make the snapshot of one system from its rows."""
    figures = figures_of(subject, concentration)
    rows = _derive_from_rows(subject, book, dossiers, figures)
    answers = _read_answers(subject)
    catalogue = derive_from_catalogue(subject, book)
    settled: dict[str, RawFact] = {}
    conflicts: list[Conflict] = []
    for key in sorted(rows.keys() | answers.keys() | catalogue.keys()):
        settled[key], conflict = settle(key, rows.get(key), answers.get(key), catalogue.get(key))
        if conflict is not None:
            conflicts.append(conflict)
    system = subject.system
    supported = book.support_system(system.id, system.legal_entity_id, settled, subject.as_of)
    finished = finish_all({key: supported[key] for key in sorted(supported)})
    sheet = {key: fact.fact for key, fact in finished.items() if fact.fact is not None}
    is_read = len(sheet) == len(finished)
    if is_read:
        sheet = mark_inapplicable(sheet, subject.as_of)
        for key in sheet.keys() - finished.keys():
            finished[key] = finish(key, RawFact(not_applicable=sheet[key].not_applicable))
    facts = [finished[key] for key in sorted(finished)]
    controls = finish_plain(collect_controls(subject.register, system.id, system.legal_entity_id, subject.as_of))
    in_order = {key: sheet[key] for key in sorted(sheet)} if is_read else None
    look = partial(observe, subject, book, figures.root)
    return make_snapshot(subject, Content(facts, controls), in_order, tuple(conflicts), look)


def make_snapshot(
    subject: Subject,
    parts: Content,
    sheet: FactSheet | None,
    conflicts: tuple[Conflict, ...],
    look: Callable[[], Observations],
) -> Snapshot:
    """The snapshot of what was finished, and what the engine takes of the controls."""
    given = read_controls(parts.finished_controls)
    return Snapshot(subject.system.id, subject.system.reference, subject.as_of, parts, conflicts, look, sheet, given)


def _derive_from_rows(
    subject: Subject, book: EvidenceBook, dossiers: Dossiers, figures: SystemFigures
) -> dict[str, RawFact]:
    by_component = {
        use.component_id: facts_of_component(subject.component_of(use), book, subject.as_of)
        for use in subject.deciding_uses
    }
    facts = derive_from_system(subject) | derive_from_entity(subject.entity)
    facts |= derive_from_uses(subject) | derive_from_evaluations(subject)
    facts |= derive_from_offers(subject, by_component) | derive_from_dossiers(subject, dossiers, by_component)
    facts |= derive_concentration(subject, figures) | derive_from_contracts(subject, book)
    return _without_doubles(facts, derive_from_flows(subject))


def _without_doubles(facts: dict[str, RawFact], flows: Mapping[str, RawFact]) -> dict[str, RawFact]:
    """Where contract and data flow speak of the same fact, the worse counts."""
    for key, fact in flows.items():
        facts[key] = settle_double(key, facts.get(key), fact)
    return facts


def settle_double(key: str, other: Maybe, flow: RawFact) -> RawFact:
    """What counts where a data flow speaks of a fact of which another row may speak: the worse."""
    return flow if other is None or other.not_applicable else pick_worse(key, [other, flow])


def _read_answers(subject: Subject) -> dict[str, RawFact]:
    """The questionnaire of the legal entity, then that of the system."""
    return read_answers("legal entity", subject.entity.answers) | read_answers("system", subject.system.answers)


def settle(key: str, row: Maybe, answer: Maybe, catalogue: Maybe) -> tuple[RawFact, Conflict | None]:
    """The fact that counts, and the contradiction if there is one. At least one of the three must be given."""
    stated = [fact for fact in (row, answer, catalogue) if fact is not None]
    first = stated[0]
    if first.not_applicable or len(stated) == 1:
        return first, None
    if key == FIRST_PLACED and answer is not None and _is_earlier(answer, first):
        return answer, None
    applying = [fact for fact in stated if not fact.not_applicable]
    if all(_same(fact.value, first.value) for fact in applying):
        return min(applying, key=lambda fact: GRADE_ORDER.index(fact.grade)), None
    used = pick_worse(key, applying) if direction_of(key).worse is not None else first
    return used, Conflict(key, tuple(applying), used)


def _is_earlier(answer: RawFact, row: RawFact) -> bool:
    """The first use by anyone may lie before ours; the more exact answer then counts."""
    return isinstance(answer.value, str) and isinstance(row.value, str) and answer.value <= row.value


def _same(one: JsonValue, other: JsonValue) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return type(one) is type(other) and one == other


def name_conflicts(conflicts: Sequence[Conflict]) -> tuple[str, ...]:
    """The keys in dispute, in order."""
    return tuple(conflict.key for conflict in conflicts)
