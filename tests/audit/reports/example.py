"""A report's records made in memory: a fictional bank's chatbot, and the same system with nothing recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from audit.models import Assessment, FactSheetRecord, Finding, Report, RulePackRecord
from audit.reports.outcome import read_outcome
from audit.reports.records import ReportRecords
from governance.models import (
    AISystem,
    AuditEvent,
    Component,
    ComponentArtefact,
    ControlStatus,
    DataFlow,
    EvaluationRecord,
    Evidence,
    HostOffer,
    LegalEntity,
    Subcontractor,
    SystemComponent,
    Vendor,
    VendorDependency,
)
from governance.vocabulary import load_vocabulary

AS_OF = date(2026, 11, 20)
REQUESTED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
PACKS = {
    name: f"2026.11.1+sha256:{mark * 64}"
    for name, mark in (("eu_ai_act", "a"), ("lock_in", "b"), ("transparency", "c"))
}

FACTS: dict[str, Any] = {
    "sys.stage": {"value": "on_market_or_in_service", "grade": "verified", "source": "EV-001"},
    "sys.interacts_with_people": {"value": True, "grade": "verified", "source": "EV-002"},
    "sys.use_cases": ["none_listed"],
    "role.uses": True,
    "lock.access_mode": {"value": "vendor_api", "grade": "documented_by_third_party", "source": "contract"},
    "lock.weights_obtainable": {"value": False, "grade": "documented_by_third_party"},
    "contract.notice_days": {"value": 90, "grade": "verified", "source": "EV-001"},
    "contract.end_date": {"value": "2027-06-30", "grade": "verified", "source": "EV-001"},
    "trans.people_told": {"value": True, "grade": "verified", "expires_on": "2026-09-30", "source": "EV-002"},
    "open.status": {"value": "closed", "grade": "documented_by_third_party", "source": "dossier"},
    "open.mof_class": {"not_applicable": "the model is closed"},
    "trans.model_card": {"value": True, "grade": "vendor_claimed", "source": "vendor’s site"},
}


def duty(key: str, title: str, provision: str, day: str | None, outcome: str, **more: object) -> dict[str, object]:
    """Give a duty as the engine does."""
    return {
        "id": key,
        "rule": f"eu_ai_act.{key.lower()}",
        "title": title,
        "addressee": "deployer",
        "severity": "high",
        "citation": provision,
        "url": "",
        "confidence": "high",
        "pack": "eu_ai_act",
        "applies_from": day,
        "outcome": outcome,
        "in_force": outcome != "not_yet_in_force",
        **more,
    }


def score(low: float, high: float, band: str, *missing: tuple[str, float]) -> dict[str, object]:
    """Give what every score has."""
    return {
        "low": low,
        "high": high,
        "band": band,
        "label": band.replace("_", " "),
        "coverage": 0.77,
        "drivers": [
            {
                "fact": "lock.access_mode",
                "group": "access",
                "points_low": 7.0,
                "points_high": 8.2,
                "value": "vendor_api",
                "grade": "documented_by_third_party",
            },
            {
                "fact": "exit.fallback",
                "group": "readiness",
                "points_low": 0.0,
                "points_high": 5.0,
                "value": None,
                "grade": "unknown",
            },
        ],
        "groups": [
            {"group": "access", "weight": 20, "low": 15.0, "high": 18.0},
            {"group": "readiness", "weight": 15, "low": 4.0, "high": 15.0},
        ],
        "missing_facts": [key for key, _ in missing],
        "missing_details": [{"key": key, "narrows": points, "decides": ["level"]} for key, points in missing],
    }


RESULT: dict[str, Any] = {
    "id": "SYS-014",
    "as_of": "2026-11-20",
    "regulatory": {
        "aia_class": None,
        "possible_classes": ["high_risk_annex_iii", "transparency"],
        "class_on_go_live": None,
        "aia_roles": ["deployer"],
        "annex_iii_points": [],
        "art_5_points": [],
        "gpai_class": "none",
        "grandfathered_art_111_2": False,
        "high_risk_duties_from": None,
        "duties": [
            duty(
                "AIA-4",
                "Make sure staff are literate in AI",
                "AI Act Art. 4",
                "2025-02-02",
                "satisfied",
                control={"status": "met", "grade": "verified", "expires_on": "2027-03-01", "source": ""},
            ),
            duty(
                "AIA-50-1",
                "Tell people that they talk to a machine",
                "AI Act Art. 50(1)",
                "2026-08-02",
                "not_satisfied",
                control={"status": "met", "grade": "verified", "expires_on": "2026-09-30", "source": ""},
            ),
            duty(
                "AIA-50-2",
                "Mark generated content",
                "AI Act Art. 50(2)",
                "2026-12-02",
                "not_yet_in_force",
                other_reading="2026-08-02",
            ),
        ],
        "undetermined": [
            {
                "id": "AIA-26-2",
                "rule": "eu_ai_act.art_26_2",
                "title": "Assign human oversight to competent people",
                "citation": "AI Act Art. 26(2)",
                "pack": "eu_ai_act",
                "missing_facts": ["sys.credit_product"],
            },
        ],
        "missing_facts": ["sys.credit_product"],
        "missing_details": [{"key": "sys.credit_product", "decides": ["class", "duty:AIA-26-2"], "weight": 3.2}],
    },
    "lock_in": {
        **score(58.4, 81.2, "very_high", ("exit.fallback", 6.2), ("lock.abstraction_layer", 3.0)),
        "exit_time_days": {"low": 40, "high": 210},
        "orderly_margin_days": {"low": -198, "high": -28},
        "sudden_margin_days": None,
        "options": [
            {
                "option": "other_host",
                "title": "The same model at another host",
                "open": False,
                "blocked_by": [{"fact": "lock.independent_hosts", "says": "no other company runs this version"}],
                "harder_by": [],
                "missing_facts": [],
                "days": {"low": 30, "high": 120},
            },
            {
                "option": "off",
                "title": "Switch the feature off",
                "open": None,
                "blocked_by": [],
                "harder_by": [],
                "missing_facts": ["lock.feature_can_be_disabled"],
                "days": None,
            },
        ],
        "contradictions": [],
    },
    "transparency": {
        **score(44.0, 62.0, "high", ("trans.explanations", 4.0)),
        "by_audience": {
            "us": score(40, 55, "high"),
            "people": score(50, 70, "high"),
            "supervisor": score(45, 80, "very_high"),
        },
    },
    "packs": PACKS,
    "engine": "1.0",
    "valid_until": "2026-12-02",
}


def finding(pk: int, rating: str, title: str, assessment: Assessment, system: AISystem, **more: Any) -> Finding:
    """Give an open finding."""
    values: dict[str, Any] = {
        "area": "lock_in",
        "condition": "What is the case, told in a sentence or two so that a reader who knows nothing of it can follow.",
        "criterion": "DORA Art. 28(8)",
        "cause": "Nobody was asked to look for a substitute.",
        "effect": "The bank could be without the chatbot for up to 96 days.",
        "recommendation": "Have a substitute pass the bank’s own evaluation.",
        "opened_on": AS_OF,
        "owner": "IT Sourcing",
        "due_on": date(2026, 12, 15),
        **more,
    }
    return Finding(
        pk=pk,
        system=system,
        key=f"finding:{pk}",
        rating=rating,
        title=title,
        opened_by=assessment,
        last_seen_by=assessment,
        **values,
    )


def make_records(*, status: str = "final", name: str = "Customer chatbot “Anna”", **changes: Any) -> ReportRecords:
    """Give the records of the chatbot; ``changes`` replace whole parts of them."""
    bank = LegalEntity(pk=1, name="Aldermoor Bank", country="NO", is_fictional=True)
    system = AISystem(
        pk=14,
        reference="SYS-014",
        name=name,
        legal_entity=bank,
        purpose="Answers customers’ questions in writing.",
        business_function="Customer service",
        is_critical_function=False,
        owner="Head of Customer Service",
        stage="on_market_or_in_service",
        in_service_on=date(2025, 3, 3),
        is_fictional=True,
        facts_confirmed_on=date(2026, 10, 1),
        facts_confirmed_by="Head of Customer Service",
    )
    vendor = Vendor(pk=1, name="OpenAI", legal_name="OpenAI, L.L.C.", country="US", parent_status="none")
    sub = Vendor(pk=2, name="A cloud", parent_status="unknown")
    model = Component(
        pk=1,
        key="gpt-4",
        name="GPT-4",
        kind="model",
        vendor=vendor,
        licence_raw="proprietary",
        claims=[
            {
                "by": "a newsletter",
                "says": "a prime example of an open source project",
                "where": "issue 12",
                "on": "2024-08-01",
            }
        ],
        conflicts=[{"field": "retires_on", "values": [{"value": "2026-10-23", "source": "vendor’s page"}]}],
    )
    sheet = FactSheetRecord(pk=1, sha256="d" * 64, content={"facts": FACTS, "controls": {}})
    assessment = Assessment(
        pk=5,
        system=system,
        as_of=AS_OF,
        fact_sheet=sheet,
        packs=PACKS,
        packs_hash="e" * 64,
        engine="1.0",
        result=RESULT,
        result_sha256="f" * 64,
    )
    report = Report(
        pk=3,
        number="OB-2026-0042",
        version=1,
        status=status,
        language="en",
        system=system,
        assessment=assessment,
        prepared_by="Compliance officer",
        approved_by="Head of AI Risk",
        approved_on=AS_OF,
        requested_at=REQUESTED,
    )
    dependency = VendorDependency(
        pk=1,
        system=system,
        vendor=vendor,
        contract_reference="C-2025-7",
        service="hosted language model",
        end_on=date(2027, 6, 30),
        notice_days=90,
        vendor_notice_days=30,
        auto_renewal=True,
        exit_plan=False,
        exit_tested=False,
        subcontracting_permitted=True,
    )
    control = ControlStatus(
        pk=1,
        system=system,
        obligation="eu_ai_act.aia-4",
        status="met",
        reason="A course, taken by all advisers.",
        responsible="Head of People",
        recorded_on=date(2026, 3, 1),
        expires_on=date(2027, 3, 1),
    )
    first = DataFlow(
        pk=1,
        system=system,
        from_name="Customers",
        to_name="Aldermoor Bank",
        to_role="ourselves",
        from_country="NO",
        to_country="NO",
        data="chat text",
        has_personal_data=True,
        transfer_tool="not_needed",
        retention_days=365,
        training_use="no",
    )
    second = DataFlow(
        pk=2,
        system=system,
        after=first,
        from_name="Aldermoor Bank",
        to_name="OpenAI",
        to_role="processor",
        from_country="NO",
        to_country="US",
        data="chat text",
        has_personal_data=True,
        transfer_tool="scc",
        retention_days=30,
        training_use="no",
    )
    third = DataFlow(
        pk=3,
        system=system,
        after=second,
        from_name="OpenAI",
        to_name="Sub-processors",
        to_role="sub_processor",
        from_country="US",
        data="chat text",
    )
    values: dict[str, Any] = {
        "report": report,
        "assessment": assessment,
        "system": system,
        "outcome": read_outcome(RESULT),
        "facts": FACTS,
        "vocabulary": load_vocabulary(),
        "versions": [report],
        "uses": [
            SystemComponent(
                pk=1,
                system=system,
                component=model,
                is_primary=True,
                run_mode="vendor_api",
                adaptation="as_is",
                host=vendor,
            )
        ],
        "artefacts": [
            ComponentArtefact(
                pk=1,
                component=model,
                part="Model card",
                availability="available",
                licence_raw="",
                source="vendor’s site",
                source_on=date(2026, 5, 1),
            )
        ],
        "offers": [
            HostOffer(
                pk=1,
                component=model,
                company=vendor,
                role="host",
                model_id="gpt-4-0613",
                retires_on=date(2026, 10, 23),
                source="vendor’s page",
                source_on=date(2026, 11, 1),
            )
        ],
        "evaluations": [
            EvaluationRecord(
                pk=1,
                component=model,
                system=system,
                purpose="Answers in Norwegian",
                evaluated_by="Model validation",
                evaluated_on=date(2025, 2, 1),
                result="passed",
                next_due_on=date(2026, 2, 1),
            )
        ],
        "flows": [first, second, third],
        "dependencies": [dependency],
        "subcontractors": [Subcontractor(pk=1, dependency=dependency, vendor=sub, rank=1)],
        "findings": [
            finding(
                1,
                "very_high",
                "The model is past its retirement",
                assessment,
                system,
                response="agree",
                response_text="A substitute is being evaluated.",
                response_by="Head of IT",
                response_on=AS_OF,
            ),
            finding(
                2,
                "high",
                "Evidence that people are told has expired",
                assessment,
                system,
                area="regulatory",
                criterion="AI Act Art. 50(1)",
                times_opened=2,
            ),
            finding(
                3,
                "moderate",
                "Sub-processors are not known",
                assessment,
                system,
                area="data",
                closed_on=AS_OF,
                closed_because="fact: the list was received",
            ),
        ],
        "controls": [control],
        "control_evidence": {1: ["EV-003"]},
        "evidence": [
            Evidence(
                pk=1,
                reference="EV-001",
                title="Contract with OpenAI",
                kind="contract",
                sha256="9" * 64,
                source="Legal",
                grade="verified",
                issued_on=date(2025, 1, 10),
                verified_by="Compliance",
                verified_on=date(2025, 1, 12),
                supports=["contract.end_date"],
            ),
            Evidence(
                pk=2,
                reference="EV-002",
                title="Test of the notice",
                kind="test",
                source="Customer service",
                grade="verified",
                issued_on=date(2025, 9, 30),
                expires_on=date(2026, 9, 30),
                supports=["trans.people_told"],
            ),
        ],
        "events": [
            AuditEvent(
                pk=1,
                at=REQUESTED,
                actor="officer",
                action="changed",
                object_type="AI system",
                object_id="14",
                object_label="SYS-014",
                changes={"owner": ["", "Head"]},
                hash="1" * 64,
            )
        ],
        "events_in_all": 1,
        "packs": [
            RulePackRecord(
                pk=1,
                pack="eu_ai_act",
                version="2026.11.1",
                sha256="a" * 64,
                content={"title": "EU Artificial Intelligence Act", "coverage": "classes and duties"},
            )
        ],
        **changes,
    }
    return ReportRecords(**values)


def make_empty_records() -> ReportRecords:
    """Give the records of a system of which nothing is known but its name."""
    bank = LegalEntity(pk=1, name="Aldermoor Bank", country="NO")
    system = AISystem(
        pk=1, reference="SYS-001", name="Something new", legal_entity=bank, purpose="", owner="", stage="idea"
    )
    sheet = FactSheetRecord(pk=1, sha256="0" * 64, content={"facts": {}, "controls": {}})
    assessment = Assessment(
        pk=1,
        system=system,
        as_of=AS_OF,
        fact_sheet=sheet,
        packs={},
        packs_hash="0" * 64,
        engine="1.0",
        result={},
        result_sha256="0" * 64,
    )
    report = Report(
        pk=1,
        number="OB-2026-0001",
        version=1,
        status="draft",
        language="en",
        system=system,
        assessment=assessment,
        requested_at=REQUESTED,
    )
    return ReportRecords(
        report=report,
        assessment=assessment,
        system=system,
        outcome=read_outcome({}),
        facts={},
        vocabulary=load_vocabulary(),
    )


LONG = "x" * 5000
SCRIPTS = "שלום / مرحبا / 漢字かな한글 / 😀🏦 / ไทย / ქართული"
MARKUP = "<script>alert(1)</script><img src='http://127.0.0.1:9/x.png'> &amp; {{ 7|add:7 }} ]]> --> \x00\x01"


def make_nasty_records(address: str = "http://127.0.0.1:9") -> ReportRecords:
    """Give the chatbot's records with everything in them that could break, fetch or run."""
    fetch = f"<img src='{address}/i.png'><link rel=stylesheet href='{address}/s.css'>url({address}/u)"
    records = make_records(name=f"Anna {SCRIPTS} \ua015")
    records.system.purpose = f"{SCRIPTS} {MARKUP} {fetch} {LONG}"
    records.system.owner = fetch
    records.findings[0].condition = f"zero\u200bwidth {LONG}"
    records.findings[0].title = MARKUP
    for flow in records.flows:
        flow.data = f"{SCRIPTS} हिन्दी {fetch}"
        flow.to_name = "y" * 200
    records.evidence[0].title = fetch
    return records
