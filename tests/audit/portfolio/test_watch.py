"""The days that are watched, each with the reason for its date."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.models import WatchedKind
from audit.portfolio.watch import LEADS, Watched, list_ahead, list_watched
from tests.audit.portfolio.plain import TODAY, component, contract, offer, system, tables, use, vendor


def days_of(**columns: Any) -> dict[str, date]:
    register = tables(systems=[system(1)], vendors=[vendor(1)], contracts=[contract(1, 1, 1, **columns)])
    return {watched.what.value: watched.on for watched in list_watched(register)}


def test_notice_is_due_by_the_end_minus_the_notice() -> None:
    # 60 days before 14 February 2027: 16 December 2026.
    assert days_of(end_on=date(2027, 2, 14), notice_days=60) == {
        "notice_by": date(2026, 12, 16),
        "contract_end": date(2027, 2, 14),
    }


@pytest.mark.parametrize("columns", [{"notice_days": 60}, {"is_open_ended": True, "notice_days": 60}, {}])
def test_without_an_end_there_is_no_day_to_give_notice(columns: dict[str, Any]) -> None:
    assert days_of(**columns) == {}


def test_a_notice_longer_than_time_itself_is_survived() -> None:
    assert days_of(end_on=date(2027, 2, 14), notice_days=10**9) == {"contract_end": date(2027, 2, 14)}


def test_a_real_exit_test_counts_for_a_year_and_one_on_paper_not_at_all() -> None:
    assert days_of(exit_tested_on=date(2026, 3, 1), exit_test_kind="technical") == {"exit_test_ages": date(2027, 3, 1)}
    assert days_of(exit_tested_on=date(2024, 2, 29), exit_test_kind="full_cutover") == {
        "exit_test_ages": date(2025, 2, 28)
    }
    assert days_of(exit_tested_on=date(2026, 3, 1), exit_test_kind="tabletop") == {}


def test_the_end_of_a_price_guarantee_is_watched() -> None:
    assert days_of(price_guaranteed_until=date(2027, 1, 1)) == {"price_guarantee_ends": date(2027, 1, 1)}


def test_a_version_is_watched_at_its_own_host_and_sources_that_disagree_are_both_shown() -> None:
    register = tables(
        systems=[system(1)],
        vendors=[vendor(1, "Lab"), vendor(2, "Cloud")],
        components=[component(1, 1)],
        uses=[use(1, 1, "other_host", 2)],
        offers=[
            offer(1, 1, retires_on=date(2026, 12, 1), source="Lab's page"),
            offer(1, 2, retires_on=date(2027, 6, 1), source="Cloud's page"),
            offer(1, 2, retires_on=date(2027, 5, 1), source="Cloud's mail"),
        ],
    )
    (watched,) = list_watched(register)
    assert (watched.on, watched.subject) == (date(2027, 5, 1), "Model 1 at Cloud")
    assert watched.stated == ((date(2027, 5, 1), "Cloud's mail"), (date(2027, 6, 1), "Cloud's page"))
    assert watched.is_disputed


def test_the_calendar_holds_the_days_ahead() -> None:
    register = tables(
        systems=[system(1)],
        vendors=[vendor(1)],
        contracts=[
            contract(1, 1, 1, end_on=TODAY - timedelta(days=1)),
            contract(2, 1, 1, end_on=TODAY),
            contract(3, 1, 1, end_on=TODAY + timedelta(days=40)),
        ],
    )
    assert [each.on for each in list_ahead(register, TODAY)] == [TODAY, TODAY + timedelta(days=40)]
    assert [each.on for each in list_ahead(register, TODAY, TODAY + timedelta(days=40))] == [TODAY]


def watched_on(day: date) -> Watched:
    return Watched(1, "SYS-1", "System", WatchedKind.NOTICE, "contract", day)


@pytest.mark.parametrize(
    ("left", "lead"), [(91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (1, 7), (0, 0), (-500, 0)]
)
def test_a_lead_is_reached_from_its_day_on_and_never_only_on_it(left: int, lead: int | None) -> None:
    assert watched_on(TODAY + timedelta(days=left)).lead_on(TODAY) == lead


@given(st.integers(-400, 400), st.integers(0, 400), st.sampled_from(sorted(WatchedKind.values)))
def test_as_days_pass_a_reminder_only_becomes_more_pressing(left: int, passed: int, kind: str) -> None:
    watched = Watched(1, "SYS-1", "System", WatchedKind(kind), "contract", TODAY + timedelta(days=left))
    before, after = watched.lead_on(TODAY), watched.lead_on(TODAY + timedelta(days=passed))
    assert before is None or (after is not None and after <= before)
    assert after is None or after in LEADS[WatchedKind(kind)]
