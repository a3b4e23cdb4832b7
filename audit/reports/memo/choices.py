"""What is in use and each choice, as the memo shows them: the judgements, the dimensions, and the trade-offs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext, pgettext

from audit.engine.assess import Assessment
from audit.engine.scoring.totals import Score
from audit.portfolio.comparison.comparing import Comparison, Judged
from audit.portfolio.comparison.dimensions import describe
from audit.portfolio.comparison.memo import FOR_OPEN, describe_trade_offs, weigh
from audit.reports.figures.bars import interval_bar, spoken_interval
from audit.reports.memo.records import MemoRecords
from audit.reports.sections.judgements import SCALE
from audit.reports.stored import told
from audit.reports.wording import band_word, days_between, number, say, within

_AT_ONCE: Final = 2
"""So many choices stand beside what is in use in one table."""


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One choice in one line: its letter, its three judgements, and how long it takes to leave it again."""

    letter: str
    label: str
    law: str
    duties: str
    lock_in: str
    lock_in_word: str
    transparency: str
    transparency_word: str
    leaving: str


@dataclass(frozen=True, slots=True)
class DimensionRow:
    """One dimension, with what each choice of the table comes to on it."""

    name: str
    says: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """Some choices beside what is in use."""

    letters: tuple[str, ...]
    rows: tuple[DimensionRow, ...]


@dataclass(frozen=True, slots=True)
class TradeOff:
    """What would be better, worse or open with one choice."""

    letter: str
    label: str
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A reason of practice, and whether the register shows that it holds here."""

    reason: str
    holds: str


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of leaving what is in use."""

    name: str
    days: str


@dataclass(frozen=True, slots=True)
class Choices:
    """All that the memo tells of the choices."""

    rows: tuple[ChoiceRow, ...]
    beside: tuple[Beside, ...]
    trade_offs: tuple[TradeOff, ...]
    for_open: tuple[Weighed, ...]
    for_closed: tuple[Weighed, ...]
    phases: tuple[Phase, ...]
    phases_sum: str


def build_choices(records: MemoRecords) -> Choices:
    """Build everything that compares; what is in use has the letter A."""
    comparison = records.comparison
    letters = [chr(ord("A") + at) for at in range(len(records.every))]
    weighed = weigh(comparison)
    leaving = comparison.present.assessment.lock_in.exit_time
    return Choices(
        rows=tuple(_row(records, letter, each) for letter, each in zip(letters, records.every, strict=True)),
        beside=tuple(_put_beside(records, letters)),
        trade_offs=tuple(
            TradeOff(
                letter,
                name_choice(comparison, each),
                tuple(told(text) for text in describe_trade_offs(comparison.present, each)),
            )
            for letter, each in zip(letters[1:], comparison.choices, strict=True)
        ),
        for_open=tuple(_weighed(each.reason, each.holds) for each in weighed if each.speaks_for == FOR_OPEN),
        for_closed=tuple(_weighed(each.reason, each.holds) for each in weighed if each.speaks_for != FOR_OPEN),
        phases=tuple(Phase(_phase(each.name), days_between(each.low, each.high)) for each in leaving.phases),
        phases_sum=days_between(leaving.low, leaving.high),
    )


def name_choice(comparison: Comparison, judged: Judged) -> str:
    """The label of a choice; what is in use has the name of its component."""
    if judged is comparison.present:
        return judged.register.components[judged.choice.component_id].label
    return told(judged.choice.label)


def _row(records: MemoRecords, letter: str, judged: Judged) -> ChoiceRow:
    assessment = judged.assessment
    lock_in, transparency = assessment.lock_in.score, assessment.transparency.score
    exit_time = assessment.lock_in.exit_time
    return ChoiceRow(
        letter=letter,
        label=name_choice(records.comparison, judged),
        law=_class(records, assessment),
        duties=say(
            "apply: {duties}; not decided: {undecided}",
            duties=number(len(judged.duties)),
            undecided=number(len(judged.undecided)),
        ),
        lock_in=_bar(lock_in, gettext("Lock-in")),
        lock_in_word=_spoken(lock_in),
        transparency=_bar(transparency, gettext("Transparency risk")),
        transparency_word=_spoken(transparency),
        leaving=days_between(exit_time.low, exit_time.high),
    )


def _class(records: MemoRecords, assessment: Assessment) -> str:
    value = assessment.regulatory.answers.get("aia_class")
    labels = {choice.value: choice.label for choice in records.vocabulary.facts["aia.class"].choices}
    return gettext(labels.get(str(value), str(value))) if value else gettext("not decided")


def _bar(score: Score, title: str) -> str:
    return interval_bar(score.low, score.high, band=score.band, title=title, width=92, labels=False, scale=SCALE)


def _spoken(score: Score) -> str:
    return say("{interval}, {band}", interval=spoken_interval(score.low, score.high), band=band_word(score.band))


def _put_beside(records: MemoRecords, letters: list[str]) -> Iterator[Beside]:
    told_of = [describe(records.comparison, each) for each in records.every]
    for start in range(1, len(told_of), _AT_ONCE):
        places = [0, *range(start, min(start + _AT_ONCE, len(told_of)))]
        rows = [
            DimensionRow(
                name=gettext(entries[0].dimension),
                says=tuple(tuple(told(text) for text in entry.says) for entry in entries),
            )
            for entries in zip(*(told_of[at] for at in places), strict=True)
        ]
        yield Beside(tuple(letters[at] for at in places), tuple(rows))


def _weighed(reason: str, holds: bool | None) -> Weighed:
    says = {
        True: gettext("the register shows that it holds"),
        False: gettext("the register shows that it does not hold"),
        None: gettext("for management to say"),
    }
    return Weighed(told(reason), says[holds])


def _phase(name: str) -> str:
    """The name of a phase in words; what a test measured stands for the phases it ran."""
    if name == "provision":
        # The same word names a rule of law in other places.
        return pgettext("phase of leaving", "Provision")
    return told(name.replace("_", " ").capitalize()) if name else within(name)
