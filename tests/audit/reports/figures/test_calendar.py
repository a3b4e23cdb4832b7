"""The duties calendar keeps its labels apart and tells every day in words."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.reports.figures.calendar import Moment, _lanes, _place, timeline

SVG = "{http://www.w3.org/2000/svg}"
AS_OF = date(2026, 11, 20)

moments = st.lists(
    st.builds(
        Moment,
        on=st.dates(date(2018, 1, 1), date(2036, 1, 1)),
        label=st.text(max_size=80),
        state=st.sampled_from(["past", "coming", "conditional"]),
    ),
    max_size=14,
)


@settings(deadline=None)
@given(moments)
def test_labels_of_one_lane_never_overlap_and_no_leader_crosses_a_label(some: list[Moment]) -> None:
    placed = _lanes(_place(sorted(some, key=lambda m: (m.on, m.label)), AS_OF, 482))
    for mark, lane in placed:
        for other, other_lane in placed:
            if other is mark:
                continue
            covers = other.x < mark.x <= other.x + other.width
            if lane == other_lane:
                assert mark.x + mark.width <= other.x or other.x + other.width <= mark.x
            if lane > other_lane:
                assert not covers, "a line leads down through a label above"


@settings(deadline=None)
@given(moments)
def test_every_moment_stands_in_the_text_alternative(some: list[Moment]) -> None:
    title = ET.fromstring(timeline(some, as_of=AS_OF, title="Duties")).findtext(f"{SVG}title") or ""
    assert title.startswith("Duties, as of 20 Nov 2026.")
    assert title.count("(in force or past)") >= sum(moment.state == "past" for moment in some)


def test_dots_are_filled_when_past_open_when_coming_and_dashed_when_conditional() -> None:
    drawing = timeline(
        [
            Moment(date(2025, 2, 2), "Literacy", "past"),
            Moment(date(2026, 12, 2), "Marking", "coming"),
            Moment(date(2027, 12, 2), "Annex III", "conditional"),
        ],
        as_of=AS_OF,
        title="Duties",
    )
    past, coming, conditional = ET.fromstring(drawing).iter(f"{SVG}circle")
    assert past.get("fill") != "#ffffff"
    assert coming.get("fill") == conditional.get("fill") == "#ffffff"
    assert coming.get("stroke-dasharray") is None
    assert conditional.get("stroke-dasharray") is not None


def test_without_dates_the_day_itself_is_still_drawn() -> None:
    assert "as of 20 Nov 2026" in timeline([], as_of=AS_OF, title="Duties")


def test_what_stands_together_is_told_with_its_first_and_its_last_day() -> None:
    """Three dates of December under “1 Dec 2026” told that a duty of the 2nd began a day early."""
    december = Moment(date(2026, 12, 1), "3 dates", "coming", date(2026, 12, 31))
    turn_of_year = Moment(date(2026, 12, 31), "2 dates", "coming", date(2027, 1, 4))
    alone = Moment(date(2027, 3, 4), "1 date", "coming", date(2027, 3, 4))
    drawing = timeline([december, turn_of_year, alone], as_of=AS_OF, title="Duties")
    shown = [text.text for text in ET.fromstring(drawing).iter(f"{SVG}text")]
    assert {"1\N{EN DASH}31 Dec 2026", "31 Dec 2026\N{EN DASH}4 Jan 2027", "4 Mar 2027"} <= set(shown)
    with translation.override("de"):
        german = timeline([december], as_of=AS_OF, title="Termine")
    assert "01.\N{EN DASH}31.12.2026" in german
