"""How a system would get through: margins of time, the state of its exit plan, and what would be lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from audit.engine.lock_in.exercises import ages_on
from audit.portfolio.outcomes import ExitDays
from audit.portfolio.stress.result import Margin, PlanState
from audit.portfolio.tables import ContractRow
from governance.choices import ExitTestKind, Fallback

OTHER_MODELS: Final = frozenset({Fallback.HOT_OTHER_MODEL, Fallback.COLD_OTHER_MODEL})
_REAL: Final = frozenset({ExitTestKind.FULL_CUTOVER, ExitTestKind.TECHNICAL})


def measure_orderly(given: int, exit_days: ExitDays | None) -> Margin | None:
    """The days there are, minus those an exit takes; none while the system was never assessed."""
    return None if exit_days is None else Margin(given - exit_days.high, given - exit_days.low)


def measure_sudden(
    contracts: Sequence[ContractRow], exit_days: ExitDays | None, *, fallback_lost: bool | None
) -> Margin | None:
    """The outage that can be borne, minus the time until the fallback carries the work.

    Of several contracts the shorter outage and the slower fallback count. Where nothing takes over, or the model
    that would is lost too, the outage lasts as long as the exit; where that is not known (``None``), it may.
    """
    if not contracts:
        return None
    outages = [row.tolerable_outage_days for row in contracts]
    bearable = _all_known(outages)
    if bearable is None:
        return None
    tolerable = min(bearable)
    fallbacks = {row.fallback for row in contracts}
    other_model = bool(fallbacks & OTHER_MODELS)
    if Fallback.NONE in fallbacks or (other_model and fallback_lost):
        return None if exit_days is None else Margin(tolerable - exit_days.high, tolerable - exit_days.low)
    starts = _all_known([row.fallback_activation_days for row in contracts])
    if starts is None or "" in fallbacks:
        return None
    margin = tolerable - max(starts)
    if not other_model or fallback_lost is False:
        return Margin(margin, margin)
    return None if exit_days is None else Margin(min(margin, tolerable - exit_days.high), margin)


def judge_plan(contracts: Iterable[ContractRow], as_of: date) -> PlanState:
    """The worst state of the plans: none written, not known, never walked within 12 months, tested."""
    rows = list(contracts)
    if any(row.exit_plan is False for row in rows):
        return PlanState.MISSING
    if not rows or any(row.exit_plan is None for row in rows):
        return PlanState.UNKNOWN
    return PlanState.TESTED if all(_is_tested(row, as_of) for row in rows) else PlanState.UNTESTED


def _is_tested(row: ContractRow, as_of: date) -> bool:
    """Whether a technical or full test took place within the last 12 months; one on paper is none."""
    if not row.exit_tested or row.exit_tested_on is None or row.exit_test_kind not in _REAL:
        return False
    return row.exit_tested_on <= as_of < ages_on(row.exit_tested_on)


def _all_known(values: Sequence[float | None]) -> list[float] | None:
    known = [value for value in values if value is not None]
    return known if len(known) == len(values) else None
