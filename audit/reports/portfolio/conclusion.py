"""Page one of the portfolio report: what is concluded, how sure, what could not be concluded, what to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext

from audit.reports.figures import colours
from audit.reports.figures.tallies import Tally, tally_bars
from audit.reports.lines import Ends
from audit.reports.portfolio.calendar import count_unmet
from audit.reports.portfolio.dependence import count_hidden, say_concentration, tied_percent
from audit.reports.portfolio.found import count_grave
from audit.reports.portfolio.judging import is_grave, may_be_grave, question
from audit.reports.portfolio.records import PortfolioRecords
from audit.reports.sections.judgements import SCALE
from audit.reports.wording import number, say, say_count, sentence

_BANDS = ("very_high", "high", "moderate", "low")


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The conclusion in words and in one figure; ``open`` is what could not be concluded."""

    lead: str
    law: str
    leaving: str
    seeing: str
    depending: str
    findings: str
    drawing: str
    open: str
    first_question: str
    first_effect: str


def build_conclusion(records: PortfolioRecords) -> Conclusion:
    """Build the conclusion."""
    law, leaving, depending = _law(records), _leaving(records), say_concentration(records)
    first = min(records.missing, key=lambda key: (-records.deciding[key], -records.missing[key], key), default="")
    return Conclusion(
        lead=" ".join(part for part in (law, leaving, depending) if part),
        law=law,
        leaving=" ".join(part for part in (leaving, count_hidden(records)) if part),
        seeing=_seeing(records),
        depending=depending,
        findings=_findings(records),
        drawing=_drawing(records),
        open=_open(records),
        first_question=question(records, first) if first else "",
        first_effect=_effect(records, first) if first else "",
    )


def _law(records: PortfolioRecords) -> str:
    grave = sum(is_grave(line) for line in records.lines)
    perhaps = sum(may_be_grave(line) for line in records.lines)
    unmet, systems = count_unmet(records)
    return say(
        "Prohibited or high-risk under the AI Act: {grave} of {total} systems, and possibly {perhaps} more. Duties in "
        "force that are not satisfied: {unmet}, in {systems} of the systems.",
        grave=number(grave),
        total=number(len(records.lines)),
        perhaps=number(perhaps),
        unmet=number(unmet),
        systems=number(systems),
    )


def _leaving(records: PortfolioRecords) -> str:
    highest = sum(line.lock_in is not None and line.lock_in.band == "very_high" for line in records.lines)
    short = sum(line.orderly_margin is not None and line.orderly_margin[1] < 0 for line in records.lines)
    perhaps = sum(
        line.orderly_margin is not None and line.orderly_margin[0] < 0 <= line.orderly_margin[1]
        for line in records.lines
    )
    return say(
        "In the highest band of lock-in: {highest} of {total} systems. The time to leave in order is too short for "
        "{short}, even at best, and may be too short for {perhaps} more.",
        highest=number(highest),
        short=number(short),
        perhaps=number(perhaps),
        total=number(len(records.lines)),
    )


def _seeing(records: PortfolioRecords) -> str:
    known = [line.transparency.coverage for line in records.lines if line.transparency and line.transparency.coverage]
    highest = sum(line.transparency is not None and line.transparency.band == "very_high" for line in records.lines)
    return say(
        "In the highest band of transparency risk, where next to nothing may be seen: {highest} of {total} systems. On "
        "average {share} of the weight of that judgement rests on known facts.",
        highest=number(highest),
        total=number(len(records.lines)),
        share=tied_percent(sum(known) / len(known)) if known else "–",
    )


def _findings(records: PortfolioRecords) -> str:
    still_open = sum(row.closed_on is None for row in records.findings)
    return say(
        "Open findings: {open}, of which {grave} with the gravest rating.",
        open=number(still_open),
        grave=number(count_grave(records)),
    )


def _open(records: PortfolioRecords) -> str:
    undecided = sum(not line.aia_class for line in records.lines)
    parts = []
    if records.unassessed:
        parts.append(
            say_count("One system is not judged yet.", "{number} systems are not judged yet.", len(records.unassessed))
        )
    if undecided:
        parts.append(
            say_count(
                "The class of one system under the AI Act is not decided.",
                "The class of {number} systems under the AI Act is not decided.",
                undecided,
            )
        )
    if records.missing:
        parts.append(
            say_count(
                "One fact is not known of some system and would move a judgement.",
                "{number} facts are not known of some system and would move a judgement.",
                len(records.missing),
            )
        )
    return " ".join(sentence(part) for part in parts) or gettext(
        "Nothing is open: every judgement rests on known facts."
    )


def _effect(records: PortfolioRecords, key: str) -> str:
    if records.deciding[key]:
        return say_count(
            "It decides the class of one system.", "It decides the class of {number} systems.", records.deciding[key]
        )
    return say_count(
        "It narrows a judgement of one system.", "It narrows the judgements of {number} systems.", records.missing[key]
    )


def _drawing(records: PortfolioRecords) -> str:
    """The grave ends of the three judgements in one figure: solid is certain, hatched cannot be ruled out."""
    total = len(records.lines)
    rows = [
        _row(
            gettext("Prohibited or high-risk"),
            sum(is_grave(line) for line in records.lines),
            sum(may_be_grave(line) for line in records.lines),
        ),
        _score(gettext("Lock-in high or very high"), [line.lock_in for line in records.lines]),
        _score(gettext("Transparency risk high or very high"), [line.transparency for line in records.lines]),
    ]
    return tally_bars(
        rows,
        title=say("The three judgements over {total} systems", total=number(total)),
        whole=float(total),
        scale=SCALE,
    )


def _row(label: str, sure: int, more: int) -> Tally:
    figure = say("{sure}, up to {most}", sure=number(sure), most=number(sure + more)) if more else number(sure)
    return Tally(label, sure, more, figure, colours.BAND_FILL["very_high"])


def _score(label: str, ends: list[Ends | None]) -> Tally:
    """Certain where even the favourable end lies at 50 or more; possible where the unfavourable one does."""
    found = Counter(
        "sure" if each.low >= 50 else "perhaps" if each.high >= 50 else "no" for each in ends if each is not None
    )
    return _row(label, found["sure"], found["perhaps"])
