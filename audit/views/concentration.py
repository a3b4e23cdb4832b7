"""The concentration page: what rests on whom, which alternatives end at the same place, what is wrong in the chains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_countries import countries

from audit.portfolio.alternatives import Roots
from audit.portfolio.concentration import Concentration, read_concentration
from audit.portfolio.reach import Axis
from audit.portfolio.shares import Function, Share, ShareOf, gather_functions
from audit.reports.figures.reliance_map import Place, Tie, draw_reliance_map
from audit.reports.wording import listing
from audit.views.access import needs

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
    measured = read_concentration(today)
    systems = measured.reliances.tables.systems
    functions = gather_functions(systems, measured.reliances.reaches, Axis.GROUP)
    names = measured.reliances.tables.system
    roots = Paginator(sorted(measured.roots, key=_order), ROOTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "as_of": today,
        "systems": len(systems),
        "critical": sum(1 for function in functions if function.is_critical),
        "undecided": sum(1 for function in functions if not function.is_critical),
        "largest": next(iter(measured.shares[Axis.GROUP]), None),
        "open": sum(times for reach, times in measured.reliances.distinct if reach.is_open(Axis.GROUP)),
        "hidden": sum(1 for roots in measured.roots if roots.is_hidden),
        "tables": [_table(measured, axis) for axis in _AXES],
        "page": roots,
        "roots": [(each, names[each.system_id].name) for each in roots.object_list],
        "flaws": [(_FLAWS.get(flaw.kind, flaw.kind), flaw.says) for flaw in measured.flaws],
        "map": _draw(measured, functions) if functions else "",
        "told": tell_shares(measured),
    }
    return render(request, "pages/concentration.html", context)


def _table(measured: Concentration, axis: Axis) -> Table:
    title, about = _AXES[axis]
    rows = measured.shares[axis]
    return Table(axis.value, title, about, rows[:SHOWN], rows[SHOWN:])


def _order(roots: Roots) -> tuple[int, str]:
    """Those that all end at one place first, then what is not known, then what is independent."""
    return ({True: 0, None: 1, False: 2}[roots.is_hidden], roots.reference)


def _draw(measured: Concentration, functions: Sequence[Function]) -> str:
    """The map of the functions and groups that count most; what is beyond is named as a number."""
    groups, lands = measured.shares[Axis.GROUP], measured.shares[Axis.COUNTRY]
    critical = sorted(functions, key=lambda one: (not one.is_critical, not one.items, one.name))
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
        row = measured.reliances.tables.vendor.get(int(entry.item))
        is_placed = row is not None and bool(row.country)
        placeless |= not is_placed
        target = f"c{row.country}" if row is not None and is_placed else _NOWHERE
        ties.append(Tie(f"g{entry.item}", target, is_open=not is_placed))
    if placeless:
        right.append(Place(_NOWHERE, "unknown", "not entered", is_unknown=True))
    wholes = (len(critical), len(groups) + bool(opened), len(lands) + placeless)
    columns = [_with_rest(column, whole) for column, whole in zip((left, middle, right), wholes, strict=True)]
    return draw_reliance_map(columns, ties, told=tell_shares(measured), scale=1.35)


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


def tell_shares(measured: Concentration) -> str:
    """The map in words, with its figures: groups first, then countries."""
    told = [
        f"{entry.name}: {say_share(entry.share)} of critical functions, {entry.systems} systems"
        for entry in measured.shares[Axis.GROUP][:SHOWN]
    ]
    lands = [
        f"{country_name(str(entry.item))} {say_share(entry.share)}" for entry in measured.shares[Axis.COUNTRY][:SHOWN]
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
