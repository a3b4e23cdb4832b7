"""What a report is made from: the rows of one system and its assessment, read once in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext

from audit.models import Assessment, Finding, Report, RulePackRecord
from audit.reports.causes import Compared, compare_assessments
from audit.reports.outcome import Outcome, read_outcome
from audit.reports.request import ReportRequestError
from audit.reports.wording import within
from governance.models import (
    AISystem,
    AuditEvent,
    ComponentArtefact,
    ControlStatus,
    DataFlow,
    EvaluationRecord,
    Evidence,
    HostOffer,
    Subcontractor,
    SystemComponent,
    VendorDependency,
)
from governance.selectors.law_records import RecordState, read_record_states
from governance.vocabulary import Vocabulary, load_vocabulary

MOST_EVENTS = 25


@dataclass(frozen=True)
class ReportRecords:
    """The rows; builders of sections read them and ask the database nothing more."""

    report: Report
    assessment: Assessment
    system: AISystem
    outcome: Outcome
    facts: Mapping[str, object]
    vocabulary: Vocabulary
    versions: Sequence[Report] = ()
    previous: Assessment | None = None
    previous_facts: Mapping[str, object] = field(default_factory=dict)
    moved: Compared = ()
    uses: Sequence[SystemComponent] = ()
    artefacts: Sequence[ComponentArtefact] = ()
    offers: Sequence[HostOffer] = ()
    evaluations: Sequence[EvaluationRecord] = ()
    flows: Sequence[DataFlow] = ()
    dependencies: Sequence[VendorDependency] = ()
    subcontractors: Sequence[Subcontractor] = ()
    findings: Sequence[Finding] = ()
    controls: Sequence[ControlStatus] = ()
    control_evidence: Mapping[int, Sequence[str]] = field(default_factory=dict)
    evidence: Sequence[Evidence] = ()
    events: Sequence[AuditEvent] = ()
    events_in_all: int = 0
    packs: Sequence[RulePackRecord] = ()
    law_records: Sequence[RecordState] = ()

    @property
    def facts_of(self) -> date:
        """The day up to which the register counts: that on which the assessment was made, whatever day it is of."""
        made = self.assessment.created_at
        return timezone.localdate(made) if made else self.assessment.as_of

    def question(self, key: str) -> str:
        """Give the question of a fact in the active language, or its key where the vocabulary no longer has it."""
        fact = self.vocabulary.facts.get(key)
        return gettext(fact.question) if fact else key

    def label(self, key: str, value: str) -> str:
        """Give the label of one value of a fact in the active language."""
        fact = self.vocabulary.facts.get(key)
        return gettext(fact.label_of(value)) if fact and value else value

    def label_within(self, key: str, value: str) -> str:
        """Give the label as it stands inside a sentence."""
        fact = self.vocabulary.facts.get(key)
        return within(fact.label_of(value)) if fact and value else value

    def labels(self, key: str) -> dict[str, str]:
        """Give all labels of a fact's values, as the vocabulary has them."""
        fact = self.vocabulary.facts.get(key)
        return {choice.value: choice.label for choice in fact.choices} if fact else {}


def read_records(report_id: int) -> ReportRecords:
    """Read all that the report needs.

    Raises ``Report.DoesNotExist`` if there is no such row, ``ReportRequestError`` if it is of no system.
    """
    rows = Report.objects.select_related("assessment__fact_sheet", "assessment__outcome_record", "assessment__pack_set")
    report = rows.select_related("system__legal_entity", "supersedes").get(pk=report_id)
    system, assessment = report.system, report.assessment
    if system is None or assessment is None:
        raise ReportRequestError(f"{report} is of no system; it is a {report.get_kind_display().lower()}.")
    previous = _previous(report)
    uses = list(
        SystemComponent.objects.filter(system=system).select_related(
            "component__vendor__ultimate_parent", "component__own_work_of", "host__ultimate_parent"
        )
    )
    components = [use.component_id for use in uses]
    dependencies = VendorDependency.objects.filter(system=system).select_related("vendor__ultimate_parent")
    controls = ControlStatus.objects.filter(system=system) | ControlStatus.objects.filter(
        legal_entity=system.legal_entity_id
    )
    # Who downloaded a report is no change of the system, and does not make another report of it.
    events = AuditEvent.objects.filter(system_id=system.pk).exclude(action="downloaded")
    packs = [text.rpartition("sha256:")[2] for text in assessment.packs.values()]
    return ReportRecords(
        report=report,
        assessment=assessment,
        system=system,
        outcome=read_outcome(assessment.result),
        facts=assessment.fact_sheet.content.get("facts", {}),
        vocabulary=load_vocabulary(),
        versions=list(Report.objects.filter(number=report.number, version__lte=report.version).order_by("version")),
        previous=previous,
        previous_facts=previous.fact_sheet.content.get("facts", {}) if previous else {},
        moved=compare_assessments(previous, assessment) if previous else (),
        uses=uses,
        artefacts=list(ComponentArtefact.objects.filter(component__in=components).order_by("component", "id")),
        offers=list(HostOffer.objects.filter(component__in=components).select_related("company", "component")),
        evaluations=list(EvaluationRecord.objects.filter(system=system).select_related("component", "evidence")),
        flows=list(DataFlow.objects.filter(system=system).order_by("id")),
        dependencies=list(dependencies),
        subcontractors=list(
            Subcontractor.objects.filter(dependency__system=system).select_related(
                "vendor__ultimate_parent", "dependency"
            )
        ),
        findings=list(Finding.objects.filter(system=system, opened_by__lte=assessment.pk)),
        controls=list(controls.order_by("obligation", "id")),
        control_evidence=_evidence_of_controls(system),
        evidence=_evidence(system, components),
        events=list(events.order_by("-id")[:MOST_EVENTS]),
        events_in_all=events.count(),
        packs=list(RulePackRecord.objects.filter(sha256__in=packs).order_by("pack")),
        law_records=read_record_states([system.pk]).get(system.pk, ()),
    )


def _previous(report: Report) -> Assessment | None:
    """Give the assessment of the last earlier report that was made of the system, if there is one."""
    earlier = (
        Report.objects.filter(system=report.system_id, pk__lt=report.pk, assessment__lt=report.assessment_id)
        .exclude(sha256="")
        .select_related("assessment__fact_sheet", "assessment__outcome_record", "assessment__pack_set")
        .order_by("-pk")
        .first()
    )
    return earlier.assessment if earlier else None


def _evidence_of_controls(system: AISystem) -> dict[int, list[str]]:
    pairs = (
        ControlStatus.evidence.through.objects.filter(controlstatus__system=system)
        | ControlStatus.evidence.through.objects.filter(controlstatus__legal_entity=system.legal_entity_id)
    ).values_list("controlstatus_id", "evidence__reference")
    found: dict[int, list[str]] = {}
    for control, reference in pairs.order_by("evidence__reference"):
        found.setdefault(control, []).append(reference)
    return found


def _evidence(system: AISystem, components: Sequence[int]) -> list[Evidence]:
    """Give the evidence of the system, its components, its vendors and its legal entity, each once."""
    every = Evidence.objects.all()
    return list(
        (
            every.filter(system=system)
            | every.filter(component__in=components)
            | every.filter(vendor__dependencies__system=system)
            | every.filter(legal_entity=system.legal_entity_id)
        )
        .distinct()
        .order_by("reference")
    )
