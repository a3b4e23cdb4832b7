"""Complete forms of the law, written by hand from the provisions, for tests that leave one thing out."""

from __future__ import annotations

from datetime import date
from typing import Any

from governance.models import (
    AISystem,
    DataProtectionAssessment,
    Evidence,
    FundamentalRightsAssessment,
    NotHighRiskAssessment,
)

DONE = date(2026, 11, 2)
REVIEW = date(2027, 11, 2)

FRIA: dict[str, Any] = {
    "performed_by": "Head of Retail Credit; Fundamental Rights Officer",
    "performed_on": DONE,
    "review_due_on": REVIEW,
    "processes": "Scores applications for instalment loans; a clerk decides.",
    "period": "From December 2027 until replaced",
    "frequency": "About 400 applications a day",
    "affected": "Applicants and their households; people with short credit histories.",
    "risks": "Refusal because of a proxy for origin; no way to be heard.",
    "provider_information": "Instructions for use, version 4.",
    "oversight": "Two clerks review every refusal and may decide otherwise.",
    "measures": "Stop the score for the group concerned and decide by hand.",
    "governance": "The credit committee decides within two days.",
    "complaints": "Complaints office, answer within ten days.",
}
DPIA: dict[str, Any] = {
    "performed_by": "Data protection team",
    "performed_on": DONE,
    "review_due_on": REVIEW,
    "operations": "Income and payment history of applicants, from the form and the bureau, kept for a year.",
    "purposes": "To judge whether a loan can be paid back.",
    "rests_on_legitimate_interest": False,
    "necessity": "Without payment history defaults double; postcode is left out.",
    "risks": "Refusal by mistake; disclosure of debts.",
    "measures": "Review by people, encryption, deletion after a year, quarterly audit.",
    "residual_risk": "medium",
    "has_dpo": True,
    "dpo_advice": "Leave out the postcode.",
    "dpo_advised_on": date(2026, 10, 20),
    "views_sought": True,
    "views": "The consumer council asks for reasons in plain words.",
}
NOT_HIGH_RISK: dict[str, Any] = {
    "performed_by": "AI office",
    "performed_on": DONE,
    "review_due_on": REVIEW,
    "annex_points": ["5b"],
    "intended_purpose": "Puts scanned loan files into folders.",
    "conditions": ["narrow_procedural"],
    "condition_reason": "It names the kind of each page and judges no one.",
    "materially_influences": False,
    "risk_reason": "A page in the wrong folder is found by the clerk who reads all.",
    "profiles_people": False,
    "profiling_reason": "It reads the layout, no attribute of a person.",
    "document_reference": "AI-2026-017, version 1",
}


def make_fria(system: AISystem, **columns: Any) -> FundamentalRightsAssessment:
    return FundamentalRightsAssessment.objects.create(
        **{"system": system, "version": 1, "status": "final", **FRIA, **columns}
    )


def make_dpia(system: AISystem, **columns: Any) -> DataProtectionAssessment:
    return DataProtectionAssessment.objects.create(
        **{"system": system, "version": 1, "status": "final", **DPIA, **columns}
    )


def make_not_high_risk(system: AISystem, **columns: Any) -> NotHighRiskAssessment:
    return NotHighRiskAssessment.objects.create(
        **{"system": system, "version": 1, "status": "final", **NOT_HIGH_RISK, **columns}
    )


def make_receipt(expires_on: date | None, number: int = 1, grade: str = "verified") -> Evidence:
    return Evidence.objects.create(
        reference=f"EV-{number:03}", title="Receipt of the authority", kind="record", grade=grade,
        issued_on=DONE, expires_on=expires_on, source="Market surveillance authority",
    )  # fmt: skip
