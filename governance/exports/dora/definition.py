"""The templates of the DORA register of information, read from their data file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from governance.yaml_files import read_yaml

PATH: Final = Path(__file__).with_name("templates.yaml")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Entry):
    """Where something of the definition is written."""

    what: str
    where: str
    url: str = ""
    confidence: str


class Column(_Entry):
    """A column by its official code; ``when`` says in words when a conditional one is mandatory."""

    code: str = Field(pattern=r"^c\d{4}$")
    name: str
    kind: Literal["text", "country", "currency", "date", "number", "money", "list", "link"]
    fill: Literal["mandatory", "conditional", "optional"]
    when: str = ""
    list: str = ""
    is_key: bool = False

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.fill == "conditional") is (not self.when):
            raise ValueError("a conditional column says when, and no other does")
        if (self.kind == "list") is (not self.list):
            raise ValueError("a column of a closed list names it, and no other does")
        return self

    @property
    def needed(self) -> str:
        """When it is to be filled, in words."""
        words = {"mandatory": "always", "optional": "never", "conditional": f"if {self.when}"}[self.fill]
        return f"{words}; the row is known by it" if self.is_key else words


class Template(_Entry):
    """A template by its official code, with its columns in their order."""

    code: str = Field(pattern=r"^B_\d\d\.\d\d$")
    name: str
    columns: tuple[Column, ...]


class Package(_Entry):
    """What the files of the reporting package say of themselves."""

    module: str
    report: str
    report_package: str
    name: str


class Definition(_Entry):
    """All templates, the codes of their closed lists, and where both are written."""

    verified_on: date
    review_by: date
    sources: tuple[Source, ...]
    left_out: tuple[str, ...]
    package: Package
    no_end: date
    templates: tuple[Template, ...]
    lists: Mapping[str, Mapping[str, str]]
    from_register: Mapping[str, Mapping[str, str]]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for template in self.templates:
            unknown = {column.list for column in template.columns if column.list} - {*self.lists, "licenced_activity"}
            if unknown:
                raise ValueError(f"{template.code} names the lists {sorted(unknown)}, which are not there")
        for name, mapping in self.from_register.items():
            if wrong := set(mapping.values()) - set(self.lists[name]):
                raise ValueError(f"{name} has no codes {sorted(wrong)}")
        return self


@cache
def load_definition() -> Definition:
    """Read the data file; raises ``ValidationError`` where it does not fit together."""
    return Definition.model_validate(read_yaml(PATH.read_text(encoding="utf-8")))
