"""The parts of a CycloneDX bill of materials that are read, by the names of its JSON schema (1.5 to 1.7).

What is not named here is passed over: signatures, pictures, properties, vulnerabilities, formulation.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

_SERIAL = r"urn:uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_ZERO_WIDTH = "\u200b\u2060\ufeff"
TOLD = "told"
"""The type of the errors that say themselves what is wrong and what would be right."""


def _refuse(what: str, right: str) -> PydanticCustomError:
    return PydanticCustomError(TOLD, "{what}", {"what": what, "right": right})


def _check_signs(text: str) -> str:
    """Refuse what no database keeps or no person sees."""
    for sign in text:
        if unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\r\t":
            raise _refuse(f"holds the invisible character U+{ord(sign):04X}", "the text without it")
    return text


def _check_name(text: str) -> str:
    """Two names that look the same have to be the same."""
    if any(sign in _ZERO_WIDTH for sign in text):
        raise _refuse("holds an invisible character", "the name without it")
    return " ".join(text.split())


Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_check_signs)]
Name = Annotated[Text, Field(min_length=1), AfterValidator(_check_name)]


class Shape(BaseModel):
    """What all parts have in common: other keys are passed over, nothing is converted."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, alias_generator=to_camel, allow_inf_nan=False)


class Organisation(Shape):
    """A company or another organisation."""

    name: Text = ""


class Person(Shape):
    """An author."""

    name: Text = ""


class Licence(Shape):
    """One licence: its SPDX identifier, or its name where it has none."""

    id: Text = ""
    name: Text = ""
    url: Text = ""
    acknowledgement: Text = ""

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if not self.id and not self.name:
            raise _refuse("names no licence", "an SPDX identifier (id) or a name")
        return self


class LicenceChoice(Shape):
    """A licence, or an SPDX expression of several."""

    license: Licence | None = None
    expression: Text = ""
    acknowledgement: Text = ""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.license is None) is (not self.expression):
            raise _refuse("is neither one licence nor one expression", "either “license” or “expression”")
        return self


class Reference(Shape):
    """Where more is to be found, and of which kind that is."""

    type: Text
    url: Text
    comment: Text = ""


class Hash(Shape):
    """A digest of the component."""

    alg: Text
    content: Text


class Contents(Shape):
    """Where data can be had."""

    url: Text = ""


class Custodian(Shape):
    """Who answers for data."""

    organization: Organisation | None = None


class Governance(Shape):
    """Who keeps, looks after and owns data."""

    custodians: list[Custodian] = []
    stewards: list[Custodian] = []
    owners: list[Custodian] = []


class Data(Shape):
    """Data as a component or a model card describes them; with ``ref`` they are described elsewhere in the bill."""

    ref: Text = ""
    bom_ref: Text = Field(default="", alias="bom-ref")
    type: Text = ""
    name: Text = ""
    contents: Contents = Contents()
    classification: Text = ""
    sensitive_data: list[Text] = []
    description: Text = ""
    governance: Governance = Governance()


class Approach(Shape):
    """How a model learns."""

    type: Text = ""


class Channel(Shape):
    """What goes into a model or comes out of it."""

    format: Text = ""


class Parameters(Shape):
    """What a model is and what it was trained on."""

    approach: Approach = Approach()
    task: Text = ""
    architecture_family: Text = ""
    model_architecture: Text = ""
    datasets: list[Data] = []
    inputs: list[Channel] = []
    outputs: list[Channel] = []


class Metric(Shape):
    """How well a model did."""

    type: Text = ""
    value: Text = ""
    slice: Text = ""


class Analysis(Shape):
    """How a model was measured."""

    performance_metrics: list[Metric] = []


class Risk(Shape):
    """A risk, and what is done about it."""

    name: Text = ""
    mitigation_strategy: Text = ""


class Fairness(Shape):
    """Whom a model may harm."""

    group_at_risk: Text = ""
    benefits: Text = ""
    harms: Text = ""
    mitigation_strategy: Text = ""


class Measure(Shape):
    """A quantity with its unit."""

    value: float
    unit: Text = ""


class Energy(Shape):
    """What an activity took."""

    activity: Text = ""
    activity_energy_cost: Measure | None = None
    co2_cost_equivalent: Measure | None = Field(default=None, alias="co2CostEquivalent")


class Environment(Shape):
    """What a model took from the environment."""

    energy_consumptions: list[Energy] = []


class Considerations(Shape):
    """What to think of before a model is used."""

    users: list[Text] = []
    use_cases: list[Text] = []
    technical_limitations: list[Text] = []
    performance_tradeoffs: list[Text] = []
    ethical_considerations: list[Risk] = []
    fairness_assessments: list[Fairness] = []
    environmental_considerations: Environment = Environment()


class ModelCard(Shape):
    """The card of a model."""

    model_parameters: Parameters = Parameters()
    quantitative_analysis: Analysis = Analysis()
    considerations: Considerations = Considerations()


class Ancestor(Shape):
    """What a component was made from."""

    group: Text = ""
    name: Name
    version: Text = ""
    purl: Text = ""


class Pedigree(Shape):
    """Where a component comes from."""

    ancestors: list[Ancestor] = []
    notes: Text = ""


class Flow(Shape):
    """Data that a service takes or gives."""

    flow: Text = ""
    classification: Text = ""
    name: Text = ""


class Entry(Shape):
    """What components and services have in common."""

    bom_ref: Text = Field(default="", alias="bom-ref")
    group: Text = ""
    name: Name
    version: Text = ""
    description: Text = ""
    licenses: list[LicenceChoice] = []
    external_references: list[Reference] = []


class ComponentEntry(Entry):
    """A component; those inside it are read by themselves."""

    type: Text
    version_range: Text = ""
    publisher: Text = ""
    manufacturer: Organisation = Organisation()
    supplier: Organisation = Organisation()
    author: Text = ""
    authors: list[Person] = []
    scope: Text = ""
    purl: Text = ""
    hashes: list[Hash] = []
    pedigree: Pedigree = Pedigree()
    model_card: ModelCard | None = None
    data: list[Data] = []


class ServiceEntry(Entry):
    """A service; those inside it are read by themselves."""

    provider: Organisation = Organisation()
    endpoints: list[Text] = []
    authenticated: bool | None = None
    crosses_boundary: bool | None = Field(default=None, alias="x-trust-boundary")
    data: list[Flow] = []


class Metadata(Shape):
    """When the bill was made."""

    timestamp: Text = ""


class Header(Shape):
    """What identifies a bill."""

    serial_number: Annotated[str, StringConstraints(pattern=f"^{_SERIAL}$")] | None = None
    version: Annotated[int, Field(ge=1)] = 1
    metadata: Metadata = Metadata()
