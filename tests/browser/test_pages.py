"""The way of a risk analyst: sign in, narrow the portfolio, open a system, have a report made, download it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from audit.models import Report
from audit.tasks import render_report
from governance.models import AISystem
from tests.browser.conftest import sign_in, take_turn

pytestmark = pytest.mark.browser

CONTRAST = """() => {
  const channel = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const light = (c) => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const parse = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 || n[3] > 0 ? n : null; };
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c) return c;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || e.closest("svg") || e.closest("[disabled]") || !e.offsetParent) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(e.tagName + ": " + e.textContent.trim().slice(0, 40));
  }
  return poor;
}"""
UNNAMED = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, svg")]
  .filter((e) => !(e.textContent.trim() || e.getAttribute("aria-label") || (e.labels && e.labels.length)))
  .map((e) => e.outerHTML.slice(0, 80))"""
ADDRESSES = ["/", "/findings/", "/calendar/", "/reports/"]


@pytest.mark.filterwarnings("ignore:.*sRGB2014:pytest.PytestUnraisableExceptionWarning")  # WeasyPrint leaves it open
def test_from_sign_in_to_a_downloaded_report(bank: dict[str, AISystem], page: Page, tmp_path: Path) -> None:
    sign_in(page, "risk_analyst")
    expect(page.get_by_role("row")).to_have_count(4)  # the head and three systems
    page.get_by_label("Name or number").fill("anna")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row")).to_have_count(2)
    assert "q=anna" in page.url

    page.get_by_role("link", name="Customer chatbot “Anna”").first.click()
    page.get_by_role("button", name="Make report").click()
    expect(page.get_by_text("The page shows the result when it is there.")).to_be_visible()
    expect(page.get_by_role("button", name="Make report")).to_be_disabled()

    report = Report.objects.get()
    take_turn(render_report, report.pk)  # the worker's turn; the page watches and shows the download by itself
    link = page.get_by_role("link", name=f"Download PDF of {report.number}")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    target = tmp_path / "report.pdf"
    download.value.save_as(target)
    assert target.read_bytes().startswith(b"%PDF-")
    assert download.value.suggested_filename.startswith(report.number)


def test_an_auditor_finds_no_button(bank: dict[str, AISystem], page: Page) -> None:
    sign_in(page, "auditor")
    page.goto(f"/systems/{bank['chatbot'].pk}/")
    expect(page.get_by_role("button")).to_have_count(1)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_the_pages_work_without_a_mouse(bank: dict[str, AISystem], page: Page) -> None:
    sign_in(page, "officer")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("width", [1300, 390])
def test_every_page_is_legible_named_and_no_wider_than_the_screen(
    width: int, bank: dict[str, AISystem], page: Page
) -> None:
    sign_in(page, "officer")
    page.set_viewport_size({"width": width, "height": 900})
    addresses = [*ADDRESSES, *(f"/systems/{system.pk}/" for system in bank.values()), "/findings/?q=nothing"]
    addresses.append(f"/systems/{bank['chatbot'].pk}/reasons/")
    for address in addresses:
        page.goto(address)
        assert page.evaluate(CONTRAST) == [], address
        assert page.evaluate(UNNAMED) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        expect(page.get_by_role("main")).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_a_name_without_a_break_does_not_push_the_page_apart(bank: dict[str, AISystem], page: Page) -> None:
    system = bank["chatbot"]
    system.name = system.owner = "W" * 190
    system.save()
    sign_in(page, "officer")
    for width in (1300, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for address in ["/", "/findings/", f"/systems/{system.pk}/"]:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_way_to_another_day_stands_in_one_line_beside_the_button_of_today(
    bank: dict[str, AISystem], page: Page
) -> None:
    """At the end of the sentence its last word stood alone in the next line; at which widths hung on the font."""
    sign_in(page, "officer")
    page.goto("/runs/")
    for width in (1180, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        link = page.get_by_role("link", name="As of another day").bounding_box()
        button = page.get_by_role("button", name="Reassess what is due").bounding_box()
        assert link is not None
        assert button is not None
        assert (link["y"], link["height"]) == (button["y"], button["height"]), width
    page.get_by_role("link", name="As of another day").click()
    expect(page.get_by_role("heading", name="As of then", level=1)).to_be_visible()


def test_the_page_of_the_api_works_under_the_policy(bank: dict[str, AISystem], page: Page) -> None:
    sign_in(page, "officer")
    page.goto("/api/docs/")
    expect(page.get_by_text("/api/systems/{id}/").first).to_be_visible()
