"""The decision table of the band of legal exposure, as the rule packs in use have it."""

from __future__ import annotations

from dataclasses import dataclass

from audit.rulepacks import load_packs


@dataclass(frozen=True, slots=True)
class BandRow:
    """One row: the band, and when it fits."""

    number: int
    band: str
    says: str


def list_bands() -> list[BandRow]:
    """The table of the first pack that brings one; nothing where none does."""
    table = next((pack.exposure for pack in load_packs().regulatory if pack.exposure is not None), None)
    rows = table.bands if table is not None else ()
    return [BandRow(place, row.band, row.says) for place, row in enumerate(rows, 1)]
