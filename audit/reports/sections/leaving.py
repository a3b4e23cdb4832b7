"""Section 11: the vendors behind the system, and whether there would be time to leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from audit.reports.figures import exit_time_bar
from audit.reports.outcome import Exit, WayOut
from audit.reports.records import ReportRecords
from audit.reports.sections.front import Entry
from audit.reports.sections.judgements import SCALE
from audit.reports.wording import count, days_between, listing, long_day, margin, sentence, short_day, yes_no
from governance.choices import HostRole, ParentStatus
from governance.models import HostOffer, Vendor, VendorDependency

_UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One contractual arrangement."""

    vendor: str
    service: str
    entries: tuple[tuple[Entry, Entry], ...]
    subcontractors: tuple[tuple[str, str, str], ...]
    subcontracting: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way out with what stands against it."""

    title: str
    state: str
    against: str
    days: str


@dataclass(frozen=True, slots=True)
class Host:
    """A company that offers the model version."""

    company: str
    model: str
    offered: str
    retires: str
    source: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """The vendor chain and the exit."""

    arrangements: tuple[Arrangement, ...]
    drawing: str
    sentences: tuple[str, ...]
    ways: tuple[Way, ...]
    hosts: tuple[Host, ...]
    others: str
    contradictions: tuple[str, ...]


def build_leaving(records: ReportRecords) -> Leaving:
    """Build section 11."""
    outcome = records.outcome.exit
    return Leaving(
        arrangements=tuple(_arrangement(records, dependency) for dependency in records.dependencies),
        drawing=_drawing(outcome),
        sentences=tuple(_sentences(outcome)),
        ways=tuple(_way(records, way) for way in outcome.ways),
        hosts=tuple(_host(offer) for offer in records.offers if offer.role == HostRole.HOST),
        others=_others(records.offers),
        contradictions=outcome.contradictions,
    )


def _drawing(outcome: Exit) -> str:
    """Draw the days an exit takes beside the days there are: the margin plus the exit time at its other end."""
    if outcome.time is None:
        return ""
    low = high = None
    if outcome.orderly_margin is not None:
        low = outcome.orderly_margin.low + outcome.time.high
        high = outcome.orderly_margin.high + outcome.time.low
        low, high = min(low, high), max(low, high)
    return exit_time_bar(outcome.time.low, outcome.time.high, low, high, scale=SCALE)


def _sentences(outcome: Exit) -> list[str]:
    told = []
    if outcome.time is None:
        told.append("How long an exit takes has not been estimated.")
    if outcome.orderly_margin is None:
        told.append("No bound on the time there is for an orderly exit is known.")
    else:
        told.append(f"An orderly exit is {margin(outcome.orderly_margin.low, outcome.orderly_margin.high)}.")
    if outcome.sudden_margin is None:
        told.append(
            "What happens if it stops today is not known: the tolerable outage or the fallback is not recorded."
        )
    else:
        told.append(f"If it stopped today: {margin(outcome.sudden_margin.low, outcome.sudden_margin.high)}.")
    return told


def chain_of(vendor: Vendor) -> str:
    """Give a vendor with its legal name, country and ultimate parent, or what of them is not known."""
    parts = [vendor.legal_name or "legal name not known"]
    parts.append(str(vendor.country.name) if vendor.country else "country not known")
    match vendor.parent_status:
        case ParentStatus.NAMED if vendor.ultimate_parent:
            parts.append(f"ultimate parent {vendor.ultimate_parent.name}")
        case ParentStatus.NONE:
            parts.append("has no parent")
        case _:
            parts.append("ultimate parent not known")
    return "; ".join(parts)


def _arrangement(records: ReportRecords, dependency: VendorDependency) -> Arrangement:
    subcontractors = [each for each in records.subcontractors if each.dependency_id == dependency.pk]
    complete = {
        True: "the list is complete",
        False: "the list is not complete",
        None: "whether the list is complete is not known",
    }
    permitted = {True: "permitted", False: "not permitted", None: "not known whether permitted"}
    return Arrangement(
        vendor=dependency.vendor.name,
        service=sentence(dependency.service),
        entries=(
            (
                Entry("Vendor", chain_of(dependency.vendor)),
                Entry("Contract", dependency.contract_reference or _UNKNOWN),
            ),
            (Entry("Term", _term(dependency)), Entry("Last day for notice", _notice(dependency))),
            (
                Entry("Vendor’s notice", _days(dependency.vendor_notice_days)),
                Entry("Renews by itself", yes_no(dependency.auto_renewal)),
            ),
            (
                Entry("We may end it without cause", yes_no(dependency.termination_for_convenience)),
                Entry("Service during exit", _days(dependency.exit_transition_days)),
            ),
            (
                Entry(
                    "Charge for switching",
                    _choice(dependency.switching_charge, dependency.get_switching_charge_display()),
                ),
                Entry("Substitutes", _choice(dependency.substitutability, dependency.get_substitutability_display())),
            ),
            (Entry("Exit plan", yes_no(dependency.exit_plan)), Entry("Exit tested", _test(dependency))),
            (
                Entry("Fallback", _fallback(dependency)),
                Entry("Can do without", _days(dependency.tolerable_outage_days)),
            ),
        ),
        subcontractors=tuple(
            (str(each.rank), each.vendor.name, str(each.country.name) if each.country else "country unknown")
            for each in subcontractors
        ),
        subcontracting=(
            f"Sub-contracting: {permitted[dependency.subcontracting_permitted]}; "
            f"{complete[dependency.subcontractors_known]}."
        ),
    )


def _choice(value: str, label: str) -> str:
    return label.lower() if value else _UNKNOWN


def _days(number: float | None) -> str:
    return _UNKNOWN if number is None else days_between(number, number)


def _term(dependency: VendorDependency) -> str:
    start = f"from {short_day(dependency.start_on)}, " if dependency.start_on else ""
    if dependency.end_on:
        return f"{start}ends {short_day(dependency.end_on)}"
    return f"{start}open-ended" if dependency.is_open_ended else f"{start}end not known"


def _notice(dependency: VendorDependency) -> str:
    if dependency.notice_days is None:
        return "notice period not known"
    if dependency.end_on is None:
        return f"{days_between(dependency.notice_days, dependency.notice_days)} before the day of leaving"
    last: date = dependency.end_on - timedelta(days=dependency.notice_days)
    return f"{short_day(last)} ({count(dependency.notice_days, 'day')} before the end)"


def _test(dependency: VendorDependency) -> str:
    if dependency.exit_tested is None:
        return _UNKNOWN
    if not dependency.exit_tested:
        return "never"
    kind = dependency.get_exit_test_kind_display().lower() if dependency.exit_test_kind else "kind not known"
    return f"{short_day(dependency.exit_tested_on, 'day not known')}, {kind}"


def _fallback(dependency: VendorDependency) -> str:
    if not dependency.fallback:
        return _UNKNOWN
    after = (
        "" if dependency.fallback_activation_days is None else f", after {_days(dependency.fallback_activation_days)}"
    )
    return f"{dependency.get_fallback_display().lower()}{after}"


def _way(records: ReportRecords, way: WayOut) -> Way:
    state = {True: "open", False: "blocked", None: "not decided"}[way.is_open]
    against = "; ".join(says.rstrip(".") for says in (*way.blocked_by, *way.harder_by))
    if not against and way.missing:
        against = f"not known: {records.question(way.missing[0])}"
    return Way(
        title=way.title,
        state=state,
        against=sentence(against) or "–",
        days="not known" if way.days is None else days_between(way.days.low, way.days.high),
    )


def _others(offers: Sequence[HostOffer]) -> str:
    """Name the companies that pass calls on or resell; they make nobody less dependent on the true hosts."""
    return listing(sorted({offer.company.name for offer in offers if offer.role != HostRole.HOST}))


def _host(offer: HostOffer) -> Host:
    until = f" to {short_day(offer.offered_until)}" if offer.offered_until else ""
    return Host(
        company=offer.company.name,
        model=offer.model_id or str(offer.component),
        offered=f"{short_day(offer.offered_from, 'start not known')}{until}",
        retires=long_day(offer.retires_on, "no day announced"),
        source=f"{offer.source or 'source not recorded'}{', ' + short_day(offer.source_on) if offer.source_on else ''}",
    )
