"""What the register would hold if a system ran on something else: its rows, with the choice in the place of today's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from django.db.models import Model, Q, QuerySet

from audit.engine.facts import JsonValue
from audit.portfolio.costs import SelfHosting
from audit.snapshots.reading import read_register
from audit.snapshots.rows import (
    ArtefactRow,
    ComponentRow,
    DependencyRow,
    EvidenceRow,
    FlowRow,
    OfferRow,
    Register,
    SystemRow,
    UseRow,
    VendorRow,
)
from audit.snapshots.subject import EEA
from governance.choices import Adaptation, ComponentKind, Fallback, FlowRole, RunMode, TrainingUse, TransferTool
from governance.models import Component, ComponentArtefact, Evidence, HostOffer, Vendor
from governance.vocabulary import load_vocabulary

_KINDS: Final = frozenset({ComponentKind.MODEL, ComponentKind.ASSISTANT, ComponentKind.SERVICE})
_OF_THE_THING: Final = frozenset({"lock", "contract", "exit", "model", "trans", "open", "ict", "conc", "horizon"})
_OF_US: Final = frozenset(
    {
        "lock.abstraction_layer",
        "lock.integration_points",
        "trans.explanations",
        "trans.decision_logged",
        "trans.people_told",
        "trans.human_override",
        "ict.org_is_dps_provider",
    }
)
"""Answers that tell how we built and use the system; they stay whatever it runs on."""

_STILL_NOT_PROVIDER: Final = ("model.org_is_model_provider", "model.modification_ratio", "model.internal_only")
_WITHOUT_AI: Final = frozenset({Fallback.RULES.value, Fallback.MANUAL.value, Fallback.NONE.value})


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the system could run on. ``assumed`` are facts that are known of it and stand in no row yet.

    ``hosting`` is what running it ourselves would cost, if somebody has worked that out.
    """

    label: str
    component_id: int
    run_mode: str
    host_id: int | None = None
    adaptation: str = Adaptation.AS_IS.value
    assumed: Mapping[str, JsonValue] = field(default_factory=dict)
    hosting: SelfHosting | None = None


class ChoiceError(ValueError):
    """A choice that cannot be compared, with what would be right."""


def main_use(register: Register, system_id: int) -> UseRow:
    """The use that a choice would replace: the main one, else the first model or service.

    Raises ``ChoiceError`` where nothing is entered that could be replaced.
    """
    uses = register.uses.get(system_id, ())
    deciding = [use for use in uses if register.components[use.component_id].kind in _KINDS]
    for use in (*(each for each in deciding if each.is_primary), *deciding):
        return use
    raise ChoiceError("no model or service is entered for this system; enter what it runs on before comparing")


def read_with_choices(system_id: int, choices: Sequence[Choice]) -> Register:
    """The rows of the system, and those of every component and company that a choice names.

    Raises ``ChoiceError`` naming every choice whose component or host is not in the register.
    """
    register = read_register([system_id])
    components = {choice.component_id for choice in choices}
    found = _read(ComponentRow, ComponentRow._fields, Component.objects.filter(id__in=components))
    offers = _read(OfferRow, OfferRow._fields, HostOffer.objects.filter(component_id__in=components))
    artefacts = _read(ArtefactRow, ArtefactRow._fields, ComponentArtefact.objects.filter(component_id__in=components))
    companies = {row.vendor_id for row in found} | {row.company_id for row in offers}
    named = [company for company in companies | {choice.host_id for choice in choices} if company is not None]
    vendors = _read(VendorRow, VendorRow._fields, Vendor.objects.filter(id__in=named))
    about = Q(component_id__in=components) | Q(vendor_id__in=named)
    evidence = _read(EvidenceRow, EvidenceRow._fields, Evidence.objects.filter(about))
    known = {row.id for row in found}
    lost = [choice.label for choice in choices if choice.component_id not in known]
    lost += [choice.label for choice in choices if choice.host_id not in ({row.id for row in vendors} | {None})]
    if lost:
        raise ChoiceError(f"not in the register: component or host of {', '.join(lost)}")
    return replace(
        register,
        vendors={**register.vendors, **{row.id: row for row in vendors}},
        components={**register.components, **{row.id: row for row in found}},
        offers={**register.offers, **{key: [row for row in offers if row.component_id == key] for key in components}},
        artefacts={
            **register.artefacts,
            **{key: [row for row in artefacts if row.component_id == key] for key in components},
        },
        evidence=list({row.id: row for row in (*register.evidence, *evidence)}.values()),
    )


_Row = TypeVar("_Row")
_Model = TypeVar("_Model", bound=Model)


def _read(row_type: type[_Row], columns: tuple[str, ...], rows: QuerySet[_Model]) -> list[_Row]:
    return [row_type(*row) for row in rows.order_by("id").values_list(*columns)]


def company_of(register: Register, use: UseRow) -> int | None:
    """The company that runs a use: its host, else the publisher of a service."""
    if use.host_id is not None or use.run_mode not in (RunMode.VENDOR_API, RunMode.EMBEDDED):
        return use.host_id
    return register.components[use.component_id].vendor_id


def apply_choice(register: Register, system_id: int, choice: Choice) -> Register:
    """The register with the choice in the place of the main use.

    What hung on the company that is left goes too: its services, its contract, the flows to it and from there on.
    A new company gets an arrangement and a flow of which only that is known which does not hang on the company.
    """
    left = main_use(register, system_id)
    use = left._replace(
        component_id=choice.component_id,
        is_primary=True,
        run_mode=choice.run_mode,
        adaptation=choice.adaptation,
        host_id=choice.host_id,
        replace_object="model",
    )
    before, after = company_of(register, left), company_of(register, use)
    moves = before is not None and before != after
    others = [
        each
        for each in register.uses.get(system_id, ())
        if each not in (left, use)
        and each.component_id != choice.component_id
        and not (moves and company_of(register, each) == before)
    ]
    return replace(
        register,
        systems={**register.systems, system_id: _keep_own_answers(register.systems[system_id], choice)},
        uses={**register.uses, system_id: [use, *others]},
        dependencies={
            **register.dependencies,
            system_id: list(_contracts(register, system_id, before, after))
            if before != after
            else register.dependencies.get(system_id, ()),
        },
        flows={
            **register.flows,
            system_id: _flows(register, system_id, before, after)
            if before != after
            else register.flows.get(system_id, ()),
        },
    )


def _keep_own_answers(system: SystemRow, choice: Choice) -> SystemRow:
    """Answers about the thing in use do not hold for another one; they are not known of it."""
    facts = load_vocabulary().facts
    kept = {
        key: answer
        for key, answer in system.answers.items()
        if key in _OF_US
        or (key.partition(".")[0] not in _OF_THE_THING and (key not in facts or facts[key].scope != "dependency"))
    }
    if choice.adaptation == Adaptation.AS_IS:
        kept |= {key: system.answers[key] for key in _STILL_NOT_PROVIDER if _is_no(system.answers.get(key))}
    return system._replace(answers=kept)


def _is_no(answer: JsonValue) -> bool:
    value = answer.get("value") if isinstance(answer, dict) else answer
    return value is False


def _contracts(register: Register, system_id: int, before: int | None, after: int | None) -> Iterator[DependencyRow]:
    rows = register.dependencies.get(system_id, ())
    yield from (row for row in rows if row.vendor_id != before)
    left = [row for row in rows if row.vendor_id == before]
    if after is None or any(row.vendor_id == after for row in rows):
        return
    blank: dict[str, object] = dict.fromkeys(DependencyRow._fields)
    for name in ("contract_reference", "service", "ict_service_type", "switching_charge", "substitutability"):
        blank[name] = ""
    blank |= {"exit_test_kind": "", "exit_test_phases": [], "exit_tested_target": "", "fallback": ""}
    blank |= {"id": 0, "system_id": system_id, "vendor_id": after}
    for row in left[:1]:
        blank |= {name: getattr(row, name) for name in ("is_ict_service", "ict_service_type", "service")}
        blank |= {name: getattr(row, name) for name in ("is_data_processing_service", "tolerable_outage_days")}
        blank["validation_days"] = row.validation_days
        if row.fallback in _WITHOUT_AI:
            blank |= {"fallback": row.fallback, "fallback_activation_days": row.fallback_activation_days}
    yield DependencyRow(**blank)  # type: ignore[arg-type]  # every column is given by its name


def _flows(register: Register, system_id: int, before: int | None, after: int | None) -> list[FlowRow]:
    """Without the flows to whom we leave and from there on; with one to whom we go, if anybody."""
    rows = list(register.flows.get(system_id, ()))
    gone = {row.to_name for row in rows if before is not None and row.to_vendor_id == before}
    size = -1
    while size != len(gone):
        size = len(gone)
        gone |= {row.to_name for row in rows if row.from_name in gone and row.to_role == FlowRole.SUB_PROCESSOR}
    kept = [row for row in rows if row.to_name not in gone and row.from_name not in gone]
    lost = [row for row in rows if row.to_vendor_id == before and before is not None]
    if after is None or any(row.to_vendor_id == after for row in kept):
        return kept
    vendor = register.vendors[after]
    tool = TransferTool.NOT_NEEDED if vendor.country in EEA else TransferTool.UNKNOWN
    # Where nothing went out before, what would go out is not known, and nor is whether it is personal.
    first = FlowRow(system_id, 0, "Ourselves", "", None, "", "", "what the model is sent", None, [], "", None, "")
    return kept + [
        row._replace(
            id=-row.id,
            to_name=vendor.name,
            to_vendor_id=after,
            to_role=FlowRole.PROCESSOR.value,
            to_country=vendor.country,
            transfer_tool=tool.value,
            retention_days=None,
            training_use=TrainingUse.UNKNOWN.value,
        )
        for row in (lost[:1] or [first])
    ]
