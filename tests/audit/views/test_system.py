"""A system's page: what is concluded, what stands there before there is anything, and the watched progress."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from audit.engine.facts import Fact
from audit.engine.transparency import judge_transparency
from audit.models import Report, Standing
from audit.rulepacks import load_packs
from audit.selectors.system_page import name_moved
from audit.selectors.work import read_work
from audit.services.assessing import assess_now
from governance.models import AISystem
from tests.audit.pages_bank import make_finding, make_report
from tests.audit.reports.example_result import duty
from tests.audit.scenes import TODAY


def _page(client: Client, system: AISystem) -> str:
    return client.get(reverse("system", args=[system.pk])).content.decode()


def test_the_conclusion_stands_before_the_judgements(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    page = _page(sign_in("auditor"), bank["chatbot"])
    assert page.index("Its class under the AI Act") < page.index('id="judgements"') < page.index('id="flows"')


def test_the_word_that_promises_too_much_is_never_printed(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("auditor")
    for system in bank.values():
        assert "compliant" not in _page(client, system).lower()


def test_before_the_first_assessment_the_page_says_so(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    page = _page(sign_in("officer"), bank["waiting"])
    assert "Not assessed yet" in page
    assert "Make report" not in page  # there is nothing to report
    assert "No component is recorded" in page
    assert "No data flow is recorded" in page
    assert "No evidence is recorded" in page


def test_what_no_fact_applies_to_is_told_as_not_assessed(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    model = load_packs().transparency
    sheet = {key: Fact(None, not_applicable="a table of points") for key in model.score.keys}
    judged = judge_transparency(sheet, model, TODAY)
    assessment = Standing.objects.get(system=bank["scoring"]).assessment
    assert assessment is not None
    before = assessment.outcome_record
    assert before is not None
    before.content = {**before.content, "transparency": judged.to_json()}
    before.save()
    page = _page(sign_in("auditor"), bank["scoring"])
    card = page[page.index('id="judgements"') : page.index("EU AI Act</h3>")]
    told = card[card.index("Transparency risk") :]
    assert "No fact that counts applies to this system" in told
    assert "not assessed" in told
    assert "All facts that count are known" not in told


def test_a_decision_between_sources_stands_below_what_they_say(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    component = bank["chatbot"].uses.order_by("-is_primary", "id")[0].component
    component.conflicts = [
        {
            "field": "licence",
            "values": [{"value": "MIT", "source": "the card"}, {"value": "Apache-2.0", "source": "a list"}],
        }
    ]
    component.conflict_decisions = [
        {
            "field": "licence",
            "value": "MIT",
            "source": "the card",
            "reason": "It is the publisher’s own.",
            "by": "ana",
            "on": "2026-11-19",
        }
    ]
    component.save()
    page = _page(sign_in("auditor"), bank["chatbot"])
    assert page.index("Sources disagree") < page.index("Decided here")
    assert "Licence: “MIT” counts. It is the publisher’s own." in page


def test_work_under_way_is_told_and_the_page_refreshes_without_scripts(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    Standing.objects.filter(system=bank["waiting"]).update(state="running")
    page = _page(sign_in("officer"), bank["waiting"])
    assert "Being assessed now." in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_a_failure_is_shown_with_its_reason_beside_the_last_outcome(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    Standing.objects.filter(system=bank["chatbot"]).update(state="failed", error="sys.stage: is 'x'; expected idea")
    page = _page(sign_in("officer"), bank["chatbot"])
    assert "The assessment failed." in page
    assert "sys.stage: is &#x27;x&#x27;; expected idea" in page
    assert "Three judgements" in page


def test_changed_facts_are_told_until_they_are_assessed(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("auditor")
    assert "Facts have changed" not in _page(client, bank["chatbot"])
    Standing.objects.filter(system=bank["chatbot"]).update(is_dirty=True)
    assert "Facts have changed" in _page(client, bank["chatbot"])


def test_open_findings_stand_by_gravity_and_closed_ones_apart(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    chatbot = bank["chatbot"]
    make_finding(chatbot, key="a", rating="low", title="A small thing")
    make_finding(chatbot, key="b", rating="high", title="A large thing")
    gone = make_finding(chatbot, key="c", rating="very_high", title="A past thing")
    gone.closed_on, gone.closed_because = gone.opened_on, "fact: sys.stage"
    gone.save()
    page = _page(sign_in("auditor"), chatbot)
    places = [page.index(title) for title in ("past its retirement", "A large thing", "A small thing", "A past thing")]
    assert places == sorted(places)


def test_the_mark_changes_when_work_begins_and_when_it_ends(bank: dict[str, AISystem]) -> None:
    system = bank["chatbot"]
    idle = read_work(system.pk)
    report = make_report(system, state="queued")
    waiting = read_work(system.pk)
    Report.objects.filter(pk=report.pk).update(state="done")
    done = read_work(system.pk)
    assert len({idle.mark, waiting.mark, done.mark}) == 3
    assert (idle.is_working, waiting.is_working, done.is_working) == (False, True, False)
    assert report.number in waiting.text


def test_the_progress_is_given_to_the_script(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    client = sign_in("auditor")
    address = reverse("system_progress", args=[bank["chatbot"].pk])
    answer = client.get(address)
    assert answer.json() == {"mark": read_work(bank["chatbot"].pk).mark, "text": "", "is_working": False}
    assert "no-cache" in answer["Cache-Control"]


def test_the_page_takes_the_same_number_of_queries_however_much_there_is(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client], django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = sign_in("officer")
    for number in range(12):
        make_finding(bank["chatbot"], key=f"more {number}")
        make_report(bank["chatbot"])
    for system in bank.values():
        with django_assert_max_num_queries(32):  # type: ignore[attr-defined] # a context manager
            _page(client, system)


def test_a_system_that_is_not_there_gives_404(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    assert sign_in("auditor").get("/systems/987654/").status_code == 404


def test_the_button_queues_one_report_and_gives_the_same_one_again(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("risk_analyst")
    address = reverse("make_report", args=[bank["chatbot"].pk])
    client.post(address)
    client.post(address)
    report = Report.objects.get()
    assert (report.state, report.status, report.requested_by) == ("queued", "final", "risk_analyst")


def test_a_draft_is_marked_as_one(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    sign_in("officer").post(reverse("make_report", args=[bank["chatbot"].pk]), {"status": "draft"})
    assert Report.objects.get().status == "draft"


def test_assess_now_queues_the_system(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    sign_in("officer").post(reverse("assess_now", args=[bank["waiting"].pk]))
    standing = Standing.objects.get(system=bank["waiting"])
    assert (standing.state, standing.requested_by) == ("queued", "officer")


def test_open_washing_is_named_with_the_facts_behind_it(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    assessment = bank["chatbot"].standing.assessment
    assert assessment is not None
    sheet = assessment.fact_sheet
    sheet.content["facts"] |= {
        "open.status": "restricted_weights",
        "open.washing": {"value": True, "grade": "documented_by_third_party"},
        "open.mof_class": {"not_applicable": "it is software"},
    }
    sheet.save()
    page = _page(sign_in("auditor"), bank["chatbot"])
    assert "open-washing" in page
    assert "documented by a third party" in page
    assert "does not apply: it is software" in page


@pytest.mark.parametrize(
    ("columns", "moved"),
    [
        ({}, ("the day",)),
        ({"fact_sheet_id": 2}, ("facts",)),
        ({"packs": {"eu_ai_act": "2026.12.1"}}, ("law",)),
        ({"fact_sheet_id": 2, "engine": "1.1"}, ("facts", "method")),
    ],
)
def test_each_assessment_says_what_moved_since_the_one_before(
    columns: dict[str, object], moved: tuple[str, ...]
) -> None:
    before = {"fact_sheet_id": 1, "packs": {"eu_ai_act": "2026.11.1"}, "engine": "1.0"}
    assert name_moved(before | columns, before) == moved
    assert name_moved(before, None) == ("first",)


def test_duties_without_a_record_stand_together_and_other_findings_alone(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    system = bank["chatbot"]
    assessment = Standing.objects.select_related("assessment").get(system=system).assessment
    assert assessment is not None
    silent = [duty for duty in assessment.result["regulatory"]["duties"] if duty["outcome"] == "undetermined"]
    finding = make_finding(system, key=f"duty:{silent[0]['rule']}", title="Told in the table only")
    other = make_finding(system, key="duty:another", title="Told by itself")
    page = sign_in("officer").get(reverse("system", args=[system.pk]))
    told_alone = [row["id"] for row in page.context["open_findings"]]
    told_together = [row["id"] for row, _duty in page.context["unrecorded"]]
    assert finding.pk in told_together
    assert finding.pk not in told_alone
    assert other.pk in told_alone
    assert f"{len(told_together)} dut" in page.content.decode()


def test_the_sources_of_a_finding_are_folded_away(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    make_finding(bank["chatbot"], key="x", condition="It ended. Source: https://example.org/notice")
    page = _page(sign_in("auditor"), bank["chatbot"])
    assert "<p>It ended.</p>" in page
    assert page.index("Where this is written") < page.index("https://example.org/notice")


def test_facts_in_the_cause_of_a_closing_are_told_by_their_questions(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    gone = make_finding(bank["chatbot"], key="y")
    gone.closed_on, gone.closed_because = gone.opened_on, "fact: sys.profiling"
    gone.save()
    page = _page(sign_in("auditor"), bank["chatbot"])
    assert "sys.profiling" not in page
    assert "fact: “Does it profile people?”" in page


def test_an_assessment_of_an_earlier_version_claims_nothing_that_it_cannot_explain(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only its outcome is kept: an empty list of missing answers would read as “nothing is missing”."""
    system = bank["waiting"]
    assess_now(system_id=system.pk, as_of=TODAY, requested_by="officer")
    auditor = sign_in("auditor")
    now = _page(auditor, system)
    assert "of the facts that count are not known" in now
    assert "An earlier version of Openbook" not in now
    monkeypatch.setattr("audit.models.results.ENGINE_VERSION", "99.0")
    later = _page(auditor, system)
    assert "An earlier version of Openbook made this assessment" in later
    untrue = (
        "All facts that count are known",
        "No answer is missing",
        "Nothing adds to it",
        "No duty in force is unmet",
    )
    assert [claim for claim in untrue if claim in later] == []


def test_what_the_legal_entity_does_not_meet_is_told_on_the_page_of_each_of_its_systems(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    """The report tells it; who read the page alone did not know (AI Act, Art. 4 binds the bank, not one system)."""
    chatbot, client = bank["chatbot"], sign_in("auditor")
    assert "of the legal entity" not in _page(client, chatbot)
    literacy = duty("AIA-4", "AI literacy", "Regulation (EU) 2024/1689, Art. 4", "2025-02-02", "not_satisfied")
    kept = Standing.objects.get(system=chatbot).assessment.outcome_record  # type: ignore[union-attr] # assessed
    kept.content["regulatory"]["duties"].append({**literacy, "scope": "entity"})
    kept.save()
    page = _page(client, chatbot)
    told = "One duty of the legal entity as a whole is not met: AI literacy (AI Act, Art. 4)."
    assert told in page[page.index("conclusion-title") : page.index('id="judgements"')]
    entity = reverse("entity", args=[chatbot.legal_entity_id])
    judged = page[page.index('id="judgements"') : page.index('id="findings"')]
    assert f'href="{entity}">1 of the legal entity not met</a>' in judged
    assert (
        f'href="{entity}">legal entity as a whole</a>' in page[page.index('id="findings"') : page.index('id="duties"')]
    )


def test_a_contradiction_is_told_by_labels_and_days_in_words(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    make_finding(
        bank["chatbot"],
        key="register:contradiction:exit.fallback",
        condition="What takes over if it stops today? hot_other_model (contract of 2026-02-01); none (file).",
    )
    page = _page(sign_in("auditor"), bank["chatbot"])
    assert "“Another model that already runs” (contract of 1 February 2026); none (file)." in page
    assert "hot_other_model" not in page
