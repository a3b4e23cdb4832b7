"""Section 9: the openness dossier of each component in use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from audit.engine.openness import describe_openness
from audit.portfolio.comparison.dimensions import name_flag
from audit.reports.records import ReportRecords
from audit.reports.sections.front import Entry, not_recorded
from audit.reports.stored import told
from audit.reports.wording import fact_value, listing, long_day, say, say_count, short_day, within
from audit.selectors.reading import Reading
from audit.snapshots.openness import judge_entered
from governance.choices import MOF_PARTS, Availability, ComponentKind
from governance.models import Component, ComponentArtefact, SystemComponent

_FACTS = ("open.status", "open.mof_class", "open.osai_score", "open.washing")


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of the Model Openness Framework."""

    part: str
    availability: str
    licence: str
    source: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says of the component, and where."""

    by: str
    says: str
    where: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is known of one component."""

    name: str
    entries: tuple[Entry, ...]
    judged: tuple[Entry, ...]
    parts: tuple[PartRow, ...]
    not_listed: str
    claims: tuple[Claim, ...]
    conflicts: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Openness:
    """The dossiers, and how open the system's models are taken together."""

    status: tuple[Entry, ...]
    dossiers: tuple[Dossier, ...]


def build_openness(records: ReportRecords) -> Openness:
    """Build section 9."""
    status = tuple(Entry(records.question(key), _told(records, key)) for key in _FACTS if key in records.facts)
    return Openness(status, tuple(_dossier(records, use) for use in records.uses))


def _told(records: ReportRecords, key: str) -> str:
    """The fact in words, with the component that decides it."""
    entry = records.facts[key]
    value = fact_value(_value(entry), records.labels(key))
    source = str(entry.get("source") or "") if isinstance(entry, dict) else ""
    return f"{value} ({told(source)})" if source else value


def _value(entry: object) -> object:
    if isinstance(entry, dict):
        if "not_applicable" in entry:
            return say("does not apply: {reason}", reason=told(str(entry["not_applicable"])))
        return entry.get("value")
    return entry


def _dossier(records: ReportRecords, use: SystemComponent) -> Dossier:
    component = use.component
    artefacts = [artefact for artefact in records.artefacts if artefact.component_id == component.pk]
    return Dossier(
        name=str(component),
        entries=tuple(_entries(component, use)),
        judged=tuple(_judged(component, artefacts)),
        parts=tuple(_part(artefact) for artefact in artefacts),
        not_listed=_not_listed(component, artefacts),
        claims=tuple(_claim(Reading(claim)) for claim in component.claims if isinstance(claim, dict)),
        conflicts=tuple(
            Entry(told(conflict.text("field").replace("_", " ")), _values(conflict))
            for conflict in (Reading(item) for item in component.conflicts if isinstance(item, dict))
        ),
    )


def _judged(component: Component, artefacts: list[ComponentArtefact]) -> Iterator[Entry]:
    """What the dossier comes to by the rules of docs/openness.md; nothing where nothing is entered to judge by."""
    result = judge_entered(component, artefacts)
    for name, judged in describe_openness(result) if result is not None else ():
        yield Entry(told(name), told(judged))


def _entries(component: Component, use: SystemComponent) -> list[Entry]:
    publisher = str(component.vendor) if component.vendor else gettext("nobody recorded")
    if component.own_work_of:
        publisher = say("own work of {entity}", entity=component.own_work_of)
    entries = [
        Entry(gettext("Kind"), within(component.get_kind_display())),
        Entry(gettext("Published by"), publisher),
        Entry(gettext("Released"), long_day(component.released_on)),
        Entry(gettext("Licence"), _licence(component)),
        Entry(gettext("Use here"), _use(use)),
    ]
    if component.licence_flags:
        flags = listing(told(name_flag(str(flag))) for flag in component.licence_flags)
        entries.insert(4, Entry(gettext("What the licence says"), flags))
    if component.renamed_to:
        renamed = say("to {name} on {day}", name=component.renamed_to, day=long_day(component.renamed_on))
        entries.append(Entry(gettext("Renamed"), renamed))
    return entries


def _licence(component: Component) -> str:
    licence = component.licence_raw or not_recorded()
    if component.licence_id and component.licence_id != component.licence_raw:
        return say("{licence}, understood as {name}", licence=licence, name=component.licence_id)
    return licence


def _use(use: SystemComponent) -> str:
    run = within(use.get_run_mode_display()) if use.run_mode else gettext("not known")
    adaptation = gettext("whether adapted is not known")
    if use.adaptation:
        adaptation = within(use.get_adaptation_display())
    if use.host:
        return say("{run}, run by {host}; {adaptation}", run=run, host=use.host, adaptation=adaptation)
    return f"{run}; {adaptation}"


def _part(artefact: ComponentArtefact) -> PartRow:
    source = artefact.source
    if artefact.source_on:
        source = f"{source}, {short_day(artefact.source_on)}" if source else short_day(artefact.source_on)
    return PartRow(
        part=told(artefact.part),
        availability=within(artefact.get_availability_display()),
        licence=artefact.licence_id or artefact.licence_raw or (gettext("none stated") if _is_there(artefact) else "–"),
        source=source or not_recorded(),
    )


def _is_there(artefact: ComponentArtefact) -> bool:
    return artefact.availability == Availability.AVAILABLE


def _not_listed(component: Component, artefacts: list[ComponentArtefact]) -> str:
    if component.kind != ComponentKind.MODEL:
        return gettext("The Model Openness Framework is for models; it does not apply here.")
    listed = {artefact.part for artefact in artefacts}
    missing = [part for part in MOF_PARTS if part not in listed]
    if not missing:
        return ""
    return say_count(
        "Of the 17 parts of the framework one is not recorded: {parts}.",
        "Of the 17 parts of the framework {number} are not recorded: {parts}.",
        len(missing),
        parts=listing(map(told, missing)),
    )


def _claim(claim: Reading) -> Claim:
    where = ", ".join(part for part in (claim.text("where"), short_day(claim.day("on"), "")) if part)
    return Claim(
        gettext(claim.text("by").replace("_", " ")) if claim.text("by") else not_recorded(), claim.text("says"), where
    )


def _values(conflict: Reading) -> str:
    values = conflict.content.get("values")
    if not isinstance(values, list):
        return ""
    named = []
    for value in values:
        if isinstance(value, dict):
            each = Reading(value)
            source = each.text("source") or gettext("source not recorded")
            named.append(f"{short_day(each.day('value'), str(value.get('value')))} ({source})")
        else:
            named.append(str(value))
    return "; ".join(named)
