"""The duties of all systems: in force with what is recorded on them, and to come with their days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import gettext

from audit.portfolio.duties_calendar import by_number
from audit.reports.citations import cite
from audit.reports.figures import Moment, timeline
from audit.reports.portfolio.capping import left_out
from audit.reports.portfolio.records import PortfolioRecords
from audit.reports.sections.judgements import SCALE
from audit.reports.stored import told
from audit.reports.wording import number, say, say_count, short_day
from audit.rulepacks.obligations import list_entity_rules

_MOST: Final = 24
_MOST_AHEAD: Final = 20
_IN_FORCE: Final = ("satisfied", "not_satisfied", "undetermined")


@dataclass(slots=True)
class _Counts:
    outcomes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    days: dict[date, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True, slots=True)
class InForce:
    """One duty in force, with the number of systems by what is recorded."""

    id: str
    title: str
    citation: str
    met: str
    unmet: str
    unrecorded: str
    is_open: bool
    of_entity: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """One duty that begins on a day ahead, for so many systems."""

    day: str
    id: str
    title: str
    citation: str
    systems: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """Something else that falls on a day: a notice, an end, a retirement."""

    day: str
    what: str
    systems: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The line of time and the tables."""

    drawing: str
    in_force: tuple[InForce, ...]
    in_force_left_out: str
    coming: tuple[Coming, ...]
    coming_left_out: str
    ahead: tuple[Ahead, ...]
    undecided: str


def build_calendar(records: PortfolioRecords) -> Calendar:
    """Build the section on duties."""
    counts = _count(records)
    in_force = [(rule, each) for rule, each in counts.items() if any(each.outcomes[name] for name in _IN_FORCE)]
    in_force.sort(
        key=lambda pair: (-pair[1].outcomes["not_satisfied"], -pair[1].outcomes["undetermined"], by_number(pair[0]))
    )
    coming = sorted(
        ((day, rule, systems) for rule, each in counts.items() for day, systems in each.days.items()),
        key=lambda entry: (entry[0], by_number(entry[1])),
    )
    undecided = sum(bool(line.undetermined) for line in records.lines)
    return Calendar(
        drawing=_draw(records, coming),
        in_force=tuple(_in_force(records, rule, each) for rule, each in in_force[:_MOST]),
        in_force_left_out=left_out(len(in_force), _MOST),
        coming=tuple(_coming(records, *entry) for entry in coming[:_MOST]),
        coming_left_out=left_out(len(coming), _MOST),
        ahead=tuple(_ahead(records)),
        undecided=say_count(
            "For one system it is not decided whether further duties apply; its own report names the answers.",
            "For {number} systems it is not decided whether further duties apply; section 8 names the answers.",
            undecided,
        )
        if undecided
        else gettext("Whether each duty applies is decided for every system that is judged."),
    )


def count_unmet(records: PortfolioRecords) -> tuple[int, int]:
    """The number of duties in force that are not met, and of systems that have one."""
    found = [line.count("not_satisfied") for line in records.lines]
    return sum(found), sum(many > 0 for many in found)


def _count(records: PortfolioRecords) -> dict[str, _Counts]:
    counts: dict[str, _Counts] = defaultdict(_Counts)
    for line in records.lines:
        for rule, (outcome, first) in line.duties.items():
            counts[rule].outcomes[outcome] += 1
            if outcome == "not_yet_in_force" and first is not None and first > records.as_of:
                counts[rule].days[first] += 1
    return counts


def _in_force(records: PortfolioRecords, rule: str, each: _Counts) -> InForce:
    duty = records.duties[rule]
    unmet, unrecorded = each.outcomes["not_satisfied"], each.outcomes["undetermined"]
    return InForce(
        id=duty.id,
        title=told(duty.title),
        citation=cite(duty.citation),
        met=number(each.outcomes["satisfied"]),
        unmet=number(unmet),
        unrecorded=number(unrecorded),
        is_open=bool(unmet),
        of_entity=rule in list_entity_rules(),
    )


def _coming(records: PortfolioRecords, day: date, rule: str, systems: int) -> Coming:
    duty = records.duties[rule]
    return Coming(short_day(day), duty.id, told(duty.title), cite(duty.citation), number(systems))


def _draw(records: PortfolioRecords, coming: list[tuple[date, str, int]]) -> str:
    duties: dict[date, int] = defaultdict(int)
    for day, _, _ in coming:
        duties[day] += 1
    systems: dict[date, set[str]] = defaultdict(set)
    for line in records.lines:
        for outcome, first in line.duties.values():
            if outcome == "not_yet_in_force" and first is not None and first > records.as_of:
                systems[first].add(line.reference)
    moments = [
        Moment(
            day,
            say(
                "{duties} for {systems}",
                duties=say_count("one duty", "{number} duties", many),
                systems=say_count("one system", "{number} systems", len(systems[day])),
            ),
            "coming",
        )
        for day, many in duties.items()
    ]
    return timeline(moments, as_of=records.as_of, title=gettext("Duties to come, all systems"), scale=SCALE)


def _matter(what: str) -> str:
    """Give what a day is for; a duty that begins is stored as its title with a word behind it."""
    title = what.removesuffix(" applies")
    return told(what) if title == what else say("{title} begins to apply", title=told(title))


def _ahead(records: PortfolioRecords) -> list[Ahead]:
    """The next days of notice, end and retirement, together where day and matter are the same."""
    found: dict[tuple[date, str], list[str]] = defaultdict(list)
    for line in records.lines:
        if line.next_on is not None and line.next_on >= records.as_of:
            found[line.next_on, line.next_what].append(line.reference)
    return [
        Ahead(
            short_day(day),
            _matter(what),
            ", ".join(systems[:5]) + ("" if len(systems) <= 5 else say(" and {more} more", more=len(systems) - 5)),
        )
        for (day, what), systems in sorted(found.items())[:_MOST_AHEAD]
    ]
