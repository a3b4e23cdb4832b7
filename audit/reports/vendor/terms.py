"""The contracts with their days, the chains of sub-contractors, and the components: openness, price, retirement."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext

from audit.reports.figures import Moment, timeline
from audit.reports.portfolio.capping import left_out
from audit.reports.sections.judgements import SCALE
from audit.reports.stored import told
from audit.reports.vendor.records import VendorRecords
from audit.reports.wording import listing, number, say, say_count, sentence, short_day, unknown, within
from audit.snapshots.openness import judge_entered
from governance.models import Component, HostOffer, VendorDependency
from governance.vocabulary import Vocabulary

_MOST: Final = 25
_MOST_MOMENTS: Final = 8
_MOST_NAMED: Final = 4


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract with the days that bind."""

    reference: str
    system: str
    vendor: str
    ends: str
    notice: str
    is_late: bool
    renews: str
    cost: str


@dataclass(frozen=True, slots=True)
class Link:
    """One company behind a contract, at its rank."""

    contract: str
    rank: str
    company: str
    country: str
    systems: str


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """One component of the group, or run by it, in use here."""

    name: str
    openness: str
    licence: str
    systems: str
    price: str
    retires: str
    is_retired: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed, on whom it rests, and when it ends."""

    drawing: str
    contracts: tuple[Contract, ...]
    contracts_left_out: str
    without_contract: str
    costs: str
    chain: tuple[Link, ...]
    chain_left_out: str
    unknown_chains: str
    components: tuple[ComponentRow, ...]
    components_left_out: str


def build_terms(records: VendorRecords) -> Terms:
    """Build the sections on contracts, chains and components."""
    chain = list(_links(records))
    open_chains = [each.system.reference for each in records.contracts if each.subcontractors_known is not True]
    components = [_component(records, component) for component in records.components]
    return Terms(
        drawing=_draw(records),
        contracts=tuple(_contract(each, records.as_of) for each in _by_urgency(records)[:_MOST]),
        contracts_left_out=left_out(len(records.contracts), _MOST),
        without_contract=_tell_missing(records),
        costs=_tell_costs(records),
        chain=tuple(chain[:_MOST]),
        chain_left_out=left_out(len(chain), _MOST),
        unknown_chains=say_count(
            "Of one contract it is not known whether all sub-contractors are named.",
            "Of {number} contracts it is not known whether all sub-contractors are named.",
            len(open_chains),
        )
        if open_chains
        else "",
        components=tuple(components[:_MOST]),
        components_left_out=left_out(len(components), _MOST),
    )


def notice_day(contract: VendorDependency) -> date | None:
    """The last day on which notice before the end of the term counts; none where a day is missing."""
    if contract.end_on is None or contract.notice_days is None:
        return None
    return contract.end_on - timedelta(days=contract.notice_days)


def _by_urgency(records: VendorRecords) -> list[VendorDependency]:
    """The contracts on which notice can still be given first, then those of which it is not known, then the rest."""
    rank = {True: 0, None: 1, False: 2}

    def place(contract: VendorDependency) -> tuple[int, date, str]:
        by = notice_day(contract)
        is_ahead = None if by is None else by >= records.as_of
        return rank[is_ahead], by or contract.end_on or date.max, contract.system.reference

    return sorted(records.contracts, key=place)


def _contract(contract: VendorDependency, as_of: date) -> Contract:
    by = notice_day(contract)
    notice = gettext("not known")
    if by is not None:
        notice = say("by {day}", day=short_day(by))
    elif contract.notice_days is not None:
        notice = say_count("one day", "{number} days", contract.notice_days)
    ends = short_day(contract.end_on)
    if contract.end_on is None and contract.is_open_ended:
        ends = gettext("open-ended")
    renews = {True: gettext("renews by itself"), False: gettext("does not renew"), None: unknown()}
    cost = unknown()
    if contract.annual_cost is not None:
        cost = say(
            "{amount} {currency}", amount=number(float(contract.annual_cost)), currency=contract.annual_cost_currency
        )
    return Contract(
        reference=contract.contract_reference or gettext("no reference"),
        system=contract.system.reference,
        vendor=contract.vendor.name,
        ends=ends,
        notice=notice,
        is_late=by is not None and by < as_of and contract.auto_renewal is True,
        renews=renews[contract.auto_renewal],
        cost=cost,
    )


def _tell_missing(records: VendorRecords) -> str:
    """Name the systems that the group serves without a contract with a company of it."""
    covered = {contract.system_id for contract in records.contracts}
    served = [
        pk
        for pk, reasons in records.group.reasons.items()
        if pk not in covered and any(kind == "runs" for kind, _ in reasons)
    ]
    if not served:
        return ""
    named = [records.names[pk][0] for pk in served if pk in records.names]
    missing = say_count(
        "One system is run by the group without a contract with it in the register: {systems}.",
        "{number} systems are run by the group without a contract with it in the register, for example {systems}.",
        len(served),
        systems=listing(named[:_MOST_NAMED]),
    )
    return sentence(missing)


def _tell_costs(records: VendorRecords) -> str:
    sums: dict[str, float] = defaultdict(float)
    for contract in records.contracts:
        if contract.annual_cost is not None:
            sums[contract.annual_cost_currency] += float(contract.annual_cost)
    missing = sum(contract.annual_cost is None for contract in records.contracts)
    if not sums:
        return gettext("What the contracts cost is not entered.") if records.contracts else ""
    named = listing(
        say("{amount} {currency}", amount=number(sums[currency]), currency=currency) for currency in sorted(sums)
    )
    return say(
        "The contracts cost {sums} in a year; of {missing} the cost is not entered.",
        sums=named,
        missing=number(missing),
    )


def _links(records: VendorRecords) -> Iterator[Link]:
    """The companies behind the contracts, the same chain of several systems once."""
    systems: dict[tuple[str, int, str, str], list[str]] = defaultdict(list)
    for link in records.chains:
        contract = link.dependency.vendor.name
        of_group = link.dependency.vendor_id in records.group.members or link.vendor_id in records.group.members
        if of_group:
            country = str(link.country.name) if link.country else gettext("country unknown")
            systems[contract, link.rank, link.vendor.name, country].append(link.dependency.system.reference)
    for (contract, rank, company, country), found in systems.items():
        yield Link(contract, str(rank), company, country, number(len(found)))


def _component(records: VendorRecords, component: Component) -> ComponentRow:
    judged = judge_entered(component, records.artefacts.get(component.pk, ()))
    used = Counter(use.component_id for use in records.uses)
    offers = [offer for offer in records.offers if offer.component_id == component.pk]
    days = sorted(offer.retires_on for offer in offers if offer.retires_on)
    retires = short_day(days[0]) if days else gettext("no day announced")
    if len(set(days)) > 1:
        retires = say("{first}; other sources: {others}", first=retires, others=listing(map(short_day, days[1:3])))
    status = judged.status.value if judged is not None else ""
    return ComponentRow(
        name=str(component),
        openness=_status_word(records.vocabulary, status),
        licence=component.licence_id or component.licence_raw or gettext("not recorded"),
        systems=number(used[component.pk]),
        price=_price(offers),
        retires=retires,
        is_retired=bool(days) and days[0] <= records.as_of,
    )


def _status_word(vocabulary: Vocabulary, status: str) -> str:
    fact = vocabulary.facts.get("open.status")
    if not status:
        return gettext("not judged")
    return within(fact.label_of(status)) if fact else status


def _price(offers: list[HostOffer]) -> str:
    """Give the price at the group's first host that states one; input and output are priced apart."""
    for offer in offers:
        if offer.price_in is None and offer.price_out is None:
            continue
        ends = (number(float(price), 2) if price is not None else "–" for price in (offer.price_in, offer.price_out))
        return say(
            "{input} in, {output} out; {unit}",
            **dict(zip(("input", "output"), ends, strict=True)),
            unit=told(offer.unit),
        )
    return unknown()


def _draw(records: VendorRecords) -> str:
    """Draw the days ahead and behind: notice, ends of contracts, retirements; those of one day and kind together."""
    days: dict[tuple[date, str], set[str]] = defaultdict(set)
    for contract in records.contracts:
        by = notice_day(contract)
        if by is not None:
            days[by, "notice"].add(contract.system.reference)
        if contract.end_on is not None:
            days[contract.end_on, "end"].add(contract.system.reference)
    for offer in records.offers:
        if offer.retires_on is not None:
            days[offer.retires_on, "retirement"].add(str(offer.component))
    moments = _name_each(days, records.as_of)
    if len(moments) > _MOST_MOMENTS:
        moments = _count_months(days, records.as_of)
    title = gettext("Days that bind")
    return timeline(moments, as_of=records.as_of, title=title, scale=SCALE) if moments else ""


def _name_each(days: Mapping[tuple[date, str], set[str]], as_of: date) -> list[Moment]:
    words = {
        "notice": gettext("last day to give notice"),
        "end": gettext("contract ends"),
        "retirement": gettext("retired by the host"),
    }
    moments = []
    for (day, kind), found in sorted(days.items()):
        names = sorted(found)
        named = listing(names) if len(names) <= 2 else say("{name} and {more} more", name=names[0], more=len(names) - 1)
        label = say("{what}: {names}", what=words[kind], names=named)
        moments.append(Moment(day, label, "past" if day <= as_of else "coming"))
    return moments


def _count_months(days: Mapping[tuple[date, str], set[str]], as_of: date) -> list[Moment]:
    """Give the days by their month, with how much falls on it; past ones together, and only the next months."""
    months: dict[date, Counter[str]] = defaultdict(Counter)
    first: dict[date, date] = {}
    last: dict[date, date] = {}
    for (day, kind), found in sorted(days.items()):
        month = date.min if day <= as_of else day.replace(day=1)
        months[month][kind] += len(found)
        first[month] = day if month == date.min else first.get(month, day)
        last[month] = day
    return [
        Moment(first[month], _count_kinds(months[month]), "past" if month == date.min else "coming", last[month])
        for month in sorted(months)[:_MOST_MOMENTS]
    ]


def _count_kinds(found: Counter[str]) -> str:
    told = (
        say_count("one last day to give notice", "{number} last days to give notice", found["notice"]),
        say_count("one contract ends", "{number} contracts end", found["end"]),
        say_count("one version is retired", "{number} versions are retired", found["retirement"]),
    )
    return ", ".join(words for words, kind in zip(told, ("notice", "end", "retirement"), strict=True) if found[kind])
