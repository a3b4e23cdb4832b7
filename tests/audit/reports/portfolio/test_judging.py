"""A class that is not decided is told by what is possible, never by what is not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from audit.reports.portfolio.capping import left_out
from audit.reports.portfolio.judging import CLASSES, label_possible
from governance.vocabulary import load_vocabulary


@pytest.mark.parametrize(
    ("possible", "told"),
    [
        # Two are named, the graver first; prohibited is not among them, so it is not spoken of.
        (
            ("annex_iii_filtered", "high_risk_annex_iii"),
            "not decided; “High-risk (Annex III)” or “Listed in Annex III but filtered out”",
        ),
        (("minimal", "prohibited"), "not decided; “Prohibited” or “Minimal”"),
        (("high_risk_annex_iii", "annex_iii_filtered", "minimal"), "not decided; may be high-risk"),
        (("prohibited", "transparency", "minimal"), "not decided; may be prohibited"),
        (CLASSES, "not decided; may be high-risk or prohibited"),
    ],
)
def test_an_undecided_class_is_told_by_what_is_possible(possible: tuple[str, ...], told: str) -> None:
    assert label_possible(load_vocabulary(), possible) == told


@pytest.mark.parametrize(
    ("shown", "language", "told"),
    [
        (2, "en", "One more system stands in the attached table."),
        (1, "en", "2 more systems stand in the attached table."),
        (2, "de", "Ein weiteres System steht in der beigefügten Tabelle."),
        (1, "de", "2 weitere Systeme stehen in der beigefügten Tabelle."),
        (3, "en", ""),
    ],
)
def test_one_row_that_is_left_out_is_not_told_as_many(shown: int, language: str, told: str) -> None:
    holdings = SimpleNamespace(systems_left_out=left_out(3, shown))
    part = SimpleNamespace(number="5", title="The group", anchor="group")
    with translation.override(language):
        page = render_to_string(
            "reports/vendor/05_group.html", {"view": SimpleNamespace(holdings=holdings), "part": part}
        )
    assert ("attached table" in page or "beigefügten Tabelle" in page) == bool(told)
    assert told in page
