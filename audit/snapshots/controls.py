"""Controls become JSON, its canonical text and what the engine reads, each different one once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from audit.engine.canonical import to_canonical_json
from audit.engine.facts import Control, FactSheetError, parse_controls
from audit.snapshots.evidence import collect_controls, control_to_json
from audit.snapshots.finishing import Memo
from audit.snapshots.reading import make_control, make_supports
from audit.snapshots.rows import ControlRow, Raw, RawRows, Register
from audit.snapshots.values import JsonObject

_OBLIGATION: Final = ControlRow._fields.index("obligation")


@dataclass(frozen=True, slots=True, eq=False)
class FinishedControl:
    """One control in all its forms; ``control`` is none where the engine does not read it.

    ``written`` is the control under its obligation as it stands in the sheet's text.
    """

    obligation: str
    entry: JsonObject
    written: str
    control: Control | None


Key = tuple[date, tuple[object, ...], tuple[Raw, ...]]
_kept: Final[Memo[Key, FinishedControl]] = Memo(5_000)
"""By the day, the control without the ids of its row and holder, and the evidence on which it rests."""


def finish_controls(
    rows: RawRows, register: Register, system_id: int, entity_id: int, as_of: date
) -> tuple[FinishedControl, ...]:
    """The controls of a system as ``collect_controls`` gives them, in the order of their obligations."""
    if system_id in rows.law_records:
        return finish_plain(collect_controls(register, system_id, entity_id, as_of))
    chosen: dict[str, Raw] = {raw[_OBLIGATION]: raw for raw in rows.entity_controls.get(entity_id, ())}
    for raw in rows.system_controls.get(system_id, ()):
        chosen[raw[_OBLIGATION]] = raw
    return tuple([_take(chosen[obligation], rows, as_of) for obligation in sorted(chosen)])


def _take(raw: Raw, rows: RawRows, as_of: date) -> FinishedControl:
    supports = rows.supports.get(raw[0], ())
    key = (as_of, raw[_OBLIGATION:], tuple([support[1:] for support in supports]))
    found = _kept.get(key)
    if found is None:
        entry = control_to_json(make_control(raw), make_supports(supports), as_of)
        found = _kept.keep(key, _finish(raw[_OBLIGATION], entry))
    return found


def _finish(obligation: str, entry: JsonObject) -> FinishedControl:
    try:
        control = parse_controls({obligation: entry})[obligation]
    except FactSheetError:
        control = None
    written = f"{to_canonical_json(obligation)}:{to_canonical_json(entry)}"
    return FinishedControl(obligation, entry, written, control)


def finish_plain(controls: Mapping[str, JsonObject]) -> tuple[FinishedControl, ...]:
    """Controls that were collected already."""
    return tuple(_finish(obligation, entry) for obligation, entry in controls.items())


def read_controls(controls: Collection[FinishedControl]) -> dict[str, Control] | None:
    """What the engine reads of them, by obligation; none where it does not read one of them."""
    given = {control.obligation: control.control for control in controls if control.control is not None}
    return given if len(given) == len(controls) else None


def write_controls(controls: Iterable[FinishedControl]) -> str:
    """The canonical JSON of all of them; they stand in the order of their obligations."""
    return f"{{{','.join([control.written for control in controls])}}}"
