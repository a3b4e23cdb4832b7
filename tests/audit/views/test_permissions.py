"""Every page and button for every group: who sees it, who is refused, who has to sign in first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from audit import urls
from audit.models import Finding, ReassessmentRun, Reminder, Report, Scenario, Standing, StressRecord
from governance.models import AISystem, AuditEvent
from tests.audit.pages_bank import GROUPS, make_report
from tests.audit.scenes import TODAY

SEES, REFUSED, SIGNS_IN = "sees", "refused", "signs in first"
EVERYONE = dict.fromkeys(GROUPS, SEES) | {"": REFUSED, "nobody signed in": SIGNS_IN}
# The auditors' group is for reading: its members press nothing.
NOT_THE_AUDITOR = EVERYONE | {"auditor": REFUSED}
OPEN_TO_ALL = dict.fromkeys(EVERYONE, SEES)

PAGES: dict[str, dict[str, str]] = {
    "portfolio": EVERYONE,
    "system": EVERYONE,
    "reasons": EVERYONE,
    "system_progress": EVERYONE,
    "findings": EVERYONE,
    "calendar": EVERYONE,
    "concentration": EVERYONE,
    "order": EVERYONE,
    "stress": EVERYONE,
    "stress_run": EVERYONE,
    "stress_progress": EVERYONE,
    "reports": EVERYONE,
    "entities": EVERYONE,
    "entity": EVERYONE,
    "runs": EVERYONE,
    "run": EVERYONE,
    "run_progress": EVERYONE,
    "scenarios": EVERYONE,
    "scenario": EVERYONE,
    "alive_plain": OPEN_TO_ALL,
    "metrics": OPEN_TO_ALL,  # to this machine; test_figures shows to whom else
    "download_report": EVERYONE,
    "finding": NOT_THE_AUDITOR,
    "compare_choices": NOT_THE_AUDITOR,
    "verify": EVERYONE,
    "download_verifier": EVERYONE,
    "sign_in": OPEN_TO_ALL,
    "alive": OPEN_TO_ALL,
}
BUTTONS = {
    "assess_now": NOT_THE_AUDITOR,
    "make_report": NOT_THE_AUDITOR,
    "ask_report": NOT_THE_AUDITOR,
    "finding": NOT_THE_AUDITOR,
    "start_reassessment": NOT_THE_AUDITOR,
    "hold_run": NOT_THE_AUDITOR | {"risk_analyst": REFUSED},
    "scenarios": NOT_THE_AUDITOR,
    "stress": NOT_THE_AUDITOR,
    "see_reminder": NOT_THE_AUDITOR,
}
ELSEWHERE = {"sign_out", "ready", "ready_plain"}  # shown in test_sign_in and test_readiness


def test_every_address_is_in_one_of_the_tables() -> None:
    names = {pattern.name for pattern in urls.urlpatterns}
    assert names == set(PAGES) | set(BUTTONS) | ELSEWHERE


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_shown_to_those_who_may_read_it(
    name: str, bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    report = make_report(bank["chatbot"])
    found = {}
    for who in EVERYONE:
        client = Client() if who == "nobody signed in" else sign_in(who)
        response = client.get(_address(name, bank, report))
        if response.streaming:
            response.getvalue()  # reading it to the end closes the file
        found[who] = _outcome(response)
    assert found == PAGES[name]


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_works_only_for_those_who_may_press_it(
    name: str, bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    found = {}
    for who in EVERYONE:
        client = Client() if who == "nobody signed in" else sign_in(who)
        with transaction.atomic():
            fields = {"response": "disagree", "response_text": "Not so.", "act": "pause", "as_of": "2027-12-02"}
            fields |= {"scenario": "price_times", "times": "2", "kind": "portfolio"}
            response = client.post(_address(name, bank, None), fields)
            has_written = Report.objects.exists() or AuditEvent.objects.exists() or _is_queued(bank["chatbot"])
            has_written |= Scenario.objects.exists() or ReassessmentRun.objects.exclude(requested_by="").exists()
            has_written |= ReassessmentRun.objects.exclude(hold="").exists()
            has_written |= StressRecord.objects.filter(state="queued").exists()
            has_written |= Reminder.objects.exclude(seen_by="").exists()
            transaction.set_rollback(True)  # each of them finds the same rows
        found[who] = SEES if has_written else _outcome(response)
    assert found == BUTTONS[name]


def test_an_auditor_sees_no_button_that_writes(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    page = sign_in("auditor").get(reverse("system", args=[bank["chatbot"].pk])).content.decode()
    for words in ("Assess now", "Make report", "Respond", "Facts and answers"):
        assert words not in page
    assert page.count('method="post"') == 1  # signing out


@pytest.mark.parametrize("name", ["assess_now", "make_report"])
def test_a_button_is_not_pressed_by_following_a_link(
    name: str, bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    assert sign_in("officer").get(_address(name, bank, None)).status_code == 405


def _is_queued(system: AISystem) -> bool:
    return Standing.objects.get(system=system).state == "queued"


def _address(name: str, bank: dict[str, AISystem], report: Report | None) -> str:
    """The address of a page, with what it is about; each row is made where it is not there yet."""
    day: dict[str, Any] = {"on": TODAY, "lead_days": 0, "raised_on": TODAY}
    of_system = {"system", "system_progress", "reasons", "assess_now", "make_report", "compare_choices"}
    makers: dict[str, Callable[[], Any]] = {
        **dict.fromkeys(of_system, lambda: bank["chatbot"].pk),
        "entity": lambda: bank["chatbot"].legal_entity_id,
        "finding": lambda: Finding.objects.get().pk,
        **dict.fromkeys(
            ("run", "run_progress", "hold_run"),
            lambda: ReassessmentRun.objects.get_or_create(as_of=TODAY, state="running")[0].pk,
        ),
        "scenario": lambda: Scenario.objects.get_or_create(as_of=TODAY, compared_on=TODAY, state="done")[0].pk,
        "see_reminder": lambda: (
            Reminder.objects.get_or_create(system=bank["chatbot"], what="contract_end", subject="C", **day)[0].pk
        ),
        **dict.fromkeys(
            ("stress_run", "stress_progress"),
            lambda: StressRecord.objects.get_or_create(scenario="price_times", as_of=TODAY)[0].pk,
        ),
        "download_report": lambda: report.pk if report is not None else 0,
        "download_verifier": lambda: "verify_openbook_report.py",
    }
    return reverse(name, args=[makers[name]()]) if name in makers else reverse(name)


def _outcome(response: Any) -> str:
    if response.status_code == 302 and response["Location"].startswith(reverse("sign_in")):
        return SIGNS_IN
    return {200: SEES, 403: REFUSED}.get(response.status_code, f"status {response.status_code}")
