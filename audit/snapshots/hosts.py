"""Facts that the host offers tell: how many companies run the same version on the day, and when ours ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from audit.engine.dates import earliest
from audit.engine.facts import Grade
from audit.snapshots.rows import OfferRow, UseRow
from audit.snapshots.subject import Subject, root_of
from audit.snapshots.values import GRADE_ORDER, Maybe, RawFact, take_worst
from governance.choices import HostRole, RunMode

HOSTS: Final = "lock.independent_hosts"
RETIREMENT: Final = "horizon.retirement_date"
_NO_HOST = "it is our own work: no other company could run it"
_SELF_HOSTED = "it runs on our own machines: no host can retire it"


def derive_from_offers(subject: Subject, catalogue: Mapping[int, Mapping[str, RawFact]]) -> dict[str, RawFact]:
    """Independent hosts and the retirement day; ``catalogue`` gives each component's facts where no offer speaks."""
    uses = subject.deciding_uses
    if not uses:
        return {}
    found = {
        HOSTS: take_worst(HOSTS, [_hosts(subject, use, catalogue) for use in uses], of="components"),
        RETIREMENT: take_worst(RETIREMENT, [_retirement(subject, use, catalogue) for use in uses], of="components"),
    }
    return {key: fact for key, fact in found.items() if fact is not None}


def _hosts(subject: Subject, use: UseRow, catalogue: Mapping[int, Mapping[str, RawFact]]) -> Maybe:
    if subject.component_of(use).own_work_of_id is not None:
        return RawFact(not_applicable=_NO_HOST)
    offers = subject.offers_of(use)
    if not offers:
        return catalogue.get(use.component_id, {}).get(HOSTS)
    hosts = [offer for offer in offers if offer.role == HostRole.HOST and not _is_ourselves(subject, offer)]
    running = [offer for offer in hosts if _runs_on(offer, hosts, subject.as_of)]
    groups = {_group_of(subject, offer.company_id) for offer in running}
    return RawFact(
        len(groups),
        f"register: hosts of {subject.component_of(use).label}",
        grade=_poorest_grade(running or hosts),
        expires_on=_next_change(hosts, subject.as_of),
    )


def _is_ourselves(subject: Subject, offer: OfferRow) -> bool:
    """Whether a host is a legal entity of ours: the same LEI, or the same registered name."""
    vendor = subject.vendor(offer.company_id)
    return vendor is not None and any(
        (vendor.lei and vendor.lei == entity.lei) or vendor.name == entity.name
        for entity in subject.register.entities.values()
    )


def _group_of(subject: Subject, company_id: int) -> int:
    """The ultimate parent where it is known; a company of an unknown group stands for itself."""
    return root_of(subject.vendor(company_id)) or company_id


def _runs_on(offer: OfferRow, offers: Iterable[OfferRow], day: date) -> bool:
    """Whether the company runs it on the day. Of sources that disagree on one offer the earlier end counts."""
    same = [other for other in offers if (other.company_id, other.model_id) == (offer.company_id, offer.model_id)]
    ends = earliest(*(other.offered_until for other in same), *(other.retires_on for other in same))
    return (offer.offered_from is None or offer.offered_from <= day) and (ends is None or day < ends)


def _next_change(offers: Iterable[OfferRow], as_of: date) -> date | None:
    days = [day for offer in offers for day in (offer.offered_from, offer.offered_until, offer.retires_on) if day]
    return earliest(*(day for day in days if day > as_of))


def _poorest_grade(offers: Sequence[OfferRow]) -> str:
    """The poorest grade of the companies; of several sources on one company the best supported counts."""
    by_company: dict[int, int] = {}
    for offer in offers:
        grade = GRADE_ORDER.index(offer.grade or Grade.SELF_DECLARED.value)
        by_company[offer.company_id] = min(grade, by_company.get(offer.company_id, grade))
    return GRADE_ORDER[max(by_company.values(), default=GRADE_ORDER.index(Grade.SELF_DECLARED.value))]


def _retirement(subject: Subject, use: UseRow, catalogue: Mapping[int, Mapping[str, RawFact]]) -> Maybe:
    """The announced end of the version at the host in use; the earlier where sources disagree."""
    if use.run_mode == RunMode.SELF_HOSTED and use.host_id is None:
        return RawFact(not_applicable=_SELF_HOSTED)
    stated = catalogue.get(use.component_id, {}).get(RETIREMENT)
    offers = [offer for offer in offers_in_use(subject, use) if offer.retires_on is not None]
    if not offers:
        return stated
    first = min(offers, key=lambda offer: (offer.retires_on or date.max, offer.source))
    fact = RawFact(
        first.retires_on.isoformat() if first.retires_on else None,
        f"register: {subject.name_vendor(first.company_id)} for {subject.component_of(use).label}; {first.source}",
        grade=first.grade or Grade.SELF_DECLARED.value,
    )
    return fact if stated is None else take_worst(RETIREMENT, [fact, stated]) or fact


def offers_in_use(subject: Subject, use: UseRow) -> list[OfferRow]:
    """The offers under which the company in use runs the component; several sources may speak of one."""
    host = subject.host_of(use)
    return [offer for offer in subject.offers_of(use) if host is not None and offer.company_id == host]
