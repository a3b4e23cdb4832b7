"""What was made of the register is kept while the register stays as it was, which its own stamp tells.

No time limit and no message is needed for that, so nothing that is kept is ever older than what it was made of.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeAlias, TypeVar

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

MADE_ANEW: Final = 2_000
"""Of a register of no more systems all is made each time: that costs no more than to look whether it changed."""

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


_Made = TypeVar("_Made")


class Kept(Generic[_Made]):
    """What was made of the latest states of the register, in this process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[tuple[Stamp, Hashable], _Made] = OrderedDict()

    def recall(self, about: Hashable, make: Callable[[], _Made]) -> _Made:
        """What was made of this state, or is made now; ``about`` tells what else it depends on."""
        if AISystem.objects.count() <= MADE_ANEW:
            return make()
        state = (stamp_register(), about)  # before anything is read
        made = self._made.get(state)
        if made is None:
            made = self._made[state] = make()
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return made

    def forget(self) -> None:
        """Make all anew."""
        self._made.clear()
