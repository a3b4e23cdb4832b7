"""The way of an officer: register a vendor's chatbot, answer until it is classed, assess, and get the report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from audit.models import Report
from audit.services.assessing import request_assessment
from audit.tasks import assess_system, render_report
from governance.models import AISystem, Component, LegalEntity, Vendor
from governance.services.answering import Answer, save_entity_answers
from governance.vocabulary import load_vocabulary
from tests.audit.admin.test_questionnaire import ENTITY, TRUTH
from tests.browser.conftest import sign_in, take_turn

pytestmark = pytest.mark.browser

MOST_PAGES = 8
"""A vendor's chatbot is classed in five minutes; with six questions a page that is less than this many pages."""


def test_from_registering_a_chatbot_to_its_report(people: None, page: Page, tmp_path: Path) -> None:
    entity = LegalEntity.objects.create(name="Aldermoor Bank", country="DE")
    own = {key: Answer(value) for key, value in ENTITY.items()}
    save_entity_answers(legal_entity_id=entity.pk, answers=own, actor="officer")  # the bank's own page is filled in
    vendor = Vendor.objects.create(name="OpenAI", legal_name="OpenAI OpCo, LLC", country="US")
    is_gpai = {"key": "model.is_gpai", "value": True, "grade": "vendor_claimed", "source": "model card"}
    Component.objects.create(key="gpt-4", name="GPT-4", kind="model", vendor=vendor, facts=[is_gpai])
    sign_in(page, "officer")
    system = _register(page)
    _answer_until_classed(page)
    page.get_by_role("button", name="Assess now").click()
    expect(page.get_by_role("heading", name="What we conclude")).to_be_visible()
    take_turn(assess_system, system.pk)  # the worker's turn
    page.reload()
    expect(page.locator("#conclusions")).to_contain_text("transparency")
    _get_the_report(page, tmp_path)


def test_the_page_of_a_system_watches_on_after_an_answer_that_it_cannot_read(
    bank: dict[str, AISystem], page: Page
) -> None:
    system = bank["chatbot"]
    request_assessment(system_ids=[system.pk], requested_by="officer")
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.url)
        route.fulfill(status=200, content_type="text/html", body="<p>Back in a minute.</p>")

    sign_in(page, "officer")
    page.route("**/status/", lose_the_first)
    page.goto(f"/admin/governance/aisystem/{system.pk}/change/")
    panel = page.locator("#conclusions")
    expect(panel).to_contain_text("Waiting to be assessed")
    with page.expect_response("**/status/"):
        pass
    take_turn(assess_system, system.pk)  # the worker's turn
    expect(panel).not_to_contain_text("Waiting to be assessed")
    assert len(lost) == 1


def _register(page: Page) -> AISystem:
    """The form of a new system; choosing GPT-4 brings what the catalogue knows."""
    page.goto("/admin/governance/aisystem/")
    page.get_by_role("link", name="Register a system").click()
    page.get_by_label("Name:").fill("Service chatbot")
    page.get_by_label("Purpose:").fill("Answers customers' questions on opening hours and cards.")
    page.get_by_label("Owner:").fill("Head of Service")
    page.get_by_label("Stage:").select_option("on_market_or_in_service")
    page.locator("#id_uses-0-component + .select2").click()
    page.locator(".select2-search__field").fill("GPT")
    page.locator(".select2-results__option", has_text="GPT-4").click()
    brought = page.locator(".field-from_the_catalogue").first
    expect(brought).to_contain_text("OpenAI OpCo, LLC (United States of America)")
    page.get_by_label("How it is run:").first.select_option("vendor_api")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Questions about Service chatbot")).to_be_visible()
    return AISystem.objects.get()


def _answer_until_classed(page: Page) -> None:
    """Answer page after page; the first question says why it comes first, and the share answered grows."""
    expect(page.locator(".question").first).to_contain_text("Asked first:")
    before = _share(page)
    for _ in range(MOST_PAGES):
        if page.get_by_text("Undecided.").count() == 0:
            break
        for key in page.locator("input[name=asked]").evaluate_all("fields => fields.map(field => field.value)"):
            _answer(page, key)
        with page.expect_navigation():  # what the next page says counts once all of it is there
            page.get_by_role("button", name="Save and go on").click()
        expect(page.get_by_text(re.compile(r"answers? saved"))).to_be_visible()
    expect(page.get_by_label("Where it stands")).to_contain_text("transparency", ignore_case=True)
    assert _share(page) > before


def _answer(page: Page, key: str) -> None:
    assert key in TRUTH, f"the test has no answer to: {load_vocabulary().facts[key].question}"
    answer = TRUTH[key]
    for value in [answer] if isinstance(answer, str) else answer:
        page.locator(f"input[name='{key}'][value='{value}']").check()


def _share(page: Page) -> int:
    return int(page.locator("progress").get_attribute("value") or 0)


def _get_the_report(page: Page, tmp_path: Path) -> None:
    """The page watches by itself until the download is there."""
    page.get_by_role("button", name="Make a draft report").click()
    expect(page.get_by_role("heading", name="What we conclude")).to_be_visible()
    take_turn(render_report, Report.objects.get().pk)  # the worker's turn
    link = page.get_by_role("link", name="Download the PDF")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    target = tmp_path / "report.pdf"
    download.value.save_as(target)
    assert target.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("width", [1400, 1100, 390])
def test_the_list_of_systems_fits_the_window_and_its_menus_open_over_it(
    width: int, bank: dict[str, AISystem], page: Page
) -> None:
    sign_in(page, "officer")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/admin/governance/aisystem/?q=anna")  # a short list stands below its filters as a long one does
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    filters, table = page.locator("#changelist-filter").bounding_box(), page.locator("#changelist-form").bounding_box()
    assert filters is not None
    assert table is not None
    # Between the row of buttons and the list there is the search alone: 50 pixels, twice that where it wraps.
    assert table["y"] - (filters["y"] + filters["height"]) < 110
    before = table["y"]
    menu = page.locator("details.filter").first
    menu.locator("summary").click()
    choice = menu.get_by_role("link", name="Outside the Act")
    expect(choice).to_be_visible()
    after = page.locator("#changelist-form").bounding_box()
    assert after is not None
    assert after["y"] == before  # it opens over the list and moves nothing
    choice.click()
    expect(page.get_by_text("Nothing found")).to_be_visible()


def test_an_error_in_a_part_that_was_closed_is_seen(bank: dict[str, AISystem], page: Page) -> None:
    system = bank["chatbot"]
    sign_in(page, "officer")
    page.goto(f"/admin/governance/aisystem/{system.pk}/change/")
    page.locator("summary", has_text="Where data go").click()
    page.get_by_role("button", name="Add another Data flow").click()
    page.locator("[id$=from_name]:visible").last.fill("Customers")
    page.locator("#data_flows-group summary", has_text="Protection").locator("visible=true").last.click()
    page.locator("[id$=retention_days]:visible").last.fill("-1")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("Please correct")).to_be_in_viewport()  # on a long page it stands below the conclusions
    expect(page.get_by_text("give 0 or more")).to_be_visible()
    for error in page.locator(".errorlist").all():
        expect(error).to_be_visible()
