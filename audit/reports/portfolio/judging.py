"""The three judgements over all systems, side by side and never added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from audit.reports.figures import colours, interval_bar
from audit.reports.figures.field import Interval, interval_field
from audit.reports.figures.matrix import band_matrix
from audit.reports.figures.tallies import Tally, tally_bars
from audit.reports.lines import Ends, SystemLine
from audit.reports.portfolio.capping import left_out
from audit.reports.portfolio.records import PortfolioRecords
from audit.reports.sections.judgements import SCALE
from audit.reports.wording import band_word, listing, margin, number, say
from governance.vocabulary import Vocabulary

MOST_SYSTEMS: Final = 15
_MOST_ANSWERS: Final = 12
UNDECIDED: Final = ""
CLASSES: Final = (
    *("prohibited", "prohibited_from_2026_12_02", "high_risk_annex_iii", "high_risk_annex_i_a", "high_risk_annex_i_b"),
    *("annex_iii_filtered", "transparency", "minimal", "out_of_scope"),
)
_FEW_CLASSES: Final = 2
_PROHIBITED: Final = frozenset(CLASSES[:2])
GRAVE: Final = frozenset(CLASSES[:5])
"""The classes that prohibit a use or put the duties of high-risk systems on it."""


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One system with its three judgements."""

    reference: str
    name: str
    function: str
    law: str
    lock_in: str
    lock_in_band: str
    lock_in_word: str
    transparency: str
    transparency_band: str
    transparency_word: str
    exit: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A fact that is not known, of how many systems, and for how many of them it decides the class."""

    question: str
    systems: str
    decides: str


@dataclass(frozen=True, slots=True)
class Judging:
    """The plots over all systems, and the systems and answers that matter most."""

    classes: str
    lock_in: str
    transparency: str
    matrix: str
    rows: tuple[SystemRow, ...]
    rows_left_out: str
    answers: tuple[Answer, ...]
    answers_left_out: str


def build_judging(records: PortfolioRecords) -> Judging:
    """Build the section on the three judgements."""
    lines = records.lines
    worst = sorted(lines, key=_gravity)
    ranked = sorted(records.missing, key=lambda key: (-records.deciding[key], -records.missing[key], key))
    return Judging(
        classes=_classes(records),
        lock_in=interval_field(
            [_interval(line.lock_in) for line in lines if line.lock_in], title=gettext("Lock-in"), scale=SCALE
        ),
        transparency=interval_field(
            [_interval(line.transparency) for line in lines if line.transparency],
            title=gettext("Transparency risk"),
            scale=SCALE,
        ),
        matrix=_matrix(lines),
        rows=tuple(describe_system(records.vocabulary, line) for line in worst[:MOST_SYSTEMS]),
        rows_left_out=left_out(len(lines), MOST_SYSTEMS),
        answers=tuple(
            Answer(
                question=question(records, key),
                systems=number(records.missing[key]),
                decides=number(records.deciding[key]) if records.deciding[key] else "–",
            )
            for key in ranked[:_MOST_ANSWERS]
        ),
        answers_left_out=left_out(len(ranked), _MOST_ANSWERS),
    )


def question(records: PortfolioRecords, key: str) -> str:
    """Give the question of a fact in the active language."""
    fact = records.vocabulary.facts.get(key)
    return gettext(fact.question) if fact else key


def class_word(records: PortfolioRecords, value: str) -> str:
    """Give the label of a class; of none, that it is not decided."""
    return _label_class(records.vocabulary, value)


def _label_class(vocabulary: Vocabulary, value: str) -> str:
    fact = vocabulary.facts.get("aia.class")
    if not value:
        return gettext("not decided")
    return gettext(fact.label_of(value)) if fact else value


def _quote_class(vocabulary: Vocabulary, value: str) -> str:
    """Give a class as it stands inside a sentence."""
    return say("“{quoted}”", quoted=_label_class(vocabulary, value))


def label_possible(vocabulary: Vocabulary, possible: Sequence[str]) -> str:
    """Give the two classes between which it is not decided, or of more the grave ones that are among them."""
    if len(possible) <= _FEW_CLASSES:
        ordered = sorted(possible, key=CLASSES.index)
        return say(
            "not decided; {classes}", classes=listing((_quote_class(vocabulary, value) for value in ordered), "or")
        )
    if _PROHIBITED.isdisjoint(possible):
        return gettext("not decided; may be high-risk")
    if not (GRAVE - _PROHIBITED).isdisjoint(possible):
        return gettext("not decided; may be high-risk or prohibited")
    return gettext("not decided; may be prohibited")


def is_grave(line: SystemLine) -> bool:
    """Whether the class is certainly one that prohibits or is high-risk."""
    return line.aia_class in GRAVE


def may_be_grave(line: SystemLine) -> bool:
    """Whether the class is not decided, and one that prohibits or is high-risk is still possible."""
    return not line.aia_class and not GRAVE.isdisjoint(line.possible_classes)


def _classes(records: PortfolioRecords) -> str:
    """One bar a class: certain is solid; where the class is not decided each that is possible is hatched."""
    certain = Counter(line.aia_class for line in records.lines)
    possible = Counter(value for line in records.lines if not line.aia_class for value in line.possible_classes)
    rows = []
    for value in (*CLASSES, *sorted(set(certain) - {*CLASSES, UNDECIDED})):
        sure, more = certain[value], possible[value]
        if sure or more:
            figure = say("{sure}, up to {most}", sure=number(sure), most=number(sure + more)) if more else number(sure)
            colour = colours.BAND_FILL["very_high"] if value in GRAVE else colours.INK
            rows.append(Tally(class_word(records, value), sure, more, figure, colour))
    return tally_bars(
        rows, title=gettext("Systems by class under the AI Act"), whole=float(len(records.lines)), scale=SCALE
    )


def _matrix(lines: Sequence[SystemLine]) -> str:
    counts = Counter(
        (line.lock_in.band, line.transparency.band) for line in lines if line.lock_in and line.transparency
    )
    return band_matrix(
        counts,
        down=gettext("Lock-in"),
        across=gettext("Transparency risk"),
        title=gettext("Systems by lock-in and transparency risk"),
        scale=SCALE,
    )


def _interval(ends: Ends) -> Interval:
    return Interval(ends.low, ends.high, ends.band)


def _gravity(line: SystemLine) -> tuple[int, int, float, float, str]:
    """Prohibited and high-risk first, then what is critical, then by the unfavourable ends; no sum of judgements."""
    grave = CLASSES.index(line.aia_class) if is_grave(line) else len(CLASSES) + (not may_be_grave(line))
    high = line.lock_in.high if line.lock_in else 100.0
    other = line.transparency.high if line.transparency else 100.0
    return grave, -int(line.is_critical is not False), -high, -other, line.reference


def describe_system(vocabulary: Vocabulary, line: SystemLine) -> SystemRow:
    """Give one system with its three judgements as a row of a table."""
    law = _label_class(vocabulary, line.aia_class)
    if may_be_grave(line):
        law = label_possible(vocabulary, line.possible_classes)
    critical = {True: gettext("critical"), False: "", None: gettext("criticality not known")}[line.is_critical]
    return SystemRow(
        reference=line.reference,
        name=line.name,
        function=", ".join(part for part in (line.function, critical) if part),
        law=law,
        lock_in=_bar(line.lock_in, gettext("Lock-in")),
        lock_in_band=line.lock_in.band if line.lock_in else "",
        lock_in_word=band_word(line.lock_in.band) if line.lock_in else "",
        transparency=_bar(line.transparency, gettext("Transparency risk")),
        transparency_band=line.transparency.band if line.transparency else "",
        transparency_word=band_word(line.transparency.band) if line.transparency else "",
        exit=margin(*line.orderly_margin) if line.orderly_margin else gettext("exit time not known"),
    )


def _bar(ends: Ends | None, title: str) -> str:
    low, high, band = (ends.low, ends.high, ends.band) if ends else (None, None, "")
    return interval_bar(low, high, band=band, title=title, width=84, thickness=7, labels=False, scale=SCALE)
