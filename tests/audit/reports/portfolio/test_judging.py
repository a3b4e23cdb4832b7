"""A class that is not decided is told by what is possible, never by what is not."""

from __future__ import annotations

import pytest

from audit.reports.portfolio.judging import CLASSES, label_possible
from governance.vocabulary import load_vocabulary


@pytest.mark.parametrize(
    ("possible", "told"),
    [
        # Two are named, the graver first; prohibited is not among them, so it is not spoken of.
        (
            ("annex_iii_filtered", "high_risk_annex_iii"),
            "not decided; High-risk (Annex III) or Listed in Annex III but filtered out",
        ),
        (("minimal", "prohibited"), "not decided; Prohibited or Minimal"),
        (("high_risk_annex_iii", "annex_iii_filtered", "minimal"), "not decided; may be high-risk"),
        (("prohibited", "transparency", "minimal"), "not decided; may be prohibited"),
        (CLASSES, "not decided; may be high-risk or prohibited"),
    ],
)
def test_an_undecided_class_is_told_by_what_is_possible(possible: tuple[str, ...], told: str) -> None:
    assert label_possible(load_vocabulary(), possible) == told
