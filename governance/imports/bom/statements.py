"""What a bill says of a component, as the register keeps it: further statements, facts and parts of the dossier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from governance.choices import Availability, EvidenceGrade
from governance.imports.bom.licences import StatedLicence, describe_licence, read_licence
from governance.imports.bom.reading import Source
from governance.imports.bom.shapes import (
    Ancestor,
    ComponentEntry,
    Considerations,
    Data,
    Entry,
    Measure,
    ModelCard,
    Parameters,
    ServiceEntry,
)
from governance.services.rows import explain_address

GRADE: Final = EvidenceGrade.VENDOR_CLAIMED
Statement: TypeAlias = dict[str, object]
Said: TypeAlias = tuple[str, object, str]
"""A topic, what is said of it, and a note."""
_LONGEST_URL: Final = 1000


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """A part of the openness dossier as the bill tells of it."""

    part: str
    availability: Availability
    url: str
    note: str
    licence_raw: str = ""
    licence_id: str = ""


def state_details(entry: ComponentEntry | ServiceEntry, source: Source, data: Mapping[str, Data]) -> list[Statement]:
    """All that is said of an entry and has no column of its own, each statement with its source."""
    said = list(_say_of_both(entry))
    said += _say_of_component(entry, data) if isinstance(entry, ComponentEntry) else _say_of_service(entry)
    return [
        _support(source) | {"topic": topic, "value": value, "note": note}
        for topic, value, note in said
        if value not in ("", [], None)
    ]


def state_facts(entry: ComponentEntry | ServiceEntry, source: Source) -> list[Statement]:
    """The facts of the vocabulary that a bill tells without doubt: only that a model has a card somewhere."""
    if not isinstance(entry, ComponentEntry) or not _addresses(entry, "model-card"):
        return []
    note = "the bill names the address of a model card"
    return [_support(source) | {"key": "trans.model_card", "value": True, "note": note}]


def plan_parts(entry: ComponentEntry, data: Mapping[str, Data], licence: StatedLicence) -> list[PlannedPart]:
    """The parts a model's entry tells of; where it gives no address to get them from, they stay not known.

    The licence of a model's entry is that of what is distributed under it, its parameters.
    """
    parts = [
        _plan_parameters(_addresses(entry, "distribution"), licence),
        _part_at("Model card", _addresses(entry, "model-card"), _card_note(entry.model_card)),
    ]
    datasets = entry.model_card.model_parameters.datasets if entry.model_card else []
    if datasets:
        named = [_name_data(each, data) for each in datasets]
        parts.append(PlannedPart("Datasets", Availability.UNKNOWN, "", f"The bill names: {'; '.join(named)}."))
    return [part for part in parts if part is not None]


def _support(source: Source) -> Statement:
    on = source.on.isoformat() if source.on else None
    return {"source": source.text, "on": on, "grade": GRADE.value}


def _addresses(entry: Entry, kind: str) -> list[str]:
    """The addresses on the web that the entry gives for something."""
    return [
        reference.url
        for reference in entry.external_references
        if reference.type == kind and len(reference.url) <= _LONGEST_URL and not explain_address(reference.url)
    ]


def _plan_parameters(addresses: list[str], licence: StatedLicence) -> PlannedPart | None:
    """Without a licence nobody may use what can be got: that would be said of a model whose licence is not stated."""
    part = _part_at("Model parameters (Final)", addresses, "")
    if part is None or licence.raw:
        return part and replace(part, licence_raw=licence.raw, licence_id=licence.spdx)
    return replace(part, availability=Availability.UNKNOWN, note="The bill gives an address, and no licence.")


def _part_at(part: str, addresses: list[str], note: str) -> PlannedPart | None:
    if addresses:
        further = f"Also at {', '.join(addresses[1:])}." if len(addresses) > 1 else ""
        return PlannedPart(part, Availability.AVAILABLE, addresses[0], further)
    return PlannedPart(part, Availability.UNKNOWN, "", note) if note else None


def _card_note(card: ModelCard | None) -> str:
    return "The bill holds a model card itself; it does not say where that is published." if card else ""


def _name_data(entry: Data, data: Mapping[str, Data]) -> str:
    """A data set by its name, with its class and address where they are stated."""
    found = data.get(entry.ref, entry)
    more = [part for part in (found.classification, found.contents.url) if part]
    name = found.name or entry.ref or "one without a name"
    return f"{name} ({', '.join(more)})" if more else name


def _say_of_both(entry: ComponentEntry | ServiceEntry) -> Iterator[Said]:
    yield "licence", [describe_licence(choice) for choice in entry.licenses], read_licence(entry.licenses).note
    for reference in entry.external_references:
        yield f"address: {reference.type.replace('-', ' ')}", reference.url, reference.comment


def _say_of_component(entry: ComponentEntry, data: Mapping[str, Data]) -> Iterator[Said]:
    yield "type in the bill", entry.type, ""
    yield "manufacturer", entry.manufacturer.name, ""
    yield "publisher", entry.publisher, ""
    yield "supplier", entry.supplier.name, ""
    yield "author", [name for name in (entry.author, *(person.name for person in entry.authors)) if name], ""
    yield "range of versions", entry.version_range, ""
    yield "package address", entry.purl, ""
    yield "scope", entry.scope, ""
    for each in entry.hashes:
        yield f"hash {each.alg}", each.content, ""
    yield "made from", [_name_ancestor(each) for each in entry.pedigree.ancestors], ""
    yield "how it was made", entry.pedigree.notes, ""
    for described in entry.data:
        yield from _say_of_data(described)
    if entry.model_card is not None:
        yield from _say_of_card(entry.model_card, data)


def _say_of_data(entry: Data) -> Iterator[Said]:
    about = entry.name or "data"
    yield f"{about}: kind of data", entry.type, entry.description
    yield f"{about}: classification", entry.classification, ""
    yield f"{about}: address", entry.contents.url, ""
    yield f"{about}: sensitive data", entry.sensitive_data, ""
    governance = entry.governance
    for role, keepers in (
        ("custodian", governance.custodians),
        ("steward", governance.stewards),
        ("owner", governance.owners),
    ):
        names = [each.organization.name for each in keepers if each.organization]
        yield f"{about}: {role}", _filled(names), ""


def _say_of_service(entry: ServiceEntry) -> Iterator[Said]:
    yield "type in the bill", "service", ""
    yield "provider", entry.provider.name, ""
    yield "endpoint", entry.endpoints, ""
    yield "asks for authentication", entry.authenticated, ""
    yield "crosses a trust boundary", entry.crosses_boundary, ""
    for each in entry.data:
        yield f"data: {each.name}" if each.name else "data", _filled([each.classification, each.flow]), ""


def _say_of_card(card: ModelCard, data: Mapping[str, Data]) -> Iterator[Said]:
    yield from _say_of_parameters(card.model_parameters, data)
    for metric in card.quantitative_analysis.performance_metrics:
        part = f"slice: {metric.slice}" if metric.slice else ""
        yield f"measured: {metric.type}" if metric.type else "measured", metric.value, part
    yield from _say_of_considerations(card.considerations)


def _say_of_parameters(parameters: Parameters, data: Mapping[str, Data]) -> Iterator[Said]:
    yield "learning", parameters.approach.type, ""
    yield "task", parameters.task, ""
    yield "family of architectures", parameters.architecture_family, ""
    yield "architecture", parameters.model_architecture, ""
    yield "data sets it was trained and tested on", [_name_data(each, data) for each in parameters.datasets], ""
    yield "input", _filled(each.format for each in parameters.inputs), ""
    yield "output", _filled(each.format for each in parameters.outputs), ""


def _say_of_considerations(stated: Considerations) -> Iterator[Said]:
    yield "intended users", stated.users, ""
    yield "intended use", stated.use_cases, ""
    yield "technical limitation", stated.technical_limitations, ""
    yield "trade-off", stated.performance_tradeoffs, ""
    for risk in stated.ethical_considerations:
        yield "ethical risk", risk.name, risk.mitigation_strategy
    for fairness in stated.fairness_assessments:
        told = {
            "group at risk": fairness.group_at_risk,
            "benefits": fairness.benefits,
            "harms": fairness.harms,
            "against it": fairness.mitigation_strategy,
        }
        yield "fairness", {name: text for name, text in told.items() if text} or "", ""
    for energy in stated.environmental_considerations.energy_consumptions:
        about = energy.activity or "activity not named"
        yield f"energy, {about}", _measure(energy.activity_energy_cost), ""
        yield f"CO2, {about}", _measure(energy.co2_cost_equivalent), ""


def _name_ancestor(entry: Ancestor) -> str:
    return f"{join_name(entry.group, entry.name)} {entry.version}".strip()


def join_name(group: str, name: str) -> str:
    """The name with its group, which is part of what identifies a component; once where the name begins with it."""
    return name if not group or name.startswith(f"{group}/") else f"{group}/{name}"


def _measure(measure: Measure | None) -> str:
    return "" if measure is None else f"{measure.value:g} {measure.unit}".strip()


def _filled(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text]
