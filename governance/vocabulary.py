"""The vocabulary: every fact the product knows, read once from ``vocabulary.yaml`` and checked as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeAlias, TypedDict

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError

from governance.yaml_files import read_yaml

VOCABULARY_FILE: Final = Path(__file__).with_name("vocabulary.yaml")

FactTypeName: TypeAlias = Literal[
    "bool", "int", "float", "decimal", "str", "date", "enum", "iso2", "list[enum]", "list[str]", "list[iso2]"
]
Source: TypeAlias = Literal["officer", "row", "catalogue", "derived"]
Scope: TypeAlias = Literal["system", "entity", "dependency", "component"]
Audience: TypeAlias = Literal["us", "people", "supervisor"]
Worse: TypeAlias = bool | Literal["more", "less", "right"] | None
Condition: TypeAlias = Mapping[str, JsonValue]

_GROUPS: Final = ("all", "any")
_OPERATORS: Final = frozenset(
    [
        "is",
        "equals",
        "not_equals",
        "in",
        "not_in",
        "has",
        "has_any",
        "subset_of",
        "is_empty",
        "gt",
        "gte",
        "lt",
        "lte",
        "before",
        "on_or_after",
        "known",
    ]
)
_WITH_CHOICES: Final = ("enum", "list[enum]")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an enum, with the label people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the questionnaire, in the officer's order."""

    id: str
    title: str
    intro: str


@dataclass(frozen=True, slots=True)
class VocabularyFact:
    """One fact: its type, its question, and where its answer comes from.

    ``asked_if`` is a condition over other facts; while it is certainly false the fact does not apply,
    for the reason in ``otherwise``. ``worse`` is the unfavourable direction for the scores. ``null_means``
    says what "known: none" stands for and is empty where null says nothing.
    """

    key: str
    type: FactTypeName
    choices: tuple[Choice, ...]
    question: str
    help: str
    why: str
    section: str
    source: Source
    scope: Scope
    asked_if: Condition | None
    otherwise: str
    worse: Worse
    null_means: str
    audience: tuple[Audience, ...]

    @property
    def nullable(self) -> bool:
        """Whether null has a meaning of its own."""
        return bool(self.null_means)

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return self.type.startswith("list[")

    def label_of(self, value: str) -> str:
        """The label of one value; the value itself where it has none (a country, a free text)."""
        return next((choice.label for choice in self.choices if choice.value == value), value)


class PlainFactType(TypedDict):
    """What a type check needs to know of a fact, as plain data."""

    kind: FactTypeName
    choices: tuple[str, ...]
    worse: Worse
    nullable: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All facts by key, in the questionnaire's order, and its sections."""

    version: str
    facts: Mapping[str, VocabularyFact]
    sections: tuple[Section, ...]

    def fact_types(self) -> Mapping[str, PlainFactType]:
        """The types of all facts that may be given as input; what the engine concludes itself is left out."""
        return {
            fact.key: PlainFactType(
                kind=fact.type,
                choices=tuple(choice.value for choice in fact.choices),
                worse=fact.worse,
                nullable=fact.nullable,
            )
            for fact in self.facts.values()
            if fact.source != "derived"
        }

    def facts_in(self, section: str) -> tuple[VocabularyFact, ...]:
        """The facts of one section, in order."""
        return tuple(fact for fact in self.facts.values() if fact.section == section)


@dataclass(slots=True)
class VocabularyError(ValueError):
    """All that is wrong with the vocabulary file, each with its place."""

    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"{len(self.problems)} problem(s) in the vocabulary: " + "; ".join(self.problems)


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The vocabulary of the product; read and checked at the first call only."""
    return read_vocabulary(VOCABULARY_FILE.read_text(encoding="utf-8"))


def read_vocabulary(text: str) -> Vocabulary:
    """Read a vocabulary from YAML; raises ``VocabularyError`` that names every problem at once."""
    try:
        raw = read_yaml(text)
    except yaml.YAMLError as wrong:
        raise VocabularyError((f"not readable as YAML: {wrong}",)) from None
    try:
        entries = _File.model_validate(raw)
    except ValidationError as wrong:
        raise VocabularyError(tuple(_describe(error["loc"], error["msg"], raw) for error in wrong.errors())) from None
    problems = tuple(_find_problems(entries))
    if problems:
        raise VocabularyError(problems)
    sections = tuple(Section(entry.id, entry.title, entry.intro) for entry in entries.sections)
    facts = {entry.key: _build_fact(entry, entries.conditions) for entry in entries.facts}
    return Vocabulary(entries.version, MappingProxyType(facts), sections)


_Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _SectionEntry(_Entry):
    id: _Text
    title: _Text
    intro: _Text


class _ConditionEntry(_Entry):
    when: dict[str, JsonValue]
    otherwise: _Text


class _FactEntry(_Entry):
    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+\.[a-z0-9_]+$")]
    type: FactTypeName
    section: str
    source: Source
    scope: Scope = "system"
    question: Annotated[str, StringConstraints(pattern=r"\?$")]
    help: _Text
    why: _Text
    asked_if: str | None = None
    worse: Worse = None
    null_means: str = ""
    audience: list[Audience] = Field(default_factory=list)
    choices: dict[str, _Text] = Field(default_factory=dict)


class _File(_Entry):
    version: _Text
    sections: list[_SectionEntry]
    conditions: dict[str, _ConditionEntry]
    facts: list[_FactEntry]


def _build_fact(entry: _FactEntry, conditions: Mapping[str, _ConditionEntry]) -> VocabularyFact:
    condition = conditions[entry.asked_if] if entry.asked_if is not None else None
    return VocabularyFact(
        key=entry.key,
        type=entry.type,
        choices=tuple(Choice(value, label) for value, label in entry.choices.items()),
        question=entry.question,
        help=entry.help,
        why=entry.why,
        section=entry.section,
        source=entry.source,
        scope=entry.scope,
        asked_if=MappingProxyType(condition.when) if condition else None,
        otherwise=condition.otherwise if condition else "",
        worse=entry.worse,
        null_means=entry.null_means,
        audience=tuple(entry.audience),
    )


def _describe(place: tuple[int | str, ...], message: str, raw: object) -> str:
    """Name the fact where pydantic gives its number in the list."""
    if len(place) >= 2 and place[0] == "facts" and isinstance(place[1], int) and isinstance(raw, dict):
        entry = raw["facts"][place[1]]
        name = entry.get("key", f"fact number {place[1] + 1}") if isinstance(entry, dict) else f"entry {place[1] + 1}"
        place = (name, *place[2:])
    return f"{' / '.join(str(part) for part in place)}: {message}"


def _find_problems(entries: _File) -> Iterator[str]:
    facts = {entry.key: entry for entry in entries.facts}
    for key, times in Counter(entry.key for entry in entries.facts).items():
        if times > 1:
            yield f"{key}: stands {times} times; a fact stands once"
    for entry in entries.facts:
        for problem in _problems_of_fact(entry, entries):
            yield f"{entry.key}: {problem}"
    used = {entry.asked_if for entry in entries.facts}
    for name, condition in entries.conditions.items():
        if name not in used:
            yield f"condition {name}: no fact uses it"
        for problem in _problems_of_condition(condition.when, facts):
            yield f"condition {name}: {problem}"


def _problems_of_fact(entry: _FactEntry, entries: _File) -> Iterator[str]:
    if entry.section not in {section.id for section in entries.sections}:
        yield f"the section {entry.section!r} is not in the list of sections"
    if entry.asked_if is not None and entry.asked_if not in entries.conditions:
        yield f"asked_if names the condition {entry.asked_if!r}, which is not in the list of conditions"
    if (entry.type in _WITH_CHOICES) != bool(entry.choices):
        yield f"type {entry.type} {'needs choices' if entry.type in _WITH_CHOICES else 'has no choices'}"
    if not _fits_direction(entry.type, entry.worse):
        yield f"worse: {entry.worse} does not fit the type {entry.type}"


def _fits_direction(type_name: FactTypeName, worse: Worse) -> bool:
    if worse is None:
        return True
    if type_name == "bool":
        return isinstance(worse, bool)
    if type_name == "enum":
        return worse == "right"
    return worse in ("more", "less") and (type_name in ("int", "float", "decimal") or type_name.startswith("list["))


def _problems_of_condition(condition: JsonValue, facts: Mapping[str, _FactEntry]) -> Iterator[str]:
    """Walk a condition of the closed language: groups, ``not``, and atoms on known facts and choices."""
    if not isinstance(condition, dict) or not condition:
        yield f"{condition!r} is not a condition; expected all, any, not, or a fact with an operator"
        return
    for group in _GROUPS:
        if group in condition:
            members = condition[group]
            if len(condition) > 1 or not isinstance(members, list) or not members:
                yield f"{group} stands alone and holds a list that is not empty"
                return
            for member in members:
                yield from _problems_of_condition(member, facts)
            return
    if "not" in condition:
        yield from _problems_of_condition(condition["not"], facts)
        return
    yield from _problems_of_atom(condition, facts)


def _problems_of_atom(atom: Mapping[str, JsonValue], facts: Mapping[str, _FactEntry]) -> Iterator[str]:
    fact = facts.get(str(atom.get("fact")))
    if fact is None:
        yield f"{atom.get('fact')!r} is not a fact of the vocabulary"
        return
    operators = [name for name in atom if name != "fact"]
    if len(operators) != 1 or operators[0] not in _OPERATORS:
        yield f"{fact.key} needs exactly one operator of {', '.join(sorted(_OPERATORS))}; found {operators}"
        return
    if fact.choices:
        for value in _texts_in(atom[operators[0]]):
            if value not in fact.choices:
                yield f"{value!r} is not a choice of {fact.key}; expected one of {', '.join(fact.choices)}"


def _texts_in(value: JsonValue) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
