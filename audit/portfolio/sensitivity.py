"""Whether the portfolio's order by lock-in and by transparency survives each weight moved by a fifth."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from django.db.models import Max, Min, QuerySet

from audit.engine.assess import PackSet
from audit.engine.facts import FactSheet, JsonValue, parse_sheet
from audit.engine.lock_in import judge_lock_in
from audit.engine.scoring.sensitivity import (
    GroupPoints,
    Sensitivity,
    compare_orders,
    measure_sensitivity,
    tabulate_groups,
)
from audit.engine.transparency import judge_transparency
from audit.models import FactSheetRecord, Standing
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.selectors.among import among
from governance.choices import LifecycleStage

MOST_COMPARED: Final = 2_000
"""Of a larger portfolio so many systems at most are put in order, drawn evenly over the register."""

_AT_ONCE: Final = 250
_KEPT: Final = 5_000
_points: Final[OrderedDict[tuple[str, date, str], tuple[GroupPoints, GroupPoints]]] = OrderedDict()
"""The groups' points by fact sheet, day and packs: each sheet is judged once in a process, not once a page."""


@dataclass(frozen=True, slots=True)
class Robustness:
    """How firm the two orders are; the sentence beside each is ``lock_in.line`` and ``transparency.line``.

    ``is_drawn`` tells that the portfolio is larger than what was compared.
    """

    as_of: date
    lock_in: Sensitivity
    transparency: Sensitivity
    is_drawn: bool = False

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {
            "as_of": self.as_of.isoformat(),
            "systems": self.lock_in.systems,
            "is_drawn": self.is_drawn,
            "lock_in": self.lock_in.to_json(),
            "transparency": self.transparency.to_json(),
        }


def measure_robustness(sheets: Mapping[str, FactSheet], packs: PackSet, as_of: date) -> Robustness:
    """Move each weight of both models over the fact sheets; the names are those of the systems in the sentence."""
    return Robustness(
        as_of,
        measure_sensitivity({name: judge_lock_in(sheet, packs.lock_in, as_of).score for name, sheet in sheets.items()}),
        measure_sensitivity(
            {name: judge_transparency(sheet, packs.transparency, as_of).score for name, sheet in sheets.items()}
        ),
    )


def read_robustness(as_of: date) -> Robustness:
    """The same for the register: the fact sheets of the latest assessments, each read and judged once in a process.

    Systems that were never assessed stand in no order yet and are left out, as are withdrawn ones. Of more than
    ``MOST_COMPARED`` systems some are drawn, so that it costs the same however many there are.
    """
    standings = Standing.objects.filter(assessment__isnull=False).exclude(system__stage=LifecycleStage.WITHDRAWN)
    rows = _list_sheets(standings.order_by("system__reference")[: MOST_COMPARED + 1])
    if len(rows) <= MOST_COMPARED:
        return _read_robustness(as_of, rows, is_drawn=False)
    return _read_robustness(as_of, _draw(standings), is_drawn=True)


def _list_sheets(standings: QuerySet[Standing]) -> tuple[tuple[str, str], ...]:
    return tuple((*row,) for row in standings.values_list("system__reference", "assessment__fact_sheet__sha256"))


def _draw(standings: QuerySet[Standing]) -> tuple[tuple[str, str], ...]:
    """Systems drawn evenly over the register: the same ones again until it has doubled.

    Of each block of ids one is drawn; where many of those are gone or withdrawn, of blocks half as long.
    """
    ends = Standing.objects.aggregate(first=Min("system_id"), last=Max("system_id"))
    block = 1
    while (ends["last"] - ends["first"]) // block >= MOST_COMPARED:
        block *= 2
    while True:
        drawn = [*_draw_ids(ends["first"], ends["last"], block)]
        rows = _list_sheets(standings.filter(among("system_id", drawn)).order_by("system__reference"))
        if block == 1 or len(rows) >= MOST_COMPARED // 4:
            return rows[:MOST_COMPARED]
        block //= 2


def _draw_ids(first: int, last: int, block: int) -> Iterator[int]:
    for number in range(first // block, last // block + 1):
        digest = hashlib.sha256(str(number).encode()).digest()
        yield number * block + int.from_bytes(digest[:8]) % block


@lru_cache(maxsize=2)
def _read_robustness(as_of: date, rows: tuple[tuple[str, str], ...], *, is_drawn: bool) -> Robustness:
    """The robustness of systems with these fact sheets: the same sheets on the same day give the same."""
    packs = load_packs(())
    stamp = "".join(packs.hashes.values())
    points = {sha256: _points[place] for _, sha256 in rows if (place := (sha256, as_of, stamp)) in _points}
    unseen = sorted({sha256 for _, sha256 in rows} - points.keys())
    types = fact_types()
    # The facts that law alone reads are two thirds of a sheet, and need not be parsed for the scores.
    read = packs.lock_in.reads | packs.transparency.score.keys
    for start in range(0, len(unseen), _AT_ONCE):
        sheets = FactSheetRecord.objects.filter(sha256__in=unseen[start : start + _AT_ONCE])
        for sha256, content in sheets.values_list("sha256", "content"):
            sheet = parse_sheet({key: fact for key, fact in content["facts"].items() if key in read}, types)
            points[sha256] = _points[sha256, as_of, stamp] = (
                tabulate_groups(judge_lock_in(sheet, packs.lock_in, as_of).score),
                tabulate_groups(judge_transparency(sheet, packs.transparency, as_of).score),
            )
    while len(_points) > _KEPT:
        _points.popitem(last=False)
    return Robustness(
        as_of,
        compare_orders({name: points[sha256][0] for name, sha256 in rows}),
        compare_orders({name: points[sha256][1] for name, sha256 in rows}),
        is_drawn,
    )
