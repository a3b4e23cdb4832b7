"""What an import has to know of the register to check its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from governance.models import AISystem, Component, LegalEntity


@dataclass(frozen=True, slots=True)
class Known:
    """The legal entities, components and systems that are there, by what a file may call them in lower case."""

    entities: Mapping[str, int]
    entity_names: tuple[str, ...]
    components: Mapping[str, list[tuple[str, int]]]
    component_names: tuple[str, ...]
    references: frozenset[str]
    names: frozenset[tuple[int, str]]


def describe_known(
    *,
    entities: Iterable[tuple[int, str]],
    components: Iterable[tuple[int, str, str, str]],
    systems: Iterable[tuple[str, int, str]],
) -> Known:
    """Index plain rows: (id, name), (id, key, name, version), (reference, legal entity's id, name)."""
    companies, parts, taken = list(entities), list(components), list(systems)
    named: dict[str, list[tuple[str, int]]] = {}
    for identifier, key, name, version in parts:
        for spelling in {key.casefold(), name.casefold(), f"{name} {version}".strip().casefold()}:
            named.setdefault(spelling, []).append((key, identifier))
    return Known(
        entities={name.casefold(): identifier for identifier, name in companies},
        entity_names=tuple(name for _, name in companies),
        components=named,
        component_names=tuple(dict.fromkeys(name for _, _, name, _ in parts)),
        references=frozenset(reference.casefold() for reference, _, _ in taken),
        names=frozenset((entity, name) for _, entity, name in taken),
    )


def read_known() -> Known:
    """Read the register's names in three queries."""
    return describe_known(
        entities=LegalEntity.objects.values_list("pk", "name"),
        components=Component.objects.values_list("pk", "key", "name", "version"),
        systems=AISystem.objects.values_list("reference", "legal_entity_id", "name"),
    )
