"""The data-flow diagram shows each party once, each step, and all that is unknown."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.reports.figures.flow_layout import Box, lay_out
from audit.reports.figures.flows import Step, data_flow_diagram

SVG = "{http://www.w3.org/2000/svg}"
edges = st.lists(st.tuples(*[st.sampled_from("ABCDEFGHIJKL")] * 2), max_size=14)


def cuts(box: Box, one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Tell whether an upright or level line runs through the inside of a box."""
    (x1, y1), (x2, y2) = one, other
    left, right, top, bottom = min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
    inside_x = left < box.x + box.width - 0.5 and right > box.x + 0.5
    inside_y = top < box.y + box.height - 0.5 and bottom > box.y + 0.5
    return inside_x and inside_y


@settings(deadline=None)
@given(edges)
def test_no_box_overlaps_another_and_no_arrow_runs_through_a_box(some: list[tuple[str, str]]) -> None:
    layout = lay_out(some, width=482)
    for at, box in enumerate(layout.boxes):
        assert box.x >= 0
        assert box.x + box.width <= 482
        assert box.y + box.height <= layout.height
        for other in layout.boxes[at + 1 :]:
            apart_x = box.x + box.width <= other.x or other.x + other.width <= box.x
            assert apart_x or box.y + box.height <= other.y or other.y + other.height <= box.y
        for route in layout.routes:
            assert not any(cuts(box, one, other) for one, other in pairwise(route.points))


@settings(deadline=None)
@given(edges)
def test_every_step_ends_at_an_entry_of_its_own(some: list[tuple[str, str]]) -> None:
    ends = [route.points[-1] for route in lay_out(some, width=482).routes]
    assert len(set(ends)) == len(some)


def test_a_party_named_twice_is_one_box() -> None:
    steps = [
        Step("Customers", "NO", "Bank", "NO", "chat text"),
        Step("Bank", "NO", "Vendor", "US", "chat text", "SCC"),
        Step("Vendor", "US", "Bank", "NO", "answers", "SCC"),
    ]
    boxes = list(ET.fromstring(data_flow_diagram(steps)).iter(f"{SVG}rect"))
    assert len(boxes) == 3


def test_an_unknown_place_is_dashed_and_says_unknown() -> None:
    drawing = data_flow_diagram([Step("Vendor", "US", "Sub-processors", "", "chat text")])
    known, unknown = ET.fromstring(drawing).iter(f"{SVG}rect")
    assert known.get("stroke-dasharray") is None
    assert unknown.get("stroke-dasharray") is not None
    assert "place unknown" in [node.text for node in ET.fromstring(drawing).iter(f"{SVG}text")]


def test_the_text_alternative_tells_every_step() -> None:
    title = ET.fromstring(
        data_flow_diagram([Step("Bank", "NO", "Vendor", "US", "chat text", "standard contractual clauses")])
    ).findtext(f"{SVG}title")
    assert title == "Data flows. Bank (NO) to Vendor (US): chat text, standard contractual clauses"


def test_a_long_name_and_place_are_told_in_full_and_the_box_grows_with_them() -> None:
    name = "Halden Talent and Recruitment Services (Netherlands) Besloten Vennootschap, Rotterdam branch"
    steps = [
        Step(name, "Kingdom of the Netherlands, European part", "Bank", "NO", "scores"),
        Step("Bank", "NO", "Vendor", "US", "files"),
        Step("Vendor", "US", "Host", "US", "files"),
    ]
    drawing = ET.fromstring(data_flow_diagram(steps))
    told = " ".join(node.text or "" for node in drawing.iter(f"{SVG}text")).replace("- ", "")
    assert name in told
    assert "Kingdom of the Netherlands, European part" in told
    heights = [float(box.get("height", "0")) for box in drawing.iter(f"{SVG}rect")]
    assert heights[0] > heights[1]


def test_an_unbroken_name_wraps_in_its_box() -> None:
    name = "0123456789" * 5
    told = [
        node.text or ""
        for node in ET.fromstring(data_flow_diagram([Step(name, "NO", "Bank", "NO", "x")])).iter(f"{SVG}text")
    ]
    assert name in "".join(told)


def test_markup_and_control_characters_stay_text() -> None:
    drawing = data_flow_diagram([Step("<b>A</b>\x00", "NO", "B & C", "US", "<script>", "")])
    assert "<script>" not in drawing
    ET.fromstring(drawing)
