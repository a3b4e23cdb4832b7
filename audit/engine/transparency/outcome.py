"""What the transparency judgement comes to, without its explanations."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from audit.engine.scoring.outcome import ScoreOutcome


class TransparencyOutcome(NamedTuple):
    """The risk, the unknown facts with the points each would narrow (most first), and how long this holds."""

    score: ScoreOutcome
    missing: tuple[tuple[str, float], ...]
    valid_until: date | None
