"""What the lock-in judgement comes to, without its explanations."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple, TypeAlias

from audit.engine.lock_in.watch import WatchedDay
from audit.engine.scoring.outcome import ScoreOutcome
from audit.engine.scoring.terms import Ends

MissingAnswer: TypeAlias = tuple[str, float, tuple[str, ...]]
"""A fact, the points it would narrow, and what it decides."""


class LockInOutcome(NamedTuple):
    """The level, the days of an exit, both margins in days, what is watched, contradicted and missing.

    ``contradictions`` are the sentences that say what contradicts what; ``short_at_worst_from`` and
    ``short_at_best_from`` the days from which the orderly margin is short (``OrderlyMargin.short_from``).
    """

    score: ScoreOutcome
    exit_low: int
    exit_high: int
    orderly: tuple[int, int] | None
    sudden: Ends | None
    short_at_worst_from: date | None
    short_at_best_from: date | None
    dates: tuple[WatchedDay, ...]
    contradictions: tuple[str, ...]
    missing: tuple[MissingAnswer, ...]
    valid_until: date | None
