"""The columns that an import of AI systems understands, and how the headers of a file are matched to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    EMAIL = "email"
    DAY = "day"
    TRUTH = "truth"
    STAGE = "stage"
    ENTITY = "legal entity"
    COMPONENTS = "components"
    RUN_MODE = "run mode"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the register, its header in our template, and other headers it is known by."""

    field: str
    header: str
    kind: Kind
    help: str
    example: str
    is_required: bool = False
    aliases: tuple[str, ...] = ()


COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        "reference",
        "Reference",
        Kind.TEXT,
        "Number in the register; no two systems share one.",
        "SYS-101",
        is_required=True,
        aliases=("id", "number", "no", "ref", "system id", "inventory number", "kennung", "referentie", "use case id"),
    ),
    Column(
        "name",
        "Name",
        Kind.TEXT,
        "What people call it.",
        "Answers to customers",
        is_required=True,
        aliases=("system", "system name", "ai system", "title", "use case", "use case name", "naam", "bezeichnung"),
    ),
    Column(
        "legal_entity",
        "Legal entity",
        Kind.ENTITY,
        "The company of yours that uses or provides it; it has to be in the register.",
        "Example Bank AG",
        is_required=True,
        aliases=("company", "entity", "organisation", "organization", "agency", "organisatie", "gesellschaft"),
    ),
    Column(
        "purpose",
        "Purpose",
        Kind.TEXT,
        "What it is for, in two or three sentences.",
        "Answers customers' questions about accounts and cards.",
        is_required=True,
        aliases=("description", "purpose benefits", "goal", "doel", "zweck", "beschreibung", "intended purpose"),
    ),
    Column(
        "business_function",
        "Business function",
        Kind.TEXT,
        "The part of the business that depends on it.",
        "Customer service",
        aliases=("function", "department", "bureau", "topic area", "afdeling", "abteilung", "geschäftsbereich"),
    ),
    Column(
        "is_critical_function",
        "Critical function",
        Kind.TRUTH,
        "Whether that function is critical or important (DORA): yes, no, or empty while not known.",
        "no",
        aliases=("critical", "critical or important", "critical or important function", "kritisch"),
    ),
    Column(
        "owner",
        "Owner",
        Kind.TEXT,
        "The role that answers for it.",
        "Head of customer service",
        is_required=True,
        aliases=("responsible", "system owner", "business owner", "contact", "eigenaar", "verantwortlich"),
    ),
    Column(
        "owner_email",
        "Owner's e-mail",
        Kind.EMAIL,
        "Where the owner is reached; may be empty.",
        "service@example.org",
        aliases=("email", "e mail", "owner email", "contact email", "contact e mail"),
    ),
    Column(
        "stage",
        "Stage",
        Kind.STAGE,
        "Where it stands: Idea, Research, Testing in the lab, Testing in the real world, In service or Withdrawn.",
        "In service",
        is_required=True,
        aliases=("status", "lifecycle stage", "life cycle stage", "dev stage", "development stage", "phase"),
    ),
    Column(
        "in_service_on",
        "In service since",
        Kind.DAY,
        "The first day of use, as 2026-01-31 or 31.01.2026; empty while not known.",
        "2025-03-01",
        aliases=(
            "in service on",
            "start date",
            "go live",
            "date implemented",
            "begindatum",
            "startdatum",
            "live since",
        ),
    ),
    Column(
        "withdrawn_on",
        "Withdrawn on",
        Kind.DAY,
        "The day it was withdrawn, if it was.",
        "",
        aliases=("end date", "retired on", "date retired", "einddatum", "enddatum"),
    ),
    Column(
        "components",
        "Components",
        Kind.COMPONENTS,
        "What it is made of, as named in the catalogue, separated by semicolons; the main one first.",
        "GPT-4",
        aliases=("component", "model", "models", "ai model", "main component", "built with"),
    ),
    Column(
        "run_mode",
        "How it is run",
        Kind.RUN_MODE,
        "How the main component is run; empty while not known.",
        "Through the publisher's service",
        aliases=("run mode", "hosting", "deployment", "access mode"),
    ),
)
BY_FIELD: Final[Mapping[str, Column]] = {column.field: column for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """Which column of the file (counted from 0) gives which field, and what remains."""

    positions: Mapping[str, int]
    unused: tuple[str, ...]
    missing: tuple[Column, ...]
    repeated: tuple[tuple[str, str], ...]


def fold(text: str) -> str:
    """A header or value without case, punctuation and numbering in front, for comparing."""
    words = re.sub(r"[\W_]+", " ", text.casefold()).strip()
    return re.sub(r"^[0-9]+[a-z]? (?=[^\W\d])", "", words)


_KNOWN: Final[Mapping[str, str]] = {
    fold(name): column.field for column in COLUMNS for name in (column.header, column.field, *column.aliases)
}


def match_headers(headers: Sequence[str], chosen: Mapping[str, int | None] | None = None) -> HeaderMatch:
    """Match headers by name or alias; ``chosen`` gives for a field another column, or None for no column."""
    positions: dict[str, int] = {}
    repeated: list[tuple[str, str]] = []
    for position, header in enumerate(headers):
        field = _KNOWN.get(fold(header))
        if field is None:
            continue
        if field in positions:
            repeated.append((headers[positions[field]], header))
        else:
            positions[field] = position
    for field, place in (chosen or {}).items():
        positions.pop(field, None)
        if place is not None and 0 <= place < len(headers):
            positions[field] = place
    used = set(positions.values())
    unused = tuple(header for place, header in enumerate(headers) if place not in used and header)
    missing = tuple(column for column in COLUMNS if column.is_required and column.field not in positions)
    return HeaderMatch(positions, unused, missing, () if chosen else tuple(repeated))
