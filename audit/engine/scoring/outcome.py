"""What a score comes to, without its explanations."""

from __future__ import annotations

from typing import NamedTuple


class ScoreOutcome(NamedTuple):
    """Both ends on 0-100 (100 the worst), the band of the unfavourable end, its label, and the share known (0-1)."""

    low: float
    high: float
    band: str
    label: str
    coverage: float
