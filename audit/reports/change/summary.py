"""Page one of the change report: how many systems moved, by which cause, which classes, and what could not be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from audit.reports.causes import cause_word
from audit.reports.change.findings import FindingMoves
from audit.reports.change.moves import Move
from audit.reports.change.records import ChangeRecords
from audit.reports.figures.tallies import Tally, tally_bars
from audit.reports.sections.judgements import SCALE
from audit.reports.wording import capitalised, listing, number, say, say_count, short_day

_CAUSES = ("fact", "law", "method")
_MOST = 4


@dataclass(frozen=True, slots=True)
class Summary:
    """The conclusion in words, one figure, and what could not be concluded."""

    lead: str
    classes: tuple[Move, ...]
    duties: str
    findings: str
    systems: str
    open: str
    drawing: str


def build_summary(records: ChangeRecords, moves: Sequence[Move], findings: FindingMoves) -> Summary:
    """Build the conclusion from all that moved."""
    compared = [each for each in records.compared if not each.is_new]
    moved = {each.reference for each in compared if each.has_moved}
    days = {"first": short_day(records.first), "second": short_day(records.as_of), "systems": number(len(compared))}
    if moved:
        lead = say(
            "Between {first} and {second} the judgement moved. Systems whose outcome is another one: {moved}, of "
            "{systems} assessed at both days.",
            moved=number(len(moved)),
            **days,
        )
    else:
        lead = say(
            "Between {first} and {second} nothing moved. Systems assessed at both days: {systems}.",
            **days,
        )
    causes = Counter(cause for move in moves for cause in move.causes)
    bars = [Tally(capitalised(cause_word(cause)), causes[cause], 0, number(causes[cause])) for cause in _CAUSES]
    drawing = tally_bars(bars, title=gettext("Outcomes that moved, by cause"), scale=SCALE) if moves else ""
    return Summary(
        lead=lead,
        classes=tuple(move for move in moves if move.is_class)[:_MOST],
        duties=_say_duties(records),
        findings=findings.sentence,
        systems=_say_systems(records),
        open=_say_open(records),
        drawing=drawing,
    )


def _say_duties(records: ChangeRecords) -> str:
    if not records.turned:
        return gettext("No duty of these systems came into force between the two days.")
    named = [f"{each.duty.id} ({short_day(each.on)})" for each in records.turned[:_MOST]]
    return say(
        "Duties that came into force between the two days: {number}, the first of them {named}.",
        number=number(len(records.turned)),
        named=listing(named),
    )


def _say_systems(records: ChangeRecords) -> str:
    new = [each.reference for each in records.compared if each.is_new]
    gone = list_withdrawn(records)
    if not new and not gone:
        return gettext("No system was added, and none withdrawn.")
    return say(
        "Systems first assessed between the two days: {new}. Withdrawn: {gone}.",
        new=number(len(new)),
        gone=number(len(gone)),
    )


def list_withdrawn(records: ChangeRecords) -> list[str]:
    """The references of the systems withdrawn after the first day and by the second."""
    found = []
    for reference, system in records.systems.items():
        day = system.get("withdrawn_on")
        if day is not None and records.first < day <= records.as_of:  # type: ignore[operator] # a date column
            found.append(reference)
    return found


def _say_open(records: ChangeRecords) -> str:
    untold = [each.reference for each in records.compared if each.changes is None]
    if not untold:
        return gettext("Each outcome that moved was put down to its cause by exchanging facts, law and method in turn.")
    return say_count(
        "For one system the two assessments could not be compared item by item, because they were made by different "
        "versions of the engine or of the questions; that it moved is certain, why is not.",
        "For {number} systems the two assessments could not be compared item by item, because they were made by "
        "different versions of the engine or of the questions; that they moved is certain, why is not.",
        len(untold),
    )
