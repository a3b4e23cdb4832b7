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


class OfUses(NamedTuple):
    """What the components in use show; ``is_served`` tells whether somebody else runs one that decides."""

    renamings: tuple[Renaming, ...]
    retirements: tuple[Retirement, ...]
    claims: tuple[Claim, ...]
    gaps: tuple[Gap, ...]
    is_served: bool


class OfFlows(NamedTuple):
    """What the data flows show; ``is_empty`` tells that none is entered."""

    transfers: tuple[Transfer, ...]
    unstated_retention: tuple[str, ...]
    is_empty: bool


class OfContracts(NamedTuple):
    """What the arrangements show; ``is_empty`` tells that none is entered."""

    terms: tuple[Term, ...]
    undisclosed_chains: tuple[str, ...]
    tests: tuple[ExitTest, ...]
    guarantees: tuple[Guarantee, ...]
    is_empty: bool


NO_CONTRACTS: Final = OfContracts((), (), (), (), is_empty=True)


class Shown(NamedTuple):
    """What the parts of a system show."""

    uses: OfUses
    flows: OfFlows
    contracts: OfContracts


def observe(subject: Subject, book: EvidenceBook, root: HiddenRoot | None = None) -> Observations:
    """Look at one system's rows."""
    shown = Shown(observe_uses(subject), observe_flows(subject), observe_contracts(subject))
    return join_observations(subject, shown, tuple(_stale_evidence(subject, book)), root)


def join_observations(
    subject: Subject, shown: Shown, stale: tuple[StaleEvidence, ...], root: HiddenRoot | None
) -> Observations:
    """Put together what the parts show, with the gaps that show only in the whole."""
    uses, flows, contracts = shown
    return Observations(
        renamings=uses.renamings,
        retirements=uses.retirements,
        terms=contracts.terms,
        transfers=flows.transfers,
        undisclosed_chains=contracts.undisclosed_chains,
        unstated_retention=flows.unstated_retention,
        stale_evidence=stale,
        claims=uses.claims,
        gaps=(*uses.gaps, *_gaps(subject, shown)),
        root=root,
        tests=contracts.tests,
        guarantees=contracts.guarantees,
    )


def observe_uses(subject: Subject) -> OfUses:
    """Look at the components in use."""
    served = [use for use in subject.deciding_uses if use.run_mode and use.run_mode != RunMode.SELF_HOSTED]
    return OfUses(
        renamings=tuple(_renamings(subject)),
        retirements=tuple(_retirements(subject)),
        claims=tuple(_claims(subject)),
        gaps=tuple(_gaps_of_uses(subject)),
        is_served=bool(served),
    )


def observe_flows(subject: Subject) -> OfFlows:
    """Look at the data flows."""
    flows = subject.flows
    return OfFlows(
        transfers=tuple(
            Transfer(flow.to_name, flow.to_country, flow.data, flow.transfer_tool)
            for flow in transfers_of(flows)
            if flow.transfer_tool in _NO_TOOL or flow.transfer_tool == TransferTool.UNKNOWN or not flow.to_country
        ),
        unstated_retention=tuple(
            sorted(
                {
                    flow.to_name
                    for flow in flows
                    if flow.to_role in OUTSIDE and flow.has_personal_data is not False and flow.retention_days is None
                }
            )
        ),
        is_empty=not flows,
    )


def observe_contracts(subject: Subject) -> OfContracts:
    """Look at the arrangements."""
    rows = subject.dependencies
    if not rows:
        return NO_CONTRACTS
    return OfContracts(
        terms=tuple(_terms(subject)),
        undisclosed_chains=tuple(
            _name(row, subject)
            for row in rows
            if row.subcontractors_known is not True and row.subcontracting_permitted is not False
        ),
        tests=tuple(_tests(subject)),
        guarantees=tuple(
            Guarantee(_name(row, subject), row.price_guaranteed_until)
            for row in rows
            if row.price_guaranteed_until is not None
        ),
        is_empty=False,
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
            yield Term(_name(row, subject), row.end_on, notice_on, row.auto_renewal)


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


def _gaps_of_uses(subject: Subject) -> Iterator[Gap]:
    if not subject.uses:
        yield Gap("no_component", "No component is entered.", "Enter which model or product the system is made of.")
    for use in subject.uses:
        label = subject.component_of(use).label
        if not use.run_mode:
            yield Gap(f"run_mode_{use.component_id}", f"How {label} is run is not entered.", "Enter how it is run.")


_NO_CONTRACT: Final = Gap(
    "no_contract",
    "A vendor or host runs the system and no contract is entered.",
    "Enter the arrangement with its dates, notice and clauses.",
)
_NO_FLOW: Final = Gap(
    "no_data_flow", "No data flow is entered.", "Enter from whom data come, to whom and where they go."
)
_NO_FIRST_DAY: Final = Gap("no_first_day", "The day of first use is not entered.", "Enter since when it is in service.")
_NOT_CONFIRMED: Final = Gap(
    "not_confirmed",
    "The owner has not confirmed these facts within the last 12 months.",
    "Have the owner look through the entry and confirm it.",
)


def _gaps(subject: Subject, shown: Shown) -> Iterator[Gap]:
    system = subject.system
    if shown.uses.is_served and shown.contracts.is_empty:
        yield _NO_CONTRACT
    if shown.flows.is_empty:
        yield _NO_FLOW
    if system.stage == LifecycleStage.IN_SERVICE and system.in_service_on is None:
        yield _NO_FIRST_DAY
    if system.facts_confirmed_on is None or subject.as_of >= system.facts_confirmed_on + CONFIRMED_FOR:
        yield _NOT_CONFIRMED
