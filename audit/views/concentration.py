"""The concentration page: what rests on whom, which alternatives end at the same place, what is wrong in the chains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_countries import countries

from audit.portfolio.overview import Overview, recall_overview
from audit.portfolio.reach import Axis
from audit.portfolio.shares import Function, Share, ShareOf
from audit.reports.figures.reliance_map import Place, Tie, draw_reliance_map
from audit.reports.wording import count, listing
from audit.views.access import needs
from audit.views.paging import CountedPaginator

SHOWN: Final = 8
"""So many boxes in a column of the map, and so many rows of a table before the rest is folded away."""

ROOTS_ON_A_PAGE: Final = 50
_UNKNOWN: Final = "unknown"
_NOWHERE: Final = "nowhere"
_AXES: Final = {
    Axis.GROUP: ("Ultimate parents", "A contract, a host or a sub-contractor of the group."),
    Axis.VENDOR: ("Vendors", "Whoever serves under a contract, runs a component, or works for one of them."),
    Axis.HOST: ("Hosts", "Whoever runs the components."),
    Axis.PUBLISHER: ("Publishers", "Whoever made the components, wherever they run."),
    Axis.COUNTRY: (
        "Countries",
        "Where these companies and their parents sit, and where sub-contractors work.",
    ),
}
_FLAWS: Final = {
    "loop": "leads in a loop",
    "dangling": "names what is missing",
    "gap": "has a gap",
    "two_parents": "two ultimate parents",
    "contradiction": "contradiction",
}


@dataclass(frozen=True, slots=True)
class Table:
    """The shares on one axis, with what the axis is."""

    key: str
    title: str
    about: str
    rows: Sequence[ShareOf]
    rest: Sequence[ShareOf]


@require_safe
@needs("audit.view_standing")
def show_concentration(request: HttpRequest) -> HttpResponse:
    """All figures of the register as it stands."""
    today = timezone.localdate()
    found = recall_overview(today)
    page = CountedPaginator(found.roots, ROOTS_ON_A_PAGE, counted=len(found.roots)).get_page(request.GET.get("page"))
    context = {
        "as_of": today,
        "systems": found.systems,
        "critical": sum(1 for function in found.functions if function.is_critical),
        "undecided": sum(1 for function in found.functions if not function.is_critical),
        "largest": next(iter(found.shares[Axis.GROUP]), None),
        "open": found.open_systems,
        "hidden": found.roots.hidden,
        "tables": [_table(found, axis) for axis in _AXES],
        "page": page,
        "roots": page.object_list,
        "flaws": [(_FLAWS.get(flaw.kind, flaw.kind), flaw.says) for flaw in found.flaws],
        "map": _draw(found) if found.functions else "",
        "told": tell_shares(found),
    }
    return render(request, "pages/concentration.html", context)


def _table(found: Overview, axis: Axis) -> Table:
    title, about = _AXES[axis]
    rows = found.shares[axis]
    return Table(axis.value, title, about, rows[:SHOWN], rows[SHOWN:])


def _draw(found: Overview) -> str:
    """The map of the functions and groups that count most; what is beyond is named as a number."""
    groups, lands = found.shares[Axis.GROUP], found.shares[Axis.COUNTRY]
    critical = sorted(found.functions, key=lambda one: (not one.is_critical, not one.items, one.name))
    shown = [entry.item for entry in groups[:SHOWN]]
    left = [Place(f"f{one.name}", one.label, _note(one)) for one in critical[:SHOWN]]
    middle = [_place(f"g{entry.item}", entry.name, entry) for entry in groups[:SHOWN]]
    right = [_place(f"c{entry.item}", country_name(str(entry.item)), entry) for entry in lands[:SHOWN]]
    ties = [Tie(f"f{one.name}", f"g{item}") for one in critical[:SHOWN] for item in shown if item in one.items]
    opened = [one for one in critical[:SHOWN] if one.is_open]
    if opened:
        middle.append(Place(_UNKNOWN, "unknown", "not named yet", is_unknown=True))
        ties += [Tie(f"f{one.name}", _UNKNOWN, is_open=True) for one in opened]
    placeless = False
    for entry in groups[:SHOWN]:
        country = found.countries.get(entry.item)
        placeless |= country is None
        ties.append(Tie(f"g{entry.item}", f"c{country}" if country else _NOWHERE, is_open=country is None))
    if placeless:
        right.append(Place(_NOWHERE, "unknown", "not entered", is_unknown=True))
    wholes = (len(critical), len(groups) + bool(opened), len(lands) + placeless)
    columns = [_with_rest(column, whole) for column, whole in zip((left, middle, right), wholes, strict=True)]
    return draw_reliance_map(columns, ties, told=tell_shares(found), scale=1.35)


def _note(function: Function) -> str:
    """What stands beside a function's name: that it may not be critical, or rests on nobody else."""
    if not function.is_critical:
        return "critical?"
    return "" if function.items or function.is_open else "our own machines"


def _place(key: str, name: str, entry: ShareOf) -> Place:
    return Place(key, name, say_share(entry.share), entry.share.low, entry.share.high)


def _with_rest(column: list[Place], whole: int) -> list[Place]:
    more = whole - len(column)
    return [*column, Place(f"more{id(column)}", f"and {more} more", is_unknown=True)] if more > 0 else column


def tell_shares(found: Overview) -> str:
    """The map in words, with its figures: groups first, then countries."""
    told = [
        f"{entry.name}: {say_share(entry.share)} of critical functions, {count(entry.systems, 'system')}"
        for entry in found.shares[Axis.GROUP][:SHOWN]
    ]
    lands = [
        f"{country_name(str(entry.item))} {say_share(entry.share)}" for entry in found.shares[Axis.COUNTRY][:SHOWN]
    ]
    by_country = f" By country: {listing(lands)}." if lands else ""
    return f"Critical functions by group. {'; '.join(told)}.{by_country}" if told else "No group is known yet."


def say_share(share: Share) -> str:
    """A share in per cent: ``40 %``, ``40 to 60 %``."""
    low, high = round(share.low * 100), round(share.high * 100)
    return f"{low} %" if low == high else f"{low} to {high} %"


def country_name(code: str) -> str:
    """A country's name; its code where the name is not known."""
    return str(countries.name(code) or code)
