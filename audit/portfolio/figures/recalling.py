"""The same figures out of the grounds that are kept, at a cost that follows the ways of resting on vendors.

They are as of the last time ``audit.services.grounds`` brought them up; of a system whose rows moved since, its own
ground is traced anew. What was never brought up is measured instead.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from django.db.models import Max

from audit.engine.canonical import hash_text
from audit.engine.facts import JsonValue
from audit.models import FunctionGround, GroundLedger, SystemGround
from audit.models import Ground as GroundRecord
from audit.portfolio.figures.ground import Ground, read_footing, read_ground, trace_grounds
from audit.portfolio.figures.measuring import Figures, build_figures, read_figures, read_narrow_rows, read_vendors
from audit.selectors.among import among
from audit.snapshots.rows import VendorRow
from governance.models import AISystem

QUERIES_TO_RECALL: Final = 7
"""How many queries ``recall_figures`` makes, whatever the number of systems."""
_READ_AT_ONCE: Final = 2_000
_LOOKS: Final = 5


class KeptGrounds:
    """The ground of each system, read from what is kept when it is asked for."""

    def __init__(self, contents: dict[int, Ground]) -> None:
        self._contents = contents
        self._found: dict[int, Ground | None] = {}

    def get(self, system_id: int, /) -> Ground | None:
        """The ground of one system."""
        if system_id not in self._found:
            self.expect([system_id])
        return self._found[system_id]

    def expect(self, system_ids: Collection[int], /) -> None:
        """Read the grounds of these systems together."""
        wanted = sorted({*system_ids} - self._found.keys())
        for start in range(0, len(wanted), _READ_AT_ONCE):
            self._read(wanted[start : start + _READ_AT_ONCE])

    def _read(self, system_ids: Sequence[int]) -> None:
        rows = SystemGround.objects.filter(among("system_id", system_ids), is_stale=False).order_by()
        for system_id, ground_id in rows.values_list("system_id", "ground_id"):
            if not ground_id or ground_id in self._contents:  # without one it is withdrawn
                self._found[system_id] = self._contents.get(ground_id)
        moved = [system_id for system_id in system_ids if system_id not in self._found]
        if moved:
            traced, _ = trace_grounds(read_narrow_rows(moved))
            self._found |= {system_id: traced.get(system_id) for system_id in moved}


def recall_figures(as_of: date) -> Figures:
    """The figures as of the last time they were brought up, for people to read; the vendors' groups are today's.

    They are measured where nothing was brought up yet, systems came since, or others bring them up all the time.
    """
    for _ in range(_LOOKS):
        ledger = read_ledger()
        if ledger is None or _find_latest_system() > _find_latest_kept():
            break
        figures = make_figures(as_of, read_vendors())
        if read_ledger() == ledger:
            return figures
    return read_figures(as_of)


def recall_level(as_of: date, vendors: Sequence[VendorRow]) -> Figures | None:
    """The figures by which systems may be judged: those of the last stamps; none if these vendors are not theirs."""
    ledger = read_ledger()
    if ledger is None or ledger[1] != hash_vendors(vendors):
        return None
    figures = make_figures(as_of, vendors)
    return figures if read_ledger() == ledger else None


def read_ledger() -> tuple[int, str] | None:
    """The version of what is kept, and the hash of its vendors; none before it was first brought up."""
    return GroundLedger.objects.values_list("version", "vendors_sha256").first()


def hash_vendors(vendors: Sequence[VendorRow]) -> str:
    """The hash over all vendors and their groups."""
    return hash_text(repr([tuple(row) for row in vendors]))


def _find_latest_system() -> int:
    return AISystem.objects.aggregate(latest=Max("id"))["latest"] or 0


def _find_latest_kept() -> int:
    return SystemGround.objects.aggregate(latest=Max("system_id"))["latest"] or 0


def make_figures(as_of: date, vendors: Sequence[VendorRow]) -> Figures:
    """The figures of all grounds and functions that are kept, in two queries."""
    contents: dict[int, Ground] = {}
    counted: dict[Ground, int] = {}
    for ground_id, content, systems in GroundRecord.objects.order_by("id").values_list("id", "content", "systems"):
        contents[ground_id] = read_ground(_object(content))
        if systems:
            counted[contents[ground_id]] = systems
    rows = FunctionGround.objects.order_by("function").values_list("function", "content")
    functions = {function: read_footing(_object(content)) for function, content in rows}
    return build_figures(vendors, counted, functions, KeptGrounds(contents), as_of=as_of)


def _object(content: JsonValue) -> dict[str, JsonValue]:
    return content if isinstance(content, dict) else {}
