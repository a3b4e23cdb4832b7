"""The change report: what moved between two days is told with its cause, recomputable, and one line if nothing did."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.models import Finding, Report
from audit.reports.change.records import read_records
from audit.reports.change.view import PARTS, ChangeView, build_view
from audit.reports.kinds import build_printable
from audit.reports.render import render_pdf
from audit.reports.request import ReportRequestError
from audit.rulepacks.recomputing import recompute
from audit.services.assessing import assess_now
from audit.services.reporting import request_report
from governance.demo.schema import merge_answers, read_bank, read_systems
from governance.models import AISystem, VendorDependency
from governance.vocabulary import load_vocabulary
from tests.audit.reports.standards import list_failures, read_embedded, read_text
from tests.audit.scenes import make_system, make_vendor_chatbot

pytestmark = pytest.mark.django_db
MARCH, MAY, NOVEMBER = date(2026, 3, 1), date(2026, 5, 1), date(2026, 11, 20)


def assess(system: AISystem, day: date) -> None:
    assess_now(system_id=system.pk, as_of=day, requested_by="ada")


def answer(system: AISystem, **answers: Any) -> None:
    """Answers with ``__`` for the point in a key."""
    given = {key.replace("__", "."): {"value": value, "grade": "verified"} for key, value in answers.items()}
    AISystem.objects.filter(pk=system.pk).update(answers={**AISystem.objects.get(pk=system.pk).answers, **given})


@pytest.fixture
def chatbot() -> AISystem:
    """Assessed in March."""
    system = make_vendor_chatbot()[0]
    assess(system, MARCH)
    return system


def ask(first: date = MARCH, second: date = NOVEMBER, **more: Any) -> Report:
    given = {"kind": "change", "status": "final", "requested_by": "ada", "as_of": second}
    return request_report(**{**given, "parameters": {"from": first.isoformat()}, **more})


def view(report: Report) -> ChangeView:
    return build_view(read_records(report))


def test_a_fact_that_was_answered_is_named_as_the_cause(chatbot: AISystem) -> None:
    """On the same day the law is the same, so only the answer can have moved anything."""
    answer(chatbot, lock__standard_interface=True)
    assess(chatbot, date(2026, 3, 2))
    shown = view(ask(MARCH, date(2026, 3, 2)))
    question = load_vocabulary().facts["lock.standard_interface"].question
    [lock_in] = [move for move in shown.moves if move.what == "Lock-in"]
    assert (lock_in.causes, lock_in.facts) == (("fact",), question)


def test_a_duty_whose_day_came_is_put_down_to_the_law(chatbot: AISystem) -> None:
    """As adopted by May 2026, Art. 50 applies from 2 August 2026; no fact changed between the two days."""
    answers = next(
        given
        for file in read_systems()
        if (given := merge_answers(read_bank(), file)).get("sys.interacts_with_people") is True
    )
    answer(chatbot, **{**answers, "sys.interaction_obvious": False})
    assess(chatbot, MAY)
    assess(chatbot, NOVEMBER)
    shown = view(ask(MAY, NOVEMBER))
    assert [row.day for row in shown.law.duties if row.id == "AIA-50-1"] == ["2 Aug 2026"]
    moved = {move.what.split(":")[0]: move for move in shown.moves}
    assert moved["AIA-50-1"].causes == ("law",)
    assert moved["AIA-50-1"].before == "not yet in force (2 Aug 2026)"


def test_where_nothing_moved_one_line_says_so(chatbot: AISystem) -> None:
    assess(chatbot, date(2026, 3, 2))
    shown = view(ask(MARCH, date(2026, 3, 2)))
    assert shown.summary.lead == ("Between 1 Mar 2026 and 2 Mar 2026 nothing moved. Systems assessed at both days: 1.")
    assert (shown.moves, shown.summary.drawing, shown.summary.classes) == ((), "", ())
    assert shown.law.packs == ()


def test_findings_that_came_and_went_between_the_days_are_told_with_what_closed_them(chatbot: AISystem) -> None:
    assess(chatbot, NOVEMBER)
    late = Finding.objects.order_by("pk")[0]
    Finding.objects.filter(pk=late.pk).update(
        opened_on=MARCH, closed_on=date(2026, 6, 1), closed_because="fact: ict.exit_plan"
    )
    again = Finding.objects.order_by("pk")[1]
    Finding.objects.filter(pk=again.pk).update(opened_on=MAY, times_opened=2, closed_on=None)
    found = view(ask()).found
    assert (late.title, "1 Jun 2026", "fact: Is there an exit plan in writing?") in {
        (row.title, row.day, row.because) for row in found.closed
    }
    assert [row.title for row in found.reopened] == [again.title]
    assert late.title not in {row.title for row in found.opened}  # it was open on the first day already


def test_a_system_added_in_between_is_new_and_one_withdrawn_is_gone(chatbot: AISystem) -> None:
    new, gone = make_system(), make_system()
    assess(gone, MARCH)
    for system in (chatbot, new, gone):
        assess(system, NOVEMBER)
    AISystem.objects.filter(pk=gone.pk).update(stage="withdrawn", withdrawn_on=date(2026, 9, 1))
    shown = view(ask())
    assert [system.reference for system in shown.new] == [new.reference]
    assert [system.reference for system in shown.withdrawn] == [gone.reference]


def test_the_report_on_one_system_holds_that_system_alone(chatbot: AISystem) -> None:
    other = make_system()
    for system in (chatbot, other):
        assess(system, MARCH)
        assess(system, NOVEMBER)
    records = read_records(ask(system_id=chatbot.pk))
    assert [each.reference for each in records.compared] == [chatbot.reference]
    assert ask(system_id=chatbot.pk).series != ask().series


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("", NOVEMBER, "needs two days, “from” and “to”"),
        ("soon", NOVEMBER, "needs two days"),
        ("2026-11-20", NOVEMBER, "20 Nov 2026 is not before 20 Nov 2026"),
        ("2026-02-28", NOVEMBER, "the first assessment is as of 1 Mar 2026"),
        ("2026-01-01", date(2026, 2, 1), "Nothing is assessed as of 1 Feb 2026"),
    ],
)
def test_days_that_cannot_be_compared_are_refused_with_what_would_be_right(
    chatbot: AISystem, first: str, second: date, says: str
) -> None:
    with pytest.raises(ReportRequestError, match=says):
        ask(second=second, parameters={"from": first})
    assert not Report.objects.exists()


def test_the_second_day_may_stand_in_the_parameters(chatbot: AISystem) -> None:
    assess(chatbot, MAY)
    report = ask(parameters={"from": "2026-03-01", "to": "2026-05-01"})
    assert (report.as_of, report.parameters["from"]) == (MAY, "2026-03-01")


def test_the_file_meets_both_standards_and_both_days_can_be_computed_again(chatbot: AISystem) -> None:
    answer(chatbot, sys__interacts_with_people=True)
    VendorDependency.objects.update(notice_days=45)
    assess(chatbot, NOVEMBER)
    pdf = render_pdf(build_printable(ask(status="draft")))
    assert list_failures(pdf) == []
    text = read_text(pdf)
    places = [text.rindex(f"{part.number} {part.title}") for part in PARTS if part.number]
    assert places == sorted(places)
    embedded = read_embedded(pdf)
    assert recompute(embedded) == []
    assert [each["label"] for each in embedded["assessments.json"]["assessments"]] == ["before", "after"]
    embedded["assessments.json"]["assessments"][0]["row"]["regulatory"]["aia_class"] = "minimal"
    [difference] = recompute(embedded)
    assert f"{chatbot.reference} before.regulatory.aia_class" in difference
