"""Section 10: where the data go, as a diagram and as a table."""

from __future__ import annotations

from dataclasses import dataclass

from audit.reports.figures import Step, data_flow_diagram
from audit.reports.records import ReportRecords
from audit.reports.sections.judgements import SCALE
from audit.reports.wording import count, listing
from governance.choices import TrainingUse, TransferTool
from governance.models import DataFlow

MOST_DRAWN = 14
_SHORT_TOOLS = {
    "unknown": "basis unknown",
    "not_needed": "",
    "adequacy": "adequacy",
    "dpf": "DPF",
    "scc": "SCC",
    "bcr": "BCR",
    "derogation": "Art. 49",
    "none": "no basis",
}

_SHORT_ROLES = {
    "persons": "persons",
    "ourselves": "ourselves",
    "processor": "processor",
    "sub_processor": "sub-processor",
    "controller": "controller",
}


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One step of the data."""

    number: int
    source: str
    target: str
    role: str
    data: str
    tool: str
    kept: str
    training: str
    tool_is_open: bool
    training_is_open: bool


@dataclass(frozen=True, slots=True)
class Flows:
    """The diagram (SVG made by the figures) and its rows."""

    drawing: str
    rows: tuple[FlowRow, ...]
    not_drawn: int
    gaps: tuple[str, ...]


def build_flows(records: ReportRecords) -> Flows:
    """Build section 10."""
    flows = list(records.flows)
    drawing = data_flow_diagram([_step(flow) for flow in flows[:MOST_DRAWN]], scale=SCALE) if flows else ""
    return Flows(
        drawing=drawing,
        rows=tuple(_row(at, flow) for at, flow in enumerate(flows, 1)),
        not_drawn=max(len(flows) - MOST_DRAWN, 0),
        gaps=tuple(_gaps(flows)),
    )


def place(flow: DataFlow, end: str) -> str:
    """Give the name of the country of one end of a flow, empty if not known."""
    country = flow.from_country if end == "from" else flow.to_country
    return str(country.name) if country else ""


def _step(flow: DataFlow) -> Step:
    return Step(
        source=flow.from_name,
        source_place=flow.from_country.code if flow.from_country else "",
        target=flow.to_name,
        target_place=_short_place(flow),
        data=flow.data,
        basis=_SHORT_TOOLS.get(flow.transfer_tool, flow.transfer_tool),
        is_basis_unknown=flow.transfer_tool in {TransferTool.UNKNOWN, TransferTool.NONE},
    )


def _short_place(flow: DataFlow) -> str:
    """Give country code and role, as in ``US, processor``; empty where the country is not known."""
    if not flow.to_country:
        return ""
    return f"{flow.to_country.code}, {_SHORT_ROLES.get(flow.to_role, flow.to_role)}"


def _row(number: int, flow: DataFlow) -> FlowRow:
    kept = "not known" if flow.retention_days is None else count(flow.retention_days, "day")
    personal = {True: "personal data", False: "no personal data", None: "whether personal is not known"}
    special = f"; special categories: {listing(map(str, flow.special_categories))}" if flow.special_categories else ""
    return FlowRow(
        number=number,
        source=f"{flow.from_name}, {place(flow, 'from') or 'country unknown'}",
        target=f"{flow.to_name}, {place(flow, 'to') or 'country unknown'}",
        role=flow.get_to_role_display().lower(),
        data=f"{flow.data} ({personal[flow.has_personal_data]}{special})",
        tool=flow.get_transfer_tool_display(),
        kept=kept,
        training=flow.get_training_use_display(),
        tool_is_open=flow.transfer_tool in {TransferTool.UNKNOWN, TransferTool.NONE},
        training_is_open=flow.training_use == TrainingUse.UNKNOWN,
    )


def _gaps(flows: list[DataFlow]) -> list[str]:
    checks = (
        ("the recipient’s country", sum(not flow.to_country for flow in flows)),
        ("the transfer tool", sum(flow.transfer_tool == TransferTool.UNKNOWN for flow in flows)),
        ("how long the data are kept", sum(flow.retention_days is None for flow in flows)),
        ("whether the recipient trains on them", sum(flow.training_use == TrainingUse.UNKNOWN for flow in flows)),
        ("whether they are personal data", sum(flow.has_personal_data is None for flow in flows)),
    )
    return [f"{what} in {count(number, 'flow')}" for what, number in checks if number]
