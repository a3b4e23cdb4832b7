"""The shape of the demonstration's files: one for the bank, one for each system; rows are columns by name."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError

from governance.selectors.law_records import RecordKind
from governance.yaml_files import read_yaml

Columns = dict[str, JsonValue]
Answers = dict[str, JsonValue]
FOLDER = Path(__file__).parent
Shape = TypeVar("Shape", bound="Entry")
Day = Annotated[date, BeforeValidator(lambda raw: date.fromisoformat(raw) if isinstance(raw, str) else raw)]


class Entry(BaseModel):
    """No unknown keys; days are quoted text."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ComponentFact(Entry):
    """A fact about one of the demonstration's own components."""

    key: str
    value: JsonValue
    grade: str = "self_declared"
    note: str = ""


class OwnComponent(Entry):
    """A fictional product, or a model that the bank built itself."""

    key: str
    name: str
    version: str
    kind: str
    vendor: str | None = None
    is_own_work: bool = False
    summary: str
    is_hosted_only: bool
    facts: list[ComponentFact]
    claims: list[Columns] = Field(default_factory=list)


class LawRecordEntry(BaseModel):
    """A form of the law; every other key is one of its columns."""

    model_config = ConfigDict(extra="allow")

    form: RecordKind
    is_final: bool = False
    evidence: list[str] = Field(default_factory=list)

    @property
    def columns(self) -> Columns:
        """Its columns."""
        return dict(self.model_extra or {})


class SystemFile(Entry):
    """One system with all its rows; ``answer_sets`` names shared answers, ``answers`` come on top."""

    reference: str
    name: str
    purpose: str
    business_function: str
    is_critical_function: bool | None = None
    owner: str
    stage: str
    in_service_on: str | None = None
    facts_confirmed_on: str | None = None
    facts_confirmed_by: str = ""
    answered_on: Day
    answer_sets: list[str]
    answers: Answers
    uses: list[Columns]
    flows: list[Columns] = Field(default_factory=list)
    dependencies: list[Columns] = Field(default_factory=list)
    evaluations: list[Columns] = Field(default_factory=list)
    evidence: list[Columns] = Field(default_factory=list)
    controls: list[Columns] = Field(default_factory=list)
    law_records: list[LawRecordEntry] = Field(default_factory=list)

    def own_columns(self) -> Columns:
        """The columns of the system itself."""
        return self.model_dump(
            include={
                *("reference", "name", "purpose", "business_function", "is_critical_function", "owner", "stage"),
                *("in_service_on", "facts_confirmed_on", "facts_confirmed_by"),
            }
        )


class BankFile(Entry):
    """The bank: its legal entity, vendors and components of its own, shared answers, controls for all."""

    legal_entity: Columns
    answered_on: Day
    entity_answers: Answers
    answer_sets: dict[str, Answers]
    vendors: list[Columns]
    components: list[OwnComponent]
    evidence: list[Columns]
    controls: list[Columns]


class DemoError(ValueError):
    """Something in the demonstration's files does not fit; the text names file and place."""


def read_bank() -> BankFile:
    """Read ``bank.yaml``; raises ``DemoError``."""
    return _read(FOLDER / "bank.yaml", BankFile)


def read_systems() -> list[SystemFile]:
    """Read all systems in the order of their files; raises ``DemoError``."""
    return [_read(path, SystemFile) for path in sorted((FOLDER / "systems").glob("*.yaml"))]


def merge_answers(bank: BankFile, system: SystemFile) -> Answers:
    """The answers of a system: those of its sets in order, then its own."""
    merged: Answers = {}
    for name in system.answer_sets:
        if name not in bank.answer_sets:
            raise DemoError(f"{system.reference}: there is no set of answers called {name!r}")
        merged |= bank.answer_sets[name]
    return merged | system.answers


def _read(path: Path, shape: type[Shape]) -> Shape:
    try:
        raw = read_yaml(path.read_text(encoding="utf-8"))
        return shape.model_validate(raw)
    except (yaml.YAMLError, ValidationError) as wrong:
        raise DemoError(f"{path.name}: {wrong}") from None
