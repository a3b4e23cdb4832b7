"""The list of systems is fast and filters on what was judged; the two buttons ask for work and show how it goes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Report, Standing, WorkState
from audit.services.assessing import assess_now
from governance.models import AISystem
from tests.governance.admin.scenes import make_system, sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/governance/aisystem/"
DAY = date(2026, 11, 20)


def test_the_list_takes_the_same_number_of_queries_for_2_and_for_20_systems() -> None:
    officer = sign_in("officer")
    make_systems(2)
    few = count_queries(officer)
    make_systems(20, first=3)
    assert count_queries(officer) == few


def test_a_system_that_was_never_judged_stands_in_the_list_as_such() -> None:
    system, officer = make_system(), sign_in("officer")
    Standing.objects.filter(system=system).delete()
    page = officer.get(LIST).content.decode()
    assert "not assessed" in page
    assert "undecided" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"aia_class": "prohibited"}, {"SYS-001"}),
        ({"aia_class": "undecided"}, {"SYS-002"}),
        ({"lock_in": "high"}, {"SYS-001"}),
        ({"transparency": "low"}, {"SYS-002"}),
        ({"openness": "closed"}, {"SYS-001"}),
        ({"stage__exact": "idea"}, {"SYS-002"}),
        ({"q": "SYS-002"}, {"SYS-002"}),
        ({"q": "gpt-4"}, {"SYS-001", "SYS-002"}),
        ({"vendor": "no such vendor"}, set()),
    ],
)
def test_the_list_filters_by_what_was_judged(query: dict[str, str], found: set[str]) -> None:
    officer = sign_in("officer")
    stand(make_system("SYS-001"), aia_class="prohibited", lock_in_band="high", openness_status="closed")
    stand(make_system("SYS-002", stage="idea"), lock_in_band="low", transparency_band="low")
    page = officer.get(LIST, query)
    assert {system.reference for system in page.context["cl"].result_list} == found


def test_filtering_by_vendor_keeps_its_systems() -> None:
    officer = sign_in("officer")
    vendor_id = make_system().uses.get().component.vendor_id
    page = officer.get(LIST, {"vendor": str(vendor_id)})
    assert [system.reference for system in page.context["cl"].result_list] == ["SYS-001"]


def test_an_empty_register_says_what_to_do() -> None:
    assert "Register a system" in sign_in("officer").get(LIST).content.decode()


def test_assess_now_enqueues_after_commit(django_capture_on_commit_callbacks: Any) -> None:
    officer = sign_in("officer")
    systems = make_systems(2)
    with django_capture_on_commit_callbacks() as after_commit:
        officer.post(LIST, {"action": "assess_now", "_selected_action": [system.pk for system in systems]})
    assert after_commit
    assert set(Standing.objects.values_list("state", "requested_by")) == {(WorkState.QUEUED, "officer")}


def test_the_button_on_the_page_asks_for_an_assessment_and_shows_it_waiting() -> None:
    system, officer = make_system(), sign_in("officer")
    officer.post(f"{LIST}{system.pk}/assess/")
    assert "Waiting to be assessed" in officer.get(f"{LIST}{system.pk}/change/").content.decode()
    state = officer.get(f"{LIST}{system.pk}/status/").json()
    assert state["is_working"] is True
    assert "Waiting to be assessed" in state["panel"]


def test_a_report_is_asked_for_and_watched_until_it_is_there_or_says_why_not() -> None:
    system, officer = make_system(), sign_in("officer")
    assess_now(system_id=system.pk, as_of=DAY, requested_by="officer")
    officer.post(f"{LIST}{system.pk}/report/", {"status": "draft", "language": "de"})
    report = Report.objects.get()
    assert (report.status, report.language) == ("draft", "de")
    assert "waiting" in officer.get(f"{LIST}{system.pk}/status/").json()["panel"]
    Report.objects.update(state=WorkState.RUNNING)
    assert "being made now" in officer.get(f"{LIST}{system.pk}/status/").json()["panel"]
    Report.objects.update(state=WorkState.FAILED, error="The disk is full.")
    assert "The disk is full." in officer.get(f"{LIST}{system.pk}/status/").json()["panel"]
    Report.objects.update(state=WorkState.DONE, error="", file="reports/2026/x.pdf", pages=12)
    state = officer.get(f"{LIST}{system.pk}/status/").json()
    assert f"/reports/{report.pk}/file/" in state["panel"]


def test_only_those_who_may_ask_for_work_can() -> None:
    system, auditor = make_system(), sign_in("auditor")
    assert auditor.post(f"{LIST}{system.pk}/assess/").status_code == 403
    assert auditor.post(f"{LIST}{system.pk}/report/").status_code == 403
    page = auditor.get(f"{LIST}{system.pk}/change/").content.decode()
    assert "Assess now" not in page
    assert auditor.get(f"{LIST}{system.pk}/status/").status_code == 200
    officer = sign_in("officer")
    assert officer.get(f"{LIST}{system.pk}/assess/").status_code == 403


def test_what_was_concluded_stands_above_the_form() -> None:
    system, officer = make_system(), sign_in("officer")
    assess_now(system_id=system.pk, as_of=DAY, requested_by="officer")
    page = officer.get(f"{LIST}{system.pk}/change/").content.decode()
    assert "As of 20 November 2026" in page
    assert "classes are possible" in page


def make_systems(count: int, first: int = 1) -> list[AISystem]:
    return [stand(make_system(f"SYS-{number:03d}")) for number in range(first, first + count)]


def stand(system: AISystem, **columns: Any) -> AISystem:
    Standing.objects.update_or_create(system=system, defaults=columns)
    return system


def count_queries(client: Any) -> int:
    client.get(LIST)  # the first look fills caches of content types
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LIST).status_code == 200
    return len(queries)
