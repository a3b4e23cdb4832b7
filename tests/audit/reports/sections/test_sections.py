"""Each section shows what is recorded and says what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from audit.engine.diff import REGULATORY, Cause, Change
from audit.engine.facts import Fact
from audit.engine.lock_in.judging import OUTSIDE_ESTIMATE
from audit.engine.transparency import judge_transparency
from audit.models import Finding, OutcomeRecord
from audit.reports.causes import Compared
from audit.reports.closings import tell_cause
from audit.reports.outcome import read_outcome
from audit.reports.records import ReportRecords
from audit.reports.sections import (
    basis,
    changes,
    closing,
    conduct,
    duties,
    evidence,
    findings,
    flows,
    front,
    leaving,
    openness,
    reliance,
)
from audit.reports.stored import told
from audit.reports.view import build_view
from audit.rulepacks import load_packs
from governance.models import Component, DataFlow, EvaluationRecord, Vendor
from governance.vocabulary import load_vocabulary
from tests.audit.reports.example import make_empty_records, make_records
from tests.audit.reports.example_result import FACTS, PACKS, RESULT


def test_the_support_of_the_facts_is_counted_by_kind() -> None:
    # Of the twelve facts of the example one does not apply and one has expired on 30 September 2026;
    # four answers are wanted: one of the law, two of lock-in, one of transparency.
    rows = {row.name: row.number for row in reliance.build_reliance(make_records()).rows}
    assert rows == {
        "Verified by us": 4,
        "Documented by a third party": 3,
        "Claimed by the vendor": 1,
        "Self-declared": 2,
        "Expired": 1,
        "Unknown and still wanted": 4,
    }


def test_open_findings_come_worst_first_and_closed_ones_in_the_follow_up() -> None:
    built = findings.build_findings(make_records())
    assert [(row.number, row.rating) for row in built.rows] == [("F-01", "very_high"), ("F-02", "high")]
    assert [row.title for row in built.follow_up] == ["Sub-processors are not known"]
    assert built.follow_up[0].result == "closed on 20 Nov 2026: fact: the list was received"
    assert built.unanswered == ("F-02",)
    assert built.rows[1].repeat == "yes, opened 2 times"


def test_duties_without_a_record_stand_together_and_keep_their_numbers() -> None:
    records = make_records()
    duty = replace(records.outcome.regulation.duties[0], rule="gdpr.art_30.records", outcome="undetermined")
    silent = replace(
        records,
        outcome=replace(records.outcome, regulation=replace(records.outcome.regulation, duties=(duty,))),
        findings=[*records.findings, unrecorded_finding(records, duty.rule)],
    )
    built = findings.build_findings(silent)
    assert [row.number for row in built.rows] == ["F-01", "F-02"]
    # Moderate, so after the very high and the high one.
    assert [(row.number, row.duty) for row in built.unrecorded] == [("F-03", "Records of processing")]
    assert built.unanswered == ("F-02", "F-03")


def unrecorded_finding(records: ReportRecords, rule: str) -> Finding:
    return Finding(
        pk=99,
        system=records.system,
        key=f"duty:{rule}",
        rating="moderate",
        area="regulatory",
        title="Records of processing: nothing recorded",
        opened_on=records.assessment.as_of,
        opened_by=records.assessment,
        last_seen_by=records.assessment,
    )


def test_what_works_names_its_evidence() -> None:
    (working,) = findings.build_findings(make_records()).working
    assert working.how == "A course, taken by all advisers. Evidence: EV-003; counts until 1 Mar 2027."


def test_duties_are_parted_by_the_day() -> None:
    calendar = duties.build_calendar(make_records())
    assert [row.id for row in calendar.in_force] == ["AIA-4", "AIA-50-1"]
    assert [row.id for row in calendar.coming] == ["AIA-50-2"]
    assert "evidence expired on 30 Sep 2026" in calendar.in_force[1].note
    assert "another reading: 2 Aug 2026" in calendar.coming[0].note
    assert calendar.undetermined[0].question == "For which credit products is it used?"


def test_a_data_flow_tells_what_is_not_known_of_it() -> None:
    built = flows.build_flows(make_records())
    assert built.rows[2].target == "Sub-processors, country unknown"
    assert built.rows[2].tool_is_open
    assert built.gaps[0] == "the recipient’s country in one flow"
    assert "place unknown" in built.drawing


def test_the_last_day_for_notice_is_the_end_less_the_notice() -> None:
    # 30 June 2027 less 90 days is 1 April 2027.
    (arrangement,) = leaving.build_leaving(make_records()).arrangements
    entries = {entry.name: entry.value for pair in arrangement.entries for entry in pair}
    assert entries["Last day for notice"] == "1 Apr 2027 (90 days before the end)"
    assert entries["Exit tested"] == "never"
    assert entries["Can do without"] == "not known"


def test_the_days_there_are_follow_from_margin_and_exit_time() -> None:
    # A margin of -198 to -28 days with an exit of 40 to 210 days leaves 12 days.
    assert "There are 12 days" in leaving.build_leaving(make_records()).drawing


def test_a_dossier_tells_parts_claims_and_conflicts() -> None:
    (dossier,) = openness.build_openness(make_records()).dossiers
    assert dossier.parts[0].availability == "available"
    assert dossier.not_listed.startswith("Of the 17 parts of the framework 16 are not recorded: Datasets")
    assert dossier.claims[0].where == "issue 12, 1 Aug 2024"
    assert dossier.conflicts[0].name == "retires on"


def test_an_evaluation_past_its_day_is_overdue() -> None:
    (evaluation,) = conduct.build_conduct(make_records()).evaluations
    assert evaluation.is_overdue


def test_expired_evidence_is_marked_and_facts_name_their_support() -> None:
    index = evidence.build_evidence(make_records())
    assert [row.is_expired for row in index.rows] == [False, True]
    rows = {row.question: row for group in index.facts for row in group.rows}
    assert rows["Are the people concerned told that AI is used?"].support == "expired, counted as unknown"
    assert index.facts_left_out == 0


def test_criteria_name_the_days_of_each_pack() -> None:
    criteria = basis.build_criteria(make_records())
    assert criteria.rows[0].applies == "three duties, from 2 Feb 2025, 2 Aug 2026, 2 Dec 2026"


def earlier(moved: Compared, **changed: Any) -> ReportRecords:
    """Give the example with an earlier assessment that differs in one thing, and what the engine says of it."""
    records = make_records()
    before = type(records.assessment)(
        pk=2,
        as_of=changed.pop("as_of", date(2026, 11, 20)),
        outcome_record=OutcomeRecord(content={**RESULT, **changed}),
    )
    return make_records(previous=before, previous_facts=changed.get("facts", FACTS), moved=moved)


def test_the_first_report_has_nothing_to_compare_with() -> None:
    assert changes.build_changes(make_records()).since == ""


def test_a_changed_outcome_has_the_causes_that_the_engine_names_for_what_the_line_shows() -> None:
    moved = (
        Change("lock_in", "low", 40.0, 58.0, (Cause.METHOD,), ()),
        Change("lock_in", "high", 60.0, 81.0, (Cause.FACT, Cause.METHOD), ("contract.notice_days",)),
        Change(REGULATORY, "duty:eu_ai_act.art_50", None, {}, (Cause.LAW,), ()),
    )
    before = earlier(moved, lock_in={**RESULT["lock_in"], "low": 40.0, "high": 60.0, "band": "high"}, facts={})
    built = changes.build_changes(before)
    (row,) = built.outcomes
    assert (row.what, row.before, row.after) == ("Lock-in", "40 to 60, high", "58 to 81, very high")
    assert row.cause == "fact and method"
    assert built.facts_in_all == len(FACTS)


@pytest.mark.parametrize(
    ("moved", "cause"),
    [((Change(REGULATORY, "aia_class", "minimal", "x", (Cause.LAW,), ()),), "law"), (None, "not known")],
)
def test_the_cause_of_another_class_is_the_law_or_not_known_where_nothing_could_be_compared(
    moved: Compared, cause: str
) -> None:
    built = changes.build_changes(earlier(moved, regulatory={**RESULT["regulatory"], "aia_class": "minimal"}))
    assert built.outcomes[0].what == "Class under the AI Act"
    assert built.outcomes[0].cause == cause
    assert built.facts == ()


def test_the_hashes_of_all_that_was_used_are_listed() -> None:
    records = make_records()
    names = [entry.name for entry in build_view(records).closing.hashes]
    assert names[:3] == ["Fact sheet", "Result", "Rule packs and engine"]
    assert len(names) == 3 + len(PACKS)


def test_a_long_change_names_a_few_fields_and_counts_the_rest() -> None:
    records = make_records()
    records.events[0].changes = {f"field{at}": ["", ""] for at in range(9)}
    row = closing.build_closing(records, ()).events[0]
    assert row.what.endswith("field0, field1, field2, field3 and 5 more")


def test_an_empty_system_makes_every_section() -> None:
    view = build_view(make_empty_records())
    assert view.flows.rows == ()
    assert view.leaving.arrangements == ()
    assert view.evidence.facts == ()
    assert view.calendar.in_force == ()
    assert view.judgements.lock_in.bar.label == "not assessed"
    assert read_outcome({}).packs == ()


def test_what_no_fact_applies_to_is_told_as_not_assessed_and_never_by_a_band() -> None:
    sheet = {key: Fact(None, not_applicable="a table of points") for key in load_packs([]).transparency.score.keys}
    judged = judge_transparency(sheet, load_packs([]).transparency, date(2026, 11, 20)).to_json()
    judgements = build_view(make_records(outcome=read_outcome({**RESULT, "transparency": judged}))).judgements
    for bar in (judgements.transparency.bar, *judgements.audiences):
        assert (bar.label, bar.band, bar.note) == ("not assessed", "", "does not apply")
        assert "low" not in bar.drawing
    assert (judgements.transparency.groups, judgements.transparency.drivers) == ((), ())


def test_undecided_points_of_annex_iii_are_told_as_undecided() -> None:
    entries = dict(build_view(make_empty_records()).judgements.law_entries)
    assert entries["Points of Annex III"] == "not decided"
    assert dict(build_view(make_records()).judgements.law_entries)["Points of Annex III"] == "none"


def test_each_dossier_says_what_it_comes_to_and_the_whole_says_which_component_decides() -> None:
    built = openness.build_openness(make_records())
    # The example's fact on openness names the dossier as its source.
    assert any(entry.value == "Closed (dossier)" for entry in built.status)
    names = [entry.name for entry in built.dossiers[0].judged]
    assert names[0] == "Status"
    assert "Open-washing" in names


def test_evidence_names_what_it_supports_by_its_question_and_never_by_a_key() -> None:
    supported = {row.reference: row.supports for row in evidence.build_evidence(make_records()).rows}
    assert supported["EV-002"] == "Are the people concerned told that AI is used?"


def test_cover_and_document_control_name_the_same_distribution() -> None:
    records = make_records()
    entries = {entry.name: entry.value for pair in front.build_cover(records).entries for entry in pair}
    assert front.build_control(records).distribution == entries["Distribution"]
    assert entries["Distribution"] == "the organisation; its auditors and supervisors on request"


def test_flows_that_do_not_fit_on_a_page_stand_in_the_table_alone() -> None:
    # Each recipient is a box of its own, as tall as its long name; twelve of them are taller than a page.
    name = "Gesellschaft für die Vermittlung und Verarbeitung außergewöhnlich langer Namen und Daten mbH & Co. KGaA"
    many = [
        DataFlow(pk=at, from_name="Bank", to_name=f"{at} {name}", to_role="processor", data="text", to_country="DE")
        for at in range(1, 13)
    ]
    built = flows.build_flows(replace(make_records(), flows=many))
    height = float(built.drawing.partition('height="')[2].partition('"')[0])
    page_in_pixels = (297 - 24 - 20) / 25.4 * 96
    assert height < page_in_pixels - 100
    assert len(built.rows) == 12
    assert 0 < built.not_drawn < 12


def test_a_model_of_our_own_is_not_asked_to_be_named_as_our_own() -> None:
    records = make_records()
    (use, *_) = records.uses
    assert not leaving.build_leaving(records).is_own_work
    use.component.own_work_of, use.component.vendor = records.system.legal_entity, None
    use.is_primary, use.run_mode = True, "self_hosted"
    assert leaving.build_leaving(records).is_own_work


def test_two_sources_that_contradict_each_other_are_told_by_labels_and_not_by_stored_values() -> None:
    records = make_records()
    found = replace_finding(
        records,
        key="register:contradiction:exit.fallback",
        condition="What takes over if it stops today? hot_other_model (contract); none (audit file 3).",
        effect="Judged as hot_other_model.",
    )
    row = next(row for row in findings.build_findings(found).rows if row.number == "F-01")
    assert row.condition == (
        "What takes over if it stops today? “Another model that already runs” (contract); none (audit file 3)."
    )
    assert row.effect == "Judged as “Another model that already runs”."


def test_a_contradiction_names_its_days_in_words_and_is_told_in_german() -> None:
    records = make_records()
    found = replace_finding(
        records,
        key="register:contradiction:sys.first_placed_date",
        title="Two sources contradict each other: Are the sub-processors named?",
        condition="Are the sub-processors named? yes (contract (2025-02-01)); no (audit file 3).",
        effect="Judged as 2024-05-01.",
    )
    with translation.override("de"):
        row = next(row for row in findings.build_findings(found).rows if row.number == "F-01")
    assert row.title == "Zwei Quellen widersprechen sich: Sind die Unterauftragsverarbeiter benannt?"
    assert row.condition.replace("\N{NO-BREAK SPACE}", " ") == (
        "Sind die Unterauftragsverarbeiter benannt? ja (contract (1. Februar 2025)); nein (audit file 3)."
    )
    assert row.effect.replace("\N{NO-BREAK SPACE}", " ") == "Beurteilt als 1. Mai 2024."


def test_the_names_of_alternatives_and_of_their_groups_are_known_to_the_report() -> None:
    records = make_records()
    (use, *_), (offer, *_), (contract, *_) = records.uses, records.offers, records.dependencies
    parent = Vendor(pk=91, name="Alder and Sons")
    use.host = Vendor(pk=92, name="Kestrel", ultimate_parent=parent)
    offer.company = Vendor(pk=93, name="Bang and Olufsen")
    contract.vendor = Vendor(pk=94, name="Cedar", ultimate_parent=Vendor(pk=95, name="Birch and Beech"))
    other = Component(pk=96, name="Fire and Ice", version="2")
    records = replace(records, evaluations=[EvaluationRecord(pk=97, component=other, is_substitute=True)])
    found = replace_finding(
        records,
        key="lock_in:hidden_root",
        condition=(
            "GPT-4 at Bang and Olufsen and Fire and Ice 2: all end at Alder and Sons, Bang and Olufsen and "
            "Birch and Beech."
        ),
    )
    with translation.override("de"):
        row = next(row for row in findings.build_findings(found).rows if row.number == "F-01")
    assert row.condition == (
        "GPT-4 bei Bang and Olufsen und Fire and Ice 2: Alle enden bei Alder and Sons, Bang and Olufsen und "
        "Birch and Beech."
    )


def replace_finding(records: ReportRecords, **changed: str) -> ReportRecords:
    """Give the records with their gravest finding changed."""
    first = next(finding for finding in records.findings if finding.rating == "very_high")
    for name, value in changed.items():
        setattr(first, name, value)
    return records


def test_why_a_finding_was_closed_names_facts_by_their_questions_in_either_language() -> None:
    stored = (
        "fact: contract.end_date, exit.fallback, trans.people_told, sys.stage, role.uses and 67 more; law: dora, uk"
    )
    vocabulary = load_vocabulary()
    assert tell_cause(stored, vocabulary) == (
        "fact: When does the term of the contract end?; What takes over if it stops today?; "
        "Are the people concerned told that AI is used?; 69 more; law: dora, uk"
    )
    with translation.override("de"):
        german = tell_cause(stored, vocabulary)
    assert german.startswith("Angabe: Wann endet")
    assert german.endswith("; 69 weitere; Recht: dora, uk")
    assert tell_cause("the day", vocabulary) == "the day"


def test_a_contradiction_of_the_exit_test_is_told_in_german() -> None:
    with translation.override("de"):
        assert told(OUTSIDE_ESTIMATE).startswith("Die im Test benötigten Tage liegen außerhalb der Schätzung")


@pytest.mark.parametrize("country", ["Philippines", "PH"])
def test_the_country_of_a_transfer_is_told_by_its_name_in_german(country: str) -> None:
    with translation.override("de"):
        said = told(f"calls to Annotators, country {country}, tool none.")
    assert said == "calls an Annotators, Land Philippinen, keine Grundlage."


def test_what_the_sources_of_a_dossier_disagree_about_is_told_in_german_with_its_name() -> None:
    with translation.override("de"):
        said = told("Licence: Sources disagree: MIT (card); or Apache-2.0 (file).")
    assert said == "Lizenz: Quellen widersprechen sich: MIT (card); oder Apache-2.0 (file)."


def test_many_duties_that_wait_for_one_answer_stand_in_rows_that_fit_on_a_page() -> None:
    open_duty = {"citation": "AI Act, Art. 9", "missing_facts": ["sys.credit_product"]}
    undetermined = [{**open_duty, "id": f"X-{at}", "title": f"Duty {at}"} for at in range(1, 31)]
    result = {**RESULT, "regulatory": {**RESULT["regulatory"], "undetermined": undetermined}}
    rows = duties.build_calendar(make_records(outcome=read_outcome(result))).undetermined
    assert [row.duties.count("Duty ") for row in rows] == [12, 12, 6]
    assert {row.question for row in rows} == {"For which credit products is it used?"}
