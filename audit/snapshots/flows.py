"""Facts that the data flows tell: whose data go where, on what basis, and what is stated about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from audit.engine.facts import JsonValue
from audit.snapshots.rows import FlowRow
from audit.snapshots.subject import EEA, PROCESSING, Subject
from audit.snapshots.values import RawFact, any_of
from governance.choices import FlowRole, TrainingUse, TransferTool

_SOURCE: Final = "register: data flows"
OUTSIDE: Final = frozenset({FlowRole.PROCESSOR, FlowRole.SUB_PROCESSOR, FlowRole.CONTROLLER})
"""Recipients outside the organisation; persons concerned receive their own data."""

_NOT_TO_US: Final = "no personal data go to the United States"


def derive_from_flows(subject: Subject) -> dict[str, RawFact]:
    """All that the flows tell; nothing where no flow is entered yet."""
    flows = subject.flows
    if not flows:
        return {}
    facts: dict[str, RawFact] = {}
    _note(facts, "data.personal", any_of(flow.has_personal_data for flow in flows))
    _note(facts, "data.uses_processor", _uses_processor(flows))
    _note(facts, "data.vendor_trains_on_data", _trains(flows))
    if facts.get("data.personal") == RawFact(False, _SOURCE):
        facts["data.special_categories"] = RawFact([], _SOURCE)
    else:
        special = sorted({category for flow in flows for category in flow.special_categories})
        if special:
            facts["data.special_categories"] = RawFact([*special], _SOURCE)
    return facts | _transfers(flows) | _statements(flows)


def _note(facts: dict[str, RawFact], key: str, value: JsonValue) -> None:
    if value is not None:
        facts[key] = RawFact(value, _SOURCE)


def _uses_processor(flows: Sequence[FlowRow]) -> bool | None:
    return any_of(flow.has_personal_data for flow in flows if flow.to_role in PROCESSING)


def _trains(flows: Sequence[FlowRow]) -> bool | None:
    """Whether a recipient may train on the data; "unless we object" counts as may."""
    answers = {
        TrainingUse.YES.value: True,
        TrainingUse.OPT_OUT.value: True,
        TrainingUse.NO.value: False,
    }
    return any_of(answers.get(flow.training_use) for flow in flows if flow.to_role in OUTSIDE)


def transfers_of(flows: Sequence[FlowRow]) -> list[FlowRow]:
    """The flows that leave the EEA, or may: personal data, or not known to be without, to a third or unknown country.

    Persons concerned receive their own data, which is no transfer (EDPB Guidelines 05/2021).
    """
    return [
        flow
        for flow in flows
        if flow.has_personal_data is not False and flow.to_role != FlowRole.PERSONS and flow.to_country not in EEA
    ]


def _transfers(flows: Sequence[FlowRow]) -> dict[str, RawFact]:
    """Countries, tools and the US framework; unknown while a flow's country, tool or content is."""
    leaving = transfers_of(flows)
    if any(not flow.to_country or flow.has_personal_data is None for flow in leaving):
        return {}
    facts = {"data.transfer_countries": RawFact([*sorted({flow.to_country for flow in leaving})], _SOURCE)}
    if all(flow.transfer_tool != TransferTool.UNKNOWN for flow in leaving):
        facts["data.transfer_tools"] = RawFact([*sorted({_tool_of(flow) for flow in leaving})], _SOURCE)
    to_us = [flow for flow in leaving if flow.to_country == "US"]
    if not to_us:
        facts["data.us_importer_dpf_certified"] = RawFact(not_applicable=_NOT_TO_US)
    elif all(flow.transfer_tool != TransferTool.UNKNOWN for flow in to_us):
        relied_on = all(flow.transfer_tool in (TransferTool.DPF, TransferTool.ADEQUACY) for flow in to_us)
        facts["data.us_importer_dpf_certified"] = RawFact(relied_on, _SOURCE)
    return facts


def _tool_of(flow: FlowRow) -> str:
    """The tool; "not needed" on a flow that leaves the EEA is a contradiction and counts as none."""
    return TransferTool.NONE.value if flow.transfer_tool == TransferTool.NOT_NEEDED else flow.transfer_tool


def _statements(flows: Sequence[FlowRow]) -> dict[str, RawFact]:
    """What must have been stated for the rows to hold it; an empty field does not tell that nothing is stated."""
    outside = [flow for flow in flows if flow.to_role in OUTSIDE]
    facts: dict[str, RawFact] = {}
    if not outside:
        return facts
    if all(flow.retention_days is not None for flow in outside):
        facts["trans.retention_stated"] = RawFact(True, _SOURCE)
    if all(flow.training_use != TrainingUse.UNKNOWN for flow in outside):
        facts["trans.training_use_stated"] = RawFact(True, _SOURCE)
    if all(flow.to_country for flow in outside):
        facts["trans.locations_listed"] = RawFact(True, _SOURCE)
    return facts
