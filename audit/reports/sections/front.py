"""Sections 1 and 2: the cover and the document control."""

from __future__ import annotations

from dataclasses import dataclass

from audit.models import ReportStatus
from audit.reports.records import ReportRecords
from audit.reports.wording import long_day, short_day
from governance.choices import LifecycleStage

NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class Entry:
    """A name and what is recorded under it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Cover:
    """What the report is about, in which version, for whom."""

    title: str
    system: str
    entity: str
    subtitle: str
    number: str
    version: int
    status: str
    is_draft: bool
    is_fictional: bool
    document_line: str
    purpose: str
    entries: tuple[tuple[Entry, Entry], ...]
    use_limit: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of the report."""

    version: str
    status: str
    day: str
    note: str


@dataclass(frozen=True, slots=True)
class Role:
    """Who prepared, reviewed or approved."""

    what: str
    name: str
    day: str


@dataclass(frozen=True, slots=True)
class Control:
    """The versions, the people and the identity of what made the report."""

    versions: tuple[VersionRow, ...]
    roles: tuple[Role, ...]
    distribution: str
    made_by: tuple[Entry, ...]


def build_cover(records: ReportRecords) -> Cover:
    """Build section 1."""
    report, system = records.report, records.system
    status = "draft" if report.status == ReportStatus.DRAFT else "final"
    primary = next((use for use in records.uses if use.is_primary), None)
    stage = system.get_stage_display().lower()
    if system.in_service_on and system.stage == LifecycleStage.IN_SERVICE:
        stage = f"in service since {long_day(system.in_service_on)}"
    model = NOT_RECORDED
    if primary is not None:
        run = primary.get_run_mode_display().lower() if primary.run_mode else "how it is run is not known"
        model = f"{primary.component}, {run}"
    approval = f"{report.approved_by}, {short_day(report.approved_on)}" if report.approved_by else "not yet approved"
    entries = (
        (
            Entry("Report", f"{report.number}, version {report.version}, {status}"),
            Entry("Owner", system.owner or NOT_RECORDED),
        ),
        (
            Entry("System", f"{system.reference}, {stage}"),
            Entry("Prepared", report.prepared_by or report.requested_by or NOT_RECORDED),
        ),
        (Entry("Model and host", model), Entry("Approved", approval)),
        (
            Entry("Business function", _function(records)),
            Entry("Distribution", report.distribution or "the organisation; its auditors and supervisors on request"),
        ),
    )
    day = long_day(records.assessment.as_of)
    return Cover(
        title="AI system audit report",
        system=system.name,
        entity=system.legal_entity.name,
        subtitle=f"assessed as of {day}, on facts recorded to that day and law adopted by it",
        number=report.number,
        version=report.version,
        status=status,
        is_draft=status == "draft",
        is_fictional=system.is_fictional,
        document_line=f"{report.number} · version {report.version} · {status} · internal use",
        purpose=system.purpose,
        entries=entries,
        use_limit=(
            "Internal use. Made for the addressees named above; others may not rely on it. "
            "It states findings on recorded facts and is not legal advice."
        ),
    )


def _function(records: ReportRecords) -> str:
    system = records.system
    name = system.business_function or NOT_RECORDED
    match system.is_critical_function:
        case True:
            return f"{name}; critical or important"
        case False:
            return f"{name}; not critical or important"
        case _:
            return f"{name}; whether critical or important is not known"


def build_control(records: ReportRecords) -> Control:
    """Build section 2."""
    report = records.report
    versions = tuple(
        VersionRow(
            version=str(version.version),
            status=version.get_status_display().lower(),
            day=short_day(version.requested_at.date() if version.requested_at else None),
            note=f"supersedes {version.supersedes}" if version.supersedes else "supersedes nothing",
        )
        for version in records.versions
    )
    requested = report.requested_at.date() if report.requested_at else None
    return Control(
        versions=versions,
        roles=(
            Role("Prepared", report.prepared_by or report.requested_by or NOT_RECORDED, short_day(requested)),
            Role("Reviewed", report.reviewed_by or "not yet reviewed", "–"),
            Role("Approved", report.approved_by or "not yet approved", short_day(report.approved_on, "–")),
        ),
        distribution=report.distribution or "none recorded",
        made_by=(
            Entry("Software", f"Openbook, engine {records.outcome.engine or NOT_RECORDED}"),
            *(Entry(f"Pack {name}", identity.partition("+")[0]) for name, identity in records.outcome.packs),
        ),
    )
