"""If the group were gone: the time an exit takes against the time there is, plans, functions, flows and costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from audit.portfolio.stress.result import Certainty, Hit, Margin, PlanState
from audit.reports.figures import colours
from audit.reports.figures.tallies import Tally, tally_bars
from audit.reports.portfolio.capping import left_out
from audit.reports.sections.judgements import SCALE
from audit.reports.vendor.records import VendorRecords
from audit.reports.wording import capitalised, days_between, listing, margin, number, say, say_count, sentence, within

_MOST: Final = 20
_MOST_BARS: Final = 15
_MOST_NAMED: Final = 6


@dataclass(frozen=True, slots=True)
class Affected:
    """One system if the group were gone."""

    reference: str
    name: str
    function: str
    orderly: str
    sudden: str
    plan: str
    stranded: str
    is_short: bool


@dataclass(frozen=True, slots=True)
class Leaving:
    """What would follow; ``perhaps`` tells how many systems may be hit because a link is not known."""

    sentence: str
    perhaps: str
    drawing: str
    rows: tuple[Affected, ...]
    rows_left_out: str
    functions: str
    flows: str
    plans: str


def build_leaving(records: VendorRecords) -> Leaving:
    """Build the section on the exit and the stress."""
    stress = records.group.stress
    surely = sorted(stress.surely_hit, key=_order)
    perhaps = len(stress.hits) - len(surely)
    return Leaving(
        sentence=say_stress(records),
        perhaps=sentence(
            say_count(
                "One more system may rest on the group: a link of its chain is not known.",
                "{number} more systems may rest on the group: a link of their chains is not known.",
                perhaps,
            )
        )
        if perhaps
        else gettext("No other system can rest on the group: every chain is known."),
        drawing=_draw(surely),
        rows=tuple(_row(hit) for hit in surely[:_MOST]),
        rows_left_out=left_out(len(surely), _MOST),
        functions=_functions(records),
        flows=_flows(records),
        plans=_plans(surely),
    )


def say_stress(records: VendorRecords) -> str:
    """Say how many systems and critical functions would stop, and for how many the time would be too short."""
    stress = records.group.stress
    short = sum(hit.short_by is not None and hit.short_by.low > 0 for hit in stress.surely_hit)
    unknown = sum(hit.short_by is None for hit in stress.surely_hit)
    return say(
        "If the group were gone, systems surely hit: {surely} of {systems}; critical functions hit: {functions}. The "
        "time to leave would be too short for {short} of them even at best; for {unknown} it is not known.",
        surely=number(len(stress.surely_hit)),
        systems=number(stress.systems),
        functions=number(len(stress.critical_functions_hit)),
        short=number(short),
        unknown=number(unknown),
    )


def _order(hit: Hit) -> tuple[bool, float, str]:
    """Critical functions first, then by the days that are missing at worst."""
    return hit.is_critical is False, -(hit.short_by.high if hit.short_by else 0.0), hit.reference


def _draw(hits: list[Hit]) -> str:
    """The days that are missing: solid at best, hatched at worst."""
    known = [(hit, hit.short_by) for hit in hits if hit.short_by is not None and hit.short_by.high > 0]
    known.sort(key=lambda pair: (-pair[1].high, pair[0].reference))
    bars = []
    for hit, short in known[:_MOST_BARS]:
        colour = colours.BAND_FILL["very_high"] if short.low > 0 else colours.BAND_FILL["high"]
        label = f"{hit.reference} {hit.name}"
        bars.append(Tally(label, short.low, short.high - short.low, days_between(short.low, short.high), colour))
    return tally_bars(bars, title=gettext("Days that are missing to leave"), scale=SCALE) if bars else ""


def _row(hit: Hit) -> Affected:
    critical = {True: gettext("critical"), False: "", None: gettext("criticality not known")}[hit.is_critical]
    stranded = gettext("not known") if hit.stranded is None else listing(_plain(each) for each in hit.stranded)
    return Affected(
        reference=hit.reference,
        name=hit.name,
        function=", ".join(part for part in (hit.function, critical) if part),
        orderly=_margin(hit.orderly),
        sudden=_margin(hit.sudden),
        plan=_plan_word(hit.plan),
        stranded=stranded or gettext("nothing"),
        is_short=hit.short_by is not None and hit.short_by.low > 0,
    )


def _margin(found: Margin | None) -> str:
    return gettext("not known") if found is None else margin(found.low, found.high)


def _plan_word(plan: PlanState) -> str:
    words = {
        PlanState.TESTED: gettext("tested within twelve months"),
        PlanState.UNTESTED: gettext("written, not tested"),
        PlanState.MISSING: gettext("missing"),
        PlanState.UNKNOWN: gettext("not known"),
    }
    return words[plan]


def _plain(asset: str) -> str:
    return within(capitalised(asset.replace("_", " ")))


def _functions(records: VendorRecords) -> str:
    hit = [function.name for function in records.group.stress.critical_functions_hit]
    if not hit:
        return gettext("No function that is entered as critical would surely be hit.")
    more = len(hit) - _MOST_NAMED
    if more > 0:
        named = ", ".join(hit[:_MOST_NAMED])
        return say("Critical functions hit: {functions}, and {more} more.", functions=named, more=number(more))
    return say("Critical functions hit: {functions}.", functions=listing(hit))


def _flows(records: VendorRecords) -> str:
    lost = [flow for flow in records.group.stress.flows if flow.certainty is Certainty.SURELY]
    if not lost:
        return ""
    lost_in_words = say_count(
        "One flow of data would lose its basis.", "{number} flows of data would lose their basis.", len(lost)
    )
    return sentence(lost_in_words)


def _plans(hits: list[Hit]) -> str:
    tested = sum(hit.plan is PlanState.TESTED for hit in hits)
    written = sum(hit.plan is PlanState.UNTESTED for hit in hits)
    return say(
        "Exit plans of these systems: tested within twelve months {tested}, written and not tested {written}, missing "
        "or not known {others}.",
        tested=number(tested),
        written=number(written),
        others=number(len(hits) - tested - written),
    )
