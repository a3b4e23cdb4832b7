"""What each system of a chunk was judged by before, as far as that may still hold on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

from audit.models import Standing
from audit.selectors.among import among


class Preceding(NamedTuple):
    """The assessment before: the rows and packs it was judged by, and what it came to.

    ``basis_sha256`` is the fingerprint of its rows; the same one gives the same fact sheet until ``valid_until``.
    """

    serial: int
    basis_sha256: str
    as_of: date | None
    valid_until: date | None
    outcome_sha256: str
    pack_set_id: int | None
    fact_sheet_id: int | None
    assessed_sha256: str | None
    wording_sha256: str

    def find_sheet(self, basis_sha256: str, as_of: date) -> int | None:
        """The id of its sheet, where the rows have this fingerprint and time has changed nothing until the day."""
        if self.basis_sha256 != basis_sha256 or self.as_of is None or self.as_of > as_of:
            return None
        if self.valid_until is not None and self.valid_until <= as_of:
            return None
        if self.assessed_sha256 != self.outcome_sha256:
            return None  # the assessment is not the one that the standing speaks of
        return self.fact_sheet_id


_READ: Final = (
    *("system_id", "dirty_serial", "basis_sha256", "as_of", "valid_until", "outcome_sha256"),
    *("assessment__pack_set_id", "assessment__fact_sheet_id", "assessment__outcome_sha256"),
    "wording_sha256",
)


def read_preceding(system_ids: Collection[int], lease_token: str) -> dict[int, Preceding]:
    """Of each system whose row the token holds, what came before; read it before the facts.

    A change of facts after that raises the serial, and the row is assessed again.
    """
    rows = Standing.objects.filter(among("system_id", system_ids), lease_token=lease_token).order_by()
    return {system_id: Preceding(*values) for system_id, *values in rows.values_list(*_READ)}
