"""What hangs on the group: its companies, the systems and functions with their reasons, and where data go."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from audit.portfolio.reach import Axis
from audit.reports.figures import Step, data_flow_diagram
from audit.reports.figures.tallies import Tally, tally_bars
from audit.reports.lines import SystemLine
from audit.reports.portfolio.capping import left_out
from audit.reports.portfolio.dependence import tied_percent
from audit.reports.portfolio.judging import SystemRow, describe_system
from audit.reports.sections.judgements import SCALE
from audit.reports.vendor.records import VendorRecords
from audit.reports.wording import listing, number, say, unknown, within, yes_no
from governance.choices import ParentStatus
from governance.models import DataFlow, Vendor

_MOST_SYSTEMS: Final = 25
_MOST_FLOWS: Final = 20
_MOST_DRAWN: Final = 10
_MOST_FUNCTIONS: Final = 12


@dataclass(frozen=True, slots=True)
class Company:
    """One company of the group."""

    name: str
    legal_name: str
    lei: str
    country: str
    place: str


@dataclass(frozen=True, slots=True)
class Hanging:
    """One system with its judgements, and how it hangs on the group."""

    row: SystemRow
    how: str


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow of data to the group or past it."""

    system: str
    way: str
    countries: str
    data: str
    tool: str
    kept: str
    training: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """The group and all that hangs on it."""

    companies: tuple[Company, ...]
    systems: tuple[Hanging, ...]
    systems_left_out: str
    unassessed: str
    functions: str
    share: str
    diagram: str
    flows: tuple[Flow, ...]
    flows_left_out: str


def build_holdings(records: VendorRecords) -> Holdings:
    """Build the sections on the group, its systems, and data flows."""
    lines = sorted(records.lines, key=lambda line: (line.is_critical is False, line.reference))
    judged = {line.system_id for line in lines}
    waiting = [reference for pk, (reference, _) in records.names.items() if pk not in judged]
    flows = [flow for flow in records.flows if flow.to_vendor_id in records.group.members]
    return Holdings(
        companies=tuple(_company(vendor, records) for vendor in records.companies),
        systems=tuple(
            Hanging(describe_system(records.vocabulary, line), _how(records, line)) for line in lines[:_MOST_SYSTEMS]
        ),
        systems_left_out=left_out(len(lines), _MOST_SYSTEMS),
        unassessed=listing(waiting[:12]),
        functions=_functions(records),
        share=_share(records),
        diagram=_diagram(flows),
        flows=tuple(_flow(flow) for flow in flows[:_MOST_FLOWS]),
        flows_left_out=left_out(len(flows), _MOST_FLOWS),
    )


def _company(vendor: Vendor, records: VendorRecords) -> Company:
    place = gettext("at the top") if vendor.pk == records.group.top_id else gettext("below")
    if vendor.pk == records.group.top_id and vendor.parent_status == ParentStatus.UNKNOWN:
        place = gettext("at the top, as far as is known")
    return Company(
        name=vendor.name,
        legal_name=vendor.legal_name or unknown(),
        lei=vendor.lei or unknown(),
        country=str(vendor.country.name) if vendor.country else unknown(),
        place=place,
    )


def _how(records: VendorRecords, line: SystemLine) -> str:
    """Say by what a system hangs on the group, each kind with its companies."""
    words = {
        "contract": gettext("contract with {companies}"),
        "runs": gettext("run by {companies}"),
        "publishes": gettext("made by {companies}"),
        "sub_contractor": gettext("sub-contractor: {companies}"),
        "data": gettext("data go to {companies}"),
    }
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, company in records.group.reasons.get(line.system_id, ()):
        by_kind[kind].append(company)
    return "; ".join(words[kind].format(companies=listing(by_kind[kind])) for kind in words if by_kind[kind])


def _functions(records: VendorRecords) -> str:
    found: Counter[str] = Counter()
    critical: dict[str, bool | None] = {}
    for line in records.lines:
        name = line.function or gettext("no function entered")
        found[name] += 1
        critical[name] = True if line.is_critical else critical.get(name, line.is_critical)
    words = {True: gettext("critical"), False: gettext("not critical"), None: gettext("criticality not known")}
    ranked = sorted(found.items(), key=lambda pair: (critical[pair[0]] is not True, -pair[1], pair[0]))
    rows = [
        Tally(name, many, 0, say("{systems}, {critical}", systems=number(many), critical=words[critical[name]]))
        for name, many in ranked[:_MOST_FUNCTIONS]
    ]
    return tally_bars(rows, title=gettext("Systems on the group by business function"), scale=SCALE) if rows else ""


def _share(records: VendorRecords) -> str:
    """Say which share of all critical functions rests on the group."""
    from_all = records.group.concentration.shares[Axis.GROUP]
    found = next((share for share in from_all if share.item == records.group.top_id), None)
    if found is None:
        return gettext("No system needs the group for its service.")
    low, high = tied_percent(found.share.low), tied_percent(found.share.high)
    if found.share.is_known:
        return say("{share} of all critical functions rest on the group.", share=low)
    return say(
        "Between {low} and {high} of all critical functions rest on the group; what is not known decides.",
        low=low,
        high=high,
    )


def _diagram(flows: list[DataFlow]) -> str:
    """Draw the ways of the data to the group, each once."""
    ways: dict[tuple[str, str, str, str], list[DataFlow]] = defaultdict(list)
    for flow in flows:
        ways[flow.from_name, flow.to_name, str(flow.from_country or ""), str(flow.to_country or "")].append(flow)
    steps = []
    for (source, target, start, end), found in list(ways.items())[:_MOST_DRAWN]:
        tools = {flow.get_transfer_tool_display() for flow in found}
        steps.append(
            Step(
                source=source,
                source_place=start,
                target=target,
                target_place=end,
                data=listing(sorted({flow.data for flow in found})[:2]),
                basis=listing(within(tool) for tool in sorted(tools)),
                is_basis_unknown=any(flow.transfer_tool == "unknown" for flow in found),
            )
        )
    return data_flow_diagram(steps, scale=SCALE) if steps else ""


def _flow(flow: DataFlow) -> Flow:
    start = str(flow.from_country.name) if flow.from_country else gettext("country unknown")
    end = str(flow.to_country.name) if flow.to_country else gettext("country unknown")
    personal = {
        True: gettext("personal data"),
        False: gettext("no personal data"),
        None: gettext("whether personal is not known"),
    }
    kept = gettext("not known")
    if flow.retention_days is not None:
        kept = say("{days} days", days=number(flow.retention_days))
    return Flow(
        system=flow.system.reference,
        way=say("{sender} to {recipient}", sender=flow.from_name, recipient=flow.to_name),
        countries=say("{start} to {end}", start=start, end=end) if start != end else end,
        data=f"{flow.data}; {personal[flow.has_personal_data]}",
        tool=within(flow.get_transfer_tool_display()),
        kept=kept,
        training=within(flow.get_training_use_display()) or yes_no(None),
    )
