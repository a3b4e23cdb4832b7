"""All that a system's page shows, read with a fixed number of queries as plain rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from django.db.models import F, Q, QuerySet

from audit.models import Assessment, Finding, Report, Standing
from governance.models import (
    AISystem,
    ComponentArtefact,
    DataFlow,
    EvaluationRecord,
    Evidence,
    Subcontractor,
    SystemComponent,
    VendorDependency,
)

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SystemPage:
    """One system with its latest outcome. ``assessment`` is None until it was assessed for the first time."""

    system: Row
    standing: Row
    assessment: Row | None
    findings: list[Row]
    components: list[Row]
    artefacts: list[Row]
    flows: list[Row]
    dependencies: list[Row]
    subcontractors: list[Row]
    evidence: list[Row]
    evaluations: list[Row]
    history: list[Row]
    reports: list[Row]

    @property
    def openness(self) -> dict[str, Row]:
        """What the fact sheet says of openness: for each fact that is known its entry, with value and grade."""
        facts = (self.assessment or {}).get("facts") or {}
        entries = {key: facts[key] for key in OPENNESS_FACTS if key in facts}
        return {key: entry if isinstance(entry, dict) else {"value": entry} for key, entry in entries.items()}

    @property
    def result(self) -> Row:
        """The latest result as the machine's door gives it; empty before the first assessment."""
        return self.assessment["result"] if self.assessment else {}


OPENNESS_FACTS: Final = ("open.status", "open.mof_class", "open.osai_score", "open.washing")
"""What the dossiers of the components tell of a system, by fact key."""


def get_system_page(system_id: int) -> SystemPage:
    """Read everything about one system; raises ``AISystem.DoesNotExist``."""
    system = AISystem.objects.filter(pk=system_id).values(*_SYSTEM, entity=F("legal_entity__name")).get()
    standing: Row = Standing.objects.filter(system=system_id).values().first() or {}
    assessment = _latest_assessment(standing.get("assessment_id"))
    components = _list_components(system_id)
    return SystemPage(
        system=system,
        standing=standing,
        assessment=assessment,
        findings=list_findings_of(system_id),
        components=components,
        artefacts=_list_artefacts(components),
        flows=list(DataFlow.objects.filter(system=system_id).order_by("id").values(*_FLOW)),
        dependencies=_list_dependencies(system_id),
        subcontractors=_list_subcontractors(system_id),
        evidence=_list_evidence(system_id, components),
        evaluations=_list_evaluations(system_id),
        history=_list_history(system_id),
        reports=list_reports_of(system_id),
    )


def list_findings_of(system_id: int) -> list[Row]:
    """The findings of a system: the open ones first, the gravest of them on top; then those closed, latest first."""
    rows: list[Row] = list(Finding.objects.filter(system=system_id).order_by("key").values())
    gravity = {"very_high": 0, "high": 1, "moderate": 2, "low": 3}
    still_open = sorted((row for row in rows if row["closed_on"] is None), key=lambda row: gravity[row["rating"]])
    closed = sorted((row for row in rows if row["closed_on"]), key=lambda row: row["closed_on"], reverse=True)
    return [*still_open, *closed]


def list_reports_of(system_id: int) -> list[Row]:
    """The reports of a system, the newest first."""
    rows = Report.objects.filter(system=system_id).order_by("-id")
    return list(rows.values(*REPORT_COLUMNS)[:50])


SHOWN_HISTORY = 20
"""So many assessments are listed."""
REPORT_COLUMNS = (
    "id",
    "number",
    "version",
    "kind",
    "status",
    "language",
    "as_of",
    "state",
    "error",
    "requested_at",
    "requested_by",
    "finished_at",
    "file_deleted_at",
    "sha256",
    "pages",
)


def _latest_assessment(assessment_id: int | None) -> Row | None:
    if assessment_id is None:
        return None
    assessment = Assessment.objects.select_related("fact_sheet", "outcome_record", "pack_set").get(pk=assessment_id)
    row: Row = {name: getattr(assessment, name) for name in _ASSESSMENT}
    return {**row, "facts": assessment.fact_sheet.content.get("facts")}


_ASSESSMENT: Final = ("id", "as_of", "packs", "engine", "result", "valid_until", "trigger", "created_at")


def _list_components(system_id: int) -> list[Row]:
    return list(
        SystemComponent.objects.filter(system=system_id)
        .order_by("-is_primary", "id")
        .values(
            "component_id",
            "is_primary",
            "run_mode",
            "adaptation",
            "replace_object",
            name=F("component__name"),
            version=F("component__version"),
            kind=F("component__kind"),
            vendor=F("component__vendor__name"),
            vendor_country=F("component__vendor__country"),
            host_name=F("host__name"),
            licence=F("component__licence_raw"),
            licence_id=F("component__licence_id"),
            licence_flags=F("component__licence_flags"),
            claims=F("component__claims"),
            conflicts=F("component__conflicts"),
            decisions=F("component__conflict_decisions"),
            renamed_to=F("component__renamed_to"),
        )
    )


def _list_artefacts(components: list[Row]) -> list[Row]:
    """The openness dossier of the main component, or of the first if none is marked."""
    if not components:
        return []
    rows = ComponentArtefact.objects.filter(component=components[0]["component_id"]).order_by("id")
    return list(rows.values("part", "availability", "licence_raw", "licence_id", "url"))


def _list_dependencies(system_id: int) -> list[Row]:
    rows = VendorDependency.objects.filter(system=system_id).order_by("id")
    return list(
        rows.values(
            *_DEPENDENCY,
            vendor_name=F("vendor__name"),
            vendor_country=F("vendor__country"),
            parent_name=F("vendor__ultimate_parent__name"),
            parent_status=F("vendor__parent_status"),
        )
    )


def _list_subcontractors(system_id: int) -> list[Row]:
    rows = Subcontractor.objects.filter(dependency__system=system_id).order_by("dependency", "rank", "id")
    return list(rows.values("dependency_id", "rank", "service", "country", name=F("vendor__name")))


def _list_evidence(system_id: int, components: list[Row]) -> list[Row]:
    of_components = Q(component__in=[row["component_id"] for row in components])
    rows: QuerySet[Evidence] = Evidence.objects.filter(Q(system=system_id) | of_components).order_by("reference")
    return list(rows.values(*_EVIDENCE))


def _list_evaluations(system_id: int) -> list[Row]:
    rows = EvaluationRecord.objects.filter(system=system_id).order_by("-evaluated_on")
    return list(
        rows.values(
            "purpose", "evaluated_by", "evaluated_on", "result", "next_due_on", component_name=F("component__name")
        )
    )


def _list_history(system_id: int) -> list[Row]:
    """The latest assessments, each with what it was made from that the one before it was not."""
    rows = Assessment.objects.filter(system=system_id).order_by("-as_of", "-id")
    found: list[Row] = list(
        rows.values(
            "id",
            "as_of",
            "trigger",
            "created_at",
            "fact_sheet_id",
            "engine",
            packs=F("pack_set__content"),
            aia_class=F("outcome_record__content__regulatory__aia_class"),
            lock_in_low=F("outcome_record__content__lock_in__low"),
            lock_in_high=F("outcome_record__content__lock_in__high"),
            transparency_low=F("outcome_record__content__transparency__low"),
            transparency_high=F("outcome_record__content__transparency__high"),
        )[: SHOWN_HISTORY + 1]
    )
    earlier: list[Row | None] = [*found[1:], None][: len(found)]
    told: list[Row] = [{**row, "moved": name_moved(row, before)} for row, before in zip(found, earlier, strict=True)]
    return told[:SHOWN_HISTORY]


def name_moved(row: Row, before: Row | None) -> tuple[str, ...]:
    """What moved between two assessments: ``facts``, ``law`` (a pack), ``method`` (the engine); else the day alone."""
    if before is None:
        return ("first",)
    moved = [
        word
        for column, word in (("fact_sheet_id", "facts"), ("packs", "law"), ("engine", "method"))
        if row[column] != before[column]
    ]
    return tuple(moved) or ("the day",)


_SYSTEM = (
    "id",
    "legal_entity_id",
    "reference",
    "name",
    "purpose",
    "business_function",
    "is_critical_function",
    "owner",
    "owner_email",
    "stage",
    "in_service_on",
    "withdrawn_on",
    "facts_confirmed_on",
    "facts_confirmed_by",
    "is_fictional",
)
_FLOW = (
    "id",
    "after_id",
    "from_name",
    "to_name",
    "to_role",
    "from_country",
    "to_country",
    "data",
    "has_personal_data",
    "special_categories",
    "transfer_tool",
    "retention_days",
    "training_use",
)
_DEPENDENCY = (
    "id",
    "service",
    "contract_reference",
    "start_on",
    "end_on",
    "is_open_ended",
    "notice_days",
    "auto_renewal",
    "substitutability",
    "subcontractors_known",
    "exit_plan",
    "exit_tested",
    "exit_tested_on",
    "exit_test_kind",
    "exit_tested_target",
    "exit_tested_days",
    "fallback",
    "tolerable_outage_days",
)
_EVIDENCE = (
    "id",
    "reference",
    "title",
    "kind",
    "source",
    "grade",
    "issued_on",
    "expires_on",
    "verified_by",
    "verified_on",
    "supports",
    "url",
    "sha256",
)
