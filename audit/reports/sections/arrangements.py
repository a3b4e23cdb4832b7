"""The contractual arrangements of section 11: term, notice, exit and the chain of sub-contractors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext, pgettext

from audit.reports.records import ReportRecords
from audit.reports.sections.front import Entry
from audit.reports.wording import days_between, say, sentence, short_day, unknown, within, yes_no
from governance.choices import ParentStatus
from governance.models import Vendor, VendorDependency


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One contractual arrangement."""

    vendor: str
    service: str
    entries: tuple[tuple[Entry, Entry], ...]
    subcontractors: tuple[tuple[str, str, str], ...]
    subcontracting: str


def chain_of(vendor: Vendor) -> str:
    """Give a vendor with its legal name, country and ultimate parent, or what of them is not known."""
    match vendor.parent_status:
        case ParentStatus.NAMED if vendor.ultimate_parent:
            parent = say("ultimate parent {name}", name=vendor.ultimate_parent.name)
        case ParentStatus.NONE:
            parent = gettext("has no parent")
        case _:
            parent = gettext("ultimate parent not known")
    name = vendor.legal_name or gettext("legal name not known")
    country = str(vendor.country.name) if vendor.country else gettext("country not known")
    return f"{name}; {country}; {parent}"


def describe_arrangement(records: ReportRecords, dependency: VendorDependency) -> Arrangement:
    """Describe one arrangement; what is not recorded says so."""
    subcontractors = [each for each in records.subcontractors if each.dependency_id == dependency.pk]
    no_country = gettext("country unknown")
    return Arrangement(
        vendor=dependency.vendor.name,
        service=sentence(dependency.service),
        entries=_entries(dependency),
        subcontractors=tuple(
            (str(each.rank), each.vendor.name, str(each.country.name) if each.country else no_country)
            for each in subcontractors
        ),
        subcontracting=_subcontracting(dependency),
    )


def _entries(dependency: VendorDependency) -> tuple[tuple[Entry, Entry], ...]:
    charge = _choice(dependency.switching_charge, dependency.get_switching_charge_display())
    substitutes = _choice(dependency.substitutability, dependency.get_substitutability_display())
    return (
        (
            Entry(gettext("Vendor"), chain_of(dependency.vendor)),
            Entry(gettext("Contract"), dependency.contract_reference or unknown()),
        ),
        (Entry(gettext("Term"), _term(dependency)), Entry(gettext("Last day for notice"), _notice(dependency))),
        (
            Entry(gettext("Vendor’s notice"), _days(dependency.vendor_notice_days)),
            Entry(gettext("Renews by itself"), yes_no(dependency.auto_renewal)),
        ),
        (
            Entry(gettext("We may end it without cause"), yes_no(dependency.termination_for_convenience)),
            Entry(gettext("Service during exit"), _days(dependency.exit_transition_days)),
        ),
        (Entry(gettext("Charge for switching"), charge), Entry(gettext("Substitutes"), substitutes)),
        (
            Entry(gettext("Exit plan"), yes_no(dependency.exit_plan)),
            Entry(gettext("Exit tested"), _test(dependency)),
        ),
        (
            Entry(gettext("Fallback"), _fallback(dependency)),
            Entry(gettext("Can do without"), _days(dependency.tolerable_outage_days)),
        ),
    )


def _subcontracting(dependency: VendorDependency) -> str:
    permitted = {
        True: gettext("Sub-contracting is permitted"),
        False: gettext("Sub-contracting is not permitted"),
        None: gettext("Whether sub-contracting is permitted is not known"),
    }
    complete = {
        True: gettext("the list is complete"),
        False: gettext("the list is not complete"),
        None: gettext("whether the list is complete is not known"),
    }
    return f"{permitted[dependency.subcontracting_permitted]}; {complete[dependency.subcontractors_known]}."


def _choice(value: str, label: str) -> str:
    return within(label) if value else unknown()


def _days(number: float | None) -> str:
    return unknown() if number is None else days_between(number, number)


def _term(dependency: VendorDependency) -> str:
    start, end = dependency.start_on, dependency.end_on
    if start and end:
        return say("from {start}, ends {end}", start=short_day(start), end=short_day(end))
    if end:
        return say("ends {end}", end=short_day(end))
    bound = gettext("open-ended") if dependency.is_open_ended else gettext("end not known")
    return say("from {start}, {bound}", start=short_day(start), bound=bound) if start else bound


def _notice(dependency: VendorDependency) -> str:
    if dependency.notice_days is None:
        return gettext("notice period not known")
    period = days_between(dependency.notice_days, dependency.notice_days)
    if dependency.end_on is None:
        return say("{period} before the day of leaving", period=period)
    last: date = dependency.end_on - timedelta(days=dependency.notice_days)
    return say("{day} ({period} before the end)", day=short_day(last), period=period)


def _test(dependency: VendorDependency) -> str:
    if dependency.exit_tested is None:
        return unknown()
    if not dependency.exit_tested:
        return pgettext("exit tested", "never")
    kind = gettext("kind not known")
    if dependency.exit_test_kind:
        kind = within(dependency.get_exit_test_kind_display())
    return f"{short_day(dependency.exit_tested_on, gettext('day not known'))}, {kind}"


def _fallback(dependency: VendorDependency) -> str:
    if not dependency.fallback:
        return unknown()
    kind = within(dependency.get_fallback_display())
    if dependency.fallback_activation_days is None:
        return kind
    return say("{fallback}, after {days}", fallback=kind, days=_days(dependency.fallback_activation_days))
