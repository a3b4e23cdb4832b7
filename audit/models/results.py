"""The whole result of a stored assessment, computed again from its fact sheet and its packs when somebody reads it.

What is stored is the outcome (``audit.engine.brief``): that is what is hashed, compared and listed. The explanations
are the larger part of a result and the same inputs always give them again, so they are not stored a second time.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Protocol, TypeAlias

from audit.engine.assess import ENGINE_VERSION, PackSet, assess
from audit.engine.brief import FORM, read_orderly_margin
from audit.engine.diff import Inputs
from audit.engine.facts import FactSheetError, parse_controls, parse_sheet
from audit.rulepacks import PackError, load_packs
from audit.rulepacks.embedded import build_packs
from audit.rulepacks.facts import fact_types

_log = logging.getLogger(__name__)


class Kept(Protocol):
    """What an assessment keeps."""

    as_of: date
    engine: str
    valid_until: date | None

    @property
    def packs(self) -> dict[str, str]:
        """The packs by name, each as version and hash."""

    @property
    def outcome(self) -> dict[str, Any]:
        """The part of the result that is kept (``audit.engine.brief``)."""

    def read_sheet(self) -> Mapping[str, Any]:
        """The facts and controls."""

    def read_packs(self) -> Mapping[str, Mapping[str, Any]]:
        """The content of its packs by name."""


def is_whole(outcome: Mapping[str, Any]) -> bool:
    """Tell whether the whole result was stored, as an earlier version did, and not the outcome alone."""
    return FORM not in outcome


def read_result(kept: Kept) -> dict[str, Any]:
    """The result as the machine's door gives it (DESIGN §3).

    Where it cannot be computed again (another engine, facts that the vocabulary no longer has) it holds the outcome
    alone; what is missing then reads as not known.
    """
    if is_whole(kept.outcome):
        return kept.outcome
    try:
        if kept.engine == ENGINE_VERSION:
            return _compute(kept)
        _log.warning("result of another engine, shown without explanations", extra={"engine": kept.engine})
    except (FactSheetError, PackError) as error:
        _log.warning("result shown without explanations", extra={"error": str(error)})
    until = kept.valid_until.isoformat() if kept.valid_until else None
    beside = {"as_of": kept.as_of.isoformat(), "packs": kept.packs, "engine": kept.engine, "valid_until": until}
    lock_in = kept.outcome.get("lock_in") or {}
    days = {**lock_in, "orderly_margin_days": read_orderly_margin(lock_in, kept.as_of)}
    return {key: value for key, value in kept.outcome.items() if key != FORM} | beside | {"lock_in": days}


_Identity: TypeAlias = tuple[tuple[str, str], ...]
_MOST_BUILT: Final = 4
_built: Final[dict[_Identity, PackSet]] = {}


def _compute(kept: Kept) -> dict[str, Any]:
    content = kept.read_sheet()
    sheet, controls = parse_sheet(content["facts"], fact_types()), parse_controls(content["controls"])
    result: dict[str, Any] = assess(str(kept.outcome["id"]), sheet, controls, find_packs(kept), kept.as_of).to_json()
    return result


def read_inputs(kept: Kept, packs: PackSet | None = None) -> Inputs:
    """All that an assessment was made from, to compare it with another; with its own packs if none are given.

    Raises ``FactSheetError`` for a sheet of another vocabulary, ``PackError`` where its packs no longer compile.
    """
    content = kept.read_sheet()
    return Inputs(
        sheet=parse_sheet(content["facts"], fact_types()),
        controls=parse_controls(content["controls"]),
        packs=packs if packs is not None else find_packs(kept),
        as_of=kept.as_of,
    )


def find_packs(kept: Kept) -> PackSet:
    """The packs of today, or those kept with it; a few sets stay compiled, as a page shows several results of one."""
    packs = load_packs()
    if dict(packs.hashes) == kept.packs:
        return packs
    identity = tuple(sorted(kept.packs.items()))
    if identity not in _built:
        if len(_built) >= _MOST_BUILT:
            _built.clear()
        _built[identity] = build_packs(kept.read_packs(), kept.packs, fact_types())
    return _built[identity]
