"""The portfolio: what is counted, what is filtered, what is shown when there is nothing, and at what cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import Standing
from audit.portfolio.figures import read_figures
from audit.selectors import StandingFilters, list_standings, read_headline
from audit.services.marking import ensure_standings
from governance.models import AISystem
from tests.audit.pages_bank import record_outcome
from tests.audit.scenes import contract, make_component, make_entity, make_system, make_vendor, make_vendor_chatbot, use

AUDITOR = "auditor"


def test_without_systems_the_page_says_what_to_do_first(sign_in: Callable[[str], Client]) -> None:
    page = sign_in("officer").get(reverse("portfolio")).content.decode()
    assert "No systems yet" in page
    assert reverse("admin:governance_aisystem_add") in page


def test_who_may_not_register_is_not_offered_to(sign_in: Callable[[str], Client]) -> None:
    page = sign_in(AUDITOR).get(reverse("portfolio")).content.decode()
    assert "No systems yet" in page
    assert reverse("admin:governance_aisystem_add") not in page


def test_each_system_stands_with_its_bands_in_words(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    page = sign_in(AUDITOR).get(reverse("portfolio")).content.decode()
    assert "Customer chatbot “Anna”" in page
    assert "Not assessed yet" in page  # the third system has no outcome
    standing = Standing.objects.get(system=bank["chatbot"])
    assert standing.lock_in_band.replace("_", " ") in page


def test_an_undecided_class_is_shown_with_the_possible_ones(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    Standing.objects.filter(system=bank["chatbot"]).update(
        aia_class="", possible_classes="high_risk_annex_iii,transparency"
    )
    page = sign_in(AUDITOR).get(reverse("portfolio")).content.decode()
    assert "undecided" in page
    assert "high-risk (Annex III) or transparency" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("aia_class=transparency", ["chatbot"]),
        ("aia_class=undecided", ["scoring"]),
        ("lock_in=very_high", ["chatbot"]),
        ("transparency=low", ["scoring"]),
        ("openness=in_house", ["scoring"]),
        ("q=anna", ["chatbot"]),
        ("stage=idea", ["idea"]),
        ("vendor={vendor}", ["chatbot"]),
        ("aia_class=no-such-class", ["chatbot", "scoring", "idea"]),
    ],
)
def test_a_filter_keeps_the_systems_that_fit(
    query: str, expected: list[str], bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    bank["waiting"].stage = "idea"
    bank["waiting"].save()
    systems = {"chatbot": bank["chatbot"], "scoring": bank["scoring"], "idea": bank["waiting"]}
    Standing.objects.filter(system=bank["chatbot"]).update(
        aia_class="transparency", lock_in_band="very_high", transparency_band="high", openness_status="closed"
    )
    Standing.objects.filter(system=bank["scoring"]).update(
        aia_class="", lock_in_band="low", transparency_band="low", openness_status="in_house"
    )
    Standing.objects.filter(system=bank["waiting"]).update(aia_class="minimal", openness_status="closed")
    vendor = bank["chatbot"].dependencies.get().vendor_id
    page = sign_in(AUDITOR).get(f"{reverse('portfolio')}?{query.format(vendor=vendor)}")
    shown = {row["system_id"] for row in page.context["rows"]}
    assert shown == {systems[name].pk for name in expected}


def test_the_vendor_filter_reaches_the_whole_group(db: None) -> None:
    parent = make_vendor(name="Parent")
    subsidiary = make_vendor(name="Subsidiary", parent_status="named", ultimate_parent=parent)
    system = make_system()
    contract(system, subsidiary)
    Standing.objects.get_or_create(system=system)
    rows = list_standings(StandingFilters(vendor=parent.pk))
    assert [row["system_id"] for row in rows] == [system.pk]


def test_a_filter_without_a_match_says_so(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    page = sign_in(AUDITOR).get(reverse("portfolio") + "?q=nothing-like-it").content.decode()
    assert "Nothing found" in page
    assert "Show all systems" in page


def test_withdrawn_systems_are_left_out_until_asked_for(bank: dict[str, AISystem]) -> None:
    bank["scoring"].stage = "withdrawn"
    bank["scoring"].save()
    shown = {row["system_id"] for row in list_standings(StandingFilters())}
    assert bank["scoring"].pk not in shown
    asked = [row["system_id"] for row in list_standings(StandingFilters(stage="withdrawn"))]
    assert asked == [bank["scoring"].pk]


def test_the_headline_counts_what_may_be_high_risk_and_what_is_unmet(bank: dict[str, AISystem]) -> None:
    today = timezone.localdate()
    Standing.objects.filter(system=bank["chatbot"]).update(
        aia_class="",
        possible_classes="transparency,high_risk_annex_iii",
        duties_in_force_unmet=3,
        next_date_on=today + timedelta(days=11),
        next_date_what="last day for notice",
    )
    Standing.objects.filter(system=bank["scoring"]).update(
        aia_class="high_risk_annex_iii", possible_classes="high_risk_annex_iii", duties_in_force_unmet=1
    )
    headline = read_headline(as_of=today)
    assert headline.systems == 3
    assert headline.may_be_high_risk == 1  # the other is decided
    assert headline.duties_unmet == 4
    assert headline.next_date is not None
    assert (headline.next_date.days, headline.next_date.what) == (11, "last day for notice")


def test_the_head_names_the_group_on_which_most_critical_functions_rest(
    db: None, sign_in: Callable[[str], Client]
) -> None:
    # Two of three critical functions rest on companies of one group: 67 %.
    parent = make_vendor(name="Parent")
    subsidiary = make_vendor(name="Subsidiary", parent_status="named", ultimate_parent=parent)
    for vendor, critical in ((parent, True), (subsidiary, True), (make_vendor(name="Other"), True), (parent, False)):
        system = make_system(is_critical_function=critical)
        use(system, make_component(), run_mode="self_hosted")
        contract(system, vendor, subcontractors_known=True)
    found = read_figures(timezone.localdate()).largest_group()
    assert found is not None
    assert (found[0], found[1].is_known) == ("Parent", True)
    assert found[1].low == pytest.approx(2 / 3, abs=1e-4)
    ensure_standings(AISystem.objects.values_list("pk", flat=True))
    assert "67 %" in sign_in(AUDITOR).get(reverse("portfolio")).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_systems(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client], django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = sign_in(AUDITOR)
    address = reverse("portfolio")
    with django_assert_max_num_queries(20):  # type: ignore[attr-defined] # a context manager
        client.get(address)
    entity = make_entity()
    for _ in range(4):
        system, _, _ = make_vendor_chatbot(legal_entity=entity)
        record_outcome(system)
    with django_assert_max_num_queries(20):  # type: ignore[attr-defined] # a context manager
        client.get(address)


def test_pages_of_the_list_do_not_overlap(db: None, sign_in: Callable[[str], Client]) -> None:
    entity = make_entity()
    for _ in range(53):
        Standing.objects.get_or_create(system=make_system(legal_entity=entity))
    client = sign_in(AUDITOR)
    first = client.get(reverse("portfolio") + "?order=next_date")
    second = client.get(reverse("portfolio") + "?order=next_date&page=2")
    ids = [row["system_id"] for page in (first, second) for row in page.context["rows"]]
    assert (len(first.context["rows"]), len(ids), len(set(ids))) == (50, 53, 53)
    assert b"order=next_date&amp;page=2" in first.content


@pytest.mark.parametrize("order", ["", "lock_in", "transparency", "next_date", "completeness"])
def test_a_page_holds_its_part_of_the_order_and_reads_the_systems_of_no_other(
    order: str, bank: dict[str, AISystem], sign_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.views.portfolio.ROWS_ON_A_PAGE", 2)
    for number in range(5):
        system = make_system()
        Standing.objects.update_or_create(
            system=system,
            defaults={"lock_in_high": number % 2, "transparency_high": None, "completeness": 0.5, "next_date_on": None},
        )
    client, shown = sign_in(AUDITOR), []
    for page in range(1, 5):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse("portfolio"), {"order": order, "page": str(page)})
        shown += [row["system_id"] for row in response.context["rows"]]
        read = [each["sql"] for each in queries if "run_mode" in each["sql"] and 'FROM "audit_standing"' in each["sql"]]
        assert len(read) == 1
        assert "LIMIT" not in read[0], "the page's systems are named, not sought again"
    assert len(shown) == len(set(shown)) == Standing.objects.exclude(system__stage="withdrawn").count()


def test_all_systems_are_counted_once_for_a_page(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    # Counting the standings of 100,000 systems was 43 per cent of the page, and it was done twice.
    client = sign_in(AUDITOR)
    for query, most in (("", 0), ("order=lock_in", 0), ("lock_in=low", 1)):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{reverse('portfolio')}?{query}")
        counts = [each["sql"] for each in queries if "COUNT(*)" in each["sql"] and "audit_standing" in each["sql"]]
        assert len(counts) == most
