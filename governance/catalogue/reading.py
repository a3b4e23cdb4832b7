"""Reads the catalogue's files and checks them as a whole; every problem is named with its file, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Final, TypeVar

import yaml
from pydantic import BaseModel, JsonValue, ValidationError

from governance.catalogue.schema import ComponentEntry, FactEntry, VendorEntry, VendorFile
from governance.validators import read_iso_day
from governance.vocabulary import VocabularyFact, load_vocabulary
from governance.yaml_files import read_yaml

CATALOGUE: Final = Path(__file__).parent
VENDORS: Final = "vendors.yaml"
COMPONENTS: Final = "components"

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All vendors and components of the catalogue, by name and by id."""

    vendors: Mapping[str, VendorEntry]
    components: Mapping[str, ComponentEntry]


@dataclass(slots=True)
class CatalogueError(ValueError):
    """All that is wrong with the catalogue's files."""

    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"{len(self.problems)} problem(s) in the catalogue: " + "; ".join(self.problems)


def read_catalogue(folder: Path = CATALOGUE) -> Catalogue:
    """Read and check ``vendors.yaml`` and ``components/*.yaml``; raises ``CatalogueError``."""
    problems: list[str] = []
    vendor_file = _read_file(folder / VENDORS, VendorFile, problems)
    vendors = {entry.name: entry for entry in vendor_file.vendors} if vendor_file else {}
    if vendor_file and len(vendors) < len(vendor_file.vendors):
        problems.append(f"{VENDORS}: a name stands twice")
    components: dict[str, ComponentEntry] = {}
    for path in sorted((folder / COMPONENTS).glob("*.yaml")):
        entry = _read_file(path, ComponentEntry, problems)
        if entry is None:
            continue
        problems += [f"{path.name}: {problem}" for problem in _problems_of(entry, path.stem, vendors)]
        components[entry.id] = entry
    if not components and not any((folder / COMPONENTS).glob("*.yaml")):
        problems.append(f"{COMPONENTS}/: no component was found in {folder}")
    problems += _problems_of_parents(vendors)
    problems += _repeated_names(components)
    if problems:
        raise CatalogueError(tuple(problems))
    return Catalogue(vendors, components)


def _read_file(path: Path, shape: type[Shape], problems: list[str]) -> Shape | None:
    try:
        raw = read_yaml(path.read_text(encoding="utf-8"))
        return shape.model_validate(raw)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as wrong:
        problems.append(f"{path.name}: not readable: {wrong}")
    except ValidationError as wrong:
        for error in wrong.errors():
            place = " / ".join(str(part) for part in error["loc"]) or "the file"
            problems.append(f"{path.name}: {place}: {error['msg'].removeprefix('Value error, ')}")
    return None


def _problems_of(entry: ComponentEntry, stem: str, vendors: Mapping[str, VendorEntry]) -> Iterator[str]:
    if entry.id != stem:
        yield f"the id {entry.id!r} and the file's name differ"
    named = {host.company for host in entry.hosts} | ({entry.vendor} if entry.vendor else set())
    for name in sorted(named - set(vendors)):
        yield f"{name!r} is not in {VENDORS}"
    facts = load_vocabulary().facts
    for fact in entry.facts:
        yield from _problems_of_fact(fact, facts.get(fact.key))


def _problems_of_fact(entry: FactEntry, fact: VocabularyFact | None) -> Iterator[str]:
    if fact is None or fact.source != "catalogue":
        yield f"{entry.key!r} is not a fact that the catalogue tells; see governance/vocabulary.yaml"
    elif not _fits(entry.value, fact):
        yield f"{entry.key}: {entry.value!r} does not fit the type {fact.type}"


def _fits(value: JsonValue, fact: VocabularyFact) -> bool:
    allowed = {choice.value for choice in fact.choices}
    if isinstance(value, list):
        return fact.is_list and all(item in allowed for item in value)
    if fact.type == "bool":
        return isinstance(value, bool)
    if fact.type in ("int", "float", "decimal"):
        return _is_amount(value, is_whole=fact.type == "int")
    if fact.type == "date":
        return read_iso_day(value) is not None
    return isinstance(value, str) and (not allowed or value in allowed)


def _is_amount(value: JsonValue, *, is_whole: bool) -> bool:
    """Shares, days and counts are never below 0; a count is whole, however it is written."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isfinite(value) and value >= 0 and (not is_whole or value == int(value))


def _problems_of_parents(vendors: Mapping[str, VendorEntry]) -> list[str]:
    return [
        f"{VENDORS}: the parent {entry.ultimate_parent.value!r} of {entry.name} is not in the list"
        for entry in vendors.values()
        if entry.ultimate_parent and entry.ultimate_parent.value not in vendors
    ]


def _repeated_names(components: Mapping[str, ComponentEntry]) -> list[str]:
    seen: dict[tuple[str, str], str] = {}
    problems = []
    for entry in components.values():
        other = seen.setdefault((entry.name, entry.version), entry.id)
        if other != entry.id:
            problems.append(f"{entry.id} and {other} have the same name and version: {entry.name} {entry.version}")
    return problems
