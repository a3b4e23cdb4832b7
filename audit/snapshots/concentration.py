"""What hangs on the same ultimate parent, over the whole register, as facts of one system.

The figures come from whoever measures the portfolio (``audit.portfolio.figures``), once for many systems. An interval
is not a fact: a figure is given only where what is not known (a parent, a sub-contractor, whether a function is
critical) cannot change it; else it stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from operator import itemgetter
from typing import Final, NamedTuple, Protocol, TypeAlias

from audit.engine.facts import FactSheet
from audit.snapshots.rows import ComponentRow, EvaluationRow, RawRows, UseRow
from audit.snapshots.subject import Subject
from audit.snapshots.values import Maybe, RawFact
from governance.choices import Fallback

_SOURCE: Final = "register: portfolio"
_OTHER_MODELS: Final = frozenset({Fallback.HOT_OTHER_MODEL, Fallback.COLD_OTHER_MODEL})


class HiddenRoot(NamedTuple):
    """Where the alternatives of a system end.

    ``is_hidden``: all of them share a group with what is in use (true), one is known to share none (false), not known
    (none). ``common`` names the groups on which all of them rest; ``until`` is the next day that may change it.
    """

    alternatives: tuple[str, ...]
    common: tuple[str, ...]
    is_hidden: bool | None
    until: date | None


class Concentration(Protocol):
    """The portfolio's figures, as fact sheets take them."""

    def share_for(self, system_id: int) -> float | None:
        """The largest share of critical functions on one of the system's groups, 0-1; none while it has bounds."""

    def other_contracts_for(self, system_id: int) -> int | None:
        """Contracts of other critical systems with the same or a connected provider; none while not known."""

    def hidden_root_for(self, subject: Subject) -> HiddenRoot | None:
        """Where the alternatives of a system end; none where it has no alternative."""

    def recall(self, system_id: int, ways: Ways, see: Callable[[], Subject]) -> SystemFigures:
        """The figures of a system, measured once for all that rest on the same vendors and have the same ``ways``."""


Ways: TypeAlias = tuple[tuple[Hashable, ...], ...]
"""All of a system's own rows, and of the components it uses, on which its alternatives hang; see ``list_ways``."""


class SystemFigures(NamedTuple):
    """The portfolio's figures of one system, each as ``Concentration`` gives it."""

    share: float | None
    other_contracts: int | None
    root: HiddenRoot | None


def figures_of(subject: Subject, concentration: Concentration) -> SystemFigures:
    """Ask for each of them once."""
    system_id = subject.system.id
    return SystemFigures(
        concentration.share_for(system_id),
        concentration.other_contracts_for(system_id),
        concentration.hidden_root_for(subject),
    )


_USED: Final = UseRow._fields.index("component_id")
_IS_SUBSTITUTE: Final = EvaluationRow._fields.index("is_substitute")
_PUBLISHER: Final = ComponentRow._fields.index("vendor_id")
_MODE: Final = UseRow._fields.index("run_mode")
_HOST: Final = UseRow._fields.index("host_id")
_way_of_substitute: Final = itemgetter(*map(EvaluationRow._fields.index, ("component_id", "evaluated_on", "result")))


def list_ways(rows: RawRows, system_id: int) -> Ways:
    """What is used of whom and where it runs, and which substitutes were evaluated, in the order of the rows."""
    components = rows.components
    ways = [
        (raw[_USED], raw[_MODE], raw[_HOST], components[raw[_USED]][_PUBLISHER]) for raw in rows.uses.get(system_id, ())
    ]
    ways += [_way_of_substitute(raw) for raw in rows.evaluations.get(system_id, ()) if raw[_IS_SUBSTITUTE]]
    return tuple(ways)


SHARE: Final = "conc.critical_share"
OTHER_CONTRACTS: Final = "ict.critical_contracts_same_provider"
HIDDEN_ROOT: Final = "conc.hidden_root"


def stamp_concentration(share: float | None, other_contracts: int | None) -> str:
    """Both figures as one short text, to be compared; a question mark for one that is not known."""
    return f"{'?' if share is None else share}/{'?' if other_contracts is None else other_contracts}"


def stamp_of_sheet(sheet: FactSheet) -> str:
    """The stamp of the figures in a fact sheet; empty where they do not apply."""
    share, contracts = sheet.get(SHARE), sheet.get(OTHER_CONTRACTS)
    if share is not None and share.not_applicable:
        return ""
    share_value = share.value if share is not None else None
    contract_count = contracts.value if contracts is not None else None
    return stamp_concentration(
        share_value if isinstance(share_value, int | float) else None,
        contract_count if isinstance(contract_count, int) else None,
    )


def derive_concentration(subject: Subject, figures: SystemFigures) -> dict[str, RawFact]:
    """Share of critical functions on one parent, other contracts with it, and whether the way out leads back."""
    found: dict[str, Maybe] = {
        SHARE: _as_fact(figures.share),
        OTHER_CONTRACTS: _as_fact(figures.other_contracts),
        HIDDEN_ROOT: _hidden_root(subject, figures.root),
    }
    return {key: fact for key, fact in found.items() if fact is not None}


def _as_fact(value: float | None) -> Maybe:
    return RawFact(value, _SOURCE) if value is not None else None


def _hidden_root(subject: Subject, root: HiddenRoot | None) -> Maybe:
    """Without an alternative nothing could hide a root; that there is none is counted among the substitutes."""
    if root is not None:
        return None if root.is_hidden is None else RawFact(root.is_hidden, _SOURCE, expires_on=root.until)
    settled = [row.fallback for row in subject.dependencies]
    if not settled or "" in settled or _OTHER_MODELS & set(settled):
        return None
    return RawFact(not_applicable="no other host or model is an alternative, and no other model stands by")
