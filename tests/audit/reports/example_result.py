"""The facts and the result of the example report, written by hand in the shape of the machine's door."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

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
