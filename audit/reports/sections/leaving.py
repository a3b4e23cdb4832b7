"""Section 11: the vendors behind the system, and whether there would be time to leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, pgettext

from audit.reports.figures import exit_time_bar
from audit.reports.outcome import Exit, WayOut
from audit.reports.records import ReportRecords
from audit.reports.sections.arrangements import Arrangement, describe_arrangement
from audit.reports.sections.judgements import SCALE
from audit.reports.stored import told
from audit.reports.wording import days_between, listing, long_day, margin, say, sentence, short_day, unknown
from governance.choices import HostRole, RunMode
from governance.models import HostOffer


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
    is_own_work: bool


def build_leaving(records: ReportRecords) -> Leaving:
    """Build section 11."""
    outcome = records.outcome.exit
    return Leaving(
        arrangements=tuple(describe_arrangement(records, dependency) for dependency in records.dependencies),
        drawing=_drawing(outcome),
        sentences=tuple(_sentences(outcome)),
        ways=tuple(_way(records, way) for way in outcome.ways),
        hosts=tuple(_host(offer) for offer in records.offers if offer.role == HostRole.HOST),
        others=_others(records.offers),
        contradictions=tuple(told(says) for says in outcome.contradictions),
        is_own_work=any(
            use.is_primary and use.component.own_work_of_id is not None and use.run_mode == RunMode.SELF_HOSTED
            for use in records.uses
        ),
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
    sentences = []
    orderly, sudden = outcome.orderly_margin, outcome.sudden_margin
    if outcome.time is None:
        sentences.append(gettext("How long an exit takes has not been estimated."))
    if orderly is None:
        sentences.append(gettext("No bound on the time there is for an orderly exit is known."))
    else:
        sentences.append(say("An orderly exit is {margin}.", margin=margin(orderly.low, orderly.high)))
    if sudden is None:
        sentences.append(
            gettext(
                "What happens if it stops today is not known: the tolerable outage or the fallback is not recorded."
            )
        )
    else:
        sentences.append(say("If it stopped today: {margin}.", margin=margin(sudden.low, sudden.high)))
    return sentences


def _way(records: ReportRecords, way: WayOut) -> Way:
    state = {True: pgettext("way out", "open"), False: gettext("blocked"), None: gettext("not decided")}[way.is_open]
    against = "; ".join(told(says).rstrip(".") for says in (*way.blocked_by, *way.harder_by))
    if not against and way.missing:
        against = say("not known: {question}", question=records.question(way.missing[0]))
    return Way(
        title=told(way.title),
        state=state,
        against=sentence(against) or "–",
        days=unknown() if way.days is None else days_between(way.days.low, way.days.high),
    )


def _others(offers: Sequence[HostOffer]) -> str:
    """Name the companies that pass calls on or resell; they make nobody less dependent on the true hosts."""
    return listing(sorted({offer.company.name for offer in offers if offer.role != HostRole.HOST}))


def _host(offer: HostOffer) -> Host:
    start = short_day(offer.offered_from, gettext("start not known"))
    offered = start
    if offer.offered_until:
        offered = say("{start} to {end}", start=start, end=short_day(offer.offered_until))
    source = offer.source or gettext("source not recorded")
    return Host(
        company=offer.company.name,
        model=offer.model_id or str(offer.component),
        offered=offered,
        retires=long_day(offer.retires_on, gettext("no day announced")),
        source=f"{source}, {short_day(offer.source_on)}" if offer.source_on else source,
    )
