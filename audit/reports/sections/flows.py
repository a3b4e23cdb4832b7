"""Section 10: where the data go, as a diagram and as a table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, pgettext

from audit.reports.figures import Step, count_drawable, data_flow_diagram
from audit.reports.records import ReportRecords
from audit.reports.sections.judgements import SCALE
from audit.reports.wording import days_between, listing, say, say_count, within
from governance.choices import TrainingUse, TransferTool
from governance.models import DataFlow

MOST_DRAWN = 14
_TALLEST = 560.0
"""In points: what fits on a page below the heading of the section, with the line on what is not drawn."""


def short_tool(tool: str) -> str:
    """Give the basis of a transfer as it stands on an arrow."""
    words = {
        "unknown": gettext("basis unknown"),
        "not_needed": "",
        "adequacy": pgettext("on an arrow", "adequacy"),
        "dpf": pgettext("on an arrow", "DPF"),
        "scc": pgettext("on an arrow", "SCC"),
        "bcr": pgettext("on an arrow", "BCR"),
        "derogation": pgettext("on an arrow", "Art. 49"),
        "none": gettext("no basis"),
    }
    return words.get(tool, tool)


def short_role(role: str) -> str:
    """Give the role of a recipient as it stands in a box."""
    words = {
        "persons": pgettext("in a box", "persons"),
        "ourselves": pgettext("in a box", "ourselves"),
        "processor": pgettext("in a box", "processor"),
        "sub_processor": pgettext("in a box", "sub-processor"),
        "controller": pgettext("in a box", "controller"),
    }
    return words.get(role, role)


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
    kept_is_open: bool
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
    steps = [_step(flow) for flow in flows[:MOST_DRAWN]]
    drawn = count_drawable(steps, tallest=_TALLEST)
    return Flows(
        drawing=data_flow_diagram(steps[:drawn], scale=SCALE) if drawn else "",
        rows=tuple(_row(at, flow) for at, flow in enumerate(flows, 1)),
        not_drawn=len(flows) - drawn,
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
        basis=short_tool(flow.transfer_tool),
        is_basis_unknown=flow.transfer_tool in {TransferTool.UNKNOWN, TransferTool.NONE},
    )


def _short_place(flow: DataFlow) -> str:
    """Give country code and role, as in ``US, processor``; empty where the country is not known."""
    if not flow.to_country:
        return ""
    return f"{flow.to_country.code}, {short_role(flow.to_role)}"


def _row(number: int, flow: DataFlow) -> FlowRow:
    days = flow.retention_days
    unknown = gettext("country unknown")
    return FlowRow(
        number=number,
        source=f"{flow.from_name}, {place(flow, 'from') or unknown}",
        target=f"{flow.to_name}, {place(flow, 'to') or unknown}",
        role=within(flow.get_to_role_display()),
        data=f"{flow.data} ({_personal(flow)})",
        tool=_or_not_known(flow.get_transfer_tool_display(), known=flow.transfer_tool != TransferTool.UNKNOWN),
        kept=gettext("not known") if days is None else days_between(days, days),
        kept_is_open=days is None,
        training=_or_not_known(flow.get_training_use_display(), known=flow.training_use != TrainingUse.UNKNOWN),
        tool_is_open=flow.transfer_tool in {TransferTool.UNKNOWN, TransferTool.NONE},
        training_is_open=flow.training_use == TrainingUse.UNKNOWN,
    )


def _or_not_known(label: str, *, known: bool) -> str:
    """Give a label, or that it is not known in the words of the column beside it."""
    return gettext(label) if known else gettext("not known")


def _personal(flow: DataFlow) -> str:
    personal = {
        True: gettext("personal data"),
        False: gettext("no personal data"),
        None: gettext("whether personal is not known"),
    }[flow.has_personal_data]
    if not flow.special_categories:
        return personal
    kinds = listing(gettext(str(kind).replace("_", " ")) for kind in flow.special_categories)
    return say("{personal}; special categories: {kinds}", personal=personal, kinds=kinds)


def _gaps(flows: list[DataFlow]) -> list[str]:
    no_country = sum(not flow.to_country for flow in flows)
    no_tool = sum(flow.transfer_tool == TransferTool.UNKNOWN for flow in flows)
    no_end = sum(flow.retention_days is None for flow in flows)
    no_use = sum(flow.training_use == TrainingUse.UNKNOWN for flow in flows)
    not_told = sum(flow.has_personal_data is None for flow in flows)
    gaps = (
        (
            no_country,
            say_count("the recipient’s country in one flow", "the recipient’s country in {number} flows", no_country),
        ),
        (no_tool, say_count("the transfer tool in one flow", "the transfer tool in {number} flows", no_tool)),
        (
            no_end,
            say_count("how long the data are kept in one flow", "how long the data are kept in {number} flows", no_end),
        ),
        (
            no_use,
            say_count(
                "whether the recipient trains on them in one flow",
                "whether the recipient trains on them in {number} flows",
                no_use,
            ),
        ),
        (
            not_told,
            say_count(
                "whether they are personal data in one flow",
                "whether they are personal data in {number} flows",
                not_told,
            ),
        ),
    )
    return [what for number, what in gaps if number]
