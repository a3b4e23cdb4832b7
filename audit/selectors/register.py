"""A stamp of the register: while it stays the same, so does what was computed from the register."""

from __future__ import annotations

from typing import Final, TypeAlias

from django.db.models import Max, Model

from governance.models import (
    AISystem,
    AuditEvent,
    Component,
    EvaluationRecord,
    HostOffer,
    Subcontractor,
    SystemComponent,
    Vendor,
    VendorDependency,
)

Stamp: TypeAlias = tuple[str, tuple[int, ...]]

_TABLES: Final[tuple[type[Model], ...]] = (
    AISystem,
    SystemComponent,
    VendorDependency,
    Subcontractor,
    EvaluationRecord,
    Component,
    HostOffer,
    Vendor,
)
QUERIES: Final = 1 + len(_TABLES)


def stamp_register() -> Stamp:
    """The hash of the latest event, and the latest row of what portfolio figures are made of.

    Each is one look into an index. Every change is recorded in the transaction that makes it. What is read after the
    stamp is at least as new as the stamp, so what is kept under it is never older than the register that had it. Rows
    that are added in bulk without an event, as ``seed_portfolio`` does, show by their numbers.
    """
    event = AuditEvent.objects.order_by("-id").values_list("hash", flat=True).first()
    rows = tuple(table._default_manager.aggregate(last=Max("pk"))["last"] or 0 for table in _TABLES)
    return event or "", rows
