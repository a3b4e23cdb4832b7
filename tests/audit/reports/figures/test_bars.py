"""The interval bar says the same in form, figures and words, for every interval."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.reports.figures.bars import figure, interval_bar

SVG = "{http://www.w3.org/2000/svg}"


def read(drawing: str) -> ET.Element:
    return ET.fromstring(drawing)


def rects(drawing: str) -> list[dict[str, str]]:
    return [dict(node.attrib) for node in read(drawing).iter(f"{SVG}rect")]


def test_the_text_alternative_carries_the_figures_and_the_band() -> None:
    drawing = interval_bar(58, 81, band="very_high", title="Lock-in")
    title = read(drawing).find(f"{SVG}title")
    assert title is not None
    assert title.text == "Lock-in: between 58 and 81 of 100, very high"


def test_solid_ends_at_low_and_hatched_ends_at_high() -> None:
    # A width of 320 with margins of 10 leaves 300 units for 100 points: 3 units a point.
    track, solid, hatched = rects(interval_bar(58, 81, band="very_high", title="Lock-in"))
    assert float(track["width"]) == 300
    assert float(solid["width"]) == 58 * 3
    assert float(hatched["x"]) == 10 + 58 * 3
    assert float(hatched["width"]) == (81 - 58) * 3


def test_a_certain_score_has_nothing_hatched_and_one_figure() -> None:
    drawing = interval_bar(40, 40, band="moderate", title="Lock-in")
    assert len(rects(drawing)) == 2
    assert [node.text for node in read(drawing).iter(f"{SVG}text")].count("40") == 1


def test_figures_that_would_touch_share_one_label() -> None:
    texts = [node.text for node in read(interval_bar(58, 60, band="high", title="Lock-in")).iter(f"{SVG}text")]
    assert "58–60" in texts


def test_without_figures_nothing_is_filled_and_the_words_say_so() -> None:
    drawing = interval_bar(None, None, band="", title="Lock-in")
    (only,) = rects(drawing)
    assert only["fill"] == "none"
    assert "not yet assessed" in drawing


@pytest.mark.parametrize(("value", "printed"), [(0.4, "0"), (24.8, "24"), (25.0, "25"), (63.5, "64"), (74.99, "74")])
def test_rounding_never_lifts_a_score_into_the_next_band(value: float, printed: str) -> None:
    # Bands begin at 25, 50 and 75 (lock_in.yaml, outputs.level): "25, low" would contradict itself.
    assert figure(value) == printed


def test_markup_in_the_title_stays_text() -> None:
    drawing = interval_bar(1, 2, band="low", title='<script>alert("x")</script>')
    assert "<script>" not in drawing
    assert '<script>alert("x")</script>' in (read(drawing).findtext(f"{SVG}title") or "")


@settings(deadline=None)
@given(st.floats(0, 100), st.floats(0, 100), st.booleans())
def test_every_interval_stays_inside_the_drawing(one: float, other: float, labels: bool) -> None:
    low, high = sorted((one, other))
    drawing = interval_bar(low, high, band="high", title="Any", labels=labels)
    assert drawing == interval_bar(low, high, band="high", title="Any", labels=labels)
    for rect in rects(drawing):
        assert float(rect["x"]) >= 0
        assert float(rect["x"]) + float(rect["width"]) <= 320.1


def test_no_identifier_is_used_so_that_many_bars_share_a_page() -> None:
    assert not re.search(r"\bid=|url\(|style=", interval_bar(20, 70, band="high", title="Any"))
