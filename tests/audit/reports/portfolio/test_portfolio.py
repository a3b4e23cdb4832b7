"""The portfolio report: which assessments it pins, what it counts, and the file whole."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audit.models import Assessment, Finding, Report, StressRecord
from audit.reports.kinds import build_printable
from audit.reports.portfolio.files import write_table
from audit.reports.portfolio.records import read_records
from audit.reports.portfolio.view import PARTS, build_view
from audit.reports.render import render_pdf
from audit.reports.request import ReportRequestError
from audit.reports.verification.checks import MANY
from audit.rulepacks.recomputing import recompute
from audit.services.assessing import assess_now
from audit.services.marking import mark_dirty
from audit.services.reporting import request_report
from governance.models import AISystem
from tests.audit.reports.standards import list_failures, read_embedded, read_text
from tests.audit.scenes import TODAY, make_own_model, make_vendor_chatbot

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> list[AISystem]:
    """A chatbot on a vendor's model, in a critical function, and a model of the bank's own; both judged."""
    chatbot = make_vendor_chatbot(name="=cmd()", business_function="Payments")[0]
    AISystem.objects.filter(pk=chatbot.pk).update(is_critical_function=True)
    chatbot.refresh_from_db()
    own = make_own_model()[0]
    for system in (chatbot, own):
        assess_now(system_id=system.pk, as_of=TODAY, requested_by="ada")
    return [chatbot, own]


def ask(**more: Any) -> Report:
    return request_report(**{"kind": "portfolio", "status": "final", "requested_by": "ada", "as_of": TODAY, **more})


def finish(report: Report) -> None:
    """Count it as made; the rendering has a test of its own."""
    Report.objects.filter(pk=report.pk).update(sha256="1" * 64, state="done", file="reports/x.pdf")


def test_nothing_is_reported_while_nothing_is_judged() -> None:
    with pytest.raises(ReportRequestError, match="assess the portfolio first"):
        ask()


def test_the_row_pins_the_assessments_so_that_later_ones_change_nothing(bank: list[AISystem]) -> None:
    report = ask()
    pinned = report.parameters["assessments"]
    assert len(pinned) == len(bank)
    bank[0].is_critical_function = False
    bank[0].save()
    mark_dirty(kind="aisystem", ids=[bank[0].pk])
    assess_now(system_id=bank[0].pk, as_of=TODAY, requested_by="ada")
    assert [line.assessment_id for line in read_records(report).lines] == pinned
    assert ask().parameters["assessments"] != pinned


def test_what_an_earlier_engine_judged_is_judged_anew_first(bank: list[AISystem]) -> None:
    Assessment.objects.filter(system=bank[0]).update(engine="0.9")
    with pytest.raises(ReportRequestError, match="1 of 2 systems were last judged by an earlier engine"):
        ask()


def test_an_earlier_day_takes_the_assessments_up_to_it(bank: list[AISystem]) -> None:
    with pytest.raises(ReportRequestError):
        ask(as_of=TODAY - timedelta(days=1))
    earlier = date(2026, 5, 1)
    then = assess_now(system_id=bank[1].pk, as_of=earlier, requested_by="ada")
    assert ask(as_of=earlier).parameters["assessments"] == [then.pk]


def test_the_cover_says_up_to_which_day_facts_are_in_it(bank: list[AISystem]) -> None:
    """Of a day to come nobody knows the facts or the law; those of a day that is over may have been recorded later."""
    asked_on = datetime(2026, 11, 20, 9, tzinfo=UTC)
    Assessment.objects.update(created_at=asked_on)
    report = ask()
    report.requested_at = asked_on
    told = "as of 20 November 2026, on facts recorded to that day and law adopted by it"
    assert build_view(read_records(report)).frame.subtitle == told
    report.requested_at = asked_on + timedelta(days=9)
    assert build_view(read_records(report)).frame.subtitle == told
    report.requested_at, report.as_of = asked_on, date(2027, 12, 2)
    to_come = build_view(read_records(report))
    assert to_come.frame.subtitle == (
        "as of 2 December 2027, on facts recorded to 20 November 2026 and law adopted by 20 November 2026"
    )
    assert to_come.adopted == "20 November 2026"
    report.as_of = date(2026, 5, 1)
    over = build_view(read_records(report))
    assert over.frame.subtitle == (
        "as of 1 May 2026, on facts recorded to 20 November 2026 and law adopted by 1 May 2026"
    )
    assert over.adopted == "1 May 2026"


def test_the_same_content_is_asked_for_once_and_a_finding_or_a_stress_run_makes_another(bank: list[AISystem]) -> None:
    first = ask()
    assert ask().pk == first.pk
    finish(first)
    bank[0].findings.update(response="agree")
    second = ask()
    assert (second.number, second.version, second.supersedes_id) == (first.number, 2, first.pk)
    StressRecord.objects.create(scenario="vendor_gone", as_of=TODAY, state="done", result={"systems": 2})
    third = ask()
    assert third.version == 3
    assert len(third.parameters["stress"]) == 1


def test_the_last_report_is_the_last_one_of_other_assessments(bank: list[AISystem]) -> None:
    first = ask()
    finish(first)
    assert ask().parameters["since"] is None
    own = bank[1]
    own.is_critical_function = True
    own.save()
    mark_dirty(kind="aisystem", ids=[own.pk])
    assess_now(system_id=own.pk, as_of=TODAY, requested_by="ada")
    second = ask()
    assert second.parameters["since"] == first.pk
    changes = build_view(read_records(second)).changes
    assert "OB-2026-0001 version 1" in changes.sentence
    # The day and the packs are the same and one fact is not: whatever moved has that cause.
    assert {row.cause for row in changes.rows} <= {"fact"}


def test_systems_are_counted_and_not_averaged(bank: list[AISystem]) -> None:
    withdrawn = make_own_model()[0]
    assess_now(system_id=withdrawn.pk, as_of=TODAY, requested_by="ada")
    AISystem.objects.filter(pk=withdrawn.pk).update(stage="withdrawn")
    waiting = make_own_model()[0]
    view = build_view(read_records(ask()))
    assert "2 systems" in view.judging.lock_in or "two systems" in view.judging.lock_in
    assert view.population.unassessed == ((waiting.reference, waiting.name),)
    assert withdrawn.reference not in {row.reference for row in view.judging.rows}
    assert {row.reference for row in view.judging.rows} == {system.reference for system in bank}


def test_a_name_that_would_be_a_formula_is_text_in_the_table(bank: list[AISystem]) -> None:
    rows = list(csv.DictReader(io.StringIO(write_table(read_records(ask()).lines).decode())))
    assert [row["reference"] for row in rows] == [system.reference for system in bank]
    assert rows[0]["name"] == "'=cmd()"
    assert rows[0]["critical"] == "yes"
    # Whether the bank's own model serves a critical function was not entered: empty, not no.
    assert rows[1]["critical"] == ""


def test_the_file_meets_both_standards_and_its_outcomes_can_be_computed_again(bank: list[AISystem]) -> None:
    report = ask(status="draft")
    pdf = render_pdf(build_printable(report))
    assert pdf == render_pdf(build_printable(report))
    assert list_failures(pdf) == []
    text = read_text(pdf)
    places = [text.rindex(f"{part.number} {part.title}") for part in PARTS if part.number]
    assert places == sorted(places)
    assert "compliant" not in text.lower()
    embedded = read_embedded(pdf)
    assert [each["id"] for each in embedded[MANY]["assessments"]] == [system.reference for system in bank]
    assert recompute(embedded) == []
    assert {"systems.csv", "findings.json", "concentration.json", "stress.json", "report.json"} <= set(embedded)
    assert embedded["report.json"]["kind"] == "portfolio"


def add_finding(system: AISystem, key: str, title: str, **more: Any) -> None:
    assessment = Assessment.objects.filter(system=system).latest("pk")
    Finding.objects.create(
        **{"area": "register", "rating": "low", "opened_on": TODAY, **more},
        system=system, key=key, title=title, opened_by=assessment, last_seen_by=assessment,
    )  # fmt: skip


def test_a_gap_counts_systems_and_not_their_findings(bank: list[AISystem]) -> None:
    chatbot, _ = bank
    for fact in ("contract.end_date", "contract.notice_days", "exit.fallback"):
        add_finding(chatbot, f"register:contradiction:{fact}", f"Sources contradict each other: {fact}")
    gaps = {gap.what: (gap.systems, gap.share) for gap in build_view(read_records(ask())).population.gaps}
    assert gaps["Sources contradict each other"] == ("1", "50 %")


def test_a_title_that_is_of_one_system_alone_says_whose_it_is(bank: list[AISystem]) -> None:
    grave = {"area": "lock_in", "rating": "very_high"}
    for system, day in zip(bank, ("5 November 2024", "1 May 2026"), strict=True):
        add_finding(system, "lock_in:some_margin", f"Too little time since {day}", **grave)
        add_finding(system, "lock_in:same", "The same everywhere", **grave)
    titles = [row.title for row in build_view(read_records(ask())).found.rows]
    first = min(system.reference for system in bank)
    said = {bank[0].reference: "5 November 2024", bank[1].reference: "1 May 2026"}[first]
    assert f"Too little time since {said} ({first}; the others are alike)" in titles
    assert "The same everywhere" in titles
