"""Page one of the vendor report: what hangs on the group, what would follow, what is not known, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from audit.reports.figures import colours
from audit.reports.figures.tallies import Tally, tally_bars
from audit.reports.sections.judgements import SCALE
from audit.reports.vendor.leaving import say_stress
from audit.reports.vendor.records import VendorRecords
from audit.reports.vendor.terms import notice_day
from audit.reports.wording import number, say, say_count, sentence, short_day


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The conclusion in words and one figure; ``open`` is what could not be concluded, ``next`` the first day ahead."""

    lead: str
    stress: str
    next: str
    open: str
    drawing: str


def build_conclusion(records: VendorRecords) -> Conclusion:
    """Build the conclusion."""
    functions = {line.function for line in records.lines if line.is_critical}
    lead = say(
        "Systems that hang on the group: {systems}, in {functions} critical functions. Contracts with it: {contracts}. "
        "Components of it, or run by it, in use: {components}.",
        systems=number(len(records.group.reasons)),
        functions=number(len(functions)),
        contracts=number(len(records.contracts)),
        components=number(len(records.components)),
    )
    return Conclusion(
        lead=lead,
        stress=say_stress(records),
        next=_next(records),
        open=_open(records),
        drawing=_draw(records),
    )


def _next(records: VendorRecords) -> str:
    """Name the first day ahead on which something binds."""
    days: list[tuple[date, str]] = []
    for contract in records.contracts:
        by = notice_day(contract)
        if by is not None and by >= records.as_of:
            days.append((by, say("last day to give notice on {system}", system=contract.system.reference)))
    days += [
        (offer.retires_on, say("{component} is retired", component=offer.component))
        for offer in records.offers
        if offer.retires_on is not None and offer.retires_on >= records.as_of
    ]
    if not days:
        return gettext("No day ahead is known on which notice, an end or a retirement binds.")
    day, what = min(days)
    return say("The next day that binds is {day}: {what}.", day=short_day(day), what=what)


def _open(records: VendorRecords) -> str:
    """Name what is not known of contracts and chains."""
    dates = sum(notice_day(each) is None and not each.is_open_ended for each in records.contracts)
    chains = sum(each.subcontractors_known is not True for each in records.contracts)
    perhaps = len(records.group.stress.hits) - len(records.group.stress.surely_hit)
    parts = []
    if dates:
        parts.append(
            say_count(
                "Of one contract the last day to give notice is not known.",
                "Of {number} contracts the last day to give notice is not known.",
                dates,
            )
        )
    if chains:
        parts.append(
            say_count(
                "Of one contract it is not known whether all sub-contractors are named.",
                "Of {number} contracts it is not known whether all sub-contractors are named.",
                chains,
            )
        )
    if perhaps:
        parts.append(
            say_count(
                "One more system may rest on the group: a link of its chain is not known.",
                "{number} more systems may rest on the group: a link of their chains is not known.",
                perhaps,
            )
        )
    return " ".join(sentence(part) for part in parts) or gettext(
        "Nothing is open: contracts, chains and days are known."
    )


def _draw(records: VendorRecords) -> str:
    """What is known of the exit of each system that is surely hit, as counts."""
    hits = records.group.stress.surely_hit
    short = sum(hit.short_by is not None and hit.short_by.low > 0 for hit in hits)
    perhaps = sum(hit.short_by is not None and hit.short_by.low <= 0 < hit.short_by.high for hit in hits)
    unknown = sum(hit.short_by is None for hit in hits)
    enough = len(hits) - short - perhaps - unknown
    rows = [
        Tally(gettext("Too short even at best"), short, 0, number(short), colours.BAND_FILL["very_high"]),
        Tally(gettext("May be too short"), 0, perhaps, number(perhaps), colours.BAND_FILL["high"]),
        Tally(gettext("Long enough"), enough, 0, number(enough), colours.BAND_FILL["low"]),
        Tally(gettext("Not known"), 0, unknown, number(unknown), colours.UNKNOWN),
    ]
    title = gettext("Time to leave, systems surely hit")
    return tally_bars(rows, title=title, whole=float(max(len(hits), 1)), scale=SCALE)
