"""The shape of the catalogue's files: what one component and one vendor may say, and with which support."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from django_countries import countries
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from governance.choices import MOF_PARTS, Availability, ComponentKind, EvidenceGrade, HostRole
from governance.validators import explain_lei, read_iso_day

EARLIEST_DAY = date(1900, 1, 1)


def _read_day(raw: object) -> object:
    """Days are quoted text in the files, so that no YAML reader turns them into something else."""
    if not isinstance(raw, str):
        raise ValueError("a day is quoted text, for example '2026-11-20'")  # noqa: TRY004 - pydantic collects ValueErrors
    day = read_iso_day(raw)
    if day is None:
        raise ValueError(f"{raw!r} is not a day; write it as '2026-11-20'")
    if day < EARLIEST_DAY:
        raise ValueError(f"{raw} is before 1900-01-01; check the year")
    return day


def _check_part(name: str) -> str:
    if name not in MOF_PARTS:
        raise ValueError(f"{name!r} is not one of the 17 parts; expected one of {', '.join(MOF_PARTS)}")
    return name


Day = Annotated[date, BeforeValidator(_read_day)]
Text = Annotated[str, Field(min_length=1)]
Part = Annotated[str, AfterValidator(_check_part)]


class Entry(BaseModel):
    """What all parts of a file have in common: no unknown keys, no silent conversions."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Sourced(Entry):
    """Something that is said somewhere: the source, and its day or the day it was read."""

    source: Text
    on: Day | None = None
    read_on: Day | None = None
    note: str = ""

    @property
    def day(self) -> date | None:
        """The day of the source; where it bears none, the day it was read."""
        return self.on or self.read_on

    @model_validator(mode="after")
    def _has_a_day(self) -> Self:
        if self.on is None and self.read_on is None:
            raise ValueError("needs the day of the source (on), or the day it was read (read_on)")
        return self


class Statement(Sourced):
    """What is said somewhere, and how well it is supported."""

    grade: EvidenceGrade


class SourcedText(Statement):
    """A text with its source."""

    value: Text


class FactEntry(Statement):
    """A fact of the vocabulary as the catalogue tells it."""

    key: Text
    value: JsonValue


class DetailEntry(Statement):
    """A sourced statement that is no fact of the vocabulary."""

    topic: Text
    value: JsonValue


class LicenceEntry(Statement):
    """The licence of the component as a whole: as written, as understood, and its flags."""

    raw: Text
    spdx: str = ""
    flags: list[Text] = Field(default_factory=list)


class RenameEntry(Statement):
    """Under which name it goes on, and since when."""

    to: Text
    on_day: Day


class ArtefactEntry(Entry):
    """One of the 17 parts. What is known of it needs a source; what is unknown may have one."""

    availability: Availability
    licence_raw: str = ""
    licence: str = ""
    url: str = ""
    source: str = ""
    on: Day | None = None
    read_on: Day | None = None
    grade: EvidenceGrade | Literal[""] = ""
    note: str = ""

    @model_validator(mode="after")
    def _needs_a_source(self) -> Self:
        if self.availability != Availability.UNKNOWN and not (self.source and self.grade):
            raise ValueError(f"availability {self.availability} needs a source and a grade")
        return self


class HostEntry(Sourced):
    """One company that offers the model, and in which role. Prices are list prices in ``unit``.

    ``checked`` says whether its source was at hand and holds what is said here; what was only taken over from
    another list is not checked, and bears no grade.
    """

    grade: EvidenceGrade | Literal[""] = ""
    checked: bool
    company: Text
    role: HostRole
    model_id: str = ""
    price_in: float | None = Field(default=None, ge=0)
    price_out: float | None = Field(default=None, ge=0)
    unit: str = ""
    context_tokens: int | None = Field(default=None, gt=0)
    offered_from: Day | None = None
    offered_until: Day | None = None
    retires_on: Day | None = None

    @model_validator(mode="after")
    def _has_unit_and_order(self) -> Self:
        if bool(self.grade) != self.checked:
            raise ValueError("what was checked has a grade, and what was not checked has none")
        if (self.price_in is not None or self.price_out is not None) and not self.unit:
            raise ValueError("a price needs a unit, for example 'USD per million tokens'")
        if self.offered_from and self.offered_until and self.offered_until <= self.offered_from:
            raise ValueError("offered_until must be after offered_from")
        return self


class ClaimEntry(Entry):
    """Who calls it open, in which words, where and when. Only the vendor's own claim can be open-washing."""

    by: Literal["vendor", "publisher", "third_party"]
    says: Text
    where: Text
    on: Day | None = None
    grade: EvidenceGrade


class OpinionEntry(Sourced):
    """One side of a conflict: what is said, and where."""

    value: Text


class ConflictEntry(Entry):
    """Sources that disagree; all are kept."""

    field: Text
    values: list[OpinionEntry] = Field(min_length=2)


class IndexEntry(Statement):
    """The dimensions of the European Open Source AI Index, of the set that began on ``set_from``."""

    set_from: Day
    types: list[Literal["text", "image", "code", "video", "audio"]] = Field(min_length=1)
    dimensions: dict[Text, Literal["open", "partial", "closed"]] = Field(min_length=1)


class ComponentEntry(Entry):
    """One component: the content of one file."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    name: Text
    version: str = ""
    kind: ComponentKind
    vendor: str | None = None
    summary: Text
    is_hosted_only: bool | None = None
    released: SourcedText | None = None
    licence: LicenceEntry
    renamed: RenameEntry | None = None
    facts: list[FactEntry]
    artefacts: dict[Part, ArtefactEntry]
    hosts: list[HostEntry]
    claims: list[ClaimEntry]
    conflicts: list[ConflictEntry]
    index: IndexEntry | None = None
    details: list[DetailEntry]

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        expected = set(MOF_PARTS) if self.kind == ComponentKind.MODEL else set()
        if set(self.artefacts) != expected:
            missing, extra = sorted(expected - set(self.artefacts)), sorted(set(self.artefacts) - expected)
            raise ValueError(f"a {self.kind} has {len(expected)} parts; missing {missing}, too many {extra}")
        for name, values in (
            ("fact", [fact.key for fact in self.facts]),
            ("host", [f"{host.company} / {host.model_id} / {host.source}" for host in self.hosts]),
        ):
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"the same {name} stands twice: {', '.join(twice)}")
        return self


class VendorEntry(Entry):
    """One company. What is not stated is not known; ``has_no_parent`` states that there is none."""

    name: Text
    legal_name: SourcedText | None = None
    country: SourcedText | None = None
    lei: SourcedText | None = None
    ultimate_parent: SourcedText | None = None
    has_no_parent: Statement | None = None
    conflicts: list[ConflictEntry] = Field(default_factory=list)

    @model_validator(mode="after")
    def _has_one_answer(self) -> Self:
        if self.ultimate_parent and self.has_no_parent:
            raise ValueError("has both ultimate_parent and has_no_parent; give one of them")
        if self.country and self.country.value not in countries.countries:
            raise ValueError(f"country is {self.country.value!r}, which is none; expected a code such as FR")
        if self.lei and (problem := explain_lei(self.lei.value)):
            raise ValueError(f"lei: {problem}")
        return self


class VendorFile(Entry):
    """The file of all vendors."""

    vendors: list[VendorEntry]
