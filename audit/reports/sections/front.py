"""Sections 1 and 2: the cover and the document control."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext, pgettext

from audit.models import Report, ReportStatus
from audit.reports.records import ReportRecords
from audit.reports.wording import long_day, say, short_day, within
from governance.choices import LifecycleStage


def not_recorded() -> str:
    """Give the words for what nobody entered."""
    return gettext("not recorded")


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
    is_draft = report.status == ReportStatus.DRAFT
    status = pgettext("status", "draft") if is_draft else pgettext("status", "final")
    primary = next((use for use in records.uses if use.is_primary), None)
    stage = within(system.get_stage_display())
    if system.in_service_on and system.stage == LifecycleStage.IN_SERVICE:
        stage = say("in service since {day}", day=long_day(system.in_service_on))
    if system.withdrawn_on and system.stage == LifecycleStage.WITHDRAWN:
        stage = say("withdrawn on {day}", day=long_day(system.withdrawn_on))
    model = not_recorded()
    if primary is not None:
        run = gettext("how it is run is not known")
        if primary.run_mode:
            run = within(primary.get_run_mode_display())
        model = f"{primary.component}, {run}"
    approval = gettext("not yet approved")
    if report.approved_by:
        approval = f"{report.approved_by}, {short_day(report.approved_on)}"
    identity = {"number": report.number, "version": report.version, "status": status}
    entries = (
        (
            Entry(gettext("Report"), say("{number}, version {version}, {status}", **identity)),
            Entry(gettext("Owner"), system.owner or not_recorded()),
        ),
        (
            Entry(gettext("System"), f"{system.reference}, {stage}"),
            Entry(gettext("Prepared"), report.prepared_by or report.requested_by or not_recorded()),
        ),
        (Entry(gettext("Model and host"), model), Entry(gettext("Approved"), approval)),
        (
            Entry(gettext("Business function"), _function(records)),
            Entry(
                gettext("Distribution"),
                distribute(report),
            ),
        ),
    )
    return Cover(
        title=gettext("AI system audit report"),
        system=system.name,
        entity=system.legal_entity.name,
        subtitle=_tell_days(records),
        number=report.number,
        version=report.version,
        status=status,
        is_draft=is_draft,
        is_fictional=system.is_fictional,
        document_line=say("{number} · version {version} · {status} · internal use", **identity),
        purpose=system.purpose,
        entries=entries,
        use_limit=limit_use(),
    )


def _tell_days(records: ReportRecords) -> str:
    """Say of which day the judgement is, and up to which day facts and law are in it."""
    as_of, recorded = records.assessment.as_of, records.facts_of
    if recorded == as_of:
        return say("assessed as of {day}, on facts recorded to that day and law adopted by it", day=long_day(as_of))
    return say(
        "assessed as of {day}, on facts recorded to {recorded} and law adopted by {adopted}",
        day=long_day(as_of),
        recorded=long_day(recorded),
        adopted=long_day(min(as_of, recorded)),
    )


def _function(records: ReportRecords) -> str:
    system = records.system
    name = system.business_function or not_recorded()
    match system.is_critical_function:
        case True:
            return say("{function}; critical or important", function=name)
        case False:
            return say("{function}; not critical or important", function=name)
        case _:
            return say("{function}; whether critical or important is not known", function=name)


def build_control(records: ReportRecords) -> Control:
    """Build section 2."""
    report = records.report
    return Control(
        versions=describe_versions(records.versions),
        roles=list_roles(report),
        distribution=distribute(report),
        made_by=(
            Entry(
                gettext("Software"), say("Openbook, engine {version}", version=records.outcome.engine or not_recorded())
            ),
            *(
                Entry(say("Pack {name}", name=name), identity.partition("+")[0])
                for name, identity in records.outcome.packs
            ),
        ),
    )


def describe_versions(versions: Iterable[Report]) -> tuple[VersionRow, ...]:
    """Give the versions of a report as they are listed."""
    return tuple(
        VersionRow(
            version=str(version.version),
            status=within(version.get_status_display()),
            day=short_day(version.requested_at.date() if version.requested_at else None),
            note=_superseded(version),
        )
        for version in versions
    )


def list_roles(report: Report) -> tuple[Role, ...]:
    """Give who prepared, reviewed and approved a report."""
    requested = report.requested_at.date() if report.requested_at else None
    return (
        Role(gettext("Prepared"), report.prepared_by or report.requested_by or not_recorded(), short_day(requested)),
        Role(gettext("Reviewed"), report.reviewed_by or gettext("not yet reviewed"), "–"),
        Role(
            gettext("Approved"), report.approved_by or gettext("not yet approved"), short_day(report.approved_on, "–")
        ),
    )


def distribute(report: Report) -> str:
    """Say to whom a report goes: those named on it, or those to whom every report goes."""
    return report.distribution or gettext("the organisation; its auditors and supervisors on request")


def limit_use() -> str:
    """Say for whom a report is made, and that nobody else may rely on it."""
    return gettext(
        "Internal use. Made for the addressees named above; others may not rely on it. "
        "It states findings on recorded facts and is not legal advice."
    )


def _superseded(version: Report) -> str:
    if version.supersedes is None:
        return gettext("supersedes nothing")
    return say(
        "supersedes {number} version {version}",
        number=version.supersedes.number,
        version=version.supersedes.version,
    )
