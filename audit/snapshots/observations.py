"""What the rows show beyond the facts, for findings and the report: each with the names a reader knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from audit.engine.lock_in.exercises import REAL_KINDS, ages_on
from audit.snapshots.concentration import HiddenRoot
from audit.snapshots.contracts import name_arrangement
from audit.snapshots.evidence import EvidenceBook
from audit.snapshots.flows import OUTSIDE, transfers_of
from audit.snapshots.hosts import offers_in_use
from audit.snapshots.rows import DependencyRow
from audit.snapshots.subject import Subject
from governance.choices import LifecycleStage, RunMode, TransferTool

_NO_TOOL: Final = frozenset({TransferTool.NONE, TransferTool.NOT_NEEDED})
CONFIRMED_FOR: Final = timedelta(days=365)
"""So long the owner's word that the facts are right counts."""


class Renaming(NamedTuple):
    """A component that goes on under another name."""

    component: str
    renamed_to: str
    renamed_on: date | None


class Retirement(NamedTuple):
    """The announced end of a version at the host in use; ``stated`` are all days that sources give."""

    component: str
    host: str
    retires_on: date
    stated: tuple[date, ...]
    source: str


class Term(NamedTuple):
    """A contract's end with the last day on which notice can be given, if it is known."""

    arrangement: str
    end_on: date
    notice_on: date | None
    renews: bool | None


class ExitTest(NamedTuple):
    """A real exit test, and the day from which it is older than a year."""

    arrangement: str
    tested_on: date
    ages_on: date


class Guarantee(NamedTuple):
    """The first day on which a vendor may ask another price."""

    arrangement: str
    until: date


class Transfer(NamedTuple):
    """Personal data that leave the EEA, or may, without a tool that is known."""

    recipient: str
    country: str
    data: str
    tool: str


class StaleEvidence(NamedTuple):
    """Evidence that no longer counts."""

    reference: str
    expires_on: date
    supports: tuple[str, ...]


class Gap(NamedTuple):
    """Something the register ought to hold: a stable key, what is missing, how to fill it."""

    key: str
    missing: str
    remedy: str


class Claim(NamedTuple):
    """What someone says of a component's openness, as it was found."""

    component: str
    by: str
    says: str
    where: str


@dataclass(frozen=True, slots=True)
class Observations:
    """All of them, for one system on one day."""

    renamings: tuple[Renaming, ...]
    retirements: tuple[Retirement, ...]
    terms: tuple[Term, ...]
    transfers: tuple[Transfer, ...]
    undisclosed_chains: tuple[str, ...]
    unstated_retention: tuple[str, ...]
    stale_evidence: tuple[StaleEvidence, ...]
    claims: tuple[Claim, ...]
    gaps: tuple[Gap, ...]
    root: HiddenRoot | None = None
    tests: tuple[ExitTest, ...] = ()
    guarantees: tuple[Guarantee, ...] = ()


def observe(subject: Subject, book: EvidenceBook, root: HiddenRoot | None = None) -> Observations:
    """Look at one system's rows."""
    return Observations(
        renamings=tuple(_renamings(subject)),
        retirements=tuple(_retirements(subject)),
        terms=tuple(_terms(subject)),
        transfers=tuple(
            Transfer(flow.to_name, flow.to_country, flow.data, flow.transfer_tool)
            for flow in transfers_of(subject.flows)
            if flow.transfer_tool in _NO_TOOL or flow.transfer_tool == TransferTool.UNKNOWN or not flow.to_country
        ),
        undisclosed_chains=tuple(
            name_arrangement(row, subject).removeprefix("register: ")
            for row in subject.dependencies
            if row.subcontractors_known is not True and row.subcontracting_permitted is not False
        ),
        unstated_retention=tuple(
            sorted(
                {
                    flow.to_name
                    for flow in subject.flows
                    if flow.to_role in OUTSIDE and flow.has_personal_data is not False and flow.retention_days is None
                }
            )
        ),
        stale_evidence=tuple(_stale_evidence(subject, book)),
        claims=tuple(_claims(subject)),
        gaps=tuple(_gaps(subject)),
        root=root,
        tests=tuple(_tests(subject)),
        guarantees=tuple(
            Guarantee(_name(row, subject), row.price_guaranteed_until)
            for row in subject.dependencies
            if row.price_guaranteed_until is not None
        ),
    )


def _renamings(subject: Subject) -> Iterator[Renaming]:
    for use in subject.uses:
        component = subject.component_of(use)
        if component.renamed_to and (component.renamed_on is None or component.renamed_on <= subject.as_of):
            yield Renaming(component.label, component.renamed_to, component.renamed_on)


def _retirements(subject: Subject) -> Iterator[Retirement]:
    for use in subject.uses:
        offers = [offer for offer in offers_in_use(subject, use) if offer.retires_on is not None]
        days = sorted({offer.retires_on for offer in offers if offer.retires_on is not None})
        if days:
            first = min(offers, key=lambda offer: (offer.retires_on or date.max, offer.source))
            host = subject.name_vendor(first.company_id)
            yield Retirement(subject.component_of(use).label, host, days[0], tuple(days), first.source)


def _terms(subject: Subject) -> Iterator[Term]:
    for row in subject.dependencies:
        if row.end_on is not None:
            notice_on = row.end_on - timedelta(days=row.notice_days) if row.notice_days is not None else None
            name = name_arrangement(row, subject).removeprefix("register: ")
            yield Term(name, row.end_on, notice_on, row.auto_renewal)


def _tests(subject: Subject) -> Iterator[ExitTest]:
    """The tests that were walked; one on paper proves no way out, so its age is nothing to watch."""
    for row in subject.dependencies:
        if row.exit_tested_on is not None and row.exit_test_kind in REAL_KINDS:
            yield ExitTest(_name(row, subject), row.exit_tested_on, ages_on(row.exit_tested_on))


def _name(row: DependencyRow, subject: Subject) -> str:
    return name_arrangement(row, subject).removeprefix("register: ")


def _stale_evidence(subject: Subject, book: EvidenceBook) -> Iterator[StaleEvidence]:
    components = {use.component_id for use in subject.uses}
    vendors = {row.vendor_id for row in subject.dependencies}
    for row in book.all_about(subject.system.id, subject.system.legal_entity_id, components, vendors):
        if row.expires_on is not None and row.expires_on <= subject.as_of:
            yield StaleEvidence(row.reference, row.expires_on, tuple(row.supports))


def _claims(subject: Subject) -> Iterator[Claim]:
    for use in subject.deciding_uses:
        component = subject.component_of(use)
        for claim in component.claims:
            by, says, where = (str(claim.get(name) or "") for name in ("by", "says", "where"))
            yield Claim(component.label, by, says, where)


def _gaps(subject: Subject) -> Iterator[Gap]:
    system = subject.system
    if not subject.uses:
        yield Gap("no_component", "No component is entered.", "Enter which model or product the system is made of.")
    for use in subject.uses:
        label = subject.component_of(use).label
        if not use.run_mode:
            yield Gap(f"run_mode_{use.component_id}", f"How {label} is run is not entered.", "Enter how it is run.")
    served = [use for use in subject.deciding_uses if use.run_mode and use.run_mode != RunMode.SELF_HOSTED]
    if served and not subject.dependencies:
        yield Gap(
            "no_contract",
            "A vendor or host runs the system and no contract is entered.",
            "Enter the arrangement with its dates, notice and clauses.",
        )
    if not subject.flows:
        yield Gap("no_data_flow", "No data flow is entered.", "Enter from whom data come, to whom and where they go.")
    if system.stage == LifecycleStage.IN_SERVICE and system.in_service_on is None:
        yield Gap("no_first_day", "The day of first use is not entered.", "Enter since when it is in service.")
    if system.facts_confirmed_on is None or subject.as_of >= system.facts_confirmed_on + CONFIRMED_FOR:
        yield Gap(
            "not_confirmed",
            "The owner has not confirmed these facts within the last 12 months.",
            "Have the owner look through the entry and confirm it.",
        )
