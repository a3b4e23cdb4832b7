"""The way of an officer through Art. 27: begin the form, fill it in to the end, notify, and the duty turns to met."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from audit.models import Standing
from audit.rulepacks.cases import read_cases
from audit.rulepacks.loader import RULEPACKS
from audit.services.marking import mark_systems
from audit.tasks import assess_system
from governance.models import AISystem, FundamentalRightsAssessment
from tests.audit.scenes import make_entity, make_system
from tests.browser.conftest import sign_in, take_turn
from tests.governance.law_scenes import FRIA, make_dpia

pytestmark = pytest.mark.browser

MOST_ENTRIES: Final = 15
"""Ten texts for the six elements, who did it, three days and the authority."""

_LABELS: Final = {
    "processes": "Our processes:",
    "period": "Period of use:",
    "frequency": "How often:",
    "affected": "Persons and groups affected:",
    "risks": "Risks of harm:",
    "provider_information": "Information of the provider taken into account:",
    "oversight": "Human oversight:",
    "measures": "Measures if the risks come true:",
    "governance": "Who decides in the house:",
    "complaints": "How people can complain:",
    "performed_by": "Performed by:",
}


IN_FORCE: Final = date(2027, 12, 3)
"""The day after the duties of Annex III begin (Art. 113(c)(i))."""


@pytest.fixture(autouse=True)
def _in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_: IN_FORCE)


def test_from_beginning_the_form_of_art_27_to_the_duty_met(people: None, page: Page) -> None:
    system = _make_scoring()
    _assess(system)
    assert _outcome_of_art_27(system) == "undetermined"  # in force, and nothing on record
    sign_in(page, "officer")
    page.goto(f"/admin/governance/aisystem/{system.pk}/change/")
    form = page.locator("ul.law-forms > li").filter(has_text="Fundamental-rights impact assessment")
    form.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Make it final").click()
    expect(page.get_by_text("AI Act Art. 27(1)(d) asks for the risks of harm to them.")).to_be_visible()
    entries = _fill_in(page)
    page.get_by_role("button", name="Make it final").click()
    expect(page.get_by_role("heading", name="Final: six of six elements")).to_be_visible()
    _assess(system)
    assert _outcome_of_art_27(system) == "not_satisfied"  # the authority is not notified, Art. 27(3)
    page.get_by_label("Authority notified on:").fill(IN_FORCE.isoformat())
    page.get_by_label("Authority:", exact=True).fill("Bundesnetzagentur")
    page.get_by_role("button", name="Save what followed").click()
    expect(page.get_by_text("Saved. Six of six elements.")).to_be_visible()
    assert entries + 2 <= MOST_ENTRIES
    _assess(system)
    assert _outcome_of_art_27(system) == "satisfied"
    page.get_by_role("link", name="Back to the system").click()
    expect(form).to_contain_text("met")
    expect(form).to_contain_text("version 1: six of six elements")


def _make_scoring() -> AISystem:
    """The worked case V01: a bank that scores the creditworthiness of people."""
    [case] = [case for case in read_cases(RULEPACKS / "eu_ai_act") if case.form.id == "V01"]
    answers = {key: {"value": value} for key, value in case.facts.items()}
    return make_system(name="Loan scoring", legal_entity=make_entity(name="Aldermoor Bank"), answers=answers)


def _fill_in(page: Page) -> int:
    """Type what the form asks for, and give the number of entries."""
    for column, label in _LABELS.items():
        page.get_by_label(label, exact=True).fill(FRIA[column])
    page.get_by_label("Performed on:").fill(IN_FORCE.isoformat())
    page.get_by_label("To be reviewed by:").fill("2028-12-03")
    return len(_LABELS) + 2


def _assess(system: AISystem) -> None:
    mark_systems(system_ids=[system.pk], requested_by="test")
    take_turn(assess_system, system.pk)


def _outcome_of_art_27(system: AISystem) -> str:
    standing = Standing.objects.select_related("assessment").get(system=system)
    assert standing.assessment is not None
    duties: Any = standing.assessment.result["regulatory"]["duties"]
    assert FundamentalRightsAssessment.objects.filter(system=system).count() <= 1
    return str(next(duty["outcome"] for duty in duties if duty["id"] == "AIA-27"))


def test_what_is_asked_only_in_some_cases_shows_when_it_is(people: None, page: Page) -> None:
    record = make_dpia(_make_scoring(), status="draft")
    sign_in(page, "officer")
    page.goto(f"/admin/governance/dataprotectionassessment/{record.pk}/change/")
    consulted = page.get_by_label("Authority consulted on:")
    expect(consulted).to_be_hidden()  # the risk that stays is medium
    page.get_by_label("Risk that stays:").select_option("high")
    expect(consulted).to_be_visible()
    page.get_by_role("button", name="Make it final").click()
    expect(page.get_by_text("GDPR Art. 36(1) asks for the day the authority was consulted.")).to_be_visible()
    interest = page.get_by_label("Legitimate interest:", exact=True)
    expect(interest).to_be_hidden()
    page.get_by_label("Rests on a legitimate interest:").select_option("true")
    expect(interest).to_be_visible()
