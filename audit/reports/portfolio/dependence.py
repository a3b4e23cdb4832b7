"""Concentration: on whom the critical functions rest, and which ways out lead back to the same group."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext
from django_countries import countries

from audit.portfolio.reach import Axis
from audit.portfolio.shares import ShareOf
from audit.reports.figures.dependence import Pillar, dependence_map
from audit.reports.figures.tallies import Tally, tally_bars
from audit.reports.portfolio.capping import left_out
from audit.reports.portfolio.records import PortfolioRecords
from audit.reports.sections.judgements import SCALE
from audit.reports.stored import told
from audit.reports.wording import number, percent, say, say_count

_MOST_GROUPS: Final = 8
_MOST_FUNCTIONS: Final = 12
_MOST_ROOTS: Final = 12
_MOST_FLAWS: Final = 10


@dataclass(frozen=True, slots=True)
class RootRow:
    """A group to which every way out of some systems leads back."""

    group: str
    systems: str
    examples: str


@dataclass(frozen=True, slots=True)
class Dependence:
    """The map, the shares by group, host and country, and the hidden roots."""

    drawing: str
    functions_left_out: str
    groups: str
    countries: str
    sentence: str
    roots: tuple[RootRow, ...]
    roots_sentence: str
    flaws: tuple[str, ...]
    flaws_left_out: str


def build_dependence(records: PortfolioRecords) -> Dependence:
    """Build the section on concentration."""
    groups = [share for share in records.concentration.shares[Axis.GROUP] if share.functions or share.share.high]
    hidden = _hidden_roots(records)
    functions = _choose_functions(groups)
    names = _display_names(records)
    shown = [share for share in groups if share.functions][:_MOST_GROUPS]
    pillars = [_pillar(share, names, is_hidden=share.name in hidden) for share in shown]
    every = {function for share in groups for function in share.functions}
    flaws = records.concentration.flaws
    return Dependence(
        drawing=dependence_map(
            [names.get(function, function) for function in functions],
            pillars,
            title=gettext("Critical functions and the groups they rest on"),
            scale=SCALE,
        )
        if functions
        else "",
        functions_left_out=left_out(len(every), len(functions)),
        groups=_shares(groups, gettext("Share of critical functions by group")),
        countries=_shares(
            [_name_country(share) for share in records.concentration.shares[Axis.COUNTRY]],
            gettext("Share of critical functions by country of those who run them"),
        ),
        sentence=say_concentration(records),
        roots=tuple(
            RootRow(group, number(len(systems)), ", ".join(systems[:6]) + (" …" if len(systems) > 6 else ""))
            for group, systems in sorted(hidden.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:_MOST_ROOTS]
        ),
        roots_sentence=_tell_roots(records),
        flaws=tuple(told(flaw.says) for flaw in flaws[:_MOST_FLAWS]),
        flaws_left_out=left_out(len(flaws), _MOST_FLAWS),
    )


def say_concentration(records: PortfolioRecords) -> str:
    """Say on which group most critical functions rest, with the least and the most share."""
    groups = [share for share in records.concentration.shares[Axis.GROUP] if share.functions]
    if not groups:
        return gettext("No function is entered as critical or important, so concentration cannot be measured.")
    first = groups[0]
    low, high = tied_percent(first.share.low), tied_percent(first.share.high)
    if first.share.is_known:
        return say("{share} of the critical functions rest on {group}.", share=low, group=first.name)
    return say(
        "Between {low} and {high} of the critical functions rest on {group}; what is not known decides.",
        low=low,
        high=high,
        group=first.name,
    )


def tied_percent(share: float) -> str:
    """Give a share as it stands in a sentence: figure and sign never part at the end of a line."""
    return percent(share).replace(" ", "\u00a0")


def _hidden_roots(records: PortfolioRecords) -> dict[str, list[str]]:
    """The systems by the group to which all of their ways out lead back."""
    found: dict[str, list[str]] = defaultdict(list)
    for roots in records.concentration.roots:
        if roots.is_hidden:
            for group in roots.common:
                found[group].append(roots.reference)
    return found


def _tell_roots(records: PortfolioRecords) -> str:
    every = records.concentration.roots
    hidden = sum(roots.is_hidden is True for roots in every)
    unknown = sum(roots.is_hidden is None for roots in every)
    return say(
        "Systems with another host or a substitute to change to: {ways}. Every way out leads back to a group that is "
        "rested on already: {hidden}. Whether it does is not known: {unknown}.",
        ways=number(len(every)),
        hidden=number(hidden),
        unknown=number(unknown),
    )


def _choose_functions(groups: Sequence[ShareOf]) -> list[str]:
    """The functions that rest on the fewest groups, and so hang on them the most; the map holds so many."""
    found = Counter(function for share in groups for function in share.functions)
    return [name for name, _ in sorted(found.items(), key=lambda pair: (pair[1], pair[0]))[:_MOST_FUNCTIONS]]


def _display_names(records: PortfolioRecords) -> dict[str, str]:
    return {
        row.function: row.business_function.strip() or row.name
        for row in records.concentration.reliances.tables.systems
    }


def _pillar(share: ShareOf, names: dict[str, str], *, is_hidden: bool) -> Pillar:
    low, high = percent(share.share.low), percent(share.share.high)
    values = {
        "share": low if share.share.is_known else say("{low} to {high}", low=low, high=high),
        "systems": say_count("one system", "{number} systems", share.systems),
    }
    note = say("{share}; {systems}", **values)
    if is_hidden:
        note = say("{share}; {systems}; ways out lead back", **values)
    return Pillar(share.name, note, tuple(names.get(name, name) for name in share.functions), is_hidden)


def _shares(shares: Sequence[ShareOf], title: str) -> str:
    rows = []
    for share in shares[:_MOST_GROUPS]:
        low, high = share.share.low, share.share.high
        figure = percent(low) if share.share.is_known else say("{low} to {high}", low=percent(low), high=percent(high))
        rows.append(Tally(share.name, low, max(high - low, 0.0), figure))
    return tally_bars(rows, title=title, whole=1.0, scale=SCALE)


def _name_country(share: ShareOf) -> ShareOf:
    """Give the share with the country's name in the active language in the place of its code."""
    return replace(share, name=str(countries.name(str(share.item))) or share.name)


def count_hidden(records: PortfolioRecords) -> str:
    """Say how many systems have only ways out that lead back; empty where there is none."""
    hidden = sum(roots.is_hidden is True for roots in records.concentration.roots)
    if not hidden:
        return ""
    return say_count(
        "Every way out of one system leads back to a group it rests on already.",
        "Every way out of {number} systems leads back to a group they rest on already.",
        hidden,
    )
