"""A report's records made in memory: a fictional bank's chatbot, and the same system with nothing recorded."""

from __future__ import annotations

from datetime import date
from typing import Any

from audit.models import Assessment, FactSheetRecord, Finding, OutcomeRecord, PackSetRecord, Report, RulePackRecord
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
from tests.audit.reports.example_result import AS_OF, FACTS, PACKS, REQUESTED, RESULT


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


def _system(name: str) -> AISystem:
    """Give the chatbot of a fictional bank."""
    bank = LegalEntity(pk=1, name="Aldermoor Bank", country="NO", is_fictional=True)
    return AISystem(
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


def _model(vendor: Vendor) -> Component:
    """Give the model with a third party’s claim and a conflict."""
    return Component(
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


def _assessment(system: AISystem) -> Assessment:
    """Give the assessment that the report is of."""
    sheet = FactSheetRecord(pk=1, sha256="d" * 64, content={"facts": FACTS, "controls": {}})
    return Assessment(
        pk=5,
        system=system,
        as_of=AS_OF,
        fact_sheet=sheet,
        pack_set=PackSetRecord(sha256="e" * 64, content=PACKS),
        engine="1.0",
        outcome_record=OutcomeRecord(content=RESULT),
        outcome_sha256="f" * 64,
    )


def _report(status: str, assessment: Assessment) -> Report:
    """Give the report."""
    return Report(
        pk=3,
        number="OB-2026-0042",
        version=1,
        status=status,
        language="en",
        system=assessment.system,
        assessment=assessment,
        prepared_by="Compliance officer",
        approved_by="Head of AI Risk",
        approved_on=AS_OF,
        requested_at=REQUESTED,
    )


def _contract(system: AISystem, vendor: Vendor) -> VendorDependency:
    """Give the contract with the vendor."""
    return VendorDependency(
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


def _control(system: AISystem) -> ControlStatus:
    """Give the one control that is met."""
    return ControlStatus(
        pk=1,
        system=system,
        obligation="eu_ai_act.aia-4",
        status="met",
        reason="A course, taken by all advisers.",
        responsible="Head of People",
        recorded_on=date(2026, 3, 1),
        expires_on=date(2027, 3, 1),
    )


def _flows(system: AISystem) -> list[DataFlow]:
    """Give the chain of data flows, its last place unknown."""
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
    return [first, second, third]


def _uses(system: AISystem, model: Component, vendor: Vendor) -> list[SystemComponent]:
    """Give how the model is run."""
    return [
        SystemComponent(
            pk=1,
            system=system,
            component=model,
            is_primary=True,
            run_mode="vendor_api",
            adaptation="as_is",
            host=vendor,
        )
    ]


def _artefacts(model: Component) -> list[ComponentArtefact]:
    """Give the dossier’s one part."""
    return [
        ComponentArtefact(
            pk=1,
            component=model,
            part="Model card",
            availability="available",
            licence_raw="",
            source="vendor’s site",
            source_on=date(2026, 5, 1),
        )
    ]


def _offers(model: Component, vendor: Vendor) -> list[HostOffer]:
    """Give the host that has ended the version."""
    return [
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
    ]


def _evaluations(model: Component, system: AISystem) -> list[EvaluationRecord]:
    """Give an evaluation that is overdue."""
    return [
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
    ]


def _findings(assessment: Assessment, system: AISystem) -> list[Finding]:
    """Give two open findings and a closed one."""
    return [
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
    ]


def _evidence() -> list[Evidence]:
    """Give evidence that counts and evidence that has expired."""
    return [
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
    ]


def _events() -> list[AuditEvent]:
    """Give one event of the history."""
    return [
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
    ]


def _packs() -> list[RulePackRecord]:
    """Give the one rule pack."""
    return [
        RulePackRecord(
            pk=1,
            pack="eu_ai_act",
            version="2026.11.1",
            sha256="a" * 64,
            content={"title": "EU Artificial Intelligence Act", "coverage": "classes and duties"},
        )
    ]


def make_records(*, status: str = "final", name: str = "Customer chatbot “Anna”", **changes: Any) -> ReportRecords:
    """Give the records of the chatbot; ``changes`` replace whole parts of them."""
    system = _system(name)
    vendor = Vendor(pk=1, name="OpenAI", legal_name="OpenAI, L.L.C.", country="US", parent_status="none")
    sub = Vendor(pk=2, name="A cloud", parent_status="unknown")
    model = _model(vendor)
    assessment = _assessment(system)
    report = _report(status, assessment)
    dependency = _contract(system, vendor)
    values: dict[str, Any] = {
        "report": report,
        "assessment": assessment,
        "system": system,
        "outcome": read_outcome(RESULT),
        "facts": FACTS,
        "vocabulary": load_vocabulary(),
        "versions": [report],
        "uses": _uses(system, model, vendor),
        "artefacts": _artefacts(model),
        "offers": _offers(model, vendor),
        "evaluations": _evaluations(model, system),
        "flows": _flows(system),
        "dependencies": [dependency],
        "subcontractors": [Subcontractor(pk=1, dependency=dependency, vendor=sub, rank=1)],
        "findings": _findings(assessment, system),
        "controls": [_control(system)],
        "control_evidence": {1: ["EV-003"]},
        "evidence": _evidence(),
        "events": _events(),
        "events_in_all": 1,
        "packs": _packs(),
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
        pack_set=PackSetRecord(sha256="0" * 64, content={}),
        engine="1.0",
        outcome_record=OutcomeRecord(content={}),
        outcome_sha256="0" * 64,
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
