"""Puts the sheet together: which of row, answer and catalogue counts, and what contradicts what.

A row beats an officer's answer, an answer beats the catalogue. Where they disagree the contradiction is kept for
the report, and a fact that has an unfavourable direction is judged at the worse (facts/lock_in.yaml, semantics).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from audit.engine.canonical import hash_text
from audit.engine.facts import Fact, FactSheet, JsonValue
from audit.snapshots.answers import read_answers
from audit.snapshots.applicability import mark_inapplicable
from audit.snapshots.components import derive_from_catalogue, derive_from_uses, facts_of_component
from audit.snapshots.concentration import Concentration, HiddenRoot, derive_concentration
from audit.snapshots.contracts import derive_from_contracts
from audit.snapshots.evidence import EvidenceBook, collect_controls
from audit.snapshots.finishing import Finished, finish, write_content
from audit.snapshots.flows import derive_from_flows
from audit.snapshots.hosts import derive_from_offers
from audit.snapshots.observations import Observations, observe
from audit.snapshots.openness import Dossiers, derive_from_dossiers
from audit.snapshots.subject import Subject
from audit.snapshots.systems import derive_from_entity, derive_from_system
from audit.snapshots.values import (
    GRADE_ORDER,
    JsonObject,
    Maybe,
    RawFact,
    direction_of,
    pick_worse,
)

FIRST_PLACED: Final = "sys.first_placed_date"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree on one fact, and the value that was judged."""

    key: str
    stated: tuple[RawFact, ...]
    used: RawFact

    def to_json(self) -> JsonObject:
        """For the report: the key, each value with its source, and the one used."""
        return {
            "key": self.key,
            "stated": [fact.to_json() for fact in self.stated],
            "used": self.used.value,
        }


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The fact sheet of one system on one day, its hash, and what the rows show beside it.

    ``text`` is the canonical JSON of ``content``; ``sheet`` the facts as the engine takes them, or none where one of
    them cannot be read.
    """

    system_id: int
    reference: str
    as_of: date
    content: JsonObject
    text: str
    sha256: str
    conflicts: tuple[Conflict, ...]
    observations: Observations
    sheet: FactSheet | None = None

    @property
    def facts(self) -> Mapping[str, JsonValue]:
        """The facts as JSON, by key."""
        facts = self.content["facts"]
        return facts if isinstance(facts, dict) else {}

    @property
    def controls(self) -> Mapping[str, JsonValue]:
        """The controls as JSON, by obligation."""
        controls = self.content["controls"]
        return controls if isinstance(controls, dict) else {}


def assemble(subject: Subject, book: EvidenceBook, dossiers: Dossiers, concentration: Concentration) -> Snapshot:
    """Make the snapshot of one system from its rows."""
    root = concentration.hidden_root_for(subject)
    rows = _derive_from_rows(subject, book, dossiers, concentration, root)
    answers = _read_answers(subject)
    catalogue = derive_from_catalogue(subject, book)
    settled: dict[str, RawFact] = {}
    conflicts: list[Conflict] = []
    for key in sorted(rows.keys() | answers.keys() | catalogue.keys()):
        if (key in rows) + (key in answers) + (key in catalogue) == 1:
            settled[key] = rows.get(key) or answers.get(key) or catalogue[key]
            continue
        fact, conflict = settle(key, rows.get(key), answers.get(key), catalogue.get(key))
        settled[key] = fact
        if conflict is not None:
            conflicts.append(conflict)
    system = subject.system
    supported = book.support_system(system.id, system.legal_entity_id, settled, subject.as_of)
    controls = collect_controls(subject.register, system.id, system.legal_entity_id, subject.as_of)
    finished, sheet = _with_inapplicable({key: finish(key, supported[key]) for key in sorted(supported)}, subject.as_of)
    text = write_content(finished.items(), controls)
    content: JsonObject = {
        "facts": {key: fact.entry for key, fact in finished.items()},
        "controls": {**controls},
    }
    return Snapshot(
        system_id=system.id,
        reference=system.reference,
        as_of=subject.as_of,
        content=content,
        text=text,
        sha256=hash_text(text),
        conflicts=tuple(conflicts),
        observations=observe(subject, book, root),
        sheet=sheet,
    )


def _with_inapplicable(facts: dict[str, Finished], as_of: date) -> tuple[dict[str, Finished], dict[str, Fact] | None]:
    """Add a reason for each fact that certainly does not apply, and give the facts as the engine reads them.

    Where one cannot be read, all are left as they are. Both stand in the order of the keys.
    """
    sheet = {key: fact.fact for key, fact in facts.items() if fact.fact is not None}
    if len(sheet) < len(facts):
        return facts, None
    added = {
        key: finish(key, RawFact(not_applicable=fact.not_applicable))
        for key, fact in mark_inapplicable(sheet, as_of).items()
        if key not in facts
    }
    facts |= added
    finished = {key: facts[key] for key in sorted(facts)}
    return finished, {key: fact.fact for key, fact in finished.items() if fact.fact is not None}


def _derive_from_rows(
    subject: Subject,
    book: EvidenceBook,
    dossiers: Dossiers,
    concentration: Concentration,
    root: HiddenRoot | None,
) -> dict[str, RawFact]:
    by_component = {
        use.component_id: facts_of_component(subject.component_of(use), book, subject.as_of)
        for use in subject.deciding_uses
    }
    facts = derive_from_system(subject) | derive_from_entity(subject.entity) | derive_from_uses(subject)
    facts |= derive_from_offers(subject, by_component) | derive_from_dossiers(subject, dossiers, by_component)
    facts |= derive_concentration(subject, concentration, root) | derive_from_contracts(subject, book)
    return _without_doubles(facts, derive_from_flows(subject))


def _without_doubles(facts: dict[str, RawFact], flows: Mapping[str, RawFact]) -> dict[str, RawFact]:
    """Where contract and data flow speak of the same fact, the worse counts."""
    for key, fact in flows.items():
        other = facts.get(key)
        facts[key] = fact if other is None or other.not_applicable else pick_worse(key, [other, fact])
    return facts


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
