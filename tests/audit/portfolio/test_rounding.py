"""A score reads the same wherever it is printed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from audit.portfolio.comparison.dimensions import _lock_in, _transparency
from audit.reports.figures.bars import figure


@pytest.mark.parametrize(
    ("value", "printed"), [(4.5, 5), (5.5, 6), (4.4, 4), (24.8, 24), (25.0, 25), (49.5, 49), (74.99, 74), (100.0, 100)]
)
def test_a_memo_and_a_report_on_the_system_print_the_same_figure(value: float, printed: int) -> None:
    # Halves go up, as in every bar; but 24.8 is low, so it is not printed as 25, where the next band begins.
    score = SimpleNamespace(score=SimpleNamespace(low=value, high=value))
    judged: Any = SimpleNamespace(assessment=SimpleNamespace(lock_in=score, transparency=score))
    assert figure(value) == str(printed)
    assert [*_lock_in(judged, judged)] == [f"Between {printed} and {printed} of 100, where 100 cannot be left."]
    assert [*_transparency(judged, judged)] == [f"Between {printed} and {printed} of 100, where 100 is opaque."]
