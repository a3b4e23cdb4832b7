"""The drawings over many systems: text alternatives carry the figures, and nothing typed becomes markup."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from audit.reports.figures.dependence import Pillar, dependence_map
from audit.reports.figures.field import Interval, interval_field
from audit.reports.figures.matrix import band_matrix
from audit.reports.figures.tallies import Tally, tally_bars

SVG = "{http://www.w3.org/2000/svg}"


def title_of(drawing: str) -> str:
    title = ET.fromstring(drawing).find(f"{SVG}title")
    assert title is not None
    return title.text or ""


def test_bars_tell_every_figure_and_stay_on_their_track() -> None:
    drawing = tally_bars(
        [Tally("Minimal", 3, 4, "3, up to 7"), Tally("<b>x</b>", 0, 0, "0")], title="Systems by class", whole=5
    )
    assert title_of(drawing) == "Systems by class. Minimal: 3, up to 7; <b>x</b>: 0"
    assert "<b>" not in drawing
    # Three of five are certain; of the four possible only two fit on the track of five.
    widths = [float(found) for found in re.findall(r'<rect[^>]* width="([\d.]+)" height="9"', drawing)]
    track = widths[0]
    assert widths[1] == round(track * 3 / 5, 1)
    assert widths[2] <= track * 2 / 5 + 0.1


def test_an_interval_field_counts_each_band_once() -> None:
    rows = [Interval(10, 20, "low"), Interval(20, 90, "very_high"), Interval(5, 80, "very_high")]
    told = title_of(interval_field(rows, title="Lock-in"))
    assert told.startswith("Lock-in: three systems. very high: 2; high: 0; moderate: 0; low: 1")
    assert "between 5 and 80" in told, "sorted by the high end, the one in the middle is 5 to 80"


def test_an_empty_field_says_so() -> None:
    assert title_of(interval_field([], title="Lock-in")) == "Lock-in: not yet assessed"


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=60))
def test_a_field_draws_each_system_from_its_low_to_its_high_end(ends: list[tuple[int, int]]) -> None:
    rows = [Interval(min(pair), max(pair), "high") for pair in ends]
    drawing = interval_field(rows, title="x", width=116)
    light = re.search(r'<path d="([^"]*)" stroke-opacity', drawing)
    assert light is not None
    found = sorted((float(start), float(end)) for start, end in re.findall(r"M([\d.]+) [\d.]+H([\d.]+)", light[1]))
    # With a span of one unit a point, a score stands at itself beside the margin of eight.
    assert found == sorted((8 + row.low, 8 + row.high) for row in rows)


def test_a_matrix_tells_each_cell_that_is_not_empty() -> None:
    drawing = band_matrix({("high", "low"): 12}, across="Transparency risk", down="Lock-in", title="Both")
    assert title_of(drawing) == "Both. Lock-in high, Transparency risk low: 12"
    assert drawing.count("12</text>") == 1


def test_a_map_joins_each_function_to_its_groups_and_marks_hidden_roots() -> None:
    pillars = [Pillar("Alpha", "50 %", ("Payments",)), Pillar("Beta", "20 %", ("Payments", "Lending"), True)]
    drawing = dependence_map(["Payments", "Lending"], pillars, title="Map")
    assert title_of(drawing) == "Map. Alpha (50 %): Payments; Beta (20 %): Payments, Lending"
    lines = re.findall(r"<path [^>]*>", drawing)
    assert len(lines) == 3
    assert sum("dasharray" in line for line in lines) == 2
