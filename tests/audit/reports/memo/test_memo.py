"""The decision memo: every choice judged and recomputable, no winner named, and refused with all that is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from audit.models import Report
from audit.reports.kinds import build_printable
from audit.reports.memo.records import read_records
from audit.reports.memo.view import PARTS, MemoView, build_view
from audit.reports.render import render_pdf
from audit.reports.request import ReportRequestError
from audit.rulepacks.recomputing import recompute
from audit.services.reporting import request_report
from governance.models import AISystem, Component
from tests.audit.portfolio.test_comparison import make_bank, make_open_model
from tests.audit.reports.standards import list_failures, read_embedded, read_text
from tests.audit.scenes import TODAY

pytestmark = pytest.mark.django_db
HOSTING = {
    "hardware": "60000",
    "staff": "80000",
    "licence": "0",
    "running": "0.5",
    "currency": "USD",
    "source": "offer 12",
    "source_on": "2026-10-01",
}


@pytest.fixture
def bank() -> AISystem:
    """A chatbot at 900 million tokens in and 100 million out a year, for 4 and 20 dollars a million."""
    return make_bank()[0]


@pytest.fixture
def model() -> Component:
    return make_open_model(name="Openmodel", key="openmodel-70b")[0]


def ask(system: AISystem, *choices: Any, **more: Any) -> Report:
    given = {"kind": "decision_memo", "status": "final", "requested_by": "ada", "as_of": TODAY}
    return request_report(**{**given, "system_id": system.pk, "parameters": {"choices": [*choices]}, **more})


def on_our_machines(model: Component, **more: Any) -> dict[str, Any]:
    return {"component": model.key, "run_mode": "self_hosted", **more}


def view(report: Report) -> MemoView:
    return build_view(read_records(report))


def test_a_memo_of_a_day_to_come_says_up_to_which_day_facts_and_law_are_in_it(bank: AISystem, model: Component) -> None:
    report = ask(bank, on_our_machines(model), as_of=date(2027, 12, 2))
    report.requested_at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert view(report).frame.subtitle == (
        "as of 2 December 2027, on facts recorded to 20 November 2026 and law adopted by 20 November 2026"
    )
    report.requested_at = datetime(2027, 12, 2, 9, tzinfo=UTC)
    assert "on facts recorded to that day" in view(report).frame.subtitle


def test_each_choice_stands_beside_what_is_in_use_with_its_own_judgements(bank: AISystem, model: Component) -> None:
    shown = view(
        ask(bank, on_our_machines(model), {"component": str(model), "run_mode": "self_hosted", "label": "twin"})
    )
    assert [row.letter for row in shown.choices.rows] == ["A", "B", "C"]
    assert shown.choices.rows[2].label == "twin"
    assert len({row.lock_in for row in shown.choices.rows[:2]}) == 2
    assert [table.letters for table in shown.choices.beside] == [("A", "B", "C")]
    assert [len(row.says) for row in shown.choices.beside[0].rows] == [3] * 13


def test_a_choice_keeps_the_label_somebody_gave_it_and_what_is_in_use_has_its_components_name(
    bank: AISystem, model: Component
) -> None:
    shown = view(ask(bank, on_our_machines(model, label="as today, but on our machines")))
    used = bank.components.get()
    assert [row.label for row in shown.choices.rows] == [str(used), "as today, but on our machines"]


def test_the_break_even_volume_is_told_with_its_formula_price_and_source(bank: AISystem, model: Component) -> None:
    """Fixed cost 140,000; a unit costs 0.9 x 4 + 0.1 x 20 = 5.60, less 0.50 to run: 140,000 / 5.10 = 27,451."""
    shown = view(ask(bank, on_our_machines(model, hosting=HOSTING)))
    cost = next(row for row in shown.choices.beside[0].rows if row.name == "Cost")
    told = " ".join(cost.says[1])
    assert "It is 27,451 million tokens a year; today 1,000." in told
    assert "offer 12, 1 October 2026" in told
    assert "5,600.00 USD a year" in " ".join(cost.says[0])


def test_no_choice_is_ranked_and_reasons_that_the_register_cannot_show_are_left_to_management(
    bank: AISystem, model: Component
) -> None:
    shown = view(ask(bank, on_our_machines(model)))
    assert {each.holds for each in shown.choices.for_open} >= {"for management to say"}
    assert "none is ranked" in shown.lead


def test_the_phases_of_leaving_add_up_to_the_whole(bank: AISystem, model: Component) -> None:
    report = ask(bank, on_our_machines(model))
    exit_time = read_records(report).comparison.present.assessment.lock_in.exit_time
    assert sum(phase.low for phase in exit_time.phases) == exit_time.low
    assert len(view(report).choices.phases) == len(exit_time.phases)


def test_all_that_is_wrong_with_the_choices_is_told_at_once(bank: AISystem, model: Component) -> None:
    with pytest.raises(ReportRequestError) as refused:
        ask(
            bank,
            {"component": "nobody", "run_mode": "teleport", "host": "Nowhere Ltd"},
            on_our_machines(model, hosting={**HOSTING, "staff": "-1", "currency": "", "source_on": "soon"}, size="big"),
            "a model",
        )
    said = str(refused.value)
    for words in (
        "Choice 1: run_mode has to be one of", "no component “nobody”", "no company “Nowhere Ltd”",
        "Choice 2: “size” is not known", "hosting.staff cannot be negative", "hosting.currency is missing",
        "hosting.source_on", "Choice 3: it has to be an object",
    ):  # fmt: skip # the words beside each other
        assert words in said, words
    assert not Report.objects.exists()


@pytest.mark.parametrize("choices", [None, [], ["x"] * 5, "one"])
def test_one_to_four_choices_are_asked_for(bank: AISystem, choices: Any) -> None:
    with pytest.raises(ReportRequestError, match="one to 4 choices"):
        ask(bank, parameters={"choices": choices})


def test_a_memo_without_a_system_is_refused(bank: AISystem, model: Component) -> None:
    with pytest.raises(ReportRequestError, match="needs the system"):
        ask(bank, on_our_machines(model), system_id=None)


def test_the_same_choices_give_the_same_report_until_a_fact_of_one_changes(bank: AISystem, model: Component) -> None:
    first = ask(bank, on_our_machines(model))
    assert ask(bank, on_our_machines(model)).pk == first.pk
    Component.objects.filter(pk=model.pk).update(licence_flags=[])
    second = ask(bank, on_our_machines(model))
    assert (second.number, second.version) == (first.number, 2)


def test_the_file_meets_both_standards_and_each_choice_can_be_computed_again(bank: AISystem, model: Component) -> None:
    pdf = render_pdf(build_printable(ask(bank, on_our_machines(model, hosting=HOSTING), status="draft")))
    assert list_failures(pdf) == []
    text = read_text(pdf)
    places = [text.rindex(f"{part.number} {part.title}") for part in PARTS if part.number]
    assert places == sorted(places)
    embedded = read_embedded(pdf)
    assert recompute(embedded) == []
    assessments = embedded["assessments.json"]["assessments"]
    assert len(assessments) == 2
    assessments[1]["facts"]["lock.weights_obtainable"] = False
    assert any("Openmodel" in difference for difference in recompute(embedded))


def test_as_of_a_past_day_the_prices_of_that_day_count(bank: AISystem, model: Component) -> None:
    shown = view(ask(bank, on_our_machines(model), as_of=date(2026, 1, 1)))
    cost = next(row for row in shown.choices.beside[0].rows if row.name == "Cost")
    assert "5,600.00" not in " ".join(cost.says[0])
