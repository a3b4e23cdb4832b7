"""What a vendor report is made from, read once: the group, its systems, contracts, chains, flows and components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audit.models import Finding, Report
from audit.reports.finding_lines import FindingLine, read_findings
from audit.reports.gathering import Gathered, gather, read_columns
from audit.reports.lines import SystemLine
from audit.reports.many import UsedPack, read_packs_named
from audit.reports.request import ReportRequestError
from audit.reports.vendor.hanging import Group, read_group
from governance.models import (
    Component,
    ComponentArtefact,
    DataFlow,
    HostOffer,
    Subcontractor,
    SystemComponent,
    Vendor,
    VendorDependency,
)
from governance.vocabulary import Vocabulary, load_vocabulary

AREAS = ("lock_in", "data", "openness", "transparency")
"""The areas of findings that a vendor has to do with."""


@dataclass(frozen=True)
class VendorRecords:
    """The rows; builders of sections read them and ask the database nothing more."""

    report: Report
    group: Group
    companies: Sequence[Vendor]
    gathered: Gathered
    names: Mapping[int, tuple[str, str]]
    contracts: Sequence[VendorDependency]
    chains: Sequence[Subcontractor]
    flows: Sequence[DataFlow]
    uses: Sequence[SystemComponent]
    components: Sequence[Component]
    artefacts: Mapping[int, Sequence[ComponentArtefact]]
    offers: Sequence[HostOffer]
    findings: Sequence[FindingLine]
    packs: tuple[UsedPack, ...]
    vocabulary: Vocabulary

    @property
    def as_of(self) -> date:
        """The day of the report."""
        return self.report.as_of

    @property
    def lines(self) -> Sequence[SystemLine]:
        """The systems that hang on the group and are judged."""
        return self.gathered.lines


def read_records(report: Report) -> VendorRecords:
    """Read all that the report needs. Raises ``ReportRequestError`` if the row names no organisation."""
    if report.organisation_id is None:
        raise ReportRequestError(f"{report} names no organisation; a vendor report needs one.")
    group = read_group(report.organisation_id, report.as_of)
    systems, members = [*group.reasons], [*group.members]
    columns = {pk: row for pk, row in read_columns().items() if pk in group.reasons}
    gathered = gather(report.parameters["assessments"], columns)
    uses = list(
        SystemComponent.objects.filter(system__in=systems)
        .select_related("component__vendor", "host")
        .order_by("system__reference", "-is_primary", "id")
    )
    components = {
        use.component_id: use.component
        for use in uses
        if use.component.vendor_id in group.members or use.host_id in group.members
    }
    artefacts: dict[int, list[ComponentArtefact]] = {}
    for artefact in ComponentArtefact.objects.filter(component__in=[*components]).order_by("component", "id"):
        artefacts.setdefault(artefact.component_id, []).append(artefact)
    by_place = {vendor.pk: vendor for vendor in Vendor.objects.filter(pk__in=members)}
    return VendorRecords(
        report=report,
        group=group,
        companies=[by_place[pk] for pk in group.members if pk in by_place],
        gathered=gathered,
        names={pk: (str(row["reference"]), str(row["name"])) for pk, row in columns.items()},
        contracts=list(
            VendorDependency.objects.filter(system__in=systems, vendor__in=members)
            .select_related("vendor", "system")
            .order_by("end_on", "system__reference", "id")
        ),
        chains=list(
            Subcontractor.objects.filter(dependency__system__in=systems)
            .select_related("vendor", "dependency__vendor", "dependency__system")
            .order_by("dependency__system__reference", "dependency_id", "rank", "id")
        ),
        flows=list(
            DataFlow.objects.filter(system__in=systems)
            .select_related("system", "to_vendor")
            .order_by("system__reference", "id")
        ),
        uses=uses,
        components=sorted(components.values(), key=str),
        artefacts=artefacts,
        offers=list(
            HostOffer.objects.filter(component__in=[*components], company__in=members)
            .select_related("company", "component")
            .order_by("retires_on", "component", "id")
        ),
        findings=read_findings(Finding.objects.filter(system__in=systems, closed_on__isnull=True, area__in=AREAS)),
        packs=read_packs_named(gathered.identities),
        vocabulary=load_vocabulary(),
    )
