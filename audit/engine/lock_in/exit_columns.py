"""The days of an exit and the sudden margin for many sheets at once; each piece is made by the scalar way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias

from audit.engine.facts import Fact
from audit.engine.lock_in.exercises import TEST_KIND, TEST_PHASES, TESTED_DAYS, TESTED_ON, read_observed_phases
from audit.engine.lock_in.exit_time import (
    ACTIVATION,
    FALLBACK,
    TESTED_PHASE,
    TOLERABLE,
    ExitTime,
    PhaseDays,
    estimate_phase,
    has_no_fallback,
    judge_sudden_margin,
    round_days,
)
from audit.engine.lock_in.model import LockInModel, Phase
from audit.engine.remembering import Memo
from audit.engine.scoring.blocks import Block
from audit.engine.scoring.columns import Column, Columns, Numbering, pick_rows
from audit.engine.scoring.terms import Ends

_Numbers: TypeAlias = tuple[int, ...]
_Observed: TypeAlias = tuple[frozenset[str], int]
"""The phases that a test ran, and the whole days it took."""
_TEST: Final = (TEST_KIND, TEST_PHASES, TESTED_DAYS, TESTED_ON)
_SUDDEN: Final = (TOLERABLE, FALLBACK, ACTIVATION)
# Both ends of some days in one number, so that one addition adds both: the low end in the lower 40 bits.
_BITS: Final = 40
_LOWER: Final = (1 << _BITS) - 1


class ExitDays(NamedTuple):
    """The days of an exit, and whether a test's days lie outside the estimate for its phases."""

    low: int
    high: int
    leaves_estimate: bool


class ExitColumns:
    """What exits have come to so far, on any day."""

    def __init__(self, model: LockInModel, blocks: Sequence[Block], numbering: Numbering) -> None:
        self._numbering = numbering
        self._phases = [_PhaseColumn(phase, model, blocks, numbering) for phase in model.phases]
        self._observed: Memo[_Numbers, _Observed | None] = Memo(self._read_observed)
        self._usual: Memo[int, ExitDays] = Memo(_unpack)
        self._tested: Memo[tuple[_Numbers, _Observed], ExitDays] = Memo(self._replace_phases)
        self._sudden: Memo[_Numbers, tuple[bool, Ends | None]] = Memo(self._judge_sudden)
        self._sudden_as_exit: Memo[tuple[int, int, int], Ends | None] = Memo(self._judge_sudden_as_exit)

    @property
    def size(self) -> int:
        """How many exits it holds."""
        return len(self._observed) + len(self._tested) + len(self._sudden_as_exit)

    def find_days(self, columns: Columns, patterns: Sequence[Column]) -> list[ExitDays]:
        """The days of each exit; ``patterns`` are those of the blocks."""
        seen = map(self._observed.__getitem__, pick_rows(columns, _TEST))
        if not self._phases:
            return [self._usual[0] for _ in seen]
        rows = zip(*[phase.find(columns, patterns) for phase in self._phases], strict=True)
        usual, tested = self._usual, self._tested
        return [
            usual[sum(row)] if observed is None else tested[row, observed]
            for row, observed in zip(rows, seen, strict=True)
        ]

    def judge_sudden(self, columns: Columns, exits: Iterable[ExitDays]) -> list[Ends | None]:
        """The sudden margins."""
        found = map(self._sudden.__getitem__, pick_rows(columns, _SUDDEN))
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

    def _judge_sudden(self, numbers: _Numbers) -> tuple[bool, Ends | None]:
        known = self._numbering.sheet(_SUDDEN, numbers)
        if has_no_fallback(known):
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
            return [self._days[()]] * len(columns[TOLERABLE])
        return map(self._days.__getitem__, zip(*read, strict=True))

    def _estimate(self, numbers: _Numbers) -> int:
        known, risks = {}, dict(self._no_risks)
        if self._block is not None:
            score = self._block.score(numbers[0])
            known, risks, numbers = dict(score.known), {**risks, **score.group_ends()}, numbers[1:]
        days = estimate_phase(self.phase, {**known, **self._numbering.sheet(self._keys, numbers)}, risks)
        return days.low + (days.high << _BITS)


def _unpack(days: int) -> ExitDays:
    return ExitDays(days & _LOWER, days >> _BITS, leaves_estimate=False)


def _exit_of(low: int, high: int) -> ExitTime:
    return ExitTime((PhaseDays(TESTED_PHASE, low, high, ""),), (0, 0), None)
