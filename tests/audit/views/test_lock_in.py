"""The pages on lock-in: stress scenarios, concentration, the order, reminders and ways out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import tasks
from audit.models import Reminder, StressRecord
from audit.services.reminding import raise_reminders
from governance.models import AISystem, Subcontractor
from tests.audit.scenes import contract, make_vendor, make_vendor_chatbot, offer

SignIn = Callable[[str], Client]


def text_of(page: str) -> str:
    """What a reader sees: without tags, scripts and repeated spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def read(client: Client, name: str, *args: int) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def ask(client: Client, **fields: object) -> int:
    response = client.post(reverse("stress"), fields)
    assert response.status_code == 302, response.content.decode()
    return StressRecord.objects.latest("id").pk


class TestStress:
    def test_a_scenario_is_chosen_from_what_the_register_holds_and_its_result_is_shown(
        self, bank: dict[str, AISystem], sign_in: SignIn
    ) -> None:
        client = sign_in("risk_analyst")
        vendor = bank["chatbot"].dependencies.get().vendor
        outsider = make_vendor(name="Nobody rests on us")
        page = read(client, "stress")
        assert f'value="{vendor.name}"' in page
        assert outsider.name not in page
        record_id = ask(client, scenario="vendor_gone", vendor=vendor.name, note="For the board")
        waiting = read(client, "stress_run", record_id)
        assert "Waiting to be computed" in waiting
        tasks.run_stress(record_id)
        shown = text_of(read(client, "stress_run", record_id))
        assert f"{vendor.name} and its group are gone" in shown
        assert "1 of 3 systems is hit for certain" in shown
        assert "For the board" in shown
        assert bank["chatbot"].name in shown
        assert StressRecord.objects.get().result_sha256 in shown
        assert "1 for certain" in text_of(read(client, "stress"))

    @pytest.mark.parametrize(
        ("fields", "title"),
        [
            ({"scenario": "price_times", "times": "3"}, "Prices times 3"),
            (
                {"scenario": "transfer_stopped", "country": ["US"], "tool": ["scc"]},
                "No transfer to United States of America",
            ),
            ({"scenario": "model_retired", "on": "2031-01-31"}, "is retired at every host on 31 January 2031"),
            ({"scenario": "licence_changed", "to": "forbids_us"}, "forbids our use"),
        ],
    )
    def test_every_scenario_runs_from_its_form(
        self, fields: dict[str, object], title: str, bank: dict[str, AISystem], sign_in: SignIn
    ) -> None:
        client = sign_in("officer")
        component = bank["chatbot"].uses.get().component
        of_all = fields["scenario"] in ("price_times", "transfer_stopped")
        record_id = ask(client, **fields if of_all else fields | {"component": component.key})
        tasks.run_stress(record_id)
        shown = text_of(read(client, "stress_run", record_id))
        assert title in shown
        assert bank["chatbot"].name in shown

    def test_each_table_of_a_run_names_its_systems_and_leads_to_them(
        self, bank: dict[str, AISystem], sign_in: SignIn
    ) -> None:
        system = bank["chatbot"]
        stand = {"lock_in": {"low": 20, "high": 40, "band": "moderate"}, "exit_time_days": {"low": 10, "high": 30}}
        worse = stand | {"lock_in": {"low": 30, "high": 60, "band": "high"}}
        year = {"year": 2026, **{key: {"amount": 10, "currency": "EUR"} for key in ("as_agreed", "in_scenario")}}
        of_system = {"system": system.reference}
        gone = {"system": "SYS-GONE"}
        result = {
            "scenario": "licence_changed",
            "hits": [of_system | {"name": "Chatbot as filed", "critical": False}, gone | {"name": "Taken out since"}],
            "judgements": [each | {"before": stand, "after": worse} for each in (of_system, gone)],
            "flows_without_basis": [of_system | {"data": "calls"}],
            "costs": [of_system | {"what": "model", "years": [year]}],
            "cost_by_year": [{"year": 2026, "currency": "EUR", "as_agreed": 10, "in_scenario": 20}],
        }
        record = StressRecord.objects.create(
            scenario="licence_changed", as_of=timezone.localdate(), state="done", result=result
        )
        page = read(sign_in("auditor"), "stress_run", record.pk).replace("\n<small>", "<small>")
        link = f'<a href="{reverse("system", args=[system.pk])}">Chatbot as filed</a>'
        for title in ("hits", "judged", "flows", "years"):
            part = page[page.index(f'id="{title}-title"') :].partition("</section>")[0]
            assert f'<th scope="row">{link}<small>{system.reference}</small></th>' in part, title
        judged = page[page.index('id="judged-title"') :]
        assert '<th scope="row">Taken out since<small>SYS-GONE</small></th>' in judged

    def test_each_list_of_a_run_that_is_cut_says_how_many_more_there_are(
        self, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("audit.views.stress.ROWS_SHOWN", 2)
        stand = {"lock_in": {"low": 20, "high": 40, "band": "moderate"}, "exit_time_days": {"low": 10, "high": 30}}
        worse = stand | {"lock_in": {"low": 30, "high": 60, "band": "high"}}
        year = {"year": 2026, **{key: {"amount": 10, "currency": "EUR"} for key in ("as_agreed", "in_scenario")}}
        systems = [{"system": f"SYS-{number}", "name": f"System {number}"} for number in range(9)]
        result = {
            "scenario": "licence_changed",
            "hits": systems[:9],
            "judgements": [each | {"before": stand, "after": worse} for each in systems[:8]],
            "flows_without_basis": [each | {"data": "calls"} for each in systems[:7]],
            "costs": [each | {"what": "model", "years": [year]} for each in systems[:6]],
            "cost_by_year": [{"year": 2026, "currency": "EUR", "as_agreed": 10, "in_scenario": 20}],
            "not_judged": [f"SYS-{number}" for number in range(35)],
            "flaws": [f"Flaw {number}." for number in range(43)],
        }
        record = StressRecord.objects.create(
            scenario="licence_changed", as_of=timezone.localdate(), state="done", result=result
        )
        page = read(sign_in("auditor"), "stress_run", record.pk)
        cut = {"hits": "And 7 more;", "judged": "And 6 more;", "flows": "And 5 more;", "years": "And 4 more;"}
        for title, more in cut.items():
            part = page[page.index(f'id="{title}-title"') :].partition("</section>")[0]
            assert more in part, title
        assert "SYS-29 and 5 more." in page
        assert "And 3 more;" in page[page.index('id="flaws-title"') :]

    def test_what_is_wrong_stands_beside_the_form_and_nothing_is_filed(
        self, bank: dict[str, AISystem], sign_in: SignIn
    ) -> None:
        client = sign_in("officer")
        vendor = bank["chatbot"].dependencies.get().vendor
        for fields in (
            {"scenario": "vendor_gone"},
            {"scenario": "price_times", "times": "-1"},
            {"scenario": "vendor_gone", "vendor": vendor.name, "on": "2020-01-01"},
        ):
            response = client.post(reverse("stress"), fields)
            assert response.status_code == 400
            assert "errorlist" in response.content.decode()
        assert client.post(reverse("stress"), {"scenario": "no_such"}).status_code == 404
        assert not StressRecord.objects.exists()

    def test_a_run_that_failed_says_why(self, bank: dict[str, AISystem], sign_in: SignIn) -> None:
        record = StressRecord.objects.create(
            scenario="vendor_gone", as_of=timezone.localdate(), state="failed", error="The register changed."
        )
        shown = text_of(read(sign_in("auditor"), "stress_run", record.pk))
        assert "could not be computed. The register changed." in shown

    def test_the_progress_changes_its_mark_when_the_run_ends(self, bank: dict[str, AISystem], sign_in: SignIn) -> None:
        client = sign_in("officer")
        record_id = ask(client, scenario="price_times", times="2")
        before = client.get(reverse("stress_progress", args=[record_id])).json()
        tasks.run_stress(record_id)
        after = client.get(reverse("stress_progress", args=[record_id])).json()
        assert (before["is_working"], after["is_working"]) == (True, False)
        assert before["mark"] != after["mark"]


def test_the_concentration_page_carries_its_figures_in_words(bank: dict[str, AISystem], sign_in: SignIn) -> None:
    chatbot = bank["chatbot"]
    AISystem.objects.filter(pk=chatbot.pk).update(is_critical_function=True, business_function="Service")
    AISystem.objects.filter(pk=bank["waiting"].pk).update(is_critical_function=False)
    dependency = chatbot.dependencies.get()
    offer(chatbot.uses.get().component, make_vendor(name="Second host"))
    Subcontractor.objects.create(dependency=dependency, vendor=dependency.vendor, rank=2)
    page = read(sign_in("auditor"), "concentration")
    shown = text_of(page)
    # Two critical functions: the chatbot's on its vendor, loan scoring on nobody but ourselves.
    assert f"{dependency.vendor.name}: 50 % of critical functions" in re.sub(r"50 to \d+ %", "50 %", shown)
    assert " of critical functions, one system" in shown
    assert '<svg xmlns="http://www.w3.org/2000/svg" role="img"' in page
    assert f"leads back to {dependency.vendor.name} itself" in shown, "a chain that loops is named"
    assert "names nobody of rank 1" in shown
    assert "All end at" in shown, "the other host cannot run it without the publisher"


def test_of_many_hidden_roots_a_page_is_shown_and_all_are_counted(
    bank: dict[str, AISystem], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of 100,000 systems 22,005 had alternatives: a page of 8.6 MB.
    monkeypatch.setattr("audit.views.concentration.ROOTS_ON_A_PAGE", 2)
    systems = [bank["chatbot"], *(make_vendor_chatbot()[0] for _ in range(4))]
    for system in systems:
        offer(system.uses.get().component, make_vendor(name=f"Second host of {system.pk}"))
    client, shown = sign_in("auditor"), []
    for page in ("1", "2", "3"):
        response = client.get(reverse("concentration"), {"page": page})
        shown += [roots.system_id for roots, _ in response.context["roots"]]
        assert response.context["page"].paginator.count == 5
        assert response.context["hidden"] == 5
    assert sorted(shown) == sorted(system.pk for system in systems)


def test_the_pages_do_not_grow_in_queries_with_the_systems(
    bank: dict[str, AISystem], sign_in: SignIn, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    client = sign_in("auditor")
    for name, most in (("concentration", 14), ("stress", 12), ("order", 8), ("calendar", 18)):
        client.get(reverse(name))
        for _ in range(2):
            make_vendor_chatbot()
        with django_assert_max_num_queries(most):  # type: ignore[attr-defined] # a context manager
            assert client.get(reverse(name)).status_code == 200


def test_empty_pages_say_so(sign_in: SignIn) -> None:
    client = sign_in("officer")
    assert "Nothing to test yet" in read(client, "stress")
    assert "No systems yet" in read(client, "concentration")
    assert "no order to test" in read(client, "order")
    assert "No reminder is open" in read(client, "calendar")


def test_the_order_is_told_on_the_portfolio_and_explained_on_its_page(
    bank: dict[str, AISystem], sign_in: SignIn
) -> None:
    client = sign_in("auditor")
    assert re.search(r"Lock-in: The order (of the systems stays|depends)", text_of(read(client, "portfolio")))
    page = text_of(read(client, "order"))
    assert "Access up by a fifth" in page
    assert "2 assessed systems" in page


def test_a_reminder_is_shown_until_somebody_has_seen_it(bank: dict[str, AISystem], sign_in: SignIn) -> None:
    today = timezone.localdate()
    contract(bank["scoring"], make_vendor(name="Lab"), end_on=today + timedelta(days=20), contract_reference="C-9")
    raise_reminders(as_of=today)
    client, reminder = sign_in("officer"), Reminder.objects.get()
    shown = text_of(read(client, "calendar"))
    assert "The contract ends" in shown
    assert "Contract C-9 with Lab" in shown
    assert "Seen" not in text_of(read(sign_in("auditor"), "calendar")), "an auditor presses nothing"
    assert client.post(reverse("see_reminder", args=[reminder.pk])).status_code == 302
    assert Reminder.objects.get().seen_by == "officer"
    assert "No reminder is open" in text_of(read(client, "calendar"))


def test_sources_that_disagree_on_a_retirement_are_both_shown(bank: dict[str, AISystem], sign_in: SignIn) -> None:
    today = timezone.localdate()
    use = bank["chatbot"].uses.get()
    publisher = use.component.vendor
    assert publisher is not None
    days = (today + timedelta(days=40), today + timedelta(days=60))
    for source, day in zip(("list", "blog"), days, strict=True):
        offer(use.component, publisher, retires_on=day, source=source)
    shown = text_of(read(sign_in("auditor"), "calendar"))
    assert "Sources disagree, the earlier day counts" in shown
    assert all(f"{day.day} {day:%b %Y} ({source})" in shown for source, day in zip(("list", "blog"), days, strict=True))


def test_the_systems_page_names_each_way_out_with_what_blocks_it(bank: dict[str, AISystem], sign_in: SignIn) -> None:
    system = bank["chatbot"]
    prices = {"price_in": "2.5", "price_out": "10", "unit": "USD per million tokens", "source": "price list"}
    offer(system.uses.get().component, make_vendor(name="Second host"), **prices)
    shown = text_of(read(sign_in("auditor"), "system", system.pk))
    assert "Second host" in shown
    assert "2.5 in, 10 out USD per million tokens" in re.sub(r"(\.\d*?)0+(?= )", r"\1", shown).replace(". ", " ")
    assert "price list" in shown
