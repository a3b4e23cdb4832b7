"""Facts that the components in use tell: how they are run, what the catalogue knows, what passed as a substitute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from audit.engine.facts import Grade
from audit.engine.lock_in.exercises import ages_on
from audit.snapshots.evidence import EvidenceBook
from audit.snapshots.rows import ComponentRow, EvaluationRow, UseRow
from audit.snapshots.subject import Subject, is_in_eea
from audit.snapshots.values import GRADE_ORDER, Maybe, RawFact, take_worst
from governance.choices import EvaluationResult, ReplaceObject
from governance.vocabulary import load_vocabulary

SUBSTITUTES: Final = "lock.equivalent_models_passed"
NOT_COMBINED: Final = frozenset({"lock.independent_hosts", "horizon.retirement_date", "open.osai_score"})


def derive_from_uses(subject: Subject) -> dict[str, RawFact]:
    """How the system is run, what would be replaced, and where the model's provider sits."""
    uses = subject.deciding_uses
    found: dict[str, Maybe] = {
        "lock.access_mode": take_worst(
            "lock.access_mode",
            [RawFact(use.run_mode, _name(subject, use)) if use.run_mode else None for use in uses],
            of="components",
        ),
        "lock.replace_object": _replace_object(subject, uses),
        "model.provider_in_eu": take_worst("model.provider_in_eu", [_provider_in_eu(subject, use) for use in uses]),
    }
    return {key: fact for key, fact in found.items() if fact is not None}


def derive_from_evaluations(subject: Subject) -> dict[str, RawFact]:
    """How many substitutes passed our own evaluation; unknown while no component is entered."""
    passed = _passed_substitutes(subject)
    return {SUBSTITUTES: passed} if passed is not None else {}


def _replace_object(subject: Subject, uses: Sequence[UseRow]) -> Maybe:
    """The main component's; else what all agree on."""
    stated = [use for use in uses if use.is_primary] or list(uses)
    objects = {use.replace_object for use in stated}
    if len(objects) != 1 or "" in objects:
        return None
    return RawFact(ReplaceObject(objects.pop()).value, _name(subject, stated[0]))


def _provider_in_eu(subject: Subject, use: UseRow) -> Maybe:
    component = subject.component_of(use)
    if component.own_work_of_id is not None:
        owner = subject.register.entities[component.own_work_of_id]
        inside, source = is_in_eea(owner.country), f"register: legal entity {owner.name}"
    else:
        vendor = subject.vendor(component.vendor_id)
        inside, source = (
            is_in_eea(vendor.country if vendor else ""),
            f"register: vendor {vendor.name if vendor else ''}",
        )
    return RawFact(inside, source) if inside is not None else None


def _passed_substitutes(subject: Subject) -> Maybe:
    """Other models that passed our own evaluation for this system in the last 12 months."""
    if not subject.uses:
        return None
    counted = list(passed_substitutes(subject))
    last_days = {row.component_id: row.evaluated_on for row in counted}
    first_to_lapse = ages_on(min(last_days.values())) if last_days else None
    return RawFact(len(last_days), "register: evaluation records", expires_on=first_to_lapse)


def passed_substitutes(subject: Subject) -> Iterable[EvaluationRow]:
    """The evaluations of substitutes that count on the day, oldest first."""
    in_use = {use.component_id for use in subject.uses}
    rows = subject.register.evaluations.get(subject.system.id, ())
    return sorted(
        (
            row
            for row in rows
            if row.is_substitute
            and row.result == EvaluationResult.PASSED
            and row.component_id not in in_use
            and row.evaluated_on <= subject.as_of < ages_on(row.evaluated_on)
        ),
        key=lambda row: row.evaluated_on,
    )


def derive_from_catalogue(subject: Subject, book: EvidenceBook) -> dict[str, RawFact]:
    """What the catalogue knows of the components that decide; the worst component counts and is named.

    Many systems use the same components: it is combined once in a book of evidence.
    """
    deciding = (subject.as_of, tuple([use.component_id for use in subject.deciding_uses]))
    if deciding not in book.combined:
        book.combined[deciding] = _combine_catalogue(subject, book)
    return dict(book.combined[deciding])


def _combine_catalogue(subject: Subject, book: EvidenceBook) -> dict[str, RawFact]:
    by_use = [facts_of_component(subject.component_of(use), book, subject.as_of) for use in subject.deciding_uses]
    combined: dict[str, RawFact] = {}
    for key in sorted({key for facts in by_use for key in facts} - NOT_COMBINED):
        chosen = _general_purpose(by_use) if key.startswith("model.") and key != "model.is_gpai" else by_use
        fact = take_worst(key, [facts.get(key) for facts in chosen], of="components")
        if fact is not None:
            combined[key] = fact
    return combined


def _general_purpose(by_use: Sequence[dict[str, RawFact]]) -> Sequence[dict[str, RawFact]]:
    """Facts about "the model" are those of the general-purpose ones, if there are any."""
    chosen = [facts for facts in by_use if "model.is_gpai" not in facts or facts["model.is_gpai"].value is not False]
    return chosen or by_use


def facts_of_component(component: ComponentRow, book: EvidenceBook, as_of: date) -> dict[str, RawFact]:
    """What the catalogue knows of one component, with its evidence; facts outside the vocabulary stay out."""
    known_on = (component.id, as_of)
    if known_on not in book.of_components:
        book.of_components[known_on] = _read_catalogue(component, book, as_of)
    return book.of_components[known_on]


def _read_catalogue(component: ComponentRow, book: EvidenceBook, as_of: date) -> dict[str, RawFact]:
    known = load_vocabulary().facts
    facts: dict[str, RawFact] = {}
    for entry in component.facts:
        key = str(entry.get("key"))
        if key not in known or known[key].source == "derived" or "value" not in entry:
            continue
        grade = str(entry.get("grade") or Grade.SELF_DECLARED)
        stated = RawFact(
            entry["value"],
            f"catalogue: {component.label}; {entry.get('source') or 'no source'}",
            grade=grade if grade in GRADE_ORDER else Grade.VENDOR_CLAIMED,
        )
        facts[key] = stated
    if component.own_work_of_id is not None:
        facts = {key: fact._replace(source=f"register: our own work {component.label}") for key, fact in facts.items()}
    return book.support_component(component, facts, as_of)


def _name(subject: Subject, use: UseRow) -> str:
    return f"register: component {subject.component_of(use).label}"
