"""Facts that the system's own columns and its legal entity tell."""

from __future__ import annotations

from audit.engine.facts import JsonValue
from audit.snapshots.law_records import derive_from_law_records
from audit.snapshots.rows import EntityRow, SystemRow
from audit.snapshots.subject import EEA, Subject, countries_in
from audit.snapshots.values import RawFact
from governance.choices import Adaptation, LifecycleStage

_BEFORE_SERVICE = frozenset(
    {
        LifecycleStage.IDEA,
        LifecycleStage.RESEARCH,
        LifecycleStage.LAB_TESTING,
        LifecycleStage.REAL_WORLD_TESTING,
    }
)
_SOURCE = "register: system"


def derive_from_system(subject: Subject) -> dict[str, RawFact]:
    """Stage, first day, critical function, own modification, and what the forms of the law say."""
    return derive_from_columns(subject.system) | derive_from_adaptation(subject) | derive_from_forms(subject)


def derive_from_columns(system: SystemRow) -> dict[str, RawFact]:
    """Stage, first day and critical function."""
    return derive_from_stage(system) | derive_first_day(system)


def derive_from_stage(system: SystemRow) -> dict[str, RawFact]:
    """Stage and critical function."""
    facts = {"sys.stage": RawFact(system.stage, _SOURCE)}
    if system.is_critical_function is not None:
        facts["ict.critical_function"] = RawFact(system.is_critical_function, _SOURCE)
    return facts


def derive_first_day(system: SystemRow) -> dict[str, RawFact]:
    """The first day in service, or that there is none yet; nothing of a day that nobody entered."""
    if system.stage in _BEFORE_SERVICE:
        return {"sys.first_placed_date": RawFact(None, f"{_SOURCE}, not in service yet")}
    if system.in_service_on is None:
        return {}
    return {"sys.first_placed_date": RawFact(system.in_service_on.isoformat(), f"{_SOURCE}, in service since")}


def derive_from_adaptation(subject: Subject) -> dict[str, RawFact]:
    """That nothing was modified, where all that decides is used as it is."""
    uses = subject.deciding_uses
    if uses and all(use.adaptation == Adaptation.AS_IS for use in uses):
        return {"model.modification_ratio": RawFact(0.0, "register: components are used as they are")}
    return {}


def derive_from_forms(subject: Subject) -> dict[str, RawFact]:
    """What the forms of the law say of the facts."""
    records = subject.register.law_records.get(subject.system.id, ())
    return derive_from_law_records(records, subject.as_of, subject.system.answers)


def derive_from_entity(entity: EntityRow) -> dict[str, RawFact]:
    """Where the legal entity is established. Its own answers are read where all answers are."""
    if not entity.country:
        return {}
    countries = sorted({entity.country} | countries_in(entity.answers.get("org.countries")))
    listed: list[JsonValue] = [*countries]
    source = f"register: legal entity {entity.name}"
    return {
        "org.countries": RawFact(listed, source),
        "org.eu_established": RawFact(any(country in EEA for country in countries), source),
    }
