"""What is known of one model's openness: its components, licences, claims and index dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Availability(StrEnum):
    """Whether a component can be had; what nobody knows is unknown, never available."""

    AVAILABLE = "available"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


class Speaker(StrEnum):
    """Who makes a claim; only the vendor's or publisher's own can be open-washing."""

    VENDOR = "vendor"
    PUBLISHER = "publisher"
    THIRD_PARTY = "third_party"


@dataclass(frozen=True, slots=True)
class Component:
    """One listed component. ``licence`` is the raw text, ``None`` where none is set (the global one then counts)."""

    name: str
    licence: str | None = None
    availability: Availability = Availability.AVAILABLE
    other_licences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What someone says about the openness, where and when."""

    by: Speaker
    says: str
    where: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What several sources say differently of one thing, each in its own words.

    ``settled`` is a person's decision which of them counts, as a sentence; it is shown and changes no outcome.
    """

    about: str
    values: tuple[str, ...]
    settled: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """One model or piece of software.

    ``components`` are in the order given; of one listed twice the last counts. ``licences`` are the
    global ones: distribution, code, data, document. ``osai`` maps index dimensions to open, partial or closed.
    ``disagreements`` are those recorded beside the parts; those that follow from the parts are found.
    ``data_information`` is a person's answer to whether the data are described well enough to rebuild them.
    """

    id: str
    components: tuple[Component, ...] = ()
    licences: Mapping[str, str] = field(default_factory=dict)
    osai: Mapping[str, str] | None = None
    types: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    hosted_only: bool | None = None
    in_house: bool = False
    is_software: bool = False
    data_information: bool | None = None

    def latest(self) -> dict[str, Component]:
        """Each listed component once: the last entry of a name wins."""
        return {component.name: component for component in self.components}

    def listed_twice(self) -> tuple[str, ...]:
        """The names that stand more than once."""
        names = [component.name for component in self.components]
        return tuple(sorted({name for name in names if names.count(name) > 1}))


@dataclass(frozen=True, slots=True)
class Licence:
    """How a licence text is understood.

    ``is_open`` is ``None`` where nothing is said or nothing is understood. ``terms`` is the id of the
    dated terms of a named model licence (licence_terms.yaml), where they are known.
    """

    raw: str
    expression: str | None
    name: str | None
    is_open: bool | None
    flags: frozenset[str] = frozenset()
    is_filler: bool = False
    terms: str | None = None


@dataclass(frozen=True, slots=True)
class FrameworkComponent:
    """One of the framework's components: its type, the class that asks for it, and whether it ever counts."""

    name: str
    type: str
    level: int
    counts: bool


@dataclass(frozen=True, slots=True)
class IndexDimension:
    """One dimension of the index and the types of system it applies to."""

    id: str
    category: str
    types: frozenset[str]
    title: str = ""


@dataclass(frozen=True, eq=False)
class OpennessTables:
    """The frameworks as data: components, open licence ids, and the index's present dimensions, since which day."""

    components: Mapping[str, FrameworkComponent]
    open_ids: frozenset[str]
    dimensions: tuple[IndexDimension, ...]
    values: Mapping[str, float]
    dimensions_from: str = ""
