"""The days of an exit and both margins for many sheets at once, as columns; each piece is made by the scalar way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from audit.engine.facts import Fact
from audit.engine.lock_in.exercises import TEST_KIND, TEST_PHASES, TESTED_DAYS, TESTED_ON, read_observed_phases
from audit.engine.lock_in.exit_time import (
    ACTIVATION,
    END,
    FALLBACK,
    RETIREMENT,
    TESTED_PHASE,
    TOLERABLE,
    TRANSITION,
    VENDOR_NOTICE,
    ExitTime,
    PhaseDays,
    estimate_phase,
    find_bounds,
    has_no_fallback,
    judge_sudden_margin,
    read_days,
    round_days,
)
from audit.engine.lock_in.model import LockInModel, Phase
from audit.engine.scoring.blocks import Block
from audit.engine.scoring.columns import Column, Columns, Numbering
from audit.engine.scoring.remembering import Memo
from audit.engine.scoring.terms import Ends

_Numbers: TypeAlias = tuple[int, ...]
_Observed: TypeAlias = tuple[frozenset[str], int]
"""The phases that a test ran, and the whole days it took."""
_TEST: Final = (TEST_KIND, TEST_PHASES, TESTED_DAYS, TESTED_ON)
_BOUNDS: Final = (RETIREMENT, END, VENDOR_NOTICE)
_SUDDEN: Final = (TOLERABLE, FALLBACK, ACTIVATION)
# Both ends of some days in one number, so that one addition adds both: the low end in the lower 40 bits.
_BITS: Final = 40
_LOWER: Final = (1 << _BITS) - 1


class ExitDays(NamedTuple):
    """The days of an exit, and whether a test's days lie outside the estimate for its phases."""

    low: int
    high: int
    leaves_estimate: bool


class Orderly(NamedTuple):
    """The orderly margin in days; ``is_dated`` when it shrinks from day to day."""

    low: int
    high: int
    is_dated: bool


class ExitColumns:
    """What exits have come to on one day so far."""

    def __init__(self, model: LockInModel, blocks: Sequence[Block], numbering: Numbering, as_of: date) -> None:
        self._numbering = numbering
        self._as_of = as_of
        self._phases = [_PhaseColumn(phase, model, blocks, numbering) for phase in model.phases]
        self._observed: Memo[_Numbers, _Observed | None] = Memo(self._read_observed)
        self._usual: Memo[int, ExitDays] = Memo(_unpack)
        self._tested: Memo[tuple[_Numbers, _Observed], ExitDays] = Memo(self._replace_phases)
        self._bounds: Memo[_Numbers, tuple[int, bool] | None] = Memo(self._find_bound)
        self._transitions: Memo[int, int] = Memo(self._read_transition)
        self._sudden: Memo[_Numbers, tuple[bool, Ends | None]] = Memo(self._judge_sudden)
        self._sudden_as_exit: Memo[tuple[int, int, int], Ends | None] = Memo(self._judge_sudden_as_exit)

    def find_days(self, columns: Columns, patterns: Sequence[Column]) -> list[ExitDays]:
        """The days of each exit; ``patterns`` are those of the blocks."""
        seen = map(self._observed.__getitem__, _pick(columns, _TEST))
        if not self._phases:
            return [self._usual[0] for _ in seen]
        rows = zip(*[phase.find(columns, patterns) for phase in self._phases], strict=True)
        usual, tested = self._usual, self._tested
        return [
            usual[sum(row)] if observed is None else tested[row, observed]
            for row, observed in zip(rows, seen, strict=True)
        ]

    def judge_orderly(self, columns: Columns, exits: Iterable[ExitDays]) -> list[Orderly | None]:
        """The orderly margins."""
        bounds = map(self._bounds.__getitem__, _pick(columns, _BOUNDS))
        transitions = map(self._transitions.__getitem__, columns[TRANSITION])
        return [
            None
            if bound is None
            else Orderly(bound[0] + transition - high, bound[0] + transition - low, is_dated=bound[1])
            for bound, transition, (low, high, _) in zip(bounds, transitions, exits, strict=True)
        ]

    def judge_sudden(self, columns: Columns, exits: Iterable[ExitDays]) -> list[Ends | None]:
        """The sudden margins."""
        found = map(self._sudden.__getitem__, _pick(columns, _SUDDEN))
        as_exit = self._sudden_as_exit
        return [
            as_exit[tolerable, low, high] if lasts_as_exit else margin
            for (lasts_as_exit, margin), tolerable, (low, high, _) in zip(found, columns[TOLERABLE], exits, strict=True)
        ]

    def _read_observed(self, numbers: _Numbers) -> _Observed | None:
        observed = read_observed_phases(self._numbering.sheet(_TEST, numbers))
        return None if observed is None else (observed.phases, round_days(observed.days))

    def _replace_phases(self, key: tuple[_Numbers, _Observed]) -> ExitDays:
        """As ``estimate_exit_time``: what a test measured stands in place of the phases that it ran."""
        row, (ran, days) = key
        is_replaced = [column.phase.name in ran for column in self._phases]
        replaced = _unpack(sum(each for each, gone in zip(row, is_replaced, strict=True) if gone))
        kept = _unpack(sum(each for each, gone in zip(row, is_replaced, strict=True) if not gone))
        if not any(is_replaced):
            return kept
        leaves_estimate = not replaced.low <= days <= replaced.high
        return ExitDays(kept.low + days, kept.high + days, leaves_estimate)

    def _find_bound(self, numbers: _Numbers) -> tuple[int, bool] | None:
        bounds = find_bounds(self._numbering.sheet(_BOUNDS, numbers), self._as_of)
        return (bounds[0].days, bounds[0].day is not None) if bounds else None

    def _read_transition(self, number: int) -> int:
        known = self._numbering.sheet((TRANSITION,), (number,))
        return round_days(read_days(known, TRANSITION) or 0)

    def _judge_sudden(self, numbers: _Numbers) -> tuple[bool, Ends | None]:
        known = self._numbering.sheet(_SUDDEN, numbers)
        if has_no_fallback(known) and TOLERABLE in known:
            return True, None
        return False, judge_sudden_margin(known, _exit_of(0, 0))

    def _judge_sudden_as_exit(self, key: tuple[int, int, int]) -> Ends | None:
        tolerable, low, high = key
        known = {**self._numbering.sheet((TOLERABLE,), (tolerable,)), FALLBACK: Fact("none")}
        return judge_sudden_margin(known, _exit_of(low, high))


class _PhaseColumn:
    """The days of one phase, made once for each pattern of its group and of the facts that state it or have it done."""

    def __init__(self, phase: Phase, model: LockInModel, blocks: Sequence[Block], numbering: Numbering) -> None:
        self.phase: Final = phase
        self._numbering = numbering
        self._place = next((at for at, block in enumerate(blocks) if phase.group in block.cut.model.weights), None)
        self._block = None if self._place is None else blocks[self._place]
        self._no_risks: Final = dict.fromkeys(model.score.weights, (0.0, 0.0))
        held = () if self._block is None else self._block.cut.keys
        self._keys: Final = tuple(key for key in phase.reads() if key not in held)
        self._days: Memo[_Numbers, int] = Memo(self._estimate)

    def find(self, columns: Columns, patterns: Sequence[Column]) -> Iterable[int]:
        """The packed days of each system."""
        read = [] if self._place is None else [patterns[self._place]]
        read += [columns[key] for key in self._keys]
        if not read:
            return [self._days[()]] * len(columns[TRANSITION])
        return map(self._days.__getitem__, zip(*read, strict=True))

    def _estimate(self, numbers: _Numbers) -> int:
        known, risks = {}, dict(self._no_risks)
        if self._block is not None:
            score = self._block.score(numbers[0])
            known, risks, numbers = dict(score.known), {**risks, **score.group_ends()}, numbers[1:]
        days = estimate_phase(self.phase, {**known, **self._numbering.sheet(self._keys, numbers)}, risks)
        return days.low + (days.high << _BITS)


def _pick(columns: Columns, keys: Iterable[str]) -> Iterable[_Numbers]:
    return zip(*(columns[key] for key in keys), strict=True)


def _unpack(days: int) -> ExitDays:
    return ExitDays(days & _LOWER, days >> _BITS, leaves_estimate=False)


def _exit_of(low: int, high: int) -> ExitTime:
    return ExitTime((PhaseDays(TESTED_PHASE, low, high, ""),), (0, 0), None)
