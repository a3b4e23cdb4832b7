"""The population: which systems are counted, how far they are judged, how well the facts are supported and answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from audit.reports.figures import colours
from audit.reports.figures.tallies import Tally, tally_bars
from audit.reports.lines import SystemLine
from audit.reports.portfolio.capping import left_out
from audit.reports.portfolio.records import PortfolioRecords
from audit.reports.sections.judgements import SCALE
from audit.reports.stored import told
from audit.reports.wording import number, percent, say, say_count, short_day
from governance.choices import LifecycleStage

_MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not recorded, and for how many systems."""

    what: str
    systems: str
    share: str


@dataclass(frozen=True, slots=True)
class Population:
    """Who is counted and how far; ``unassessed`` names systems without a judgement, up to a cap."""

    counted: str
    limits: str
    stages: str
    entities: str
    answered: str
    support: str
    gaps: tuple[Gap, ...]
    unassessed: tuple[tuple[str, str], ...]
    unassessed_left_out: str


def build_population(records: PortfolioRecords) -> Population:
    """Build the section on population, coverage and completeness."""
    lines = records.lines
    total = len(lines) + len(records.unassessed)
    stale = sum(line.is_stale for line in lines)
    counted = say(
        "In the register and not withdrawn: {total} systems. Judged as of {day}, or as of an earlier day whose outcome "
        "still holds: {judged}. Not judged yet: {open}.",
        total=number(total),
        judged=number(len(lines)),
        open=number(len(records.unassessed)),
        day=short_day(records.as_of),
    )
    if stale:
        counted += " " + say_count(
            "The facts of one system changed since its judgement; the change is not in this report.",
            "The facts of {number} systems changed since their judgement; the changes are not in this report.",
            stale,
        )
    return Population(
        counted=counted,
        limits=gettext(
            "A register shows what was entered. That every AI system in use was entered cannot be shown by the "
            "register itself; it takes a check against purchases, contracts and the network."
        ),
        stages=_tally(lines, lambda line: _stage(line.stage), gettext("Systems by stage")),
        entities=_tally(lines, lambda line: line.entity, gettext("Systems by legal entity")),
        answered=_answered(lines),
        support=_support(records),
        gaps=tuple(_gaps(records)),
        unassessed=tuple(records.unassessed[:_MOST]),
        unassessed_left_out=left_out(len(records.unassessed), _MOST),
    )


def _stage(value: str) -> str:
    return gettext(str(LifecycleStage(value).label)) if value in LifecycleStage.values else gettext("not known")


def _tally(lines: Iterable[SystemLine], key: Callable[[SystemLine], str], title: str) -> str:
    found = Counter(key(line) for line in lines)
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [Tally(name, many, 0, number(many)) for name, many in ranked[:8]]
    if len(ranked) > 8:
        rest = sum(many for _, many in ranked[8:])
        rows.append(Tally(gettext("others"), rest, 0, number(rest)))
    return tally_bars(rows, title=title, scale=SCALE)


def _answered(lines: Iterable[SystemLine]) -> str:
    """How many of the questions that still matter are answered, in five steps; each step a bar of systems."""
    steps = (
        (gettext("all answered"), 1.0, 1.1),
        (gettext("three quarters or more"), 0.75, 1.0),
        (gettext("half or more"), 0.5, 0.75),
        (gettext("a quarter or more"), 0.25, 0.5),
        (gettext("less than a quarter"), 0.0, 0.25),
    )
    shares = [line.completeness for line in lines]
    rows = []
    for label, first, end in steps:
        many = sum(share is not None and first <= share < end for share in shares)
        rows.append(Tally(label, many, 0, number(many)))
    unknown = sum(share is None for share in shares)
    if unknown:
        rows.append(Tally(gettext("not measured"), 0, unknown, number(unknown)))
    return tally_bars(rows, title=gettext("Systems by the share of questions answered"), scale=SCALE)


def _support(records: PortfolioRecords) -> str:
    words = (
        ("verified", gettext("Verified by us")),
        ("documented_by_third_party", gettext("Documented by a third party")),
        ("self_declared", gettext("Self-declared")),
        ("vendor_claimed", gettext("Claimed by the vendor")),
        ("expired", gettext("Expired")),
        ("unknown", gettext("Unknown and still wanted")),
    )
    total = sum(records.support[kind] for kind, _ in words if kind in records.support) or 1
    rows = []
    for kind, word in words:
        many = records.support.get(kind, 0)
        counts = kind not in {"expired", "unknown"}
        figure = say("{number} ({share})", number=number(many), share=percent(many / total))
        colour = colours.INK if counts else colours.UNKNOWN
        rows.append(Tally(word, many if counts else 0, 0 if counts else many, figure, colour))
    return tally_bars(rows, title=gettext("Facts by their support"), scale=SCALE)


def _gaps(records: PortfolioRecords) -> Iterable[Gap]:
    lines = records.lines
    total = len(lines) or 1
    found: dict[str, set[str]] = {}
    titles = {
        "register:evidence_expired": gettext("Evidence has expired"),
        "register:contradiction": gettext("Sources contradict each other"),
        "register:renamed": gettext("Registered under a former name"),
    }
    for row in records.findings:
        if row.area == "register" and not row.closed_on:
            key = row.key
            group = ":".join(key.split(":")[:2])
            found.setdefault(group if group in titles else key, set()).add(row.reference)
            titles.setdefault(key, told(row.title))
    most = sorted(((key, len(systems)) for key, systems in found.items()), key=lambda pair: -pair[1])[:_MOST]
    rows = [
        (gettext("Whether the function is critical or important is not known"), _count(lines, _criticality_unknown)),
        (gettext("No owner is named"), _count(lines, lambda line: not line.owner)),
        *((titles[key], many) for key, many in most),
    ]
    for what, many in sorted(rows, key=lambda pair: -pair[1]):
        if many:
            yield Gap(what, number(many), percent(many / total))


def _criticality_unknown(line: SystemLine) -> bool:
    return line.is_critical is None


def _count(lines: Iterable[SystemLine], holds: Callable[[SystemLine], bool]) -> int:
    return sum(holds(line) for line in lines)
