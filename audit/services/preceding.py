"""What each system of a chunk was judged by before, as far as that may still hold on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db.models import Case, F, Q, When

from audit.models import Standing
from audit.selectors.among import among


class Preceding(NamedTuple):
    """The assessment before: the rows and packs it was judged by, and what it came to.

    ``basis_sha256`` is the fingerprint of its rows. ``sheet_id`` is that of its fact sheet, where the same rows give
    the same one on the day: time has changed nothing until then, and it is the one that the standing speaks of.
    """

    serial: int
    basis_sha256: str
    wording_sha256: str
    pack_set_id: int | None
    sheet_id: int | None

    def find_sheet(self, basis_sha256: str) -> int | None:
        """The id of its sheet, where the rows have this fingerprint and that sheet still."""
        return self.sheet_id if self.basis_sha256 == basis_sha256 else None


def read_preceding(system_ids: Collection[int], lease_token: str, as_of: date) -> dict[int, Preceding]:
    """Of each system whose row the token holds, what came before; read it before the facts.

    A change of facts after that raises the serial, and the row is assessed again.
    """
    rows = Standing.objects.filter(among("system_id", system_ids), lease_token=lease_token).order_by()
    # Told by the database: it compares days and hashes for less than it takes to hand them over.
    holds = Q(as_of__lte=as_of, assessment__outcome_sha256=F("outcome_sha256"))
    holds &= Q(valid_until=None) | Q(valid_until__gt=as_of)
    rows = rows.annotate(sheet=Case(When(holds, then=F("assessment__fact_sheet"))))
    columns = ("dirty_serial", "basis_sha256", "wording_sha256", "assessment__pack_set", "sheet")
    return {system_id: Preceding(*values) for system_id, *values in rows.values_list("system_id", *columns)}
