"""The form of the rule files. Conditions stay plain here: ``audit.engine.expressions`` reads them against the facts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

Text: TypeAlias = Annotated[str, Field(min_length=1)]
RawCondition: TypeAlias = dict[str, object]
Confidence: TypeAlias = Literal["high", "medium", "low"]


class Form(BaseModel):
    """A mapping of a rule file; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CitationForm(Form):
    """Where the law says it."""

    act: Text
    provision: Text
    url: Text


class FineForm(Form):
    """A maximum fine and its basis; ``lower_of_for`` lists the sizes for which the lower amount counts.

    ``applies_from`` is the first day on which it can be imposed, where that is later than the duty itself.
    """

    basis: Text
    applies_from: date | None = None
    fixed: float | None = None
    currency: str = "EUR"
    turnover_percent: float | None = None
    lower_of_for: list[str] = []


class InsteadForm(FineForm):
    """The fine that counts instead while a condition holds."""

    when: RawCondition


class SanctionForm(FineForm):
    """The sanction of an obligation, in words and as a fine where the law names one."""

    text: Text
    instead: InsteadForm | None = None


class CaseForm(Form):
    """One ordered case: the value ``is`` holds when the condition does."""

    is_: str | date | None = Field(alias="is")
    when: RawCondition
    adopted_from: date | None = None
    adopted_until: date | None = None
    citation: str = ""
    note: str = ""


class MemberForm(Form):
    """One possible member of a derived list."""

    has: Text
    when: RawCondition
    adopted_from: date | None = None
    adopted_until: date | None = None
    citation: str = ""
    note: str = ""


class DerivedForm(Form):
    """One derived fact of classification.yaml."""

    fact: Text
    kind: Literal["bool", "enum", "list", "date"]
    says: Text
    citation: str = ""
    note: str = ""
    when: RawCondition | None = None
    doubt: RawCondition | None = None
    doubt_about: list[str] = []
    order: list[str] = []
    split_on: list[str] = []
    split_by: list[str] = []
    cases: list[CaseForm] = []
    members: list[MemberForm] = []
    members_of: str = ""
    otherwise: str | date | dict[str, str] | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> DerivedForm:
        allowed = {
            "bool": {"when", "doubt", "doubt_about"},
            "enum": {"order", "cases", "otherwise", "split_on", "split_by"},
            "date": {"cases", "otherwise"},
            "list": {"order", "members", "members_of", "when"},
        }[self.kind]
        about = {"fact", "kind", "says", "citation", "note"}
        if wrong := sorted(self.model_fields_set - about - allowed):
            raise ValueError(
                f"{self.fact} is a {self.kind}, which has no {', '.join(wrong)}; it has {', '.join(sorted(allowed))}"
            )
        if self.kind == "bool" and self.when is None:
            raise ValueError(f"{self.fact} is a bool without a condition; give when")
        if bool(self.doubt) != bool(self.doubt_about):
            raise ValueError(f"{self.fact}: doubt and doubt_about (the answers to look at again) go together")
        return self


class ReadingForm(Form):
    """A disputed or draft reading, shown beside the operative one.

    ``since`` is the first day on which both could be read: that of the later of the two texts; from ``until`` on the
    matter is settled. Packs kept from before say neither.
    """

    id: Text
    about: Text
    when: RawCondition
    operative: Text
    other: Text
    basis: Text
    since: date | None = None
    until: date | None = None
    verified_on: date | None = None
    source: list[Text] = []


class ClassificationForm(Form):
    """classification.yaml: derived facts, each reading only facts above it, and the readings beside."""

    derived: list[DerivedForm]
    readings: list[ReadingForm] = []


class DatedCaseForm(Form):
    """One case of a day: ``day`` counts when the condition holds; the last may have none."""

    day: date
    when: RawCondition | None = None


class AcceptForm(Form):
    """A control of a framework that the obligation accepts: met by it as a ``whole``, or in ``part``."""

    control: Text
    share: Literal["whole", "part"]
    source: Text
    confidence: Confidence


class RequireForm(Form):
    """What meets the obligation: a control recorded for it, or one of a framework."""

    control: Text
    accepts: list[AcceptForm] = []


class VersionForm(Form):
    """The obligation as adopted in a span of days."""

    adopted_from: date
    adopted_until: date | None = None
    applies_from: date | Literal["always"] | dict[str, str] | list[DatedCaseForm] | None = None
    stages: dict[str, date] = {}
    no_day_before: date | None = None
    other_reading: date | None = None
    repealed_on: date | None = None
    when: RawCondition
    breached_when: RawCondition | None = None
    no_control_cures: bool = False
    require: RequireForm
    evidence: list[Text]
    note: str = ""


class RuleForm(Form):
    """One file under obligations/."""

    id: Text
    row: Text
    title: Text
    addressee: list[Text]
    citation: CitationForm
    severity: Literal["critical", "high", "medium", "low"]
    duty: Text
    versions: Annotated[list[VersionForm], Field(min_length=1)]
    sanction: SanctionForm | None = None
    status: Literal["adopted", "guidance", "proposed", "information"] = "adopted"
    scope: Literal["system", "entity"] = "system"
    verified_on: date
    review_by: date
    confidence: Confidence
    source: list[Text] = []
    note: str = ""


class ResultForm(Form):
    """Which derived fact answers which key of the result."""

    key: Text
    fact: Text
    label: Text
    possible: str = ""
    none: str = ""


class GoLiveForm(Form):
    """How the class once in service is asked for before go-live; ``also`` gives more keys with the facts they read."""

    fact: Text
    before: list[Text]
    becomes: Text
    reads: Text
    key: Text
    also: dict[str, Text] = {}


class PublicBodyForm(Form):
    """Which fact tells a public body, and what the law says of fining one."""

    fact: Text
    says: Text


class UndertakingForm(Form):
    """Which facts tell the size and the turnover that maximum fines hang on.

    ``relief_adopted_from`` gives for a size the day on which its relief was adopted.
    """

    size: Text
    turnover: Text
    currency: Text
    public_body: PublicBodyForm | None = None
    relief_adopted_from: dict[str, date] = {}


class BandForm(Form):
    """One row of the decision table: the band while the class is one of these, or a duty this severe is not met."""

    band: Literal["very_high", "high", "moderate", "low"]
    says: Text
    class_in: list[Text] = []
    unmet: Literal["critical", "high", "medium", "low"] | None = None


class ExposureForm(Form):
    """The decision table for the band of legal exposure; the first row that fits counts, the last always does."""

    reads: Text
    bands: Annotated[list[BandForm], Field(min_length=1)]


class ActionableForm(Form):
    """A fact that the organisation can change: to which values, or by leaving out members of a list."""

    fact: Text
    to: list[bool | str] = []
    only: Literal["leaving_out", "leaving_out_one_of_several", ""] = ""


class PackForm(Form):
    """pack.yaml."""

    id: Text
    title: Text
    version: Text
    jurisdiction: Text
    coverage: Text
    sources: list[Text]
    verified_on: date
    review_by: date
    requires: list[Text] = []
    results: list[ResultForm] = []
    go_live: GoLiveForm | None = None
    undertaking: UndertakingForm | None = None
    exposure: ExposureForm | None = None
    actionable: list[ActionableForm] = []


class FrameworkForm(Form):
    """pack.yaml of a framework."""

    id: Text
    kind: Literal["framework"]
    title: Text
    version: Text
    jurisdiction: Text
    coverage: Text
    sources: list[Text]
    verified_on: date
    review_by: date
    confidence: Confidence
    note: str = ""


class FrameworkControlForm(Form):
    """One control of a framework: its identifier there, and what it is about in our words."""

    id: Text
    identifier: Text
    about: Text


class FrameworkControlsForm(Form):
    """controls.yaml of a framework."""

    controls: Annotated[list[FrameworkControlForm], Field(min_length=1)]


class ExpectedForm(Form):
    """What a worked case expects; only what is named is compared, and ``complete`` makes the duty list exact."""

    aia_class: str | None = None
    possible_classes: list[str] | None = None
    class_on_go_live: str | None = None
    annex_iii_points_on_go_live: list[str] | None = None
    aia_roles: list[str] | None = None
    possible_roles: list[str] | None = None
    annex_iii_points: list[str] | None = None
    art_5_points: list[str] | None = None
    gpai_class: str | None = None
    grandfathered_art_111_2: bool | None = None
    scope_rule: str | None = None
    high_risk_duties_from: date | None = None
    missing_facts: list[str] | None = None
    duties: dict[str, date | None] = {}
    other_readings: dict[str, date] = {}
    outcomes: dict[str, str] = {}
    must_not_fire: list[str] = []
    undetermined: list[str] = []
    complete: bool = False

    @property
    def answers(self) -> frozenset[str]:
        """The keys of the result that the case speaks of."""
        others = {"duties", "other_readings", "outcomes", "must_not_fire", "undetermined", "complete"}
        return frozenset(self.model_fields_set - others)


class WorkedCaseForm(Form):
    """One worked case: the facts beside the defaults, those left unknown, the outcome and its legal reason."""

    id: Text
    title: str = ""
    as_of: date | None = None
    facts: dict[str, object] = {}
    unknown: list[str] = []
    nothing_known: bool = False
    expected: ExpectedForm
    reason: Text
    basis: list[str] = []
    confidence: Confidence = "high"
    note: str = ""


class CaseFileForm(Form):
    """One file under cases/: facts and day shared by its cases."""

    about: Text
    as_of: date
    facts: dict[str, object] = {}
    cases: Annotated[list[WorkedCaseForm], Field(min_length=1)]
